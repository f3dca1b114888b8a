"""Accept a case, or decline it: the formal answer to what was received (受理 / 不予受理)."""

from datetime import datetime

from django.db import transaction

from approvals import states
from approvals.actions import cases
from approvals.events import ApplicationAccepted, ApplicationDeclined
from approvals.models import Application
from govsim.core import clock, moves, numbers
from govsim.core.actors import Actor
from govsim.core.codes import items
from govsim.core.errors import BadInput
from govsim.core.models import World
from govsim.core.organisations import department
from services import queries as catalogue


def long_number(row: Application, at: datetime) -> str:
    """Return the 43-character case number of §C.6, made at acceptance: implementation code, date, daily sequence."""
    body = catalogue.item_version(row.item_key, row.item_version).body
    unit = department(row.department).credit_code
    code = items.implementation_code(unit, body["level"], body["basic_code"])
    sequence = numbers.take(row.world_id, f"long:{at:%Y%m%d}:{code}"[:40])
    return items.case_number(code, at.date(), sequence, width=max(4, len(str(sequence))))


def make(row: Application, *, actor: Actor, at: datetime) -> None:
    """Accept `row` in the caller's transaction. From here the promised limit runs."""
    number = row.long_number or long_number(row, at)
    moves.make(
        row, states.APPLICATION, "accept", actor=actor, at=at, due_at=None, long_number=number,
        accepted_at=row.accepted_at or at, opened_by=actor.key if actor.role not in ("system", "simulation") else "",
        event=ApplicationAccepted(row.number, row.package_id, row.branch, long_number=number),
    )  # fmt: skip


def accept(*, world: World, actor: Actor, number: str) -> Application:
    """Accept one case as an officer of its department."""
    with transaction.atomic():
        row = cases.application(world, number, actor)
        make(row, actor=actor, at=clock.now(world))
    return row


def decline(*, world: World, actor: Actor, number: str, reason_zh: str, reason_en: str = "") -> Application:
    """Do not accept one case, with the reason that the applicant is told."""
    if not reason_zh.strip():
        raise BadInput({"reason_zh": ("请写明不予受理的理由", "Say why it is not accepted")})
    with transaction.atomic():
        row = cases.application(world, number, actor)
        moves.make(
            row, states.APPLICATION, "decline", actor=actor, at=clock.now(world), due_at=None,
            due=row.package_id is not None,
            event=ApplicationDeclined(
                row.number, row.package_id, row.branch, reason={"zh": reason_zh, "en": reason_en or reason_zh}
            ),
        )  # fmt: skip
    return row
