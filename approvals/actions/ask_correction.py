"""Ask for correction (补正): everything that is missing is told at one time, and the limit stops (§B.0)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from approvals import deadlines, states
from approvals.actions import cases
from approvals.events import CorrectionAsked
from approvals.models import Application, Pause
from govsim.core import clock, moves
from govsim.core.actors import Actor
from govsim.core.errors import BadInput, Conflict
from govsim.core.models import World

type Missing = dict[str, Any]  # {"what": a field or material key, "zh": …, "en": …}


def make(row: Application, *, missing: Sequence[Missing], actor: Actor, at: datetime) -> None:
    """Ask on `row` in the caller's transaction; at the end of the deadline the case is returned by itself."""
    until = deadlines.correction_until(at)
    moves.make(
        row, states.APPLICATION, "ask_correction", actor=actor, at=at, missing=list(missing), due_at=until,
        event=CorrectionAsked(
            row.number, row.package_id, row.branch, missing=list(missing), until=until.isoformat()
        ),
    )  # fmt: skip
    Pause.objects.create(application=row, reason="correcting", from_at=at)


def ask_correction(*, world: World, actor: Actor, number: str, missing: Sequence[Missing]) -> Application:
    """Tell the applicant all that is missing. Raises Conflict when it was told before: once is the rule."""
    if not missing or not all(isinstance(each, dict) and each.get("what") and each.get("zh") for each in missing):
        raise BadInput({"missing": ("请一次列明全部需要补正的内容", "List everything that is missing, at one time")})
    told = [
        {"what": str(each["what"]), "zh": str(each["zh"]), "en": str(each.get("en") or each["zh"])} for each in missing
    ]
    with transaction.atomic():
        row = cases.application(world, number, actor)
        if row.missing:
            raise Conflict(
                "补正内容已一次性告知，不能再次要求", "What is missing was told once already; it cannot be asked again"
            )
        make(row, missing=told, actor=actor, at=clock.now(world))
    return row
