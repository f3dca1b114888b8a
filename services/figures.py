"""Figures of the catalogue: counts and the rates D.1 to D.6 (domain.md §D), from the bodies of published items. Pure.

Every rate keeps its numerator and denominator; percentages have two decimals, half rounded up.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from services import vocabulary

type Item = Mapping[str, Any]

REPLACEABLE = frozenset({"certificate", "data", "commitment", "assist"})


@dataclass(frozen=True, slots=True)
class Rate:
    """A rate of `numerator` to `denominator`; of nothing at all there is no rate."""

    numerator: Fraction
    denominator: int

    @property
    def percent(self) -> Decimal | None:
        """The rate in percent with two decimals, half rounded up; None when the denominator is 0."""
        if not self.denominator:
            return None
        exact = self.numerator * 100 / self.denominator
        hundredths = (Decimal(exact.numerator * 100) / exact.denominator).quantize(Decimal(1), ROUND_HALF_UP)
        return hundredths / 100

    def __str__(self) -> str:
        return "—" if self.percent is None else f"{self.percent:.2f} %"


def _share(items: Sequence[Item], holds: Callable[[Item], bool]) -> Rate:
    return Rate(Fraction(sum(1 for each in items if holds(each))), len(items))


def immediate_rate(items: Sequence[Item]) -> Rate:
    """D.1 即办率: items of case type immediate ÷ all items."""
    return _share(items, lambda each: bool(each["case_type"] == "immediate"))


def _limits(items: Iterable[Item]) -> list[tuple[int, int]]:
    """Return (legal, promised) working days of the items with a legal limit; an immediate item promises 0."""
    return [
        (each["limits"]["legal_days"], 0 if each["case_type"] == "immediate" else each["limits"]["promised_days"])
        for each in items
        if each["limits"]["legal_days"]
    ]


def time_reduction(items: Iterable[Item]) -> Rate:
    """D.2 时间压减率, sum version: 1 − Σ promised ÷ Σ legal, over items with a legal limit."""
    limits = _limits(items)
    legal = sum(days for days, _ in limits)
    return Rate(Fraction(legal - sum(days for _, days in limits)), legal)


def mean_time_reduction(items: Iterable[Item]) -> Rate:
    """D.2 时间压减率, mean version: the unweighted mean of 1 − promised ÷ legal."""
    limits = _limits(items)
    return Rate(sum((1 - Fraction(promised, legal) for legal, promised in limits), Fraction(0)), len(limits))


def zero_visit_rate(items: Sequence[Item]) -> Rate:
    """D.3 零跑动率: items with 0 visits ÷ items."""
    return _share(items, lambda each: bool(each["visits"] == 0))


def one_visit_rate(items: Sequence[Item]) -> Rate:
    """D.3 最多跑一次率: items with at most 1 visit ÷ items."""
    return _share(items, lambda each: bool(each["visits"] <= 1))


def online_rate(items: Sequence[Item]) -> Rate:
    """D.4 网上可办率: items that can be applied for online ÷ items."""
    return _share(items, lambda each: each["online_depth"] in vocabulary.APPLIED_ONLINE)


def fully_online_rate(items: Sequence[Item]) -> Rate:
    """D.5 全程网办率: items online up to the result ÷ items."""
    return _share(items, lambda each: each["online_depth"] in vocabulary.FULLY_ONLINE)


def _certificate_materials(item: Item) -> list[Mapping[str, Any]]:
    """Return the materials that are papers issued by some department, and not the applicant's own."""
    return [each for each in item["materials"] if each.get("certificate_types") or each.get("dataset")]


def certificate_free_items(items: Sequence[Item]) -> Rate:
    """D.6(a) 免证办覆盖率: items with a replaceable material ÷ items that need certificates."""
    needing = [found for each in items if (found := _certificate_materials(each))]
    replaceable = sum(1 for found in needing if any(each["replace_mode"] in REPLACEABLE for each in found))
    return Rate(Fraction(replaceable), len(needing))


def certificate_free_materials(items: Sequence[Item]) -> Rate:
    """D.6(b): replaceable materials ÷ all certificate materials."""
    found = [material for each in items for material in _certificate_materials(each)]
    return Rate(Fraction(sum(1 for each in found if each["replace_mode"] in REPLACEABLE)), len(found))


RATES: Mapping[str, Callable[[Sequence[Item]], Rate]] = {
    "immediate_rate": immediate_rate,
    "time_reduction": time_reduction,
    "mean_time_reduction": mean_time_reduction,
    "zero_visit_rate": zero_visit_rate,
    "one_visit_rate": one_visit_rate,
    "online_rate": online_rate,
    "fully_online_rate": fully_online_rate,
    "certificate_free_items": certificate_free_items,
    "certificate_free_materials": certificate_free_materials,
}


def counts(items: Sequence[Item]) -> dict[str, int]:
    """Return how many items there are, and how many of each kind that the report counts (SZ-05 to SZ-07, JM-12)."""
    flags = [each["flags"] for each in items]
    return {
        "items": len(items),
        "instant_filing": sum(1 for each in flags if each["instant_filing"]),
        "instant_approval": sum(1 for each in flags if each["instant_approval"]),
        "integrated": sum(1 for each in flags if each["instant_filing"] and each["instant_approval"]),
        "immediate": sum(1 for each in items if each["case_type"] == "immediate"),
        "promised": sum(1 for each in items if each["case_type"] == "promised"),
        "zero_visit": sum(1 for each in items if each["visits"] == 0),
        "certificate_free": int(certificate_free_items(items).numerator),
    }
