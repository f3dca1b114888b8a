"""The gate: what comes too much is refused at once with a time, stores nothing, and never stands in a reader's way."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from govsim.web import gate, request_id
from govsim.web.gate import Gate, Lane, lane

SUBMIT = "/api/v1/applications"
TOKEN = {"Authorization": "Bearer any"}


@pytest.fixture
def lanes(monkeypatch: pytest.MonkeyPatch) -> dict[str, Lane]:
    """Narrow lanes of this test's own."""
    made = {
        "new_work": Lane(1, 1, patience=0.05),
        "strangers": Lane(1, 0, patience=0.05),
        "other": Lane(1, 0, patience=0.05),
    }
    monkeypatch.setattr(gate, "LANES", made)
    return made


@pytest.fixture
def full(lanes: dict[str, Lane]) -> Iterator[None]:
    """Somebody's submission is at work and another one waits."""
    lanes["new_work"].patience = 30
    at_work, end = threading.Event(), threading.Event()

    def view(_: HttpRequest) -> HttpResponse:
        at_work.set()
        end.wait(30)
        return HttpResponse()

    def send() -> None:
        Gate(view)(RequestFactory().post(SUBMIT, headers=TOKEN))

    first, second = threading.Thread(target=send), threading.Thread(target=send)
    first.start()
    assert at_work.wait(10)
    second.start()
    while lanes["new_work"].inside < 2:
        second.join(0.01)
    yield
    end.set()
    first.join(10)
    second.join(10)
    assert lanes["new_work"].inside == 0


@pytest.mark.django_db
def test_a_full_lane_refuses_before_anything_is_read(full: None, django_assert_num_queries: Any) -> None:
    before = gate.LANES["new_work"].refused
    with django_assert_num_queries(0):
        answer = Client().post(
            SUBMIT, b"{}", content_type="application/json", headers=TOKEN | {"X-Request-ID": "mine-1"}
        )
    assert (answer.status_code, answer["Content-Type"], answer["Retry-After"]) == (503, "application/problem+json", "2")
    body = answer.json()
    assert (body["code"], body["trace_id"], answer["X-Request-ID"]) == ("busy", "mine-1", "mine-1")
    assert body["zh"]
    assert body["en"]
    assert gate.LANES["new_work"].refused == before + 1
    with django_assert_num_queries(0):
        seated = Client(headers={"Accept-Language": "en"})
        seated.cookies["sessionid"] = "any"
        page = seated.post("/items/sz.old_age_allowance/apply")
    assert (page.status_code, page["Retry-After"]) == (503, "2")
    assert "nothing was stored" in page.content.decode()


@pytest.mark.django_db
def test_readers_and_officers_pass_a_full_lane(full: None) -> None:
    assert Client().get(SUBMIT).status_code == 401  # it came as far as the API
    assert Client().post(f"{SUBMIT}/A1/approve").status_code in (401, 404)
    assert Client().get("/livez").status_code == 200


def test_the_line_is_left_when_patience_ends(lanes: dict[str, Lane]) -> None:
    narrow = lanes["new_work"]
    with narrow.turn() as first, narrow.turn() as second:
        assert (first, second, narrow.inside) == (True, False, 1)
    assert (narrow.inside, narrow.refused) == (0, 1)


def test_a_turn_ends_with_an_error(lanes: dict[str, Lane]) -> None:
    def fails(_: HttpRequest) -> HttpResponse:
        raise ZeroDivisionError

    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            Gate(fails)(RequestFactory().post(SUBMIT, headers=TOKEN))
    assert lanes["new_work"].inside == 0
    assert Gate(lambda _: HttpResponse())(RequestFactory().post(SUBMIT, headers=TOKEN)).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "name"),
    [
        ("POST", SUBMIT, "new_work"),
        ("POST", f"{SUBMIT}/batch", "new_work"),
        ("POST", "/api/v1/items/sz.old_age_allowance/prefill", "new_work"),
        ("POST", "/apply/A1/check", "new_work"),
        ("GET", SUBMIT, "other"),
        ("GET", "/items/sz.old_age_allowance/apply", "other"),
        ("POST", "/inbox/A1/approve", "other"),
        ("POST", "/sign-out", "other"),
    ],
)
def test_lanes(method: str, path: str, name: str) -> None:
    assert lane(RequestFactory().generic(method, path, headers=TOKEN)) is gate.LANES[name]


def test_a_stranger_does_not_stand_among_applicants() -> None:
    assert lane(RequestFactory().post(SUBMIT)) is gate.LANES["strangers"]
    assert lane(RequestFactory().get(SUBMIT)) is gate.LANES["other"]


def test_whoever_watches_passes_everything(lanes: dict[str, Lane]) -> None:
    with lanes["other"].turn():
        passed = {path: Gate(lambda _: HttpResponse())(RequestFactory().get(path)).status_code
                  for path in (*gate.OPEN, "/")}  # fmt: skip
    assert passed == {"/livez": 200, "/readyz": 200, "/metrics": 200, "/": 503}


@pytest.mark.parametrize(("given", "kept"), [
    ("load-7_A", True), ("a" * 64, True), ("a" * 65, False), ("", False), ("a b", False), ("x\nforged line", False),
])  # fmt: skip
def test_the_request_id_is_the_clients_when_it_is_sane(given: str, kept: bool) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse(request.META[request_id.META])

    request = RequestFactory().get("/", headers={"X-Request-ID": given})
    answer = request_id.RequestId(view)(request)
    assert answer["X-Request-ID"] == answer.content.decode()
    assert (answer["X-Request-ID"] == given) is kept
    assert request_id.SANE.fullmatch(answer["X-Request-ID"])


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/livez", "/api/v1/nothing", "/no-such-page", SUBMIT])
def test_every_answer_carries_its_request_id(path: str) -> None:
    assert request_id.SANE.fullmatch(Client().get(path)["X-Request-ID"])
