"""What the command centre asks: tallies of days, what is open and pressing, and the rows behind a number.

Every question reads a bounded number of rows: tallies of some days, cases that people have open, or a window of ids.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db.models import Count, Max, Q, QuerySet

from approvals import deadlines
from approvals.events import ApplicationEscalated, ApplicationUrged
from approvals.models import OPEN_STATES, STUCK, WITH_PEOPLE, Application, Package, Rating, Tally, TallyMark
from approvals.queries.cases import limit
from approvals.queries.desk import LIGHT
from govsim.core.models import JournalEntry, World
from govsim.core.organisations import departments
from services import queries as catalogue

OLDEST: Final = 200  # open cases looked at for each promised limit: the others of it are younger
RATINGS: Final = 500
WINDOW: Final = 3000  # ids, or open cases, looked at for one page of the rows behind a number ...
LOOK: Final = 100  # ... of which so many are fetched at once
PAGE: Final = 50
NEAR: Final = timedelta(hours=2)  # working time


@dataclass
class Counted:
    """The tallies of some days of a world, added up."""

    counts: dict[tuple[str, str], Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def of(self, measure: str, part: str = "all", key: str = "") -> int:
        """Return how often something happened, in all or in one part (`hour` "09", `department` "sz.civil" …)."""
        return self.counts[part, key][measure]

    def by(self, part: str, measure: str) -> dict[str, int]:
        """Return how often something happened, by key of one part."""
        return {key: found[measure] for (each, key), found in sorted(self.counts.items()) if each == part}

    def median(self, name: str, part: str = "all", key: str = "") -> float | None:
        """Return the median of a distribution (`instant`, `waited`, `worked`), right to 5 %, or None without any."""
        begins = f"{name}."
        found = self.counts[part, key].items()
        steps = sorted((float(each.removeprefix(begins)), count) for each, count in found if each.startswith(begins))
        left = (sum(count for _, count in steps) + 1) // 2
        for value, count in steps:
            left -= count
            if left <= 0:
                return value
        return None


def counted(world: World, first: date, last: date | None = None) -> Counted:
    """Return the tallies of the days from `first` to `last`, or of one day."""
    rows = Tally.objects.filter(world=world, day__gte=first, day__lte=last or first)
    found = Counted()
    for part, key, measure, count in rows.values_list("part", "key", "measure", "count"):
        found.counts[part, key][measure] += count
    return found


def counted_by_day(world: World, first: date, last: date) -> dict[date, Counter[str]]:
    """Return what was counted on each day from `first` to `last`."""
    rows = Tally.objects.filter(world=world, day__gte=first, day__lte=last, part="all", key="")
    found: dict[date, Counter[str]] = {}
    for day, measure, count in rows.values_list("day", "measure", "count"):
        found.setdefault(day, Counter())[measure] = count
    return found


def counting() -> tuple[int, datetime | None]:
    """Return up to which journal entry is counted, and when that was."""
    found = TallyMark.objects.filter(pk=1).values_list("entry", "counted_at").first()
    return found if found is not None else (0, None)


def queues(world: World) -> dict[tuple[str, str], int]:
    """Return how many open cases each department has in each state, by (department, state)."""
    rows = Application.objects.filter(world=world, department__in=list(departments()), state__in=OPEN_STATES)
    counted = rows.values_list("department", "state").annotate(Count("pk")).order_by()
    return {(department, state): count for department, state, count in counted}


def latest_ratings(world: World) -> list[int]:
    """Return the codes of the newest ratings of a world, 1 to 5."""
    newest = Rating.objects.aggregate(at=Max("pk"))["at"] or 0
    rows = Rating.objects.filter(pk__gt=newest - RATINGS).values_list("code", "application__world")
    return [code for code, where in rows if where == world.pk]


@dataclass(frozen=True)
class Pressing:
    """A case that no worker could process, that is over its limit or near it, or that has waited long."""

    row: Application
    limit: deadlines.Limit | None
    kind: str  # stuck, overdue, near, open


class Bodies(dict[tuple[str, int], Any]):
    """The bodies of item versions, each asked for once: made anew for every page or batch."""

    def __missing__(self, name: tuple[str, int]) -> Any:
        self[name] = catalogue.item_version(*name).body
        return self[name]

    def of(self, row: Application) -> Any:
        """Return the body of the version by which a case is handled."""
        return self[row.item_key, row.item_version]


def promised_days(row: Application, bodies: Bodies) -> int:
    """Return the promised working days of a case."""
    days: int = bodies.of(row)["limits"]["promised_days"]
    return days


def pressing(world: World, now: datetime) -> list[Pressing]:
    """Return what a person has to look at: stuck, overdue, within NEAR of the limit, then what has least time left.

    Of each promised limit the OLDEST open cases are looked at: they are the first to run out.
    """
    days = {each.key: each.body["limits"]["promised_days"] for each in catalogue.items()}
    open_rows = Application.objects.filter(WITH_PEOPLE, world=world).exclude(state__in=["correcting", "special"])
    oldest: dict[int, list[tuple[Any, int]]] = defaultdict(list)
    for key in _open_items(world):
        if key in days:
            mine = open_rows.filter(item_key=key).order_by("submitted_at", "pk")
            oldest[days[key]] += mine.values_list("submitted_at", "pk")[:OLDEST]
    chosen = [pk for each in oldest.values() for _, pk in sorted(each)[:OLDEST]]
    rows = Application.objects.filter(pk__in=chosen).order_by("submitted_at", "pk")
    bodies = Bodies()
    found = [Pressing(row, None, "stuck") for row in _stuck(world)]
    for row in rows.select_related("decision").defer(*LIGHT).prefetch_related("pauses"):
        stands = limit(row, promised_days(row, bodies), now)
        if stands is not None:
            near = "near" if stands.left < NEAR else "open"
            found.append(Pressing(row, stands, "overdue" if stands.light == "red" else near))
    found.sort(key=lambda each: each.limit.left if each.limit is not None else -timedelta.max)
    return found


def _open_items(world: World) -> Iterator[str]:
    """Yield the items of which somebody has a case open: from one to the next by the index, however many cases."""
    rows = Application.objects.filter(WITH_PEOPLE, world=world).order_by("item_key").values_list("item_key", flat=True)
    key = ""
    while (key := rows.filter(item_key__gt=key).first() or "") != "":
        yield key


def _stuck(world: World) -> QuerySet[Application]:
    rows = Application.objects.filter(STUCK, world=world).order_by("-pk")
    return rows.select_related("decision").defer(*LIGHT).prefetch_related("pauses")[:OLDEST]


def told_to_go_on(world: World, rows: Iterable[Application]) -> dict[int, dict[str, datetime]]:
    """Return when each of some cases was last urged and put under supervision, by row and event."""
    names = (ApplicationUrged.title(), ApplicationEscalated.title())
    ids = [row.pk for row in rows]
    entries = JournalEntry.objects.filter(world=world, kind="application", row__in=ids, event__in=names)
    found: dict[int, dict[str, datetime]] = defaultdict(dict)
    for row, event, at in entries.order_by("row", "seq").values_list("row", "event", "at"):
        found[row][event] = at
    return dict(found)


# --- the rows behind a number ---------------------------------------------------------------------------------------

type Keep = Callable[[Application], bool]


@dataclass(frozen=True)
class Rows:
    """One page of rows, newest first, and the id before which the next page begins; None at the end."""

    rows: list[Any]
    older: int | None


def rows_behind(world: World, where: Q, *, before: int | None = None, keep: Keep | None = None) -> Rows:
    """Return the newest cases that fit, looking at no more than WINDOW ids for one page."""
    found = Application.objects.filter(where).select_related("decision").defer(*LIGHT).prefetch_related("pauses")
    return _page(world, found, before, keep or (lambda row: True))


def packages_behind(world: World, where: Q, *, before: int | None = None) -> Rows:
    """Return the newest packages that fit, looking at a bounded number of ids."""
    return _page(world, Package.objects.filter(where), before, lambda row: True)


def _page(world: World, found: QuerySet[Any], before: int | None, keep: Callable[[Any], bool]) -> Rows:
    """Return one page of a world. The statement asks for ids alone: named in it, a world is read as a whole."""
    top = before if before is not None else (found.model._base_manager.aggregate(top=Max("pk"))["top"] or 0) + 1
    bottom = max(top - WINDOW, 1)
    rows: list[Any] = []
    while True:
        some = list(found.filter(pk__gte=bottom, pk__lt=top).order_by("-pk")[:LOOK])
        for row in some:
            if row.world_id == world.pk and keep(row):
                rows.append(row)
                if len(rows) == PAGE:
                    return Rows(rows, row.pk)
        if len(some) < LOOK:
            return Rows(rows, bottom if bottom > 1 else None)
        top = some[-1].pk


def open_rows(world: World, where: Q, *, after: int | None = None, keep: Keep | None = None) -> Rows:
    """Return the open cases that have waited longest and fit, looking at no more than WINDOW of them for one page.

    `after` is the id of the last one of the page before.
    """
    rows = Application.objects.filter(WITH_PEOPLE, world=world).filter(where).order_by("submitted_at", "pk")
    rows = rows.select_related("decision").defer(*LIGHT).prefetch_related("pauses")
    last = Application.objects.filter(world=world, pk=after).first() if after is not None else None
    page: list[Application] = []
    for _ in range(WINDOW // LOOK):
        some = list(_behind(rows, last)[:LOOK])
        for row in some:
            if keep is None or keep(row):
                page.append(row)
                if len(page) == PAGE:
                    return Rows(page, row.pk)
        if len(some) < LOOK:
            return Rows(page, None)
        last = some[-1]
    return Rows(page, last.pk if last is not None else None)


def _behind(rows: QuerySet[Application], last: Application | None) -> QuerySet[Application]:
    """Return those of `rows` that come after `last` by the time of submission, so that an index finds the first."""
    if last is None or last.submitted_at is None:
        return rows
    at = last.submitted_at
    return rows.filter(Q(submitted_at__gt=at) | Q(pk__gt=last.pk), submitted_at__gte=at)
