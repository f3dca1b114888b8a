"""The saturation search: what holds, what does not, and that it finds the rate where one turns into the other."""

from typing import Any

import pytest

from govsim.load import knee


def told(**given: Any) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "offered": {"n": 1000, "rate": 100.0}, "accepted": {"rate": 100.0, "p95": 0.1}, "decided": {"rate": 100.0},
        "failed": 0, "shed": 0, "generator": {"bottleneck": False}, "backlog": {"drained": 0.1},
    }  # fmt: skip
    return plain | given


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({}, ""),
        ({"accepted": {"rate": 95.0, "p95": 0.99}, "decided": {"rate": 95.0}, "failed": 4, "shed": 5}, ""),
        ({"accepted": {"rate": 94.9, "p95": 0.1}}, "accepted"),
        ({"backlog": {"drained": 5.0}}, "deciding"),
        ({"accepted": {"rate": 100.0, "p95": 1.0}}, "p95"),
        ({"failed": 4, "shed": 6}, "shed"),
    ],
)
def test_what_holds(given: dict[str, Any], word: str) -> None:
    step = knee.judge(100.0, told(**given))
    assert step.held == (not word)
    assert word in step.why_not


def test_a_generator_that_cannot_keep_up_gives_a_lower_bound() -> None:
    late = knee.judge(200.0, told(generator={"bottleneck": True}))
    assert late.why_not == knee.GENERATOR
    assert knee.as_data([knee.judge(100.0, told()), late])["at_least"]
    assert not knee.as_data([knee.judge(100.0, told()), knee.judge(200.0, told(failed=100))])["at_least"]


def machine(limit: float) -> Any:
    return lambda rate: knee.Step(rate, min(rate, limit), min(rate, limit), 0.1, 0.0, "" if rate <= limit else "full")


@pytest.mark.parametrize("limit", [3.0, 10.0, 137.0, 1111.0])
def test_the_knee_is_found_from_below_and_from_above(limit: float) -> None:
    seen: list[knee.Step] = []
    steps = knee.search(machine(limit), first=10.0, tell=seen.append)
    assert seen == steps
    assert limit / knee.CLOSE <= knee.knee(steps) <= limit


def test_a_platform_that_holds_nothing_has_no_knee() -> None:
    steps = knee.search(machine(0.0), first=10.0, tell=lambda step: None)
    assert knee.knee(steps) == 0.0
    assert len(steps) < knee.MOST_STEPS


def test_the_report_has_the_curve_in_order_and_every_step() -> None:
    data = knee.as_data(knee.search(machine(50.0), first=10.0, tell=lambda step: None))
    rates = [each["rate"] for each in data["curve"]]
    assert rates == sorted(rates)
    page = knee.page(data, heading="sqlite", note="command")
    assert page.count("<circle") == 2 * len(rates)
    assert page.count("✓") == sum(each["held"] for each in data["curve"])
