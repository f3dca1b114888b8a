"""What a person does about a case that no worker could handle: try again, or let an officer decide."""

from django.db import transaction

from approvals import states
from approvals.events import ApplicationReferred
from approvals.models import Application
from govsim.core import clock, journal, moves
from govsim.core.actors import SYSTEM, Actor
from govsim.core.errors import Conflict, NotAllowed
from govsim.core.models import World


def retry(*, world: World, actor: Actor, number: str) -> None:
    """Put an incident back into the queue with its attempts forgotten.

    Raises NotAllowed for others than trainers, Conflict when it is none.
    """
    with transaction.atomic():
        row = _incident(world, actor, number)
        Application.objects.filter(pk=row.pk).update(due_at=clock.now(world), attempts=0, dead_reason="")


def hand_over(*, world: World, actor: Actor, number: str) -> None:
    """Refer an incident to the officers of its department, who decide by themselves.

    Raises NotAllowed for others than trainers, Conflict when it is none or is beyond deciding.
    """
    with transaction.atomic():
        row = _incident(world, actor, number)
        moves.make(
            row, states.APPLICATION, "refer", actor=SYSTEM, at=clock.now(world), due=True, dead_reason="", attempts=0,
            event=ApplicationReferred(row.number, row.package_id, row.branch, reasons=["incident"]),
        )  # fmt: skip


def tell_again(*, world: World, actor: Actor, entry: int) -> None:
    """Let a journal entry be told again. Raises NotAllowed for others than trainers, Conflict when it is none."""
    _may(actor)
    if not journal.retry(world.pk, entry):
        raise Conflict("该记录不在异常列表中", "This entry is not among the incidents")


def _may(actor: Actor) -> None:
    if actor.role not in ("trainer", "system"):
        raise NotAllowed("只有培训教师可以处置异常", "Only a trainer may deal with incidents")


def _incident(world: World, actor: Actor, number: str) -> Application:
    _may(actor)
    rows = Application.objects.select_for_update().filter(world=world, number=number, due_at=None)
    row = rows.exclude(dead_reason="").first()
    if row is None:
        raise Conflict("该办件不在异常列表中", "This case is not among the incidents")
    return row
