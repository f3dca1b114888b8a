"""Questions about applications: one with its history, passport and limit; lists of applicants and officers."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from approvals import deadlines, messages, states
from approvals.models import STUCK, WITH_PEOPLE, Application, Decision, Package
from approvals.queries.desk import LIGHT, waiting_states
from govsim.core import clock, journal
from govsim.core.actors import Actor
from govsim.core.models import JournalEntry, World

MOST = 500  # of what one person or firm has


def history(row: Application | Package) -> list[JournalEntry]:
    """Return everything that happened to an application or package, in order."""
    return journal.history(row.world_id, row._meta.model_name or "", row.pk)


def passport(row: Application) -> dict[str, Any] | None:
    """Return the decision passport of a decided application, or the findings of one that is with a person."""
    decision: Decision | None = getattr(row, "decision", None)
    text = decision.passport if decision is not None else row.assessment
    found: dict[str, Any] | None = json.loads(text) if text else None
    return found


def pauses(row: Application, now: datetime) -> list[tuple[datetime, datetime]]:
    """Return the times in which the limit did not run; an open one lasts until `now`."""
    return [(each.from_at, each.to_at or now) for each in row.pauses.all()]


def limit(row: Application, promised_days: int, now: datetime) -> deadlines.Limit | None:
    """Return how the promised limit of an application stands, or None before it was submitted."""
    start = row.accepted_at or row.submitted_at
    if start is None:
        return None
    decision: Decision | None = getattr(row, "decision", None)
    running = row.state in states.APPLICATION.unfinished and row.state not in states.PAUSED
    end = decision.decided_at if decision is not None else now
    promised = timedelta(hours=8 * max(promised_days, 1))
    return deadlines.limit(
        promised,
        start.astimezone(clock.ZONE),
        end.astimezone(clock.ZONE),
        [(a.astimezone(clock.ZONE), b.astimezone(clock.ZONE)) for a, b in pauses(row, now)],
        running=running,
    )


def moves(row: Application, actor: Actor) -> list[Any]:
    """Return the moves that `actor` may make on this application: the buttons of a page, the links of the API."""
    allowed = states.APPLICATION.allowed(row.state, actor)
    return [each for each in allowed if "simulation" not in each.by or actor.role == "simulation"]


def inbox(world: World, actor: Actor) -> QuerySet[Application]:
    """Return what waits for an officer: the cases of their department that their role can move, oldest first."""
    mine = waiting_states(actor)
    if not mine:
        return Application.objects.none()
    # Said as what is left out, the database reads the open cases in their order instead of sorting them.
    others = [state for state in states.APPLICATION.states if state not in mine]
    rows = Application.objects.filter(WITH_PEOPLE, world=world, department=actor.department).exclude(state__in=others)
    return rows.select_related("package", "decision").prefetch_related("pauses").order_by("submitted_at", "pk")


def of_applicant(world: World, holder: str) -> QuerySet[Application]:
    """Return the applications of one person or firm, newest first, as a list needs them."""
    rows = Application.objects.filter(applicant=holder, world=world)
    return rows.select_related("package", "decision").defer(*LIGHT).order_by("-pk")


def by_number(world: World, number: str) -> Application | None:
    """Return the submitted application with this number in a world, or None. Who may know it, the caller decides."""
    rows = Application.objects.filter(world=world, number=number).exclude(state="draft")
    return rows.select_related("world", "decision").prefetch_related("pauses").first()


def unfinished(rows: QuerySet[Application]) -> QuerySet[Application]:
    """Return those of `rows` that are with the platform and not finished."""
    return rows.filter(state__in=states.APPLICATION.unfinished - {"draft"})


def older(rows: QuerySet[Application], world: World, number: str) -> QuerySet[Application]:
    """Return those of `rows` that were made before the case `number` of the world; none when there is no such case."""
    return rows.filter(pk__lt=Application.objects.filter(world=world, number=number).values("pk")[:1])


def packages_of(world: World, holder: str) -> QuerySet[Package]:
    """Return the packages that a person started or has to sign, newest first; whoever starts one signs it."""
    return Package.objects.filter(signatures__person=holder, world=world).order_by("-pk")


def messages_of(world: World, holder: str, most: int = 50) -> list[messages.Message]:
    """Return the simulated short messages to one person or firm, newest first. They are the journal, retold."""
    ids = list(
        Application.objects.filter(world=world, applicant=holder).order_by("-pk").values_list("pk", flat=True)[:MOST]
    )
    entries = JournalEntry.objects.filter(
        world=world, kind="application", row__in=ids, event__in=messages.EVENTS
    ).order_by("-at", "-id")[:most]
    return [messages.tell(each.event, each.data, each.at) for each in entries]


def messages_about(row: Application) -> list[messages.Message]:
    """Return the simulated short messages about one application, newest first."""
    told = [each for each in history(row) if each.event in messages.EVENTS]
    return [messages.tell(each.event, each.data, each.at) for each in reversed(told)]


def finished_at(row: Application) -> datetime | None:
    """Return when an application was decided or otherwise ended, or None."""
    decision: Decision | None = getattr(row, "decision", None)
    if decision is not None:
        return decision.decided_at
    if row.state not in states.APPLICATION.outcomes:
        return None
    return JournalEntry.objects.filter(world_id=row.world_id, kind="application", row=row.pk).latest("seq").at


def dead(world: World) -> QuerySet[Application]:
    """Return the applications that no worker could process: incidents for a person."""
    return Application.objects.filter(STUCK, world=world).order_by("-pk")


@dataclass(frozen=True, slots=True)
class CaseLine:
    """What figures are counted from: one submitted case. `automatic` and `decided_at` are None without a decision."""

    item_key: str
    item_version: int
    state: str
    submitted_at: datetime
    corrected: bool
    automatic: bool | None
    decided_at: datetime | None
    rating: int | None


def case_lines(world_id: int) -> Iterator[CaseLine]:
    """Yield every submitted case of a world, in the order in which they came."""
    rows = Application.objects.filter(world_id=world_id, submitted_at__isnull=False).order_by("pk")
    columns = ("item_key", "item_version", "state", "submitted_at", "missing")
    decided = ("decision__automatic", "decision__decided_at", "rating__code")
    for key, version, state, at, missing, *rest in rows.values_list(*columns, *decided).iterator(2000):
        yield CaseLine(key, version, state, at, bool(missing), *rest)


def package_lines(world_id: int) -> Iterator[tuple[str, str, datetime, datetime | None]]:
    """Yield (theme, state, submitted, finished) of every submitted package of a world."""
    rows = Package.objects.filter(world_id=world_id, submitted_at__isnull=False).order_by("pk")
    for theme, state, submitted, finished in rows.values_list(
        "theme_key", "state", "submitted_at", "finished_at"
    ).iterator(2000):
        if submitted is not None:
            yield theme, state, submitted, finished
