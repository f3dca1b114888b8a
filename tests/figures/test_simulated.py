"""Figures that are counted: each with numerator, denominator and formula, none of them out of thin air."""

from collections.abc import Callable
from typing import Any

import pytest

from approvals.actions import after
from approvals.models import Application, Package
from govsim import figures
from govsim.core.models import World
from govsim.figures import simulated
from tests.approvals.conftest import GU, OUTSIDER, applicant, city, claim_allowance, open_company, run

__all__ = ["city", "claim_allowance", "open_company", "run"]  # fixtures of the neighbour

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def by_key(world: World | None = None) -> dict[str, dict[str, Any]]:
    found = figures.figures(world)["simulated"]
    keys = [each["key"] for each in found]
    assert len(keys) == len(set(keys))
    return {each["key"]: each for each in found}


def rate(world: World, key: str) -> tuple[float | None, int, int]:
    found = by_key(world)[key]
    return found["value"], found["numerator"], found["denominator"]


def test_reported_and_simulated_never_share_a_list(published: None, world: World) -> None:
    found = figures.figures(world)
    assert set(found) == {"reported", "simulated"}
    for kind, each in ((kind, each) for kind, entries in found.items() for each in entries):
        assert each["kind"] == kind
    assert {each["key"] for each in found["reported"]}.isdisjoint(each["key"] for each in found["simulated"])
    assert all("row" in each and "source" in each for each in found["reported"])
    assert all("formula" in each and "row" not in each for each in found["simulated"])


def test_without_a_world_the_catalogue_is_counted(published: None) -> None:
    found = by_key()
    assert {each["scope"] for each in found.values()} == {"catalogue"}
    assert found["items"]["value"] == found["sz.items"]["value"] + found["zq.items"]["value"]
    assert found["immediate_rate"]["denominator"] == found["items"]["value"]
    assert found["certificate_types"]["value"] == 90
    assert "jm.items" not in found  # nothing is published there, so there is no rate of nothing


def test_an_empty_world_has_no_rates(published: None, world: World) -> None:
    assert rate(world, "instant_approval_rate") == (None, 0, 0)
    assert rate(world, "same_day_rate") == (None, 0, 0)
    assert by_key(world)["instant_seconds_p50"]["value"] is None


def test_decided_cases(claim_allowance: Callable[..., Application], run: Callable[..., None], city: World) -> None:
    granted, _, _ = claim_allowance(), claim_allowance(OUTSIDER), claim_allowance(human_route=True)
    run()
    after.rate(world=city, actor=applicant(GU), number=granted.number, code=2)
    assert rate(city, "instant_approval_rate") == (66.67, 2, 3)  # half up
    assert rate(city, "first_time_rate") == (100.0, 3, 3)
    assert rate(city, "satisfaction_rate") == (100.0, 1, 1)
    found = by_key(city)
    assert sum(each["value"] for key, each in found.items() if key.startswith("cases_")) == 3
    assert 0 < found["instant_seconds_p50"]["value"] <= found["instant_seconds_p95"]["value"] < 60
    assert found["instant_seconds_p95"]["denominator"] == 2


def test_what_is_not_finished_counts_in_no_rate(claim_allowance: Callable[..., Application], city: World) -> None:
    claim_allowance()
    assert rate(city, "instant_approval_rate") == (None, 0, 0)
    assert rate(city, "first_time_rate") == (None, 0, 0)
    assert by_key(city)["cases_submitted"]["value"] == 1


def test_a_package_within_the_day(open_company: Callable[..., Package], run: Callable[..., None], city: World) -> None:
    open_company()
    run()
    assert rate(city, "same_day_rate") == (100.0, 1, 1)


@pytest.mark.parametrize(
    ("values", "share", "wanted"),
    [([], 50, None), ([3.0], 95, 3.0), ([4.0, 1.0, 3.0, 2.0], 50, 2.0), ([float(n) for n in range(1, 101)], 95, 95.0)],
)
def test_percentile(values: list[float], share: int, wanted: float | None) -> None:
    assert simulated.percentile(values, share) == wanted
