"""The rows behind a number of the wall: which cases it counts, by the filters of the address, newest first."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.db.models import Q
from django.utils.http import urlencode

from approvals import queries
from approvals.states import APPLICATION, PACKAGE
from govsim.core import clock, organisations
from govsim.core.actors import OFFICERS, Actor
from govsim.core.districts import DISTRICTS, STREETS, district_of, street_of
from govsim.core.errors import BadInput, NotFound
from govsim.core.models import World
from govsim.web.command import wall
from govsim.web.command.indicators import INDICATORS
from services import queries as catalogue

type Words = Mapping[str, str]
FILTERS: Final = ("department", "item", "district", "street", "hour", "state")
SEES_CASES: Final = frozenset({"trainer", "auditor", "dispatcher"})
BIGGEST: Final = 2**62

# What is listed: cases by the day of submission or decision, open cases, or packages.
SUBMITTED, DECIDED, OPEN, PRESSING, PACKAGES = "submitted", "decided", "open", "pressing", "packages"
KINDS: Final[Mapping[str, tuple[str, Q]]] = {
    "submitted": (SUBMITTED, Q()),
    "referred": (SUBMITTED, Q(decision__automatic=False) | Q(state__in=["received", "reviewing", "approving"])),
    "corrections": (SUBMITTED, ~Q(missing=[])),
    "reviews": (SUBMITTED, Q(reviews__isnull=False)),
    "rating": (SUBMITTED, Q(rating__isnull=False)),
    "decided": (DECIDED, Q()),
    "granted": (DECIDED, Q(state="granted")),
    "automatic": (DECIDED, Q(decision__automatic=True)),
    "instant": (DECIDED, Q(decision__automatic=True, stays__isnull=True)),
    "certificates": (DECIDED, ~Q(decision__certificate="")),
    "papers_saved": (DECIDED, Q(state="granted")),
    "in_time": (DECIDED, Q()),
    "late": (DECIDED, Q()),
    "open": (OPEN, Q()),
    "overdue": (PRESSING, Q()),
    "near": (PRESSING, Q()),
    "stuck": (PRESSING, Q()),
    "pressing": (PRESSING, Q()),
    "packages": (PACKAGES, Q()),
    "packages_in_a_day": (PACKAGES, Q(state="done")),
}
TITLES: Final[Mapping[str, Words]] = {
    "decided": {"zh": "今日决定", "en": "Decisions today"},
    "granted": {"zh": "准予", "en": "Granted"},
    "late": {"zh": "超时限的决定", "en": "Decided after the limit"},
    "near": {"zh": "两小时内到期", "en": "Due within two hours"},
    "stuck": {"zh": "系统未能处理", "en": "Could not be processed"},
    "pressing": {"zh": "需要人处理的", "en": "What needs a person"},
}


@dataclass(frozen=True)
class Asked:
    """One question for rows: the indicator, the day, the filters, and where the page begins."""

    indicator: str
    day: date
    filters: Mapping[str, str]
    before: int | None = None

    @property
    def kind(self) -> str:
        """Return what is listed."""
        return KINDS[self.indicator][0]

    def address(self, **change: str | None) -> str:
        """Return the query of the same question with something changed; None leaves a filter out."""
        told = {"day": self.day.isoformat(), **self.filters, **change}
        return f"?{urlencode({name: value for name, value in told.items() if value})}"


def read(given: Mapping[str, str], indicator: str, today: date) -> Asked:
    """Read a question from an address. Raises NotFound for an unknown indicator, BadInput for an unreadable filter."""
    if indicator not in KINDS:
        raise NotFound("没有这个指标", "There is no such indicator")
    try:
        day = date.fromisoformat(given.get("day") or today.isoformat())
        before = int(given["before"]) if given.get("before") else None
    except ValueError:
        raise BadInput({"day": ("日期无法识别", "This day cannot be read")}) from None
    if before is not None and not 0 < before < BIGGEST:
        raise BadInput({"before": ("起点无法识别", "This beginning cannot be read")})
    filters = {name: given[name] for name in FILTERS if given.get(name)}
    known = {
        "department": set(organisations.departments()),
        "item": {each.key for each in catalogue.items()},
        "district": set(DISTRICTS),
        "street": {str(number) for number in range(len(STREETS))},
        "hour": {f"{hour:02}" for hour in range(24)},
        "state": set(APPLICATION.states),
    }
    for name, value in filters.items():
        if value not in known[name]:
            raise BadInput({name: ("没有这个筛选值", "There is no such value of this filter")})
    return Asked(indicator, day, filters, before)


def page(world: World, asked: Asked, actor: Actor | None) -> dict[str, Any]:
    """Return one page of rows for a template, told as `actor` may see them."""
    now = clock.now(world)
    if asked.kind == PACKAGES:
        where = _day("submitted_at", asked.day) & KINDS[asked.indicator][1]
        found = queries.packages_behind(world, where, before=asked.before)
        lines = [_package(each, actor) for each in found.rows]
    else:
        found = _cases(world, asked, now)
        told = queries.told_to_go_on(world, found.rows)
        bodies = queries.Bodies()
        lines = [_line(each, actor, now, told.get(each.pk, {}), bodies) for each in found.rows]
    title = INDICATORS[asked.indicator].label if asked.indicator in INDICATORS else TITLES[asked.indicator]
    return {
        "asked": asked,
        "indicator": asked.indicator,
        "title": title,
        "daily": asked.kind in (SUBMITTED, DECIDED, PACKAGES),
        "packages": asked.kind == PACKAGES,
        "lines": lines,
        "older": asked.address(before=str(found.older)) if found.older is not None else "",
        "chosen": [
            {"name": name, "value": _named(name, value), "without": asked.address(**{name: None})}
            for name, value in asked.filters.items()
        ],
        "departments": [
            (key, {"zh": each.name_zh, "en": each.name_en})
            for key, each in organisations.departments().items()
            if each.kind != "national"
        ],
        "items": [(each.key, each.body["name"]) for each in catalogue.items()],
        "districts": [(key, {"zh": each.zh, "en": each.en}) for key, each in DISTRICTS.items()],
        "masked": not (actor is not None and actor.role in SEES_CASES),
    }  # fmt: skip


def _cases(world: World, asked: Asked, now: datetime) -> queries.Rows:
    """Return the cases of one page."""
    keep = _keep(asked, now)
    if asked.kind == OPEN:
        return queries.open_rows(world, _where(asked), after=asked.before, keep=keep)
    if asked.kind != PRESSING:
        return queries.rows_behind(world, _where(asked), before=asked.before, keep=keep)
    kinds = {"stuck", "overdue", "near"} if asked.indicator == "pressing" else {asked.indicator}
    pressing = [each.row for each in queries.pressing(world, now) if each.kind in kinds]
    return queries.Rows([row for row in pressing if keep(row)], None)


def _named(name: str, value: str) -> Words:
    """Return a filter's value as one reads it."""
    match name:
        case "department":
            return wall.office(value)
        case "item":
            words: Words = next(each.body["name"] for each in catalogue.items() if each.key == value)
            return words
        case "district":
            return {"zh": DISTRICTS[value].zh, "en": DISTRICTS[value].en}
        case "state":
            return {"zh": APPLICATION.states[value].zh, "en": APPLICATION.states[value].en}
        case "hour":
            return {"zh": f"{value}:00–{value}:59", "en": f"{value}:00–{value}:59"}
    return {"zh": f"{int(value) + 1} 号街道", "en": f"Street {int(value) + 1}"}


