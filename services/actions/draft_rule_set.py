"""Start a draft of changed rules for one item in one world, from the rules in force or from the installation's."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Max

from govsim.core.actors import Actor
from govsim.core.errors import Conflict
from govsim.core.models import World
from services import queries
from services.actions.drafting import officer
from services.models import RuleSetProposal


def draft_rule_set(
    *, world: World, item: str, actor: Actor, at: datetime, note: str = "", installed: bool = False
) -> RuleSetProposal:
    """Return a new draft that says what is in force on the day of `at`, or, if asked, what the installation has.

    Raises NotAllowed for anybody but a rule officer, NotFound for an unknown item, Conflict when a draft is open.
    """
    officer(actor)
    in_force = queries.current_rule_set(item, world.pk, at.date())
    body = queries.installed_rule_set(item).body if installed else in_force.body
    newest = RuleSetProposal.objects.filter(world=world, item=item).aggregate(newest=Max("number"))["newest"] or 0
    try:
        with transaction.atomic():
            return RuleSetProposal.objects.create(
                world=world, item=item, number=newest + 1, base=in_force.sha256, body=body, note=note,
                author=actor.key, authors=[actor.key], proposed_at=at, changed_at=at,
            )  # fmt: skip
    except IntegrityError as error:
        raise Conflict("这个事项已有一份未办结的草案", "A draft of this item is open already", "draft_open") from error
