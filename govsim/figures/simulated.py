"""Figures counted from what a world and the catalogue hold, each with numerator, denominator and formula (§D)."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cache
from typing import Any, Final

from approvals import queries as approvals
from approvals.states import APPLICATION
from certificates import queries as certificates
from govsim.core import clock
from govsim.core.models import World
from govsim.core.organisations import cities
from govsim.exchange import queries as exchange
from services import queries as catalogue

ENDED: Final = frozenset({"granted", "refused", "not_accepted", "returned"})


@dataclass(frozen=True)
class Formula:
    """How a figure is computed: its place in §D, its name, its unit, and the formula in words."""

    definition: str
    label: dict[str, str]
    formula: dict[str, str]
    unit: dict[str, str]


def _of(definition: str, zh: str, en: str, how_zh: str, how_en: str, unit: tuple[str, str] = ("%", "%")) -> Formula:
    units = {"zh": unit[0], "en": unit[1]}
    return Formula(definition, {"zh": zh, "en": en}, {"zh": how_zh, "en": how_en}, units)


CASES: Final = ("件", "cases")
OF_ITEMS: Final = {
    "immediate_rate": _of(
        "D.1", "即办率", "Immediate-completion rate", "即办事项 ÷ 全部事项", "immediate items ÷ items"
    ),
    "time_reduction": _of(
        "D.2", "时间压减率（合计法）", "Time-reduction rate (by sums)", "1 − Σ承诺时限 ÷ Σ法定时限",
        "1 − Σ promised ÷ Σ legal days",
    ),
    "mean_time_reduction": _of(
        "D.2", "时间压减率（平均法）", "Time-reduction rate (unweighted mean)", "各事项 1 − 承诺 ÷ 法定 的平均",
        "mean of 1 − promised ÷ legal",
    ),
    "zero_visit_rate": _of("D.3", "零跑动率", "Zero-visit rate", "零跑动事项 ÷ 全部事项", "zero-visit items ÷ items"),
    "one_visit_rate": _of(
        "D.3", "最多跑一次率", "At-most-one-visit rate", "到场不超过一次的事项 ÷ 全部事项",
        "items with at most one visit ÷ items",
    ),
    "online_rate": _of("D.4", "网上可办率", "Online-available rate", "网上可办事项 ÷ 全部事项", "online items ÷ items"),
    "fully_online_rate": _of(
        "D.5", "全程网办率", "Fully-online rate", "全程网办事项 ÷ 全部事项", "fully online items ÷ items"
    ),
    "certificate_free_items": _of(
        "D.6", "免证办覆盖率（按事项）", "Certificate-free coverage (items)", "有可免提交材料的事项 ÷ 需证照的事项",
        "items with a replaceable paper ÷ items that need one",
    ),
    "certificate_free_materials": _of(
        "D.6", "免证办覆盖率（按材料）", "Certificate-free coverage (papers)", "可免提交材料 ÷ 证照类材料",
        "replaceable papers ÷ papers",
    ),
}  # fmt: skip
COUNTS: Final = {
    "items": _of("", "事项", "Service items", "已发布事项数", "published items", ("项", "items")),
    "themes": _of("", "一件事主题", "Themes", "已发布主题数", "published themes", ("项", "themes")),
    "instant_filing": _of(
        "", "秒报事项", "Instant-filing items", "标记秒报的事项数", "items so flagged", ("项", "items")
    ),
    "instant_approval": _of(
        "", "秒批事项", "Instant-approval items", "标记秒批的事项数", "items so flagged", ("项", "items")
    ),
    "integrated": _of(
        "",
        "秒报秒批一体化事项",
        "Items with both joined",
        "两项标记都有的事项数",
        "items with both flags",
        ("项", "items"),
    ),
}
OF_CASES: Final = {
    "first_time_rate": _of(
        "D.8", "一次办成率", "First-time success rate", "未经补正、未被退件的办结件 ÷ 办结件（撤件除外）",
        "finished without correction or return ÷ finished, withdrawals excluded",
    ),
    "instant_approval_rate": _of(
        "D.9", "秒批率", "Instant-approval rate", "自动决定的秒批事项办件 ÷ 已处理的秒批事项办件",
        "automatic decisions ÷ cases of instant items that are decided or with a person",
    ),
    "satisfaction_rate": _of(
        "D.7", "满意率", "Satisfaction rate", "评价代码 1、2、3 的 ÷ 全部评价", "grades 1 to 3 ÷ all evaluations"
    ),
    "same_day_rate": _of(
        "D.14", "企业开办 1 日办结率", "Start-up finished within the day", "当日全部办结的一窗通 ÷ 已结束的一窗通",
        "packages all done on the day of submission ÷ finished packages",
    ),
}  # fmt: skip
SECONDS: Final = {
    "instant_seconds_p50": _of(
        "D.9", "自动决定用时 P50", "Seconds to an automatic decision, P50", "申报到决定的世界时间中位数",
        "median world time from submission to decision", ("秒", "s"),
    ),
    "instant_seconds_p95": _of(
        "D.9", "自动决定用时 P95", "Seconds to an automatic decision, P95", "申报到决定的世界时间第 95 百分位",
        "95th percentile of world time from submission to decision", ("秒", "s"),
    ),
}  # fmt: skip


def catalogue_figures(city: str = "") -> list[dict[str, Any]]:
    """Return counts and rates of the published items, of one city or of all."""
    found = catalogue.totals(city=city)
    told = [_told(key, how, scope="catalogue", city=city, value=found.counts[key]) for key, how in COUNTS.items()]
    for key, how in OF_ITEMS.items():
        rate = found.rates[key]
        told.append(_rate(key, how, rate.numerator, rate.denominator, scope="catalogue", city=city))
    return told


def base_figures() -> list[dict[str, Any]]:
    """Return how large the simulation's certificate catalogue and shared-data catalogue are."""
    types = _of("", "证照类型", "Certificate types", "证照目录条数", "entries of the catalogue", ("类", "types"))
    datasets = _of(
        "", "共享数据目录", "Shared datasets", "数据目录条数", "entries of the catalogue", ("类", "datasets")
    )
    return [
        _told("certificate_types", types, scope="catalogue", value=len(certificates.certificate_types())),
        _told("datasets", datasets, scope="catalogue", value=len(exchange.catalogue())),
    ]


