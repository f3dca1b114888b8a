"""What is not yours does not exist (F44): every route that names a thing × every role × somebody else's thing."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern

from approvals.models import Application, Package
from certificates import queries as certificates
from govsim import api
from govsim.core import access, clock
from govsim.core import world as worlds
from govsim.core.actors import ROLES
from govsim.core.models import SeatKey, World
from govsim.exchange.actions import consent
from tests.api.conftest import ALLOWANCE, V1, Api, problem
from tests.approvals.conftest import GU, OUTSIDER

pytestmark = [pytest.mark.django_db, pytest.mark.database]
PUBLIC = {"item", "theme", "kind", "rest"}
BACKEND = "django.contrib.auth.backends.ModelBackend"
SEES_ALL = {"auditor", "trainer", "quality_inspector", "dispatcher"}
# A body that the door takes, so that what is refused is the access and not the form.
BODIES: dict[str, Any] = {
    "submit": ALLOWANCE | {"item": None}, "decline": {"reason_zh": "x"}, "refuse": {"reason_zh": "x"},
    "return": {"reason_zh": "x"}, "ask_correction": {"missing": [{"what": "a", "zh": "b"}]}, "suspend": {"reason": "x"},
    "rate": {"code": 1}, "inspect": {"passed": True}, "present": {"purpose": "x", "user": "y"},
    "resume": {"reason": "x"}, "revoke": {"reason": "x"}, "cancel": {"reason": "x"},
}  # fmt: skip


def routes() -> Iterator[tuple[str, str, str, tuple[str, ...]]]:
    """Yield (route, parameter, last word, methods) of every route that names a thing."""
    for pattern in api.urlpatterns:
        assert isinstance(pattern, URLPattern)
        route = str(pattern.pattern)
        names = re.findall(r"<\w+:(\w+)>", route)
        if not names or names[0] in PUBLIC:
            continue
        view = pattern.callback.cls  # type: ignore[attr-defined]  # as_view sets it
        methods = tuple(each for each in ("get", "post", "put") if hasattr(view, each))
        yield route, names[0], route.rpartition("/")[2], methods


CASES = [(route, verb, method) for route, _, verb, methods in routes() for method in methods]


def test_the_matrix_is_as_large_as_the_api() -> None:
    assert len(CASES) > 30
    assert {name for _, name, _, _ in routes()} == {"number", "identifier", "consent"}


@pytest.fixture
def things(gu: Api, founder: Api, city: World, open_company: Callable[..., Package]) -> dict[str, str]:
    """One of each kind that belongs to Gu, or to the founder."""
    at = clock.now(city)
    card = certificates.wallet(city, GU, at=at)[0]
    given = consent.give(world=city, subject=GU, purpose="x", datasets=["deaths"], until=at + clock.days(1), at=at)
    return {
        "applications": gu.post("applications", ALLOWANCE).json()["number"],
        "packages": open_company().number,
        "wallet": card.identifier,
        "certificates": card.identifier,
        "consents": str(given.pk),
    }


def strangers(city: World, neighbour: World) -> Iterator[Api]:
    """Yield a seat of every role that has nothing to do with the things, and one of a neighbouring world."""
    for role in ROLES:
        if role not in SEES_ALL and role != "system":
            holder = OUTSIDER if role == "applicant" else ""
            yield Api(access.seat(city, role=role, holder=holder, department="zq.tax" if not holder else ""))
    for role in ("applicant", "trainer", "approver"):
        holder = GU if role == "applicant" else ""
        yield Api(access.seat(neighbour, role=role, holder=holder, department="sz.civil" if not holder else ""))


@pytest.mark.parametrize(("route", "verb", "method"), CASES, ids=[f"{method} {route}" for route, _, method in CASES])
def test_a_stranger_finds_nothing(
    route: str, verb: str, method: str, things: dict[str, str], city: World, neighbour: World
) -> None:
    path = V1 + re.sub(r"<\w+:\w+>", things[route.partition("/")[0]], route)
    body = {key: each for key, each in BODIES.get(verb, {}).items() if each is not None}
    if (verb, route.partition("/")[0]) == ("resume", "applications"):
        body = {}
    if verb == "suspend" or method == "put":
        body = {"form": {}} if method == "put" else body
    before = list(Application.objects.order_by("pk").values_list("state", "version"))
    for who in strangers(city, neighbour):
        answer = who.send(method.upper(), path, body if method != "get" else None)
        told = f"{who.seat} {answer.content[:200]!r}"
        # A role that no thing of this kind can ever belong to may be told so, whatever the number.
        allowed = {404} if who.seat and who.seat.role == "applicant" else {403, 404}
        assert answer.status_code in allowed, told
        if route.startswith(("applications", "packages")):
            assert answer.status_code == 404, told
        assert answer.headers["Content-Type"] == "application/problem+json"
    assert list(Application.objects.order_by("pk").values_list("state", "version")) == before
    problem(Api(None).send(method.upper(), path, body if method != "get" else None), 401)


def test_lists_show_what_is_yours(gu: Api, outsider: Api, sit: Callable[..., Api], things: dict[str, str]) -> None:
    def numbers(who: Api, path: str) -> list[str]:
        return [each["number"] for each in who.get(path).json()["results"]]

    assert numbers(gu, "applications") == [things["applications"]]
    assert numbers(outsider, "applications") == numbers(outsider, "packages") == []
    assert numbers(sit("handler", department="sz.civil"), "applications") == [things["applications"]]
    assert numbers(sit("handler", department="zq.civil"), "applications") == []
    assert things["packages"] in numbers(sit("auditor"), "packages")
    assert outsider.get("consents").json()["results"] == []
    for path in ("wallet", "use-log", "data-log", "messages", "consents"):
        problem(sit("handler", department="sz.civil").get(path), 403, "not_allowed")


def test_auditors_look_and_do_not_touch(sit: Callable[..., Api], things: dict[str, str]) -> None:
    auditor = sit("auditor")
    assert auditor.get(f"applications/{things['applications']}").json()["applicant"]["name"] == "顾**"
    for verb in ("withdraw", "accept", "grant"):
        answer = auditor.post(f"applications/{things['applications']}/{verb}")
        assert answer.status_code in (403, 409), answer.content


def test_only_trainers_move_the_world(gu: Api, sit: Callable[..., Api], trainer: Api) -> None:
    calls = {
        "world/clock": {"action": "step"},
        "world/faults": {"source": "deaths", "mode": "down"},
        "world/faults/clear": {"source": "deaths"},
        "world/settings": {"cleared": 0.5},
    }
    for path, body in calls.items():
        for who in (gu, sit("approver", department="sz.civil"), sit("auditor")):
            problem(who.post(path, body), 403, "not_allowed")
        assert trainer.post(path, body).status_code == 200, path


def test_a_seat_of_a_world_that_was_reset_opens_nothing(gu: Api, city: World) -> None:
    worlds.retire(city)
    problem(gu.get("applications"), 401, "not_signed_in")


def test_a_token_opens_until_its_end_and_not_once_it_is_taken_away(gu: Api) -> None:
    keys = SeatKey.objects.filter(seat=gu.seat)
    assert gu.get("applications").status_code == 200
    keys.update(expires_at=clock.wall() + timedelta(minutes=1))
    assert gu.get("applications").status_code == 200
    keys.update(expires_at=clock.wall() - timedelta(seconds=1))
    problem(gu.get("applications"), 401, "not_signed_in")
    keys.update(expires_at=None)
    assert gu.get("applications").status_code == 200
    keys.delete()
    problem(gu.get("applications"), 401, "not_signed_in")


def test_a_browser_needs_its_csrf_token_and_a_user_a_seat(gu: Api, django_user_model: Any) -> None:
    assert gu.seat is not None
    browser = Client(enforce_csrf_checks=True, raise_request_exception=False)
    browser.force_login(gu.seat.user, backend=BACKEND)
    assert browser.get(f"{V1}applications").status_code == 200
    answer = browser.post(f"{V1}applications", ALLOWANCE, content_type="application/json")
    problem(answer, 403, "not_allowed")
    lonely = Client(raise_request_exception=False)
    lonely.force_login(django_user_model.objects.create(username="lonely"), backend=BACKEND)
    problem(lonely.get(f"{V1}applications"), 403, "not_allowed")
