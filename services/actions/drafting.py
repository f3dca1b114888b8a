"""What every verb of a draft of rules asks first: whose it is, whether it is still as it was seen, what is wrong."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from govsim.core.actors import Actor
from govsim.core.errors import BadInput, Conflict, NotAllowed, NotFound
from govsim.core.models import World
from services import queries
from services.models import RuleSetProposal
from services.schema import Problem

CHANGEABLE: Final = frozenset({"parameters", "rules", "facts", "outcome"})


def officer(actor: Actor) -> None:
    """Raise NotAllowed for anybody but a rule officer."""
    if not actor.has("rule_officer"):
        raise NotAllowed("只有规则管理员可以修改规则", "Only a rule officer may change rules")


def held(world: World, proposal_id: int, version: int | None) -> RuleSetProposal:
    """Return a proposal of the world, locked until the transaction ends.

    Raises NotFound for another world's, Conflict when it is no longer at the `version` that the actor saw.
    """
    proposal = RuleSetProposal.objects.select_for_update().filter(world=world, pk=proposal_id).first()
    if proposal is None:
        raise NotFound("没有这份规则修改建议", "There is no such proposal")
    if version is not None and proposal.version != version:
        raise Conflict("这份草案刚被别人改过", "Somebody else has just changed this draft", "draft_changed")
    return proposal


def only_changeable(changes: Iterable[str]) -> None:
    """Raise BadInput for a part of a rule set that cannot be changed in the rule studio."""
    outside = sorted(set(changes) - CHANGEABLE)
    if outside:
        raise BadInput({outside[0]: ("这一部分不能在规则工作室修改", "This part cannot be changed in the rule studio")})


def problems_by_field(item: str, body: Mapping[str, Any]) -> None:
    """Raise BadInput with what is wrong in a changed rule set, by place: `rules-2-expression`; the checks of files."""
    found: dict[str, list[Problem]] = {}
    for problem in queries.rule_set_problems(item, body):
        found.setdefault("-".join(str(step) for step in problem.place) or "rules", []).append(problem)
    if found:
        raise BadInput(
            {
                field: ("；".join(each.zh for each in problems), "; ".join(each.en for each in problems))
                for field, problems in found.items()
            }
        )
