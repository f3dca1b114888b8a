"""Figures of the law on a day, and what is refused in them."""

from datetime import date

import pytest

from approvals.rules.parameters import check, figures


def table(*rows, key="tiers"):
    return {"key": key, "values": [{"from": "2015-01-01", "rows": [dict(row) for row in rows]}]}


def single(*values, key="limit"):
    return {"key": key, "values": [{"from": day, "value": value} for day, value in values]}


TIERS = table({"from": 70, "to": 79, "value": 100}, {"from": 80, "value": 200})


@pytest.mark.parametrize(
    ("on", "value"), [(date(2014, 12, 31), None), (date(2015, 1, 1), 1), (date(2019, 12, 31), 1), (date(2020, 1, 1), 2)]
)
def test_the_latest_entry_that_has_begun_holds(on, value):
    held = figures([single(("2020-01-01", 2), (date(2015, 1, 1), 1))], on)
    assert held.values.get("limit") == value
    assert [entry["value"] for entry in held.data.values()] == ([] if value is None else [value])


@pytest.mark.parametrize(("age", "amount"), [(70, 100), (79, 100), (80, 200), (120, 200)])
def test_both_ends_of_a_row_count_and_the_last_may_be_open(age, amount):
    assert figures([TIERS], date(2021, 1, 1)).lookup("tiers", age) == amount


@pytest.mark.parametrize("value", [69, -1])
def test_outside_the_table_there_is_nothing(value):
    with pytest.raises(LookupError):
        figures([TIERS], date(2021, 1, 1)).lookup("tiers", value)


@pytest.mark.parametrize("value", ["70", True, 70.0, None])
def test_only_whole_numbers_are_looked_up(value):
    with pytest.raises(TypeError):
        figures([TIERS], date(2021, 1, 1)).lookup("tiers", value)


def test_a_sound_parameter_has_no_problem():
    assert check([TIERS, single(("2015-01-01", 5)), single(("2015-01-01", ["a", "b"]), key="cities")]) == []


@pytest.mark.parametrize(
    ("parameter", "says"),
    [
        (table({"from": 1, "to": 5, "value": 1}, {"from": 7, "value": 2}), "gap: 6–6"),
        (table({"from": 1, "to": 5, "value": 1}, {"from": 5, "value": 2}), "overlap at 5"),
        (table({"from": 1, "value": 1}, {"from": 5, "value": 2}), "overlap at 5"),
        (table({"from": 9, "to": 5, "value": 1}), "backwards: 9–5"),
        (table({"from": "1", "to": 5, "value": 1}), "range of whole numbers"),
        (table({"from": True, "to": 5, "value": 1}), "range of whole numbers"),
        (table({"from": 1, "to": 5, "value": 1.5}), "range of whole numbers"),
        (table(), "empty"),
        (single(("2015-01-01", 0.65)), "whole number"),
        (single(("2015-01-01", None)), "whole number"),
        (single(("2015-01-01", [1, 2])), "whole number"),
        (single(("2015-01-01", 1), (date(2015, 1, 1), 2)), "two entries"),
        (single(("soon", 1)), "cannot be read"),
        ({"key": "x", "values": []}, "at least one"),
        ({"key": "x", "values": [{"from": "2015-01-01", "value": 1}, {"from": "2016-01-01", "rows": []}]}, "either"),
    ],
)
def test_a_fault_is_named_in_both_languages(parameter, says):
    problems = check([parameter])
    assert any(says in problem.en for problem in problems)
    assert all(problem.zh and problem.key == parameter["key"] for problem in problems)
