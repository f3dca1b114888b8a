"""Wallet, presenting, verifying, the officer's verbs, and what foreign verifiers fetch."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from certificates import queries as certificates
from certificates import sdjwt, status
from certificates.queries import keys
from govsim.core import clock
from govsim.core import world as worlds
from govsim.core.models import World
from tests.api.conftest import Api, problem
from tests.approvals.conftest import GU

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def card(gu: Api) -> dict[str, Any]:
    held = gu.get("wallet").json()["results"]
    assert {each["state"]["key"] for each in held} == {"valid"}
    return next(each for each in held if each["type"]["key"] == "resident_identity_card")


def test_a_card_is_shown_with_only_the_chosen_fields(gu: Api, nobody: Api, card: dict[str, Any]) -> None:
    whole = gu.get(f"wallet/{card['identifier']}").json()
    assert whole["holder_code"] == GU
    assert whole["metadata"]["simulated"] is True
    where = f"wallet/{card['identifier']}/present"
    asked = {"purpose": "酒店入住", "user": "模拟酒店", "fields": ["holder_name"], "minutes": 5}
    shown = gu.post(where, asked)
    assert shown.status_code == 200, shown.content
    told = shown.json()
    assert "模拟酒店" in told["copy_svg"]
    assert GU not in told["copy_svg"]
    verdict = nobody.post("verify", {"token": told["token"]}).json()
    assert (verdict["verdict"], verdict["valid"]) == ("VALID", True)
    assert verdict["claims"]["holder_name"] == "顾样甲"
    assert "holder_code" not in verdict["claims"]
    used = gu.get("use-log").json()["results"]
    assert [(each["purpose"], each["fields"]) for each in used] == [("模拟酒店：酒店入住", ["holder_name"])]
    problem(gu.post(where, {**asked, "fields": ["nothing"]}), 422, "bad_input")
    problem(gu.post(where, {**asked, "minutes": 0}), 422, "bad_input")


def test_anybody_may_verify(nobody: Api, card: dict[str, Any], city: World, neighbour: World) -> None:
    asked = {"identifier": card["identifier"], "world": worlds.address(city)}
    told = nobody.post("verify", asked).json()
    assert (told["verdict"], told["type"]["key"]) == ("VALID", "resident_identity_card")
    assert "holder_name" not in told["claims"]
    problem(nobody.post("verify", {"identifier": card["identifier"]}), 422, "bad_input")  # two worlds live
    assert nobody.post("verify", {**asked, "world": worlds.address(neighbour)}).json()["verdict"] == "NOT_FOUND"
    problem(nobody.post("verify", {**asked, "world": "none-1"}), 404)
    assert nobody.post("verify", {"token": "a.b.c~"}).json()["verdict"] == "MALFORMED"
    problem(nobody.post("verify", {}), 422)
    problem(nobody.post("verify", {"token": "x", "identifier": "y"}), 422)


def test_the_issuing_department_changes_a_certificate(
    gu: Api, sit: Callable[..., Api], nobody: Api, city: World
) -> None:
    card = next(each for each in certificates.wallet(city, GU, at=clock.now(city)) if each.issuer_key == "sz.psb")
    where = f"certificates/{card.identifier}"
    officer = sit("certificate_officer", department="sz.psb")
    assert officer.post(f"{where}/suspend", {"reason": "核查"}).json()["state"]["key"] == "suspended"
    problem(gu.post(f"wallet/{card.identifier}/present", {"purpose": "x", "user": "y"}), 422, "refused")
    asked = {"identifier": card.identifier, "world": worlds.address(city)}
    assert nobody.post("verify", asked).json()["verdict"] == "SUSPENDED"
    problem(officer.post(f"{where}/suspend", {"reason": "核查"}), 409, "conflict")
    problem(officer.post(f"{where}/revoke", {"reason": " "}), 422, "bad_input")
    problem(sit("handler", department="sz.psb").post(f"{where}/resume", {"reason": "x"}), 403, "not_allowed")
    problem(sit("certificate_officer", department="zq.psb").post(f"{where}/resume", {"reason": "x"}), 404)
    assert officer.post(f"{where}/resume", {"reason": "核查完毕"}).json()["state"]["key"] == "valid"
    assert officer.post(f"{where}/revoke", {"reason": "示例"}).json()["state"]["key"] == "revoked"


def test_foreign_verifiers_fetch_keys_and_status(
    gu: Api, sit: Callable[..., Api], card: dict[str, Any], city: World, settings: Any
) -> None:
    settings.PUBLIC_URL = "http://testserver"
    web = Client()
    token = gu.post(f"wallet/{card['identifier']}/present", {"purpose": "x", "user": "y"}).json()["token"]
    content = sdjwt.verify(token, keys=keys.trusted().get, wall=clock.wall())
    entry = content.claims["status"]["status_list"]
    address = worlds.address(city)
    for path in (f"/w/{address}/.well-known/jwt-vc-issuer", f"/.well-known/jwt-vc-issuer/w/{address}"):
        told = web.get(path)
        assert told.json()["issuer"] == content.claims["iss"]
        assert content.kid in {each["kid"] for each in told.json()["jwks"]["keys"]}
        assert "d" not in told.json()["jwks"]["keys"][0]
    published = web.get(entry["uri"].removeprefix("http://testserver"))
    assert published.headers["Content-Type"] == "application/statuslist+jwt"
    found = status.read(
        published.content.decode(), uri=entry["uri"], index=entry["idx"], keys=keys.trusted().get, wall=clock.wall()
    )
    assert found == status.VALID
    for missing in (f"/w/{address}/status-lists/99", "/w/none-1/status-lists/0", "/w/none/.well-known/jwt-vc-issuer"):
        assert web.get(missing).status_code == 404
