"""Questions about applications and packages. Nothing here changes anything."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from approvals import deadlines, messages, states
from approvals.models import Application, Decision, DeskStay, Package, Pause
from govsim.core import audit, clock, journal
from govsim.core.actors import OFFICERS, Actor
from govsim.core.models import JournalEntry, World

DECISION_COLUMNS = (
    "application_id", "world_id", "outcome", "automatic", "officer", "opinion", "item_key", "rule_set", "passport",
    "passport_hash", "result", "remedy", "certificate", "deliverables", "sampled", "decided_at",
)  # fmt: skip


def earliest_due(world_id: int) -> datetime | None:
    """Return the world moment of the application that has been due longest, or None."""
    rows = Application.objects.filter(world_id=world_id, due_at__isnull=False)
    return rows.order_by("due_at", "id").values_list("due_at", flat=True).first()


def due_now(world_id: int, now: datetime) -> bool:
    """Say whether something waits for a worker at `now` (world time)."""
    return Application.objects.filter(world_id=world_id, due_at__lte=now).exists()


def decision_content(decision: Decision) -> dict[str, Any]:
    """Return the columns of a decision that the audit chain vouches for."""
    content = {column: getattr(decision, column) for column in DECISION_COLUMNS}
    content["decided_at"] = decision.decided_at.astimezone(clock.ZONE).isoformat()
    return content


def decision_hashes(world_id: int, refs: Sequence[str] | None) -> Iterator[tuple[str, bytes]]:
    """Compute the audited hash of each decision again: (application id, hash)."""
    rows = Decision.objects.filter(world_id=world_id)
    if refs is not None:
        rows = rows.filter(pk__in=[int(ref) for ref in refs])
    for decision in rows.order_by("pk").iterator(500):
        yield str(decision.pk), audit.digest(decision_content(decision))


def passports(world_id: int) -> Iterator[tuple[str, str, str, bool]]:
    """Yield (number, outcome, passport, automatic) of every decision of a world."""
    rows = Decision.objects.filter(world_id=world_id).order_by("pk")
    yield from rows.values_list("application__number", "outcome", "passport", "automatic").iterator(500)


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


_ASIDE = ("return", "void", "suspend")  # possible, but not what a case waits for


def inbox(world: World, actor: Actor) -> QuerySet[Application]:
    """Return what waits for an officer: the cases of their department that their role can move, oldest first."""
    if actor.role not in OFFICERS:
        return Application.objects.none()
    mine = [
        state
        for state in states.ON_DESK
        if any(move.verb not in _ASIDE for move in states.APPLICATION.allowed(state, actor))
    ]
    rows = Application.objects.filter(world=world, department=actor.department, state__in=mine)
    return rows.select_related("package", "decision").prefetch_related("pauses").order_by("submitted_at", "pk")


def of_applicant(world: World, holder: str) -> QuerySet[Application]:
    """Return the applications of one person or firm, newest first."""
    rows = Application.objects.filter(applicant=holder, world=world)
    return rows.select_related("package", "decision").order_by("-pk")


def packages_of(world: World, holder: str) -> QuerySet[Package]:
    """Return the packages that a person started or has to sign, newest first."""
    rows = Package.objects.filter(Q(applicant=holder) | Q(signatures__person=holder), world=world)
    return rows.distinct().order_by("-pk")


def messages_of(world: World, holder: str, most: int = 50) -> list[messages.Message]:
    """Return the simulated short messages to one person or firm, newest first. They are the journal, retold."""
    ids = list(
        Application.objects.filter(world=world, applicant=holder).order_by("-pk").values_list("pk", flat=True)[:500]
    )
    entries = JournalEntry.objects.filter(
        world=world, kind="application", row__in=ids, event__in=messages.EVENTS
    ).order_by("-at", "-id")[:most]
    return [messages.tell(each.event, each.data, each.at) for each in entries]


@dataclass(frozen=True)
class Span:
    """A piece of a lane: `kind` is queue, work, waiting_applicant, waiting_system, off_hours or review."""

    kind: str
    start: datetime
    end: datetime


@dataclass(frozen=True)
class Lane:
    """One branch of a package on the world's clock."""

    branch: str
    applications: list[Application]
    spans: list[Span]
    arrived_at: datetime | None
    finished_at: datetime | None
    state: str


def spans(row: Application, now: datetime) -> list[Span]:
    """Return how an application spent its time: queueing, worked on, waiting for the applicant."""
    found: list[Span] = []
    for stay in sorted(row.stays.all(), key=lambda each: each.pk):
        found.append(Span("queue", stay.arrived_at, min(stay.starts_at, max(now, stay.arrived_at))))
        if now > stay.starts_at:
            found.append(Span("work", stay.starts_at, min(stay.ends_at, now)))
    for pause in row.pauses.all():
        kind = "waiting_applicant" if pause.reason == "correcting" else "waiting_system"
        found.append(Span(kind, pause.from_at, pause.to_at or now))
    return [each for each in sorted(found, key=lambda each: each.start) if each.end > each.start]