def _day(column: str, day: date, hour: str = "") -> Q:
    begins = datetime.combine(day, time(int(hour or 0)), clock.ZONE)
    ends = begins + (timedelta(hours=1) if hour else timedelta(days=1))
    return Q(**{f"{column}__gte": begins, f"{column}__lt": ends})


def _where(asked: Asked) -> Q:
    """Return what the database can tell of a question."""
    where = KINDS[asked.indicator][1]
    hour = asked.filters.get("hour", "")
    if asked.kind == SUBMITTED:
        where &= _day("submitted_at", asked.day, hour)
    elif asked.kind == DECIDED:
        where &= _day("decision__decided_at", asked.day, hour)
    for name, column in (("department", "department"), ("item", "item_key"), ("state", "state")):
        if name in asked.filters:
            where &= Q(**{column: asked.filters[name]})
    return where


def _keep(asked: Asked, now: datetime) -> Callable[[Any], bool]:
    """Return what has to be worked out for each row: its place on the map, and whether it was in time."""
    wanted, bodies = asked.filters, queries.Bodies()

    def keep(row: Any) -> bool:
        if "district" in wanted and district_of(row.subject) != wanted["district"]:
            return False
        if "street" in wanted and str(street_of(row.subject)) != wanted["street"]:
            return False
        if asked.kind == PRESSING and any(
            wanted.get(name, getattr(row, column)) != getattr(row, column)
            for name, column in (("department", "department"), ("item", "item_key"), ("state", "state"))
        ):
            return False
        if asked.indicator in ("in_time", "late"):
            stands = queries.limit(row, queries.promised_days(row, bodies), now)
            return stands is not None and (stands.light == "red") == (asked.indicator == "late")
        return True

    return keep


