"""What lies on the desks of a department, at a price that does not depend on how much it is.

A page looks at the oldest LOOK cases of each state, by the index on world, department and state; what lies behind
them is reached by naming the last case that was seen. Nothing is counted over all rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from approvals import states
from approvals.models import Application, Decision
from govsim.core.actors import OFFICERS, Actor
from govsim.core.models import World

LOOK = 200
MOST_DECIDED = 50
_ASIDE = ("return", "void", "suspend")  # possible, but not what a case waits for
HEAVY = ("form", "corrections", "materials", "consents", "missing", "assessment", "dead_reason")  # what no list shows
LIGHT = (*HEAVY, "decision__passport")  # the same of rows that come with their decision


@dataclass(frozen=True)
class Window:
    """The oldest cases from some place on; `more` says that others lie behind them."""

    rows: list[Application]
    more: bool


def waiting_states(actor: Actor) -> list[str]:
    """Return the states in which a case waits for the role of `actor`, in the order of its life."""
    if actor.role not in OFFICERS:
        return []
    return [
        state
        for state in states.APPLICATION.states
        if state in states.ON_DESK and any(move.verb not in _ASIDE for move in states.APPLICATION.allowed(state, actor))
    ]


def window(world: World, actor: Actor, *, only: Sequence[str] = (), after: str = "") -> Window:
    """Return the oldest cases that wait for an officer, in the states `only` if given, behind the case `after`.

    The states that the role cannot move are left out whatever is asked. An unknown `after` is the beginning.
    """
    mine = [state for state in waiting_states(actor) if not only or state in only]
    rows = Application.objects.filter(world=world, department=actor.department)
    last = rows.filter(number=after).values_list("pk", flat=True).first() if after else None
    found: list[int] = []
    for state in mine:
        ids = rows.filter(state=state, pk__gt=last or 0).order_by("pk").values_list("pk", flat=True)
        found += ids[: LOOK + 1]
    chosen = sorted(found)[:LOOK]
    shown = Application.objects.filter(pk__in=chosen).select_related("package", "decision").defer(*LIGHT)
    return Window(list(shown.prefetch_related("pauses").order_by("pk")), len(found) > LOOK)


def oldest_free(world: World, actor: Actor, *, most: int = 5) -> list[str]:
    """Return the numbers of the oldest cases that wait for an officer and that nobody has open."""
    rows = Application.objects.filter(world=world, department=actor.department, opened_by="")
    found: list[tuple[int, str]] = []
    for state in waiting_states(actor):
        found += rows.filter(state=state).order_by("pk").values_list("pk", "number")[:most]
    return [number for _, number in sorted(found)[:most]]


def decided_by(world: World, actor: Actor, *, since: datetime) -> list[Decision]:
    """Return what this person has decided since `since`, newest first, at most MOST_DECIDED."""
    rows = Decision.objects.filter(world=world, officer=str(actor), automatic=False, decided_at__gte=since)
    return list(rows.select_related("application").defer("passport").order_by("-decided_at")[:MOST_DECIDED])


def coming(world: World, *, most: int = 5) -> list[Application]:
    """Return the cases that are due next in a world, the earliest first."""
    rows = Application.objects.filter(world=world, due_at__isnull=False).order_by("due_at", "pk")
    return list(rows.defer(*HEAVY)[:most])


def under_way(world: World, by_people: Sequence[str], *, most: int = 5) -> list[Application]:
    """Return some cases that nobody has decided: those due next, and those on the desks of the departments `by_people`.

    The latter come in no order, so that the index gives the first ones without reading the others.
    """
    rows = Application.objects.filter(world=world, department__in=by_people, state__in=states.ON_DESK)
    return [*coming(world, most=most), *rows.defer(*HEAVY)[:most]]
