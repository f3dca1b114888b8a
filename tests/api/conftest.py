"""Seats with tokens in the small city of tests/approvals, and clients that speak JSON as API clients do."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client

from govsim.core import access
from govsim.core import world as worlds
from govsim.core.models import Seat, World
from tests.approvals.conftest import FOUNDERS, GU, OUTSIDER, city, claim_allowance, open_company, run

__all__ = ["city", "claim_allowance", "open_company", "run"]  # fixtures of the neighbour

V1 = "/api/v1/"


class Api:
    """Somebody's API client. Every POST carries a fresh Idempotency-Key unless the test says which."""

    def __init__(self, seat: Seat | None) -> None:
        self.seat = seat
        self.client = Client(raise_request_exception=False)
        self.token = access.new_token(seat) if seat else ""

    def send(self, method: str, path: str, body: Any = None, *, key: str | None = "", **headers: str) -> HttpResponse:
        """Send one request; `body` is JSON data, or bytes that go out as they are."""
        if self.token:
            headers.setdefault("Authorization", f"Bearer {self.token}")
        if method == "POST" and key is not None:
            headers["Idempotency-Key"] = key or uuid4().hex
        raw = body if isinstance(body, bytes) else json.dumps(body).encode() if body is not None else b""
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        kind = names.pop("Content-Type", "application/json")
        url = path if path.startswith("/") else V1 + path
        return self.client.generic(method, url, raw, content_type=kind, headers=names)

    def get(self, path: str, **headers: str) -> HttpResponse:
        return self.send("GET", path, **headers)

    def post(self, path: str, body: Any = None, **more: Any) -> HttpResponse:
        return self.send("POST", path, {} if body is None else body, **more)

    def put(self, path: str, body: Any) -> HttpResponse:
        return self.send("PUT", path, body)


@pytest.fixture(autouse=True)
def _api_alone(settings: Any, tmp_path: Path) -> None:
    """The API works without what belongs to pages: their addresses, their seat on the request, their shell."""
    settings.ROOT_URLCONF = "tests.api.urls"
    settings.STATIC_ROOT = tmp_path  # there is nothing to collect
    settings.MIDDLEWARE = [each for each in settings.MIDDLEWARE if each != "govsim.web.middleware.seat"]
    templates = copy.deepcopy(settings.TEMPLATES)
    templates[0]["OPTIONS"]["context_processors"].remove("govsim.web.context.shell")
    settings.TEMPLATES = templates


@pytest.fixture
def sit(city: World) -> Callable[..., Api]:
    """Return a maker of clients: `sit("handler", department="sz.civil")`, `sit("applicant", holder=…)`."""

    def make(role: str, *, world: World = city, name: str = "", **where: str) -> Api:
        return Api(access.seat(world, role=role, name_zh=name, name_en=name, **where))

    return make


@pytest.fixture
def gu(sit: Callable[..., Api]) -> Api:
    return sit("applicant", holder=GU, name="顾样甲")


@pytest.fixture
def outsider(sit: Callable[..., Api]) -> Api:
    return sit("applicant", holder=OUTSIDER, name="关样戊")


@pytest.fixture
def founder(sit: Callable[..., Api]) -> Api:
    return sit("applicant", holder=FOUNDERS[0], name="林样乙")


@pytest.fixture
def trainer(sit: Callable[..., Api]) -> Api:
    return sit("trainer", name="培训教师")


@pytest.fixture
def nobody(city: World) -> Api:
    return Api(None)


@pytest.fixture
def neighbour(db: None) -> World:
    return worlds.create(name="neighbour", seed=7, mode=World.Mode.STEP)


ALLOWANCE = {"item": "sz.old_age_allowance", "form": {"mobile": "10100000001"}, "consent": True}


def problem(answer: HttpResponse, status: int, kind: str = "") -> dict[str, Any]:
    """Expect a whole problem document and return it."""
    assert answer.status_code == status, answer.content[:500]
    assert answer.headers["Content-Type"] == "application/problem+json"
    body = json.loads(answer.content)
    assert body["status"] == status
    assert all(body[each] for each in ("zh", "en", "title", "detail", "instance", "code", "trace_id"))
    assert kind in ("", body["type"].rpartition("/")[2]), body
    return body
