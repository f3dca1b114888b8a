"""Urge a case (催办) and put it under supervision (督办): the two things that the command centre may do to a case.

Neither changes its state. Both are written in its journal, from where the officer's inbox and the case show them.
"""

from datetime import datetime, timedelta

from django.db import transaction

from approvals import states
from approvals.actions import cases
from approvals.events import ApplicationEscalated, ApplicationUrged
from approvals.models import Application
from govsim.core import clock, journal, moves
from govsim.core.actors import Actor
from govsim.core.models import World

INTERVAL = timedelta(minutes=30)  # world time in which a second urge says nothing new; a choice of this simulation
NOTE = 200

type Told = ApplicationUrged | ApplicationEscalated


def urge(*, world: World, actor: Actor, number: str, note: str = "") -> Application:
    """Ask the department to go on with a case; within INTERVAL a second time changes nothing.

    Raises NotFound for a stranger's number, NotAllowed for a role that may not, Conflict when nobody can go on.
    """
    return tell(world, actor, number, "urge", ApplicationUrged, note)


def tell(world: World, actor: Actor, number: str, verb: str, event: type[Told], note: str) -> Application:
    """Write one of the two to the journal of a case, unless it was written less than INTERVAL ago."""
    at = clock.now(world)
    with transaction.atomic():
        row = cases.application(world, number, actor)
        moves.check(row, states.APPLICATION, verb, actor)
        if any(each > at - INTERVAL for each in moments(row, event)):
            return row
        said = event(row.number, row.package_id, row.branch, note=note.strip()[:NOTE])
        moves.make(row, states.APPLICATION, verb, actor=actor, at=at, event=said)
    return row


def moments(row: Application, *events: type[Told]) -> list[datetime]:
    """Return when a case was told so, oldest first."""
    names = {each.title() for each in events}
    return [each.at for each in journal.history(row.world_id, "application", row.pk) if each.event in names]
