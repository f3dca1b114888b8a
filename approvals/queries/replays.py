"""Replays of drafts of rules, and the past cases that they would have decided otherwise."""

from typing import Any

from approvals.models import Replay, ReplayChange
from govsim.core.errors import NotFound
from govsim.core.models import World


def replay(world: World, proposal_id: int, number: int) -> Replay:
    """Return one replay of a draft. Raises NotFound."""
    found = Replay.objects.filter(world=world, proposal=proposal_id, number=number).first()
    if found is None:
        raise NotFound("没有这次重放", "There is no such replay")
    return found


def replays(proposal_id: int, *, most: int = 10) -> list[Replay]:
    """Return the newest replays of a draft, newest first."""
    return list(Replay.objects.filter(proposal=proposal_id).defer("body").order_by("-number")[:most])


def changes(found: Replay, *, kind: str = "", before: int = 0, most: int = 50) -> list[dict[str, Any]]:
    """Return past cases that would change, in one way or in any, newest first; those before the row `before` if given.

    Each has case (its row), number, department, kind, rules, result, and what became of it: outcome, automatic.
    """
    rows = ReplayChange.objects.filter(replay=found)
    if kind:
        rows = rows.filter(kind=kind)
    if before:
        rows = rows.filter(application__lt=before)
    told = ("application", "application__number", "application__department", "kind", "rules", "result")
    decided = (
        "application__decision__outcome",
        "application__decision__automatic",
        "application__decision__decided_at",
    )
    names = ("case", "number", "department", "kind", "rules", "result", "outcome", "automatic", "decided_at")
    listed = rows.order_by("-application").values_list(*told, *decided)[:most]
    return [dict(zip(names, each, strict=True)) for each in listed]
