"""Propose a change of the rules of one item in one world; nothing decides by it before a second officer approves."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from govsim.core.actors import Actor
from govsim.core.errors import BadInput, NotAllowed
from govsim.core.models import World
from services import queries
from services.models import RuleSetProposal

CHANGEABLE = frozenset({"parameters", "rules", "facts", "outcome"})


@transaction.atomic
def propose_rule_set(
    *, world: World, item: str, changes: Mapping[str, Any], actor: Actor, at: datetime, note: str = ""
) -> RuleSetProposal:
    """Store a proposal: the rule set in force with the parts in `changes` replaced.

    Raises NotAllowed for anybody but a rule officer, NotFound for an unknown item, BadInput when a part cannot be
    changed or the changed rules have a fault (the same checks as for files; worked examples are not run here).
    """
    if not actor.has("rule_officer"):
        raise NotAllowed("只有规则管理员可以修改规则", "Only a rule officer may change rules")
    outside = sorted(changes.keys() - CHANGEABLE)
    if outside:
        raise BadInput({outside[0]: ("这一部分不能在规则工作室修改", "This part cannot be changed in the rule studio")})
    body = {**queries.current_rule_set(item, world.pk, at.date()).body, **changes}
    problems = queries.rule_set_problems(item, body)
    if problems:
        raise BadInput({"rules": ("；".join(each.zh for each in problems), "; ".join(each.en for each in problems))})
    return RuleSetProposal.objects.create(
        world=world, item=item, body=body, note=note, author=actor.key, proposed_at=at
    )
