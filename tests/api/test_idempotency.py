"""A repeated POST gives the first answer and does nothing twice (F21 to F23)."""

import json
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from approvals.models import Application
from govsim.core import clock
from govsim.core.models import IdempotentCall
from govsim.web import idempotency
from tests.api.conftest import ALLOWANCE, Api, problem

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def test_the_same_key_gives_the_same_answer(gu: Api) -> None:
    first, again = (gu.post("applications", ALLOWANCE, key="k1") for _ in range(2))
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json() == again.json()
    assert first.headers["Location"] == again.headers["Location"]
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert Application.objects.count() == 1


def test_the_order_of_keys_in_a_body_does_not_matter_but_its_content_does(gu: Api) -> None:
    gu.post("applications", ALLOWANCE, key="k1")
    turned = dict(reversed(ALLOWANCE.items()))
    assert gu.post("applications", turned, key="k1").status_code == 202
    problem(gu.post("applications", {**ALLOWANCE, "human_route": True}, key="k1"), 422, "key_reused")
    assert Application.objects.count() == 1


def test_a_key_belongs_to_a_user_and_a_route(gu: Api, outsider: Api) -> None:
    mine, theirs = (who.post("applications", ALLOWANCE, key="k1").json()["number"] for who in (gu, outsider))
    assert mine != theirs
    assert gu.post(f"applications/{mine}/withdraw", key="k1").status_code == 200
    assert gu.post(f"applications/{mine}/withdraw", key="k1").headers["Idempotent-Replayed"] == "true"
    other = gu.post("applications", ALLOWANCE).json()["number"]
    problem(gu.post(f"applications/{other}/withdraw", key="k1"), 422, "key_reused")


def test_what_makes_something_needs_a_key(gu: Api) -> None:
    problem(gu.post("applications", ALLOWANCE, key=None), 400, "key_required")
    problem(gu.post("packages", {"theme": "sz.open_company", "form": {}}, key=None), 400, "key_required")
    number = gu.post("applications", ALLOWANCE).json()["number"]
    assert gu.post(f"applications/{number}/withdraw", key=None).status_code == 200


def test_keys_are_short_printable_text(gu: Api) -> None:
    problem(gu.post("applications", ALLOWANCE, key="k" * 256), 400, "malformed")
    problem(gu.post("applications", ALLOWANCE, key="a b"), 400, "malformed")
    problem(gu.post("applications", ALLOWANCE, key="é"), 400, "malformed")
    assert gu.post("applications", ALLOWANCE, key="k" * 255).status_code == 202


def test_a_refusal_is_not_stored(gu: Api) -> None:
    problem(gu.post("applications", {**ALLOWANCE, "form": {}, "item": "sz.none"}, key="k1"), 404)
    assert IdempotentCall.objects.count() == 0
    assert gu.post("applications", ALLOWANCE, key="k1").status_code == 202


def test_a_crash_after_the_work_leaves_neither_claim_nor_result(gu: Api, monkeypatch: Any) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(idempotency, "_KEEP", "the process dies here")
        assert gu.post("applications", ALLOWANCE, key="k1").status_code >= 500
    assert (Application.objects.count(), IdempotentCall.objects.count()) == (0, 0)
    assert gu.post("applications", ALLOWANCE, key="k1").status_code == 202


def test_old_answers_are_forgotten(gu: Api) -> None:
    gu.post("applications", ALLOWANCE, key="k1")
    assert idempotency.forget() == 0
    IdempotentCall.objects.update(created_at=clock.wall() - idempotency.KEPT - timedelta(seconds=1))
    assert idempotency.forget() == 1


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_works_and_the_others_get_its_answer(gu: Api) -> None:
    answers: list[tuple[int, str]] = []

    def ask() -> None:
        mine = Api(None)
        mine.token = gu.token
        answer = mine.post("applications", ALLOWANCE, key="storm")
        answers.append((answer.status_code, json.loads(answer.content).get("number", "")))
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert Application.objects.count() == 1
    number = Application.objects.get().number
    assert len(answers) == 8
    assert {status for status, _ in answers} <= {202, 409}
    assert {told for status, told in answers if status == 202} == {number}
