"""Special procedure: hearing, inspection, testing, expert review. Its time does not count (§B.0)."""

from django.db import transaction

from approvals import states
from approvals.actions import cases
from approvals.events import SpecialProcedureEnded, SpecialProcedureStarted
from approvals.models import Application, Pause
from govsim.core import clock, moves
from govsim.core.actors import Actor
from govsim.core.errors import BadInput
from govsim.core.models import World


def suspend(*, world: World, actor: Actor, number: str, reason: str) -> Application:
    """Start a special procedure and stop the limit. Raises BadInput without a reason."""
    if not reason.strip():
        raise BadInput({"reason": ("请写明特别程序的事由", "Say why a special procedure is needed")})
    at = clock.now(world)
    with transaction.atomic():
        row = cases.application(world, number, actor)
        moves.make(
            row, states.APPLICATION, "suspend", actor=actor, at=at,
            event=SpecialProcedureStarted(row.number, row.package_id, row.branch, reason=reason[:500]),
        )  # fmt: skip
        Pause.objects.create(application=row, reason="special", from_at=at)
    return row


def resume(*, world: World, actor: Actor, number: str, result: str = "") -> Application:
    """End the special procedure; the case is with its handler again."""
    at = clock.now(world)
    with transaction.atomic():
        row = cases.application(world, number, actor)
        moves.make(
            row, states.APPLICATION, "resume", actor=actor, at=at,
            event=SpecialProcedureEnded(row.number, row.package_id, row.branch, result=result[:500]),
        )  # fmt: skip
        row.pauses.filter(to_at=None).update(to_at=at)
    return row
