"""Publish a proposed rule set in its world: two officers, author and approver, are never the same person."""

from datetime import date

from django.db import transaction
from django.db.models import Max

from govsim.core import clock
from govsim.core.actors import Actor
from govsim.core.canonical import digest
from govsim.core.errors import Conflict, NotAllowed, NotFound, Refused
from govsim.core.models import World
from services.models import Publication, RuleSetProposal, RuleSetVersion


@transaction.atomic
def publish_rule_set(*, world: World, proposal_id: int, actor: Actor, valid_from: date) -> RuleSetVersion:
    """Make a proposal the world's own rule set from `valid_from` (world time) on. Returns the new version.

    Raises NotAllowed for anybody but a rule officer, NotFound for another world's proposal, Refused when author and
    approver are one, Conflict when it is published already.
    """
    if not actor.has("rule_officer"):
        raise NotAllowed("只有规则管理员可以发布规则", "Only a rule officer may publish rules")
    proposal = RuleSetProposal.objects.select_for_update().filter(world=world, pk=proposal_id).first()
    if proposal is None:
        raise NotFound("没有这份规则修改建议", "There is no such proposal")
    if proposal.published_id is not None:
        raise Conflict("这份修改建议已经发布", "The proposal is published already")
    if proposal.author == actor.key:
        raise Refused("规则须由另一名管理员批准", "Another officer has to approve the rules")
    mine = RuleSetVersion.objects.filter(world=world, item=proposal.item)
    version = RuleSetVersion.objects.create(
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
    proposal.published = version
    proposal.save(update_fields=["published"])
    Publication.objects.create(sha256=version.sha256, published_at=version.published_at)
    return version