def finished_at(row: Application) -> datetime | None:
    """Return when an application was decided or otherwise ended, or None."""
    decision: Decision | None = getattr(row, "decision", None)
    if decision is not None:
        return decision.decided_at
    if row.state not in states.APPLICATION.outcomes:
        return None
    return JournalEntry.objects.filter(world_id=row.world_id, kind="application", row=row.pk).latest("seq").at


def lanes(package: Package, order: Sequence[str], now: datetime) -> list[Lane]:
    """Return one lane for each chosen branch, in the theme's order, each with its applications from first to last."""
    rows = list(package.applications.select_related("decision").prefetch_related("stays", "pauses").order_by("pk"))
    found = []
    for branch in order:
        mine = [row for row in rows if row.branch == branch]
        last = mine[-1] if mine else None
        found.append(
            Lane(
                branch=branch,
                applications=mine,
                spans=[span for row in mine for span in spans(row, now)],
                arrived_at=mine[0].submitted_at if mine else None,
                finished_at=finished_at(last) if last else None,
                state=last.state if last else "waiting",
            )
        )
    return found


@dataclass(frozen=True)
class PackageClock:
    """The promised time of a package (一天办结): working time without the waits for the applicant.

    `met` is None while nobody can say: not all is finished and the promise is not broken yet.
    """

    started_at: datetime | None
    limit: deadlines.Limit
    met: bool | None
    slowest_branch: str | None


def package_clock(package: Package, theme: Mapping[str, Any], found: Sequence[Lane], now: datetime) -> PackageClock:
    """Return how the clock of a package stands at `now`, from its lanes; only branches that count stop it."""
    promised = timedelta(hours=theme["promised_working_hours"])
    start = package.submitted_at
    if start is None:
        return PackageClock(None, deadlines.Limit(promised, timedelta(0), None), None, None)
    counting = {branch["key"] for branch in theme["branches"] if branch["counts_in_clock"]}
    counted = [lane for lane in found if lane.branch in counting]
    finished = package.finished_at is not None or all(lane.finished_at is not None for lane in counted)
    ends = [lane.finished_at or package.finished_at or now for lane in counted]
    end = max(ends, default=now) if finished else now
    waits = _joined(span for lane in counted for span in lane.spans if span.kind == "waiting_applicant")
    waiting = any(lane.state == "correcting" for lane in counted)
    stopped = [(_local(begins), _local(ends)) for begins, ends in waits]
    limit = deadlines.limit(promised, _local(start), _local(end), stopped, running=not finished and not waiting)
    in_time = limit.used <= promised
    met = in_time if finished else None if in_time else False
    took = {lane.branch: (lane.finished_at or now) - lane.arrived_at for lane in counted if lane.arrived_at is not None}
    slowest = max(took, key=lambda branch: took[branch], default=None)
    return PackageClock(start, limit, met, slowest)


def _joined(spans: Iterable[Span]) -> list[tuple[datetime, datetime]]:
    """Return the union of spans, so that a time in which two branches waited counts once."""
    joined: list[tuple[datetime, datetime]] = []
    for span in sorted(spans, key=lambda each: each.start):
        if joined and span.start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], span.end))
        else:
            joined.append((span.start, span.end))
    return joined


def _local(moment: datetime) -> datetime:
    return moment.astimezone(clock.ZONE)


def stays_of(world: World, department: str, now: datetime) -> QuerySet[DeskStay]:
    """Return the stays that a department has not finished at `now`."""
    return DeskStay.objects.filter(world=world, department=department, ends_at__gt=now).order_by("starts_at")


def dead(world: World) -> QuerySet[Application]:
    """Return the applications that no worker could process: incidents for a person."""
    return Application.objects.filter(world=world).exclude(dead_reason="").order_by("-pk")


def open_pause(row: Application) -> Pause | None:
    """Return the pause that is open now, if any."""
    return row.pauses.filter(to_at=None).first()


def due_rows_older_than(world: World, moment: datetime) -> QuerySet[Application]:
    """Return unfinished due rows whose moment passed before `moment` (world time)."""
    return Application.objects.filter(world=world, due_at__lt=moment)


# --- for the sweeper ---------------------------------------------------------------------------------------------


def waiting_worlds(wall: datetime) -> list[tuple[World, datetime | None, datetime | None]]:
    """Return every living world with what waits in it for a worker, in one statement.

    The moments (world time) are those of the earliest due application that nobody holds a lease on, and of the
    oldest journal entry that may be told now; None when there is none. `wall` is the machine's time.
    """
    free = Q(lease_until=None) | Q(lease_until__lt=wall)
    due = Application.objects.filter(free, world=OuterRef("pk"), due_at__isnull=False).order_by("due_at", "id")
    ready = Q(retry_at=None) | Q(retry_at__lte=wall)
    told = JournalEntry.objects.filter(ready, world=OuterRef("pk"), due=True).order_by("at", "id")
    rows = World.objects.filter(retired_at=None).order_by("pk")
    found = rows.annotate(waits=Subquery(due.values("due_at")[:1]), tells=Subquery(told.values("at")[:1]))
    return [(world, world.waits, world.tells) for world in found]


