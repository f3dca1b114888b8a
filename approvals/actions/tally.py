"""Count what happened, from the journal into the tallies of each day: the figures of the command centre.

Nothing of this is done where cases are decided. The sweeper calls it every second; each call reads the entries that
are new since the last one, so that a figure costs the same with ten cases and with a million.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import connection, transaction

from approvals import deadlines
from approvals.models import Application, DeskStay, Package, TallyMark
from approvals.queries import Bodies, promised_days
from govsim.core import clock, districts, worktime
from govsim.core.models import JournalEntry

MOST: Final = 2000  # entries of one call
# On PostgreSQL a lower id can be committed after a higher one: an entry is counted once every transaction that could
# be older has had time to end. On SQLite ids are given in the order of commits.
SETTLED: Final = timedelta(0) if settings.SQLITE else timedelta(seconds=3)
MEASURES: Final = {
    "ApplicationSubmitted": "submitted",
    "ApplicationReferred": "referred",
    "CorrectionAsked": "corrections",
    "ApplicationGranted": "granted",
    "ApplicationRefused": "refused",
    "ApplicationDeclined": "declined",
    "ApplicationReturned": "returned",
    "ApplicationWithdrawn": "withdrawn",
    "ApplicationUrged": "urged",
    "ApplicationEscalated": "escalated",
}
DECIDED: Final = ("granted", "refused")
_ADD = """
INSERT INTO approvals_tally (world_id, day, part, key, measure, count) VALUES (%s, %s, %s, %s, %s, %s)
ON CONFLICT (world_id, day, part, key, measure) DO UPDATE SET count = approvals_tally.count + excluded.count
"""

type Slot = tuple[int, date, str, str, str]  # world, day, part, key, measure


def count(*, most: int = MOST) -> int:
    """Count up to `most` new entries of the journal, of all worlds; return how many there were.

    Reading and adding up happen before the transaction, which is short and counts nothing twice: of two that count
    at once only one finds the mark where it was.
    """
    mark = TallyMark.objects.filter(pk=1).values_list("entry", flat=True).first() or 0
    until = clock.wall() - SETTLED
    new = list(JournalEntry.objects.filter(pk__gt=mark).order_by("pk")[:most])
    new = new[: next((index for index, each in enumerate(new) if each.recorded_at > until), len(new))]
    if not new:
        return 0
    tallies = Counter[Slot]()
    for slot, number in _counted(new):
        tallies[slot] += number
    with transaction.atomic():
        TallyMark.objects.get_or_create(pk=1)
        if TallyMark.objects.filter(pk=1, entry=mark).update(entry=new[-1].pk, counted_at=clock.wall()) != 1:
            return 0
        with connection.cursor() as cursor:
            cursor.executemany(_ADD, [(*slot, number) for slot, number in sorted(tallies.items())])
    return len(new)


def _counted(entries: list[JournalEntry]) -> Iterator[tuple[Slot, int]]:
    """Yield every slot that the entries add to, with how much."""
    bodies = Bodies()
    cases = _rows([each.row for each in entries if each.kind == "application" and each.event in MEASURES])
    finished = [each.row for each in entries if each.event == "PackageFinished"]
    packages = {each.pk: each for each in Package.objects.filter(pk__in=finished)}
    for entry in entries:
        at = entry.at.astimezone(clock.ZONE)
        if entry.kind == "application" and (row := cases.get(entry.row)) is not None:
            yield from _case(entry, row, at, bodies)
        elif entry.event == "PackageSubmitted":
            yield (entry.world_id, at.date(), "all", "", "packages"), 1
        elif entry.event == "PackageFinished" and (package := packages.get(entry.row)) is not None:
            yield from _package(entry, package, at)


def _rows(wanted: list[int]) -> dict[int, Application]:
    """Return the cases with what their figures need: decision, pauses and stays, in few statements."""
    columns = ("world", "reviews", "department", "item_key", "item_version", "subject", "materials", "submitted_at",
               "accepted_at", "decision__automatic", "decision__certificate", "decision__decided_at")  # fmt: skip
    rows = Application.objects.filter(pk__in=set(wanted)).select_related("decision").only(*columns)
    return {each.pk: each for each in rows.prefetch_related("pauses", "stays")}


def _case(entry: JournalEntry, row: Application, at: datetime, bodies: Bodies) -> Iterator[tuple[Slot, int]]:
    world, day, measure = entry.world_id, at.date(), MEASURES.get(entry.event, "")
    if not measure:
        return
    parts = (
        ("all", ""),
        ("hour", f"{at.hour:02}"),
        ("department", row.department),
        ("item", row.item_key),
        ("street", f"{districts.street_of(row.subject):02}"),
    )
    more = Counter[str]([measure])
    if measure == "submitted" and row.reviews_id is not None:
        more["reviews"] += 1
    if measure == "granted":
        more["papers_saved"] = _papers_saved(row, bodies)
    if measure in DECIDED:
        more.update(_decided(row, bodies))
    for part, key in parts:
        for name, number in more.items():
            if number:
                yield (world, day, part, key, name), number
    if measure in DECIDED:
        yield from _distributions(row, world, day)


def _papers_saved(row: Application, bodies: Bodies) -> int:
    """Return how many materials a certificate or shared data stood in for (免证办)."""
    declared = bodies.of(row)["materials"]
    instead = [each["key"] for each in declared if each["replace_mode"] in ("certificate", "data")]
    return sum(1 for key in instead if "upload" not in row.materials.get(key, {}))


def _decided(row: Application, bodies: Bodies) -> Iterator[str]:
    yield "decided"
    decision: Any = row.decision
    if decision.automatic:
        yield "automatic"
    if decision.certificate:
        yield "certificates"
    yield "in_time" if _in_time(row, decision.decided_at, promised_days(row, bodies)) else "late"


def _in_time(row: Application, end: datetime, days: int) -> bool:
    """Say whether a decision came within the promised limit."""
    start = row.accepted_at or row.submitted_at
    promised = timedelta(hours=8 * max(days, 1))
    if start is None or end - start <= promised:
        return True  # not even by the clock on the wall
    stopped = [(_local(each.from_at), _local(each.to_at or end)) for each in row.pauses.all()]
    return deadlines.used(_local(start), _local(end), stopped) <= promised


def _distributions(row: Application, world: int, day: date) -> Iterator[tuple[Slot, int]]:
    """Yield the steps of two distributions: seconds of an instant decision, and minutes at a department's desks."""
    decision: Any = row.decision
    stays: list[DeskStay] = list(row.stays.all())
    if decision.automatic and not stays and row.submitted_at is not None:
        took = (decision.decided_at - row.submitted_at).total_seconds()
        yield (world, day, "all", "", f"instant.{step(took)}"), 1
    for stay in stays:
        waited = worktime.between(_local(stay.arrived_at), _local(stay.starts_at)).total_seconds() / 60
        worked = worktime.between(_local(stay.starts_at), _local(stay.ends_at)).total_seconds() / 60
        yield (world, day, "department", stay.department, f"waited.{step(waited)}"), 1
        yield (world, day, "department", stay.department, f"worked.{step(worked)}"), 1


def step(value: float) -> str:
    """Return the step of a distribution that holds `value`: two significant digits, so a median is right to 5 %."""
    return f"{float(f'{value:.2g}'):g}"


def _package(entry: JournalEntry, row: Package, at: datetime) -> Iterator[tuple[Slot, int]]:
    if entry.data.get("state") == "withdrawn" or row.submitted_at is None:
        return
    slot = (entry.world_id, at.date(), "all", "")
    yield (*slot, "packages_ended"), 1
    if entry.data.get("state") == "done" and row.submitted_at.astimezone(clock.ZONE).date() == at.date():
        yield (*slot, "packages_in_a_day"), 1


def _local(moment: datetime) -> datetime:
    return moment.astimezone(clock.ZONE)
