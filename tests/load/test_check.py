"""The check after a run finds what a broken platform would do: lose, store twice, decide twice."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from approvals.models import Application
from govsim.core.models import IdempotentCall, JournalEntry, World
from govsim.load import check, records
from tests.api.conftest import ALLOWANCE, Api, city, claim_allowance, gu, open_company, run, sit
from tests.approvals.conftest import GU

__all__ = ["GU", "city", "claim_allowance", "gu", "open_company", "run", "sit"]
pytestmark = [pytest.mark.django_db]


def call(number: str, key: str, status: int = 202) -> records.Call:
    return records.Call(0, "applicant", "submit", 0.0, 0.0, 0.1, status, key=key, number=number)


@pytest.fixture
def calls(gu: Api) -> list[records.Call]:
    """Three applications, acknowledged under their keys."""
    return [
        call(gu.post("applications", ALLOWANCE, key=f"k{place}").json()["number"], f"k{place}") for place in range(3)
    ]


def test_a_sound_run_is_sound(city: World, calls: list[records.Call], run: Callable[..., None]) -> None:
    before = check.check(city, calls)
    assert (before.stored, before.acknowledged, len(before.undecided)) == (3, 3, 3)
    run()
    found = check.check(city, calls)
    assert (found.lost, found.duplicates, found.doubled, found.undecided) == ([], [], [], [])
    assert {outcome for outcome, _ in found.settled.values()} <= {"granted", "refused", "person"}
    assert set(found.settled) == {each.number for each in calls}


def test_a_lost_application_is_found(city: World, calls: list[records.Call]) -> None:
    Application.objects.filter(number=calls[0].number).delete()
    assert check.check(city, calls).lost == [calls[0].number]


def test_what_is_stored_twice_is_found(city: World, calls: list[records.Call], gu: Api) -> None:
    again = gu.post("applications", ALLOWANCE, key="k9").json()["number"]
    IdempotentCall.objects.filter(key="k9").delete()  # as if the guard had not been there
    assert check.check(city, calls).duplicates == [again]


def test_what_is_decided_twice_is_found(city: World, calls: list[records.Call], run: Callable[..., None]) -> None:
    run()
    entry = JournalEntry.objects.filter(kind="application", event="ApplicationGranted").first()
    assert entry is not None
    number = Application.objects.get(pk=entry.row).number
    entry.pk, entry.seq, entry.recorded_at = None, entry.seq + 1, entry.recorded_at + timedelta(seconds=1)
    entry.save(force_insert=True)
    assert check.check(city, calls).doubled == [number]


def test_an_answer_that_never_came_is_no_loss(city: World, calls: list[records.Call], gu: Api) -> None:
    gu.post("applications", ALLOWANCE, key="k8")
    found = check.check(city, [*calls, call("", "k8", 0), call("", "k7", 0)])
    assert (found.unanswered, found.unanswered_stored, found.lost, found.duplicates) == (2, 1, [], [])
