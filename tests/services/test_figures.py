"""The rates of domain.md §D, with its worked example."""

from decimal import Decimal
from fractions import Fraction

from services import figures


def item(legal, promised, case_type, visits, **more):
    return {
        "limits": {"legal_days": legal, "promised_days": promised},
        "case_type": case_type,
        "visits": visits,
        "online_depth": "result" if visits == 0 else "accept",
        "flags": {"instant_filing": False, "instant_approval": False},
        "materials": [],
        **more,
    }


FIVE = [
    item(20, 0, "immediate", 0),
    item(20, 1, "promised", 0),
    item(10, 2, "promised", 1),
    item(None, 5, "promised", 1),
    item(30, 0, "immediate", 0),
]


def test_the_worked_example():
    assert figures.immediate_rate(FIVE).percent == Decimal("40.00")
    assert figures.time_reduction(FIVE).percent == Decimal("96.25")
    assert figures.mean_time_reduction(FIVE).percent == Decimal("93.75")
    assert figures.zero_visit_rate(FIVE).percent == Decimal("60.00")
    assert figures.one_visit_rate(FIVE).percent == Decimal("100.00")


def test_numerator_and_denominator_are_kept():
    assert figures.time_reduction(FIVE) == figures.Rate(Fraction(77), 80)
    assert figures.immediate_rate(FIVE) == figures.Rate(Fraction(2), 5)


def test_the_reported_rate_of_jiangmen_is_that_of_two_counts():
    assert {count for count in range(15_202) if figures.Rate(Fraction(count), 15_202).percent == Decimal("99.38")} == {
        15_107,
        15_108,
    }


def test_half_a_hundredth_is_rounded_up():
    assert figures.Rate(Fraction(1), 20_000).percent == Decimal("0.01")
    assert str(figures.Rate(Fraction(1), 3)) == "33.33 %"


def test_of_nothing_there_is_no_rate():
    assert figures.immediate_rate([]).percent is None
    assert str(figures.time_reduction([item(None, 5, "promised", 0)])) == "—"


def test_certificate_free_coverage():
    by_certificate = {"certificate_types": ["resident_identity_card"], "replace_mode": "certificate"}
    by_upload = {"certificate_types": ["diploma"], "replace_mode": "upload"}
    own_paper = {"replace_mode": "commitment"}
    items = [
        item(20, 0, "immediate", 0, materials=[by_certificate, by_upload]),
        item(20, 0, "immediate", 0, materials=[by_upload]),
        item(20, 0, "immediate", 0, materials=[own_paper]),
    ]

    assert figures.certificate_free_items(items) == figures.Rate(Fraction(1), 2)
    assert figures.certificate_free_materials(items) == figures.Rate(Fraction(1), 3)


def test_counts_tell_the_flags_apart():
    both = {"instant_filing": True, "instant_approval": True}
    filing = {"instant_filing": True, "instant_approval": False}
    found = figures.counts([item(20, 0, "immediate", 0, flags=both), item(20, 1, "promised", 1, flags=filing)])

    assert (found["instant_filing"], found["instant_approval"], found["integrated"]) == (2, 1, 1)
