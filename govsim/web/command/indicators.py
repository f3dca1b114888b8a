"""The indicators of operation monitoring: what each counts, its threshold, and how it is drawn. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import fmean
from typing import Any, Final

from approvals.queries import Counted

type Words = Mapping[str, str]
WIDTH: Final = 132.0  # of a bullet bar
CASES: Final[Words] = {"zh": "件", "en": "cases"}
PER_CENT: Final[Words] = {"zh": "%", "en": "%"}


@dataclass(frozen=True)
class Seen:
    """What indicators are computed from: the tallies of today, what is open, what presses, and the newest ratings."""

    today: Counted
    open: int
    overdue: int
    near: int
    ratings: list[int]


@dataclass(frozen=True)
class Indicator:
    """One number: `better` says on which side of the threshold it is met; `full` is the right end of its bar.

    Thresholds are choices of this simulation. An indicator without one is told without a judgement.
    """

    key: str
    label: Words
    unit: Words
    value: Callable[[Seen], float | None]
    full: float
    threshold: float | None = None
    better: str = "more"
    meaning: Words | None = None


def share(top: str, bottom: str) -> Callable[[Seen], float | None]:
    """Return how to compute one measure of today in per cent of another; None while there is nothing to divide."""

    def of(seen: Seen) -> float | None:
        whole = seen.today.of(bottom)
        return round(seen.today.of(top) * 100 / whole, 1) if whole else None

    return of


def times(measure: str) -> Callable[[Seen], float]:
    """Return how to count one measure of today."""
    return lambda seen: seen.today.of(measure)


def _stars(seen: Seen) -> float | None:
    return round(6 - fmean(seen.ratings), 1) if seen.ratings else None


GROUPS: Final[tuple[tuple[Words, tuple[Indicator, ...]], ...]] = (
    ({"zh": "秒批", "en": "Instant approval"}, (
        Indicator("submitted", {"zh": "今日受理", "en": "Applications today"}, CASES, times("submitted"), 0),
        Indicator("automatic", {"zh": "系统自动决定", "en": "Decided automatically"}, PER_CENT,
                  share("automatic", "decided"), 100, 60, "more",
                  {"zh": "今日作出的决定中，由系统自动作出的", "en": "of today's decisions"}),
        Indicator("instant", {"zh": "秒批中位用时", "en": "Median instant decision"}, {"zh": "秒", "en": "s"},
                  lambda seen: seen.today.median("instant"), 20, 10, "less",
                  {"zh": "自提交至决定的模拟秒数", "en": "simulated seconds from submission to decision"}),
        Indicator("referred", {"zh": "转人工", "en": "Referred to a person"}, CASES, times("referred"), 0),
    )),
    ({"zh": "一件事", "en": "One-stop packages"}, (
        Indicator("packages", {"zh": "今日一件事", "en": "Packages today"}, CASES, times("packages"), 0),
        Indicator("packages_in_a_day", {"zh": "一天办结", "en": "Done within a day"}, PER_CENT,
                  share("packages_in_a_day", "packages_ended"), 100, 90),
    )),
    ({"zh": "免证办", "en": "Without paper"}, (
        Indicator("certificates", {"zh": "今日签发证照", "en": "Certificates issued"}, {"zh": "张", "en": "certs"},
                  times("certificates"), 0),
        Indicator("papers_saved", {"zh": "免交材料", "en": "Papers not asked for"}, {"zh": "份", "en": "papers"},
                  times("papers_saved"), 0, None, "more",
                  {"zh": "准予的办件中由证照或共享数据代替的材料",
                   "en": "materials that a certificate or shared data stood in for, of cases granted"}),
    )),
    ({"zh": "时限与评价", "en": "Limits and ratings"}, (
        Indicator("in_time", {"zh": "按时办结", "en": "Decided within the limit"}, PER_CENT,
                  share("in_time", "decided"), 100, 98),
        Indicator("overdue", {"zh": "超期办件", "en": "Overdue"}, CASES, lambda seen: seen.overdue, 20, 0.5, "less"),
        Indicator("open", {"zh": "人工在办", "en": "Open cases"}, CASES, lambda seen: seen.open, 200, 120, "less"),
        Indicator("corrections", {"zh": "补正告知", "en": "Corrections asked"}, CASES, times("corrections"), 0),
        Indicator("reviews", {"zh": "申请复核", "en": "Reviews asked for"}, CASES, times("reviews"), 20, 5, "less"),
        Indicator("rating", {"zh": "近期评价", "en": "Recent ratings"}, {"zh": "星", "en": "stars"}, _stars, 5, 4,
                  "more", {"zh": "最近 500 次评价，五星制", "en": "newest 500 ratings, of five stars"}),
    )),
)  # fmt: skip
INDICATORS: Final = {each.key: each for _, group in GROUPS for each in group}


@dataclass(frozen=True)
class Drawn:
    """An indicator with its value and its bullet: the width of the bar, where the tick stands, and the light."""

    indicator: Indicator
    value: float | None
    light: str  # ok, warn, red, none
    bar: float
    tick: float | None

    @property
    def flag(self) -> str:
        """Return the path of the triangle at the tick: it points to the side that meets the threshold."""
        side = 6 if self.indicator.better == "more" else -6
        return f"M{self.tick:g} 0l{side} 3 {-side} 3z" if self.tick is not None else ""


def draw(indicator: Indicator, seen: Seen) -> Drawn:
    """Return how one indicator looks now. A bar without an end of its own ends at the next round number."""
    value = indicator.value(seen)
    full = indicator.full or _round_above(value or 0)
    tick = None if indicator.threshold is None else round(indicator.threshold / full * WIDTH, 1)
    bar = 0.0 if value is None else round(min(value / full, 1) * WIDTH, 1)
    return Drawn(indicator, value, _light(indicator, value), bar, tick)


def _light(indicator: Indicator, value: float | None) -> str:
    if value is None or indicator.threshold is None:
        return "none"
    gap = indicator.threshold - value if indicator.better == "more" else value - indicator.threshold
    if gap <= 0:
        return "ok"
    return "warn" if gap <= indicator.full * 0.1 and indicator.key != "overdue" else "red"


def _round_above(value: float) -> float:
    """Return the next of 10, 20, 50, 100 … above a value."""
    step = 10.0
    while True:
        for factor in (1, 2, 5):
            if value <= step * factor:
                return step * factor
        step *= 10


def by_group(seen: Seen) -> list[tuple[Words, list[Drawn]]]:
    """Return all indicators, drawn, in their groups."""
    return [(words, [draw(each, seen) for each in group]) for words, group in GROUPS]


def shown(value: float | None) -> str:
    """Return a value as it is written: thousands set apart, no needless decimal, a dash for nothing."""
    if value is None:
        return "—"
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"


def told(each: Drawn) -> dict[str, Any]:
    """Return an indicator for a template."""
    return {
        "key": each.indicator.key,
        "label": each.indicator.label,
        "unit": each.indicator.unit,
        "meaning": each.indicator.meaning,
        "shown": shown(each.value),
        "light": each.light,
        "bar": each.bar,
        "tick": each.tick,
        "flag": each.flag,
        "threshold": None if each.indicator.threshold is None else shown(each.indicator.threshold),
        "better": each.indicator.better,
    }
