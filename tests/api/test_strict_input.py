"""Whatever a client sends, the answer is a problem document and never a server error (F36 to F38, F41, F42, F45)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError

from approvals.actions import submit
from govsim.lab.bodies import MALFORMED, NESTED
from tests.api.conftest import ALLOWANCE, Api, problem

pytestmark = pytest.mark.django_db

BODIES = {**MALFORMED, **NESTED}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
def test_a_body_that_can_be_read_in_two_ways_or_not_at_all_is_refused(gu: Api, body: bytes) -> None:
    problem(gu.post("applications", body), 400, "malformed")


def test_other_media_and_charsets_are_refused(gu: Api) -> None:
    problem(gu.post("applications", b"<x/>", Content_Type="application/xml"), 415, "unsupported_media")
    problem(gu.post("applications", b"a=1", Content_Type="application/x-www-form-urlencoded"), 415)
    problem(gu.post("applications", b"{}", Content_Type="application/json; charset=gbk"), 400, "malformed")
    problem(gu.post("applications", b"{}", Content_Type="application/json; charset=bz2_codec"), 400, "malformed")
    problem(gu.get("applications", Accept="text/html"), 406, "not_acceptable")


def test_a_large_body_is_refused(gu: Api, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    problem(gu.post("applications", b'{"form": {"x": "' + b"y" * 2000 + b'"}}'), 413, "too_large")


def test_methods_and_addresses_that_are_not_there(gu: Api, nobody: Api) -> None:
    answer = gu.send("DELETE", "applications")
    problem(answer, 405, "no_such_method")
    assert answer.headers["Allow"] == "GET, POST, HEAD, OPTIONS"
    for who in (gu, nobody):
        problem(who.get("nowhere/%0A/at/all"), 404, "not_found")
        problem(who.get("nowhere/at/all"), 404, "not_found")
        problem(who.post("nowhere"), 404, "not_found")
    problem(gu.get("applications/%00"), 404)
    problem(gu.get("wallet/%00"), 404)
    problem(gu.get("items/%F0%9F%92%A9"), 404)


def test_who_does_not_sign_in_learns_how(nobody: Api) -> None:
    answer = nobody.get("applications")
    problem(answer, 401, "not_signed_in")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="govsim"'
    for wrong in ("Bearer", "Bearer ", "Basic YTpi", "Bearer x", "Bearer é".encode().decode("latin-1")):
        problem(nobody.get("applications", Authorization=wrong), 401, "not_signed_in")
    assert nobody.get("items").status_code == 200


def test_every_problem_has_a_page(gu: Api, nobody: Api) -> None:
    told = problem(gu.get("nowhere"), 404)
    page = nobody.get(told["type"]).json()
    assert (page["status"], page["key"]) == (404, "not_found")
    problem(nobody.get("problems/none"), 404)


@pytest.mark.parametrize(
    "words", ["'; DROP TABLE approvals_application;--", "𠮷野﨑·买买提", "👩‍👩‍👧", "\u202egnp.exe", "=cmd()"]
)
def test_odd_words_are_kept_as_they_are(gu: Api, words: str) -> None:
    kept = gu.post("applications", {**ALLOWANCE, "form": {"mobile": words}, "draft": True})
    assert gu.get(kept.headers["Location"]).json()["form"] == {"mobile": words}


def test_a_fault_of_ours_is_a_problem_document_too(gu: Api, monkeypatch: Any, caplog: Any) -> None:
    monkeypatch.setattr(submit, "submit", _raise(RuntimeError("secret detail")))
    told = problem(gu.post("applications", ALLOWANCE), 500, "server_fault")
    assert "secret" not in str(told)
    assert "secret detail" in caplog.text
    monkeypatch.setattr(submit, "submit", _raise(OperationalError("database is locked")))
    answer = gu.post("applications", ALLOWANCE)
    problem(answer, 503, "busy")
    assert answer.headers["Retry-After"] == "2"


def _raise(error: Exception) -> Callable[..., None]:
    def fail(**given: Any) -> None:
        raise error

    return fail
