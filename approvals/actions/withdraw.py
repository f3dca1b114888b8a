"""Withdraw (撤件) by the applicant, and return (退件) by an officer or when a correction deadline has passed."""

from datetime import datetime

from django.db import transaction

from approvals import states
from approvals.actions import cases
from approvals.events import ApplicationReturned, ApplicationWithdrawn
from approvals.models import Application
from govsim.core import clock, moves
from govsim.core.actors import Actor
from govsim.core.errors import BadInput
from govsim.core.models import World


def make_withdraw(row: Application, *, actor: Actor, at: datetime) -> None:
    """Withdraw `row` in the caller's transaction."""
    moves.make(
        row, states.APPLICATION, "withdraw", actor=actor, at=at, due_at=None, claim="", due=row.package_id is not None,
        event=ApplicationWithdrawn(row.number, row.package_id, row.branch),
    )  # fmt: skip
    row.pauses.filter(to_at=None).update(to_at=at)


def make_return(row: Application, *, actor: Actor, at: datetime, reason: dict[str, str]) -> None:
    """Return `row` in the caller's transaction, with the reason that the applicant is told."""
    moves.make(
        row, states.APPLICATION, "return", actor=actor, at=at, due_at=None, claim="", due=row.package_id is not None,
        event=ApplicationReturned(row.number, row.package_id, row.branch, reason=reason),
    )  # fmt: skip
    row.pauses.filter(to_at=None).update(to_at=at)


def withdraw(*, world: World, actor: Actor, number: str) -> Application:
    """Withdraw one's own unfinished application."""
    with transaction.atomic():
        row = cases.application(world, number, actor)
        make_withdraw(row, actor=actor, at=clock.now(world))
    return row


def return_(*, world: World, actor: Actor, number: str, reason_zh: str, reason_en: str = "") -> Application:
    """Return one case to the applicant for good. Raises BadInput without a reason."""
    if not reason_zh.strip():
        raise BadInput({"reason_zh": ("请写明退件的理由", "Say why it is returned")})
    with transaction.atomic():
        row = cases.application(world, number, actor)
        reason = {"zh": reason_zh[:500], "en": (reason_en or reason_zh)[:500]}
        make_return(row, actor=actor, at=clock.now(world), reason=reason)
    return row
