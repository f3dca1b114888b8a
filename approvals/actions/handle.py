"""The three steps of the human route: handle (承办), review (审核), and sending back; granting is `decide.py`."""

from datetime import datetime

from django.db import transaction

from approvals import states
from approvals.actions import cases
from approvals.events import ApplicationHandled, ApplicationReviewed, ApplicationSentBack
from approvals.models import Application
from govsim.core import clock, journal, moves
from govsim.core.actors import SIMULATION, Actor
from govsim.core.errors import NotAllowed
from govsim.core.models import World

_EVENTS = {"handle": ApplicationHandled, "review": ApplicationReviewed, "send_back": ApplicationSentBack}


def who_did(row: Application, event: str) -> str:
    """Return the actor of the newest journal entry of one kind, or an empty text."""
    found = [each.actor for each in journal.history(row.world_id, "application", row.pk) if each.event == event]
    return found[-1].partition(":")[2] if found else ""


def keep_apart(row: Application, actor: Actor, *events: str) -> None:
    """Raise NotAllowed when this person did an earlier step that excludes them (§E.2 separation)."""
    if actor != SIMULATION and any(who_did(row, event) == actor.key for event in events):
        raise NotAllowed("同一人不能承办并审批同一事项", "One person cannot handle and approve the same case")


def make(row: Application, verb: str, *, actor: Actor, at: datetime, opinion: str = "") -> None:
    """Make one of the three steps on `row` in the caller's transaction."""
    if verb == "review":
        keep_apart(row, actor, "ApplicationHandled")
    moves.make(
        row, states.APPLICATION, verb, actor=actor, at=at, opened_by="",
        event=_EVENTS[verb](row.number, row.package_id, row.branch, opinion=opinion),
    )  # fmt: skip


def _step(world: World, actor: Actor, number: str, verb: str, opinion: str) -> Application:
    with transaction.atomic():
        row = cases.application(world, number, actor)
        make(row, verb, actor=actor, at=clock.now(world), opinion=opinion[:2000])
    return row


def handle(*, world: World, actor: Actor, number: str, opinion: str = "") -> Application:
    """Hand the case on to the reviewer, with an opinion."""
    return _step(world, actor, number, "handle", opinion)


def review(*, world: World, actor: Actor, number: str, opinion: str = "") -> Application:
    """Hand the case on to the approver. Raises NotAllowed for the person who handled it."""
    return _step(world, actor, number, "review", opinion)


def send_back(*, world: World, actor: Actor, number: str, opinion: str = "") -> Application:
    """Send the case back to the handler."""
    return _step(world, actor, number, "send_back", opinion)
