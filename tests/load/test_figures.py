"""The arithmetic of reports, and what a run is expected to show."""

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govsim.load import LoadError, expect, figures, report


@given(st.lists(st.floats(0, 1e6), min_size=1))
def test_percentiles_are_samples_in_order(samples: list[float]) -> None:
    told = figures.spread(samples)
    assert told["n"] == len(samples)
    assert told["p50"] <= told["p90"] <= told["p95"] <= told["p99"] <= told["max"] == max(samples)
    assert told["p95"] in samples
    below = sum(each <= told["p95"] for each in samples)
    assert below >= 0.95 * len(samples)


def test_a_percentile_needs_samples() -> None:
    assert figures.spread([]) == {"n": 0}
    assert figures.spread([1.0] * 9_999)["p999"] is None
    assert figures.spread([1.0] * 10_000)["p999"] == 1.0


def test_littles_law_holds_for_a_queue_that_is_steady() -> None:
    drawn = random.Random(1)
    at = free = 0.0
    spells = []
    for _ in range(20_000):
        at += drawn.expovariate(50)
        free = max(free, at) + drawn.expovariate(80)
        spells.append((at, free))
    whole = spells[-1][0]
    inside = sum(end - begin for begin, end in spells) / whole
    mean = sum(end - begin for begin, end in spells) / len(spells)
    law = figures.little(in_system=inside, arrivals_per_second=len(spells) / whole, mean_seconds=mean)
    assert law["gap"] == pytest.approx(0, abs=0.01)
    assert figures.little(in_system=0, arrivals_per_second=0, mean_seconds=0)["gap"] is None


def test_moments_are_counted_by_the_second() -> None:
    assert figures.per_second([0.1, 0.9, 1.0, 2.5, 9.0, -1], seconds=3) == [2, 1, 1]


@pytest.mark.parametrize(
    ("bad", "found"),
    [([], 0.0), ([1.0, 9.9], 0.0), ([13.0, 9.0, 10.5], 3.0), ([12.0, 18.5], 2.0), ([12.0, 16.5], None)],
)
def test_recovery_is_where_calm_begins(bad: list[float], found: float | None) -> None:
    assert figures.recovered(bad, end=10.0, whole=20.0) == found


TOLD: dict[str, Any] = {"lost": 0, "decided": {"p99": 1.5, "p999": None}, "commit": "abc"}


@pytest.mark.parametrize(
    ("text", "held"),
    [("lost==0", True), ("decided.p99<2s", True), ("decided.p99<1500ms", False), ("decided.p99 >= 1.5", True),
     ("lost != 0", False), ("decided.p999<1s", False)],
)  # fmt: skip
def test_expectations_are_judged(text: str, held: bool) -> None:
    assert [each.held for each in expect.judge([expect.read(text)], TOLD)] == [held]


@pytest.mark.parametrize("text", ["lost", "lost=0", "p99<fast", "lost==0; x", ""])
def test_what_is_no_expectation_is_refused(text: str) -> None:
    with pytest.raises(LoadError):
        expect.read(text)


@pytest.mark.parametrize("text", ["nothing<1", "decided.p42<1", "commit<1", "lost.p99<1"])
def test_a_figure_that_no_report_has_is_refused(text: str) -> None:
    with pytest.raises(LoadError):
        expect.judge([expect.read(text)], TOLD)


def test_no_cell_is_a_formula() -> None:
    written = report.table(["a", "b"], [["=cmd()", -1.5], ["plain", 2]])
    assert written.splitlines() == ["a,b", "'=cmd(),-1.5", "plain,2"]
