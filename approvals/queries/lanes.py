"""How a package spent its day: a lane for each branch, and the clock of the whole."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from approvals import deadlines, states
from approvals.models import Application, Package
from approvals.queries.cases import finished_at
from govsim.core import clock
from govsim.core.models import JournalEntry


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
    expected_at: datetime | None = None  # when the desk that has it will have finished; None when nobody can say


def spans(row: Application, now: datetime) -> list[Span]:
    """Return how an application spent its time: queueing, worked on, waiting for others, waiting for the applicant.

    Only a wait for the applicant is told when it took no time: that they were asked is a fact of its own.
    """
    found: list[Span] = []
    for stay in sorted(row.stays.all(), key=lambda each: each.pk):
        found.append(Span("queue", stay.arrived_at, min(stay.starts_at, max(now, stay.arrived_at))))
        if now > stay.starts_at:
            found.append(Span("work", stay.starts_at, min(stay.ends_at, now)))
        for begins, ends, _ in stay.waits:
            found.append(Span("waiting_system", *(min(datetime.fromisoformat(each), now) for each in (begins, ends))))
    for pause in row.pauses.all():
        kind = "waiting_applicant" if pause.reason == "correcting" else "waiting_system"
        found.append(Span(kind, pause.from_at, pause.to_at or now))
    told = [each for each in found if each.end > each.start or each.kind == "waiting_applicant"]
    return sorted(told, key=lambda each: each.start)


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
                expected_at=_expected(last, now) if last else None,
            )
        )
    return found


def _expected(row: Application, now: datetime) -> datetime | None:
    """Return when whoever works on an application will answer, or None when it waits for a person."""
    if row.due_at is None or row.state not in {"submitted", *states.ON_DESK}:
        return None
    return max(row.due_at, now)


@dataclass(frozen=True)
class PackageClock:
    """The promised time of a package (一天办结): working time without the waits for the applicant.

    `met` is None while nobody can say: not all is finished and the promise is not broken yet.
    """

    started_at: datetime | None
    limit: deadlines.Limit
    met: bool | None
    slowest_branch: str | None


def story(package: Package, found: Iterable[Lane]) -> list[JournalEntry]:
    """Return everything that happened to a package and its branches, from first to last."""
    mine = Q(kind="package", row=package.pk)
    theirs = Q(kind="application", row__in=[row.pk for lane in found for row in lane.applications])
    return list(JournalEntry.objects.filter(mine | theirs, world_id=package.world_id).order_by("at", "id"))


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