def _number(number: str, actor: Actor | None) -> str:
    """Return a case number as one may see it: the public sees that there is a case, not which."""
    return number if actor is not None and actor.role in SEES_CASES else f"{number[:8]}{'*' * (len(number) - 8)}"


def _link(row: Any, actor: Actor | None) -> str:
    """Return the name of the page on which this actor may read the case, or nothing."""
    if actor is None:
        return ""
    if actor.role in SEES_CASES:
        return "application"
    return "case" if actor.role in OFFICERS and actor.department == row.department else ""


def _line(
    row: Any, actor: Actor | None, now: datetime, told: Mapping[str, datetime], bodies: queries.Bodies
) -> dict[str, Any]:
    link = _link(row, actor)
    state = APPLICATION.states[row.state]
    decision = getattr(row, "decision", None)
    stands = queries.limit(row, queries.promised_days(row, bodies), now)
    open_ = row.state in APPLICATION.unfinished
    return {
        "number": row.number if link else _number(row.number, actor),
        "link": link,
        "item": bodies.of(row)["name"],
        "department": wall.office(row.department),
        "district": {"zh": DISTRICTS[district_of(row.subject)].zh, "en": DISTRICTS[district_of(row.subject)].en},
        "state": {"zh": state.zh, "en": state.en},
        "submitted_at": row.submitted_at,
        "decided_at": decision.decided_at if decision is not None else None,
        "automatic": decision is not None and decision.automatic,
        "light": stands.light if stands is not None and open_ else "",
        "left": wall.length(abs(stands.left)) if stands is not None and open_ else None,
        "over": stands is not None and stands.left < timedelta(0),
        "urged_at": told.get("ApplicationUrged"),
        "escalated_at": told.get("ApplicationEscalated"),
    }


def _package(row: Any, actor: Actor | None) -> dict[str, Any]:
    sees = actor is not None and actor.role in ("trainer", "auditor")
    theme = catalogue.theme_version(row.theme_key, row.theme_version).body
    return {
        "number": row.number if sees else _number(row.number, None),
        "link": "package" if sees else "",
        "item": theme["name"],
        "state": {"zh": PACKAGE.states[row.state].zh, "en": PACKAGE.states[row.state].en},
        "submitted_at": row.submitted_at,
        "decided_at": row.finished_at,
    }
