"""Applying through the API: one application from prefilled form to passport, by its applicant and its officers."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.throttling import ScopedRateThrottle

from approvals import states
from approvals.api.verbs import VERBS
from approvals.models import Application
from govsim.core.models import Department, World
from tests.api.conftest import ALLOWANCE, Api, problem
from tests.approvals.conftest import GU

pytestmark = [pytest.mark.django_db, pytest.mark.database]
Sit = Callable[..., Api]


def test_gu_applies_and_reads_why(gu: Api, run: Callable[..., None]) -> None:
    answer = gu.post("applications", ALLOWANCE)
    assert answer.status_code == 202, answer.content
    told = answer.json()
    assert (told["state"]["key"], told["applicant"]["code"]) == ("submitted", GU)
    assert answer.headers["Location"] == f"/api/v1/applications/{told['number']}"
    run()
    told = gu.get(answer.headers["Location"]).json()
    assert told["state"] == {"key": "granted", "zh": "准予", "en": "Granted"}
    assert told["decision"]["automatic"] is True
    assert told["decision"]["result"]["monthly_fen"] == 30000
    assert told["limit"]["light"] == "green"
    assert [each["event"] for each in told["history"]] == ["ApplicationSubmitted", "ApplicationGranted"]
    shown = gu.get(f"applications/{told['number']}/passport?view=expert").json()
    assert (shown["view"], shown["decided"], shown["passport"]["outcome"]) == ("applicant", True, "GRANT")
    assert "nearest" in shown["passport"]
    assert len(gu.get("messages").json()["results"]) == 2
    log = gu.get("data-log").json()["results"]
    assert {each["number"] for each in log} == {told["number"]}
    problem(gu.post(f"applications/{told['number']}/withdraw"), 409)
    assert gu.post(f"applications/{told['number']}/rate", {"code": 1}).status_code == 200
    problem(gu.post(f"applications/{told['number']}/rate", {"code": 1}), 409, "conflict")
    review = gu.post(f"applications/{told['number']}/ask_review")
    assert (review.status_code, review.json()["reviews"]) == (202, told["number"])


def test_a_form_fills_itself_in_and_the_looks_are_logged(gu: Api) -> None:
    problem(gu.post("items/sz.old_age_allowance/prefill", {"consent": False}), 422, "bad_input")
    fields = {each["field"]: each for each in gu.post("items/sz.old_age_allowance/prefill", {"consent": True}).json()}
    assert fields["name"]["value"] == "顾样甲"
    assert fields["name"]["department"]["zh"]
    assert fields["name"]["at"]
    assert {each["purpose"]["en"] for each in gu.get("data-log").json()["results"]} == {
        "Filling in an application form"
    }


def test_a_draft_is_kept_changed_and_submitted(gu: Api) -> None:
    kept = gu.post("applications", {**ALLOWANCE, "form": {"mobile": "1"}, "draft": True})
    assert (kept.status_code, kept.json()["state"]["key"]) == (201, "draft")
    where = kept.headers["Location"]
    first = gu.get(where).headers["ETag"]
    assert gu.put(where, {"form": {"mobile": "2"}}).json()["form"] == {"mobile": "2"}
    assert gu.get(where).headers["ETag"] != first
    faults = problem(gu.post(f"{where}/submit", {"form": {"mobile": 3}}), 422, "bad_input")
    assert [each["field"] for each in faults["errors"]] == ["mobile"]
    sent = gu.post(f"{where}/submit", {"form": ALLOWANCE["form"], "consent": True})
    assert (sent.status_code, sent.json()["state"]["key"]) == (202, "submitted")
    problem(gu.put(where, {"form": {}}), 404)


def test_officers_handle_a_case_step_by_step(gu: Api, sit: Sit, city: World, run: Callable[..., None]) -> None:
    Department.objects.filter(world=city).update(staffed_by="people")
    number = gu.post("applications", {**ALLOWANCE, "human_route": True}).json()["number"]
    run()
    one, two, three = (sit(role, department="sz.civil") for role in ("handler", "reviewer", "approver"))
    assert [each["number"] for each in one.get("inbox").json()["results"]] == [number]
    case = f"applications/{number}"
    assert one.post(f"{case}/open").json()["opened"] is True
    problem(sit("window", department="sz.civil").post(f"{case}/open"), 409, "conflict")
    asked = one.post(f"{case}/ask_correction", {"missing": [{"what": "photo", "zh": "请补照片"}]})
    assert asked.json()["state"]["key"] == "correcting"
    assert gu.get(case).json()["missing"] == [{"what": "photo", "zh": "请补照片", "en": "请补照片"}]
    assert gu.post(f"{case}/correct", {"form": {"mobile": "10100000002"}}).status_code == 202
    run()
    for officer, verb, body in (
        (one, "accept", {}),
        (one, "suspend", {"reason": "听证"}),
        (one, "resume", {"result": "无异议"}),
        (one, "handle", {"opinion": "内部意见"}),
        (two, "send_back", {"opinion": "请复查"}),
        (one, "handle", {"opinion": "已复查"}),
        (two, "review", {"opinion": "同意"}),
        (three, "refuse", {"reason_zh": "示例理由"}),
    ):
        answer = officer.post(f"{case}/{verb}", body)
        assert answer.status_code == 200, (verb, answer.content)
    told = gu.get(case).json()
    assert (told["state"]["key"], told["decision"]["automatic"]) == ("refused", False)
    assert "内部意见" not in gu.get(f"{case}/history").content.decode()
    assert "内部意见" in one.get(f"{case}/history").content.decode()
    assert one.get(f"{case}/passport?view=expert").json()["view"] == "expert"
    assert one.get(case).json()["applicant"]["code"] == "4403**********" + GU[-4:]


def test_every_verb_that_a_person_has_is_a_door() -> None:
    by_people = {
        move.verb
        for move in states.APPLICATION.moves
        if move.by - {"system", "simulation"} and move.verb not in ("void", "refer")
    }
    assert by_people <= {verb.name for verb in VERBS}


def test_a_version_that_did_not_move_is_not_sent_again(gu: Api) -> None:
    where = gu.post("applications", ALLOWANCE).headers["Location"]
    tag = gu.get(where).headers["ETag"]
    again = gu.get(where, If_None_Match=tag)
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
    problem(gu.post(f"{where}/withdraw", If_Match='"77"'), 412, "precondition_failed")
    assert gu.post(f"{where}/withdraw", If_Match=tag).status_code == 200
    assert gu.get(where, If_None_Match=tag).status_code == 200


def test_what_is_not_in_the_schema_is_refused_and_nothing_is_assigned(gu: Api) -> None:
    faults = problem(gu.post("applications", {**ALLOWANCE, "state": "granted", "applicant": "x"}), 422, "bad_input")
    assert {each["field"] for each in faults["errors"]} == {"state", "applicant"}
    problem(gu.post("applications", {**ALLOWANCE, "item": "sz.none"}), 404)
    problem(gu.post("applications", {**ALLOWANCE, "item": 5}), 422)
    problem(gu.post("applications", {**ALLOWANCE, "consent": "yes"}), 422)
    problem(gu.post("applications", {**ALLOWANCE, "materials": {"photo": 1}}), 422)
    assert Application.objects.count() == 0


def test_lists_take_known_parameters_only_and_are_cut_by_cursor(gu: Api) -> None:
    numbers = [gu.post("applications", ALLOWANCE).json()["number"] for _ in range(5)]
    seen, address = [], "applications?page_size=2"
    while address:
        page = gu.get(address).json()
        seen += [each["number"] for each in page["results"]]
        address = page["next"]
    assert seen == numbers[::-1]
    assert gu.get("applications?state=granted").json()["results"] == []
    assert len(gu.get("applications?item=sz.old_age_allowance").json()["results"]) == 5
    problem(gu.get("applications?status=granted"), 400, "unknown_parameter")
    problem(gu.get("applications?state=granted&state=draft"), 400, "unknown_parameter")
    problem(gu.get("applications?state=none"), 422, "bad_input")
    for wrong in ("page_size=0", "page_size=x", "page_size=201", "cursor=x", "cursor=cD14", "cursor=cD0lMDA%3D"):
        problem(gu.get(f"applications?{wrong}"), 400, "malformed")
        problem(gu.get(f"messages?{wrong}"), 400, "malformed")


@pytest.mark.parametrize(
    "path", ["applications", "packages", "messages", "data-log", "consents", "use-log", "disputes", "wallet", "items"]
)
def test_a_list_costs_the_same_for_one_row_and_for_many(gu: Api, path: str, run: Callable[..., None]) -> None:
    gu.post("applications", ALLOWANCE)
    run()
    gu.get(path)  # what a process remembers is read once
    few = _statements(gu, path)
    for _ in range(4):
        gu.post("applications", ALLOWANCE)
    run()
    assert _statements(gu, path) == few


def test_the_inbox_costs_the_same_for_one_row_and_for_many(
    gu: Api, sit: Sit, city: World, run: Callable[..., None]
) -> None:
    Department.objects.filter(world=city).update(staffed_by="people")
    officer = sit("handler", department="sz.civil")
    counts = []
    for _ in range(2):
        for _ in range(3):
            gu.post("applications", {**ALLOWANCE, "human_route": True})
        run()
        officer.get("inbox")
        counts.append(_statements(officer, "inbox"))
    assert len(officer.get("inbox").json()["results"]) == 6
    assert counts[0] == counts[1]


def _statements(api: Api, path: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert api.get(path).status_code == 200
    return len(captured)


def test_posts_are_limited_where_the_settings_say_so(gu: Api, monkeypatch: Any) -> None:
    monkeypatch.setattr(ScopedRateThrottle, "THROTTLE_RATES", {"applications": "2/min"})
    cache.clear()
    for _ in range(2):
        assert gu.post("applications", ALLOWANCE).status_code == 202
    answer = gu.post("applications", ALLOWANCE)
    problem(answer, 429, "too_many")
    assert int(answer.headers["Retry-After"]) > 0
    assert gu.get("applications").status_code == 200
    cache.clear()
