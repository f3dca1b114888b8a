"""Applying many times at once: each entry alone is stored or refused, and a full backlog takes nothing in."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from approvals.actions import admit
from approvals.models import Application
from govsim.core.models import World
from govsim.exchange.models import Consent
from tests.api.conftest import ALLOWANCE, Api, problem
from tests.approvals.conftest import GU, OUTSIDER

pytestmark = [pytest.mark.django_db, pytest.mark.database]
Sit = Callable[..., Api]


@pytest.fixture(autouse=True)
def _looks() -> Any:
    admit.forget()
    yield
    admit.forget()


def send(api: Api, *entries: dict[str, Any], **more: Any) -> Any:
    return api.post("applications/batch", {"applications": list(entries)}, **more)


def test_good_entries_are_stored_and_bad_ones_say_why(gu: Api, run: Callable[..., None]) -> None:
    wrong, unknown = ALLOWANCE | {"form": {"mobile": 3}}, ALLOWANCE | {"item": "sz.nothing"}
    answer = send(gu, ALLOWANCE, wrong, unknown, ALLOWANCE | {"consent": False})
    assert answer.status_code == 202, answer.content
    told = answer.json()
    assert (told["stored"], told["refused"]) == (2, 2)
    assert [each["code"] for each in told["results"]] == ["stored", "bad_input", "not_found", "stored"]
    assert [each["field"] for each in told["results"][1]["errors"]] == ["mobile"]
    assert all(each["errors"][0]["zh"] for each in told["results"] if each["number"] is None)
    first, last = (Application.objects.get(number=told["results"][place]["number"]) for place in (0, 3))
    assert [len(first.consents), len(last.consents)] == [1, 0]
    assert Consent.objects.get(pk=first.consents[0]).purpose == first.number
    run()
    states = {gu.get(f"applications/{each.number}").json()["state"]["key"] for each in (first, last)}
    assert "granted" in states
    history = gu.get(f"applications/{first.number}").json()["history"]
    assert [each["event"] for each in history] == ["ApplicationSubmitted", "ApplicationGranted"]


def test_a_window_officer_submits_for_others(sit: Sit, gu: Api, outsider: Api) -> None:
    window = sit("window", department="sz.civil")
    answer = send(window, ALLOWANCE | {"applicant": GU}, ALLOWANCE | {"applicant": OUTSIDER}, ALLOWANCE)
    told = answer.json()["results"]
    assert [each["code"] for each in told] == ["stored", "stored", "bad_input"]
    mine = gu.get(f"applications/{told[0]['number']}").json()
    assert (mine["applicant"]["code"], mine["applicant"]["name"], mine["channel"]) == (GU, "顾样甲", "window")
    problem(outsider.get(f"applications/{told[0]['number']}"), 404)


def test_others_may_not(gu: Api, trainer: Api) -> None:
    told = send(gu, ALLOWANCE | {"applicant": OUTSIDER}).json()["results"]
    assert [each["code"] for each in told] == ["not_allowed"]
    problem(send(trainer, ALLOWANCE), 403)
    problem(send(gu), 422)
    problem(send(gu, *[ALLOWANCE] * 201), 422)
    assert not Application.objects.exists()


def test_the_same_key_stores_nothing_twice(gu: Api) -> None:
    first = send(gu, ALLOWANCE, ALLOWANCE, key="once").json()
    again = send(gu, ALLOWANCE, ALLOWANCE, key="once")
    assert (again.json(), again.headers["Idempotent-Replayed"]) == (first, "true")
    assert Application.objects.count() == 2


def test_statements_do_not_grow_with_the_batch(gu: Api) -> None:
    send(gu, ALLOWANCE)

    def cost(count: int) -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert send(gu, *[ALLOWANCE] * count).json()["stored"] == count
        return len(found)

    assert cost(2) == cost(40)


def test_a_full_backlog_takes_nothing_in_and_still_answers(
    gu: Api, city: World, settings: Any, run: Callable[..., None]
) -> None:
    settings.MOST_WAITING = 3
    numbers = [each["number"] for each in send(gu, *[ALLOWANCE] * 4).json()["results"]]
    admit.forget()
    for refused in (send(gu, ALLOWANCE), gu.post("applications", ALLOWANCE)):
        problem(refused, 503, "busy")
        assert int(refused.headers["Retry-After"]) > 0
    assert Application.objects.count() == 4
    assert gu.get(f"applications/{numbers[0]}").status_code == 200
    run()
    admit.forget()
    assert gu.post("applications", ALLOWANCE).status_code == 202
