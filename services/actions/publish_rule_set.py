"""Publish a proposed rule set in its world: two officers, author and approver, are never the same person."""

from datetime import date

from django.db import transaction
from django.db.models import Max

from govsim.core import clock
from govsim.core.actors import Actor
from govsim.core.canonical import digest
from govsim.core.errors import BadInput, Conflict, NotAllowed, Refused
from govsim.core.models import World
from services import queries
from services.actions.drafting import held, problems_by_field
from services.models import Publication, RuleSetProposal, RuleSetVersion


@transaction.atomic
def publish_rule_set(
    *, world: World, proposal_id: int, actor: Actor, valid_from: date, version: int | None = None
) -> RuleSetVersion:
    """Make a proposal the world's own rule set from `valid_from` (world time) on. Returns the new version.

    `version` is the one that the approver has seen. Raises NotAllowed for anybody but a rule officer or trainer,
    NotFound for another world's proposal, Refused when an author would approve, when nothing is changed or before it
    is handed over, BadInput for a day in the past or rules that have a fault by now, Conflict when it is published
    already, was changed meanwhile, or the rules that it changes are no longer in force.
    """
    if not (actor.has("rule_officer") or actor.has("trainer")):
        raise NotAllowed("只有规则管理员或培训教师可以发布规则", "Only a rule officer or a trainer may publish rules")
    proposal = held(world, proposal_id, version)
    if proposal.state == RuleSetProposal.State.PUBLISHED:
        raise Conflict("这份修改建议已经发布", "The proposal is published already")
    if actor.key in proposal.authors:
        raise Refused("规则须由另一名管理员批准", "Another officer has to approve the rules")
    if proposal.state != RuleSetProposal.State.SUBMITTED:
        raise Refused("草案还没有送审", "The draft has not been handed over for review")
    today = clock.now(world).astimezone(clock.ZONE).date()
    if valid_from < today:
        raise BadInput({"valid_from": ("生效日期不能早于今天", "The rules cannot hold from a day in the past")})
    if queries.current_rule_set(proposal.item, world.pk, today).sha256 != proposal.base:
        raise Conflict("现行规则已经变了，请按新的规则重新起草", "Other rules are in force by now; draft it anew")
    problems_by_field(proposal.item, proposal.body)
    mine = RuleSetVersion.objects.filter(world=world, item=proposal.item)
    published = RuleSetVersion.objects.create(
        world=world,
        item=proposal.item,
        version=(mine.aggregate(newest=Max("version"))["newest"] or 0) + 1,
        sha256=digest(proposal.body).hex(),
        body=proposal.body,
        published_at=clock.wall(),
        valid_from=valid_from,
        author=proposal.author,
        approver=actor.key,
    )
    proposal.published, proposal.state, proposal.reviewer = published, RuleSetProposal.State.PUBLISHED, actor.key
    proposal.version += 1
    proposal.changed_at = clock.now(world)
    proposal.save(update_fields=["published", "state", "reviewer", "version", "changed_at"])
    Publication.objects.create(sha256=published.sha256, published_at=published.published_at)
    return published
