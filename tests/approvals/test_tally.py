"""The tallies say what the rows say, whatever the pieces in which the journal is counted."""

from collections.abc import Callable

import pytest

from approvals import queries
from approvals.actions import tally
from approvals.models import Application, Decision, Package, Tally
from govsim.core import clock, districts
from govsim.core.models import World
from tests.approvals.conftest import GU

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def busy(
    city: World, claim_allowance: Callable[..., Application], open_company: Callable[..., Package],
    run: Callable[..., None],
) -> World:  # fmt: skip
    """A morning with a claim, a doubtful one, and a company that was opened."""
    claim_allowance()
    claim_allowance(human_route=True)
    open_company()
    run()
    return city


def count_all(most: int) -> int:
    total = 0
    while found := tally.count(most=most):
        total += found
    return total


def test_tallies_equal_the_rows(busy: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tally, "SETTLED", tally.timedelta(0))
    assert count_all(5000) > 20
    today = queries.counted(busy, clock.now(busy).date())
    decisions = Decision.objects.filter(world=busy)
    assert today.of("submitted") == Application.objects.filter(world=busy).count()
    assert today.of("decided") == decisions.count()
    assert today.of("automatic") == decisions.filter(automatic=True).count()
    assert today.of("certificates") == decisions.exclude(certificate="").count()
    assert today.of("in_time") + today.of("late") == today.of("decided")
    assert sum(today.by("department", "submitted").values()) == today.of("submitted")
    assert sum(today.by("street", "submitted").values()) == today.of("submitted")
    assert today.by("street", "submitted")[f"{districts.street_of(GU):02}"] >= 2
    assert today.of("packages") == 1
    assert today.median("instant") is not None
    assert today.median("worked", "department", "sz.tax") is not None


def test_the_size_of_the_pieces_makes_no_difference(busy: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tally, "SETTLED", tally.timedelta(0))

    def counted(most: int) -> list[tuple[object, ...]]:
        Tally.objects.all().delete()
        tally.TallyMark.objects.all().delete()
        count_all(most)
        columns = ("world_id", "day", "part", "key", "measure", "count")
        return sorted(Tally.objects.values_list(*columns))

    assert counted(5000) == counted(3)
    assert tally.count() == 0


def test_what_may_still_be_overtaken_is_not_counted(busy: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tally, "SETTLED", tally.timedelta(hours=1))
    assert tally.count() == 0
    assert not Tally.objects.exists()


def test_steps_keep_two_digits() -> None:
    assert [tally.step(each) for each in (0, 3.14, 61.2, 1234)] == ["0", "3.1", "61", "1200"]