def world_figures(world: World) -> list[dict[str, Any]]:
    """Return what is counted from the cases of one world."""
    instant = cache(_instant)
    states: Counter[str] = Counter()
    rated: Counter[int] = Counter()
    seconds: list[float] = []
    first_time = automatic = handled = 0
    for case in approvals.case_lines(world.pk):
        states[case.state] += 1
        first_time += case.state in ENDED and case.state != "returned" and not case.corrected
        if case.rating is not None:
            rated[case.rating] += 1
        if instant(case.item_key, case.item_version):
            by_itself = bool(case.automatic)
            automatic += by_itself
            handled += by_itself or case.automatic is False or case.state not in ("submitted", "withdrawn")
            if by_itself and case.decided_at is not None:
                seconds.append((case.decided_at - case.submitted_at).total_seconds())
    ended = sum(states[each] for each in ENDED)
    content = sum(rated[code] for code in (1, 2, 3))
    told = [_told(f"cases_{state}", _state_count(state), value=count) for state, count in sorted(states.items())]
    told += [
        _rate("first_time_rate", OF_CASES["first_time_rate"], first_time, ended),
        _rate("instant_approval_rate", OF_CASES["instant_approval_rate"], automatic, handled),
        _rate("satisfaction_rate", OF_CASES["satisfaction_rate"], content, sum(rated.values())),
        _rate("same_day_rate", OF_CASES["same_day_rate"], *_same_day(world)),
    ]
    for key, share in (("instant_seconds_p50", 50), ("instant_seconds_p95", 95)):
        told.append(_told(key, SECONDS[key], value=percentile(seconds, share), denominator=len(seconds)))
    return told


def _same_day(world: World) -> tuple[int, int]:
    """Return how many packages were all done on the day of their submission, and how many have ended."""
    done = ended = 0
    for _, state, submitted, finished in approvals.package_lines(world.pk):
        if finished is None or state == "withdrawn":
            continue
        ended += 1
        days = [each.astimezone(clock.ZONE).date() for each in (submitted, finished)]
        done += state == "done" and days[0] == days[1]
    return done, ended


def _instant(item_key: str, version: int) -> bool:
    return bool(catalogue.item_version(item_key, version).body["flags"]["instant_approval"])


def percentile(values: Sequence[float], share: int) -> float | None:
    """Return the nearest-rank percentile of `values`, or None when there are none."""
    if not values:
        return None
    ordered = sorted(values)
    return round(ordered[max(0, -(-len(ordered) * share // 100) - 1)], 3)


def _state_count(state: str) -> Formula:
    found = APPLICATION.states[state]
    zh, en = f"办件：{found.zh}", f"Cases: {found.en.lower()}"
    return _of("", zh, en, "处于该状态的办件数", "cases in this state", CASES)


def _rate(
    key: str, how: Formula, numerator: Fraction | int, denominator: int, *, scope: str = "world", city: str = ""
) -> dict[str, Any]:
    value = None
    if denominator:
        exact = Fraction(numerator) * 100 / denominator
        hundredths = Decimal(exact.numerator * 100) / exact.denominator
        value = float(hundredths.quantize(Decimal(1), ROUND_HALF_UP) / 100)
    top = float(numerator) if Fraction(numerator).denominator > 1 else int(numerator)
    return _told(key, how, scope=scope, city=city, value=value, numerator=top, denominator=denominator)


def _told(
    key: str, how: Formula, *, value: float | None, scope: str = "world", city: str = "",
    numerator: float | None = None, denominator: int | None = None,
) -> dict[str, Any]:  # fmt: skip
    return {
        "kind": "simulated",
        "key": f"{cities()[city].prefix}.{key}" if city else key,
        "label": how.label,
        "value": value,
        "unit": how.unit,
        "city": city,
        "scope": scope,
        "definition": how.definition,
        "formula": how.formula,
        "numerator": numerator,
        "denominator": denominator,
    }


def all_figures(world: World | None) -> list[dict[str, Any]]:
    """Return every simulated figure: of the catalogue as a whole, of each city's, and of a world's cases."""
    found = [*base_figures(), *catalogue_figures()]
    found += _flat(catalogue_figures(city) for city in sorted(cities()) if catalogue.items(city=city))
    return found + (world_figures(world) if world is not None else [])


def _flat(parts: Iterable[list[dict[str, Any]]]) -> list[dict[str, Any]]:
    return [each for part in parts for each in part]