def somebody_works(world_id: int, wall: datetime) -> bool:
    """Say whether a worker holds a lease on something due in this world."""
    return Application.objects.filter(world_id=world_id, due_at__isnull=False, lease_until__gte=wall).exists()


# --- for walk-throughs -------------------------------------------------------------------------------------------


def outcomes(world: World) -> Iterator[dict[str, Any]]:
    """Yield what happened to every application and package of a world, in the order of their numbers.

    Only what the seed decides is there: no wall times, no random identifiers, no signatures (decision 6).
    """
    told: dict[tuple[str, int], list[list[Any]]] = {}
    entries = JournalEntry.objects.filter(world=world, kind__in=("application", "package"))
    for each in entries.order_by("kind", "row", "seq").iterator(2000):
        told.setdefault((each.kind, each.row), []).append([each.event, each.actor.partition(":")[0], each.at])
    for package in Package.objects.filter(world=world).order_by("number").iterator(500):
        yield {
            "package": package.number,
            "state": package.state,
            "branches": package.branches,
            "events": told.get(("package", package.pk), []),
        }
    rows = Application.objects.filter(world=world).select_related("decision").prefetch_related("stays")
    for row in rows.order_by("number").iterator(500):
        decision: Decision | None = getattr(row, "decision", None)
        yield {
            "application": row.number,
            "long_number": row.long_number,
            "item": row.item_key,
            "branch": row.branch,
            "department": row.department,
            "state": row.state,
            "missing": row.missing,
            "events": told.get(("application", row.pk), []),
            "stays": sorted([each.desk, each.arrived_at, each.starts_at, each.ends_at] for each in row.stays.all()),
            "decision": _decided(decision) if decision is not None else None,
        }


def _decided(decision: Decision) -> dict[str, Any]:
    passport = json.loads(decision.passport)
    return {
        "outcome": decision.outcome,
        "automatic": decision.automatic,
        "rule_set": decision.rule_set,
        "verdicts": [[each["id"], each["verdict"]] for each in passport["rules"]],
        "result": decision.result,
        "remedy": decision.remedy,
        "sampled": decision.sampled,
        "at": decision.decided_at,
    }


# --- for the check of the books (decisions 18) -------------------------------------------------------------------


def standings(world_id: int) -> Iterator[tuple[str, int, str, str, int, str]]:
    """Yield (kind, row, number, state, version, outcome of its decision) of every application and package."""
    rows = Application.objects.filter(world_id=world_id).order_by("pk")
    for row in rows.values_list("pk", "number", "state", "version", "decision__outcome").iterator(2000):
        yield "application", row[0], row[1], row[2], row[3], row[4] or ""
    packages = Package.objects.filter(world_id=world_id).order_by("pk")
    for each in packages.values_list("pk", "number", "state", "version").iterator(2000):
        yield "package", each[0], each[1], each[2], each[3], ""


def unfinished_due(world_id: int, wall: datetime) -> Iterator[tuple[str, int, datetime]]:
    """Yield (number, row, moment) of the applications that are due and that no worker holds at `wall`."""
    free = Q(lease_until=None) | Q(lease_until__lt=wall)
    rows = Application.objects.filter(free, world_id=world_id, due_at__isnull=False).order_by("due_at", "pk")
    for number, row, moment in rows.values_list("number", "pk", "due_at").iterator(2000):
        if moment is not None:
            yield number, row, moment


def decided(world_id: int) -> Iterator[dict[str, Any]]:
    """Yield what a decision can be checked by: its number, item, rule set, passport, outcome, certificate."""
    rows = Decision.objects.filter(world_id=world_id).order_by("pk")
    columns = ("item_key", "rule_set", "passport", "passport_hash", "outcome", "automatic", "certificate")
    found = rows.values("application__number", *columns)
    yield from found.iterator(500)


def package_hashes(world_id: int, refs: Sequence[str] | None) -> Iterator[tuple[str, bytes]]:
    """Compute the audited hash of each finished package again from its row and its journal."""
    ends = JournalEntry.objects.filter(world_id=world_id, kind="package", event="PackageFinished")
    data = dict(ends.values_list("row", "data").iterator(2000))
    for pk, number, state in Package.objects.filter(world_id=world_id).values_list("pk", "number", "state"):
        if pk in data and (refs is None or number in refs):
            yield number, audit.digest([number, state, data[pk]["granted"], data[pk]["refused"]])


def number_of(world_id: int, row: int) -> str:
    """Return the short number of an application by its row, or the row's own number when it is gone."""
    rows = Application.objects.filter(world_id=world_id, pk=row)
    return rows.values_list("number", flat=True).first() or f"#{row}"


# --- for figures -------------------------------------------------------------------------------------------------


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
