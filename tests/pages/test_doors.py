"""Who gets in: one-time links, personas, languages, strangers, forged requests; and what every answer carries."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from approvals.models import Application
from certificates import queries as certificates
from govsim.core import access, clock
from govsim.core import world as worlds
from govsim.core.models import World
from govsim.exchange.queries import PersonView
from tests.pages.browser import Page
from tests.pages.conftest import ROLES, sit, visit

pytestmark = [pytest.mark.django_db]


def test_a_one_time_link_signs_in_once(town: World, elder: PersonView) -> None:
    secret = access.new_link(sit(town, "applicant", elder))
    client = Client()
    client.get("/")
    before = client.session.session_key
    assert client.get(reverse("enter", args=[secret])).status_code == 302
    assert client.session.session_key not in (None, before)
    assert elder.name in client.get("/").content.decode()
    assert Client().get(reverse("enter", args=[secret])).status_code == 403


def test_no_page_asks_for_a_password(town: World) -> None:
    page = visit().get(reverse("sign-in"))
    assert not [each for each in page.all("input") if each.attrs.get("type") == "password"]


def test_personas_only_in_a_demo_on_this_machine(town: World, settings: Any) -> None:
    address = reverse("personas")
    settings.DEMO = False
    assert Client().get(address).status_code == 403
    settings.DEMO = True
    assert Client(REMOTE_ADDR="192.0.2.7").get(address).status_code == 403
    assert Client(REMOTE_ADDR="192.0.2.7").post(address, {"role": "trainer"}).status_code == 403
    visitor = visit(REMOTE_ADDR="127.0.0.1")
    page = visitor.get(address)
    roles = {each.values["role"][0] for each in page.forms if "role" in each.values}
    assert roles >= {"applicant", "handler", "reviewer", "approver", "certificate_officer", "trainer", "auditor"}
    chosen = next(each for each in page.forms if each.values.get("role") == ["trainer"])
    visitor.send(chosen)
    assert visitor.get(reverse("world")).text


def test_a_persona_that_is_not_offered_is_refused(town: World, elder: PersonView, settings: Any) -> None:
    settings.DEMO = True
    visitor = visit(REMOTE_ADDR="127.0.0.1")
    answer = visitor.client.post(reverse("personas"), {"role": "auditor", "department": "sz.tax"})
    assert answer.status_code == 403


def test_signing_in_goes_only_to_addresses_of_this_site(town: World, settings: Any) -> None:
    settings.DEMO = True
    for elsewhere in ("https://example.org/", "//example.org/", "javascript:alert(1)"):
        told = {"role": "trainer", "department": "", "holder": "", "next": elsewhere}
        answer = Client(REMOTE_ADDR="127.0.0.1").post(reverse("personas"), told)
        assert answer.headers["Location"] == reverse("world")


def test_who_is_not_signed_in_is_sent_to_sign_in_and_back(town: World) -> None:
    for name in ("applications", "packages", "wallet", "my-data", "inbox", "world"):
        answer = Client().get(reverse(name))
        assert answer.status_code == 302, name
        assert answer.headers["Location"].startswith(reverse("sign-in"))
        assert "next=" in answer.headers["Location"]


def test_a_strangers_number_does_not_exist(
    town: World, elder: PersonView, founder: PersonView, claim: Callable[..., Application], run: Callable[..., None]
) -> None:
    case = claim()
    run()
    card = certificates.wallet(town, elder.number, at=clock.now(town))[0].identifier
    for seat in (sit(town, "applicant", founder), sit(town, "handler", department="sz.tax")):
        stranger = visit(seat)
        for name in ("application", "application-live"):
            stranger.get(reverse(name, args=[case.number]), status=404)
        for verb in ("withdraw", "rate", "accept"):
            answer = stranger.client.post(reverse("application-do", args=[case.number, verb]), {"code": "1"})
            assert answer.status_code in (403, 404), (seat.role, verb, answer.status_code)
    stranger = visit(sit(town, "applicant", founder))
    stranger.get(reverse("certificate", args=[card]), status=404)
    stranger.get(reverse("package", args=["SZ21120100000000"]), status=404)
    case.refresh_from_db()
    assert case.state == "granted"


def test_another_role_is_refused(town: World, elder: PersonView) -> None:
    visit(sit(town, "applicant", elder)).get(reverse("world"), status=403)
    visit(sit(town, "handler", department="sz.civil")).get(reverse("world"), status=403)
    answer = visit(sit(town, "applicant", elder)).client.post(reverse("world"), {"do": "step"})
    assert answer.status_code == 403


def test_a_seat_of_a_world_that_was_reset_is_signed_out(town: World, elder: PersonView) -> None:
    visitor = visit(sit(town, "applicant", elder))
    visitor.get(reverse("wallet"))
    worlds.create(name=town.name, seed=1, mode=World.Mode.STEP)
    assert visitor.client.get(reverse("wallet")).status_code == 302
    assert "_auth_user_id" not in visitor.client.session


def test_forged_requests_are_refused(town: World, elder: PersonView, claim: Callable[..., Application]) -> None:
    case = claim(human_route=True)
    forged = visit(sit(town, "applicant", elder), enforce_csrf_checks=True).client
    posts = [
        (reverse("application-do", args=[case.number, "withdraw"]), {}),
        (reverse("apply", args=["sz.old_age_allowance"]), {"f-mobile": "10100000001"}),
        (reverse("package-new", args=["sz.open_company"]), {}),
        (reverse("sign-out"), {}),
        (reverse("verify"), {"identifier": "1"}),
    ]
    for address, told in posts:
        assert forged.post(address, told).status_code == 403, address
    case.refresh_from_db()
    assert case.state == "submitted"


def test_reading_changes_nothing(town: World, elder: PersonView, claim: Callable[..., Application]) -> None:
    case = claim(human_route=True)
    mine = visit(sit(town, "applicant", elder)).client
    assert mine.get(reverse("application-do", args=[case.number, "withdraw"])).status_code == 405
    assert mine.get(reverse("sign-out")).status_code == 405


def test_every_answer_carries_the_policy(town: World, elder: PersonView) -> None:
    addresses = ["/", "/sign-in", reverse("wallet"), "/no-such-page"]
    for address in addresses:
        answer = visit(sit(town, "applicant", elder)).client.get(address)
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy, address
        assert "unsafe" not in policy
        page = Page(answer.content.decode())
        nonces = {each.attrs.get("nonce", "") for each in page.all("script")}
        assert all(nonce and f"'nonce-{nonce}'" in policy for nonce in nonces)
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_the_language_is_kept_with_the_page(town: World) -> None:
    visitor = visit()
    address = reverse("item", args=["sz.old_age_allowance"])
    page = visitor.get(address)
    switch = next(each for each in page.all("a") if each.attrs.get("lang") == "en")
    english = visitor.get(address + switch.attrs["href"])
    assert "Old-age allowance" in english.text
    assert "Old-age allowance" in visitor.get(address).text  # remembered
    assert "高龄老人津贴" in visitor.get(address + "?lang=zh").text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_went_wrong_is_said_in_a_page(town: World, language: str) -> None:
    said = {"zh": "没有", "en": "no such"}
    page = visit(language=language).get("/no-such-page", status=404)
    assert said[language] in page.text
    assert said[language] in visit(language=language).get("/items/sz.no_such_item", status=404).text


def test_a_broken_page_tells_nothing_of_its_cause(town: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("the secret cause")

    monkeypatch.setattr("services.queries.search", fails)
    answer = Client(raise_request_exception=False).get("/?q=a")
    assert answer.status_code == 500
    text = answer.content.decode()
    assert "secret cause" not in text
    assert "服务出错" in text
    assert "Something went wrong" in text


def test_every_role_finds_its_way(town: World, elder: PersonView) -> None:
    for role, department in ROLES.items():
        links = visit(sit(town, role, department=department)).get("/").links
        expected = {"trainer": "world", "rule_officer": "studio", "dispatcher": "command"}.get(
            role, "" if role == "auditor" else "inbox"
        )
        assert not expected or reverse(expected) in links, role
    links = visit(sit(town, "applicant", elder)).get("/").links
    assert {reverse(name) for name in ("applications", "wallet", "my-data", "items")} <= set(links)


@pytest.mark.parametrize(
    "sent",
    [
        {"do": "until", "until": "tomorrow"},
        {"do": "until"},
        {"do": "run", "mode": "paced", "pace": "fast"},
        {"do": "run", "mode": "paced", "pace": "nan"},
        {"do": "run", "mode": "sideways"},
        {"do": "source", "source": "none", "mode": "slow"},
        {"do": "office", "department": "none", "mode": "slow"},
        {"do": "declining", "bank": "none"},
    ],
)
def test_what_a_trainer_mistypes_is_told_and_changes_nothing(town: World, sent: dict[str, str]) -> None:
    visitor = visit(sit(town, "trainer"))
    answer = visitor.client.post("/world", sent)
    assert answer.status_code in (404, 422)
    assert World.objects.get(pk=town.pk).mode == town.mode


def test_the_theme_is_kept_with_the_page_and_a_third_one_changes_nothing(town: World) -> None:
    visitor = visit()
    assert next(visitor.get("/?theme=dark").all("html")).attrs["data-bs-theme"] == "dark"
    assert next(visitor.get("/verify").all("html")).attrs["data-bs-theme"] == "dark"
    assert next(visitor.get("/verify?theme=purple").all("html")).attrs["data-bs-theme"] == "dark"
    assert next(visitor.get("/verify?theme=light").all("html")).attrs["data-bs-theme"] == "light"
    assert next(visitor.get("/verify").all("html")).attrs["data-bs-theme"] == "light"


def test_what_the_policy_stopped_is_one_line_of_the_log(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    body = b'{"csp-report": {"blocked-uri": "x"}}\r\nINFO forged\x1b[2J' + b"y" * 9000
    assert client.post("/csp-report", body, content_type="application/csp-report").status_code == 204
    told = [each.getMessage() for each in caplog.records if each.name == "govsim.csp"]
    assert len(told) == 1
    assert told[0].isprintable()
    assert len(told[0]) < 5000
    assert client.get("/csp-report").status_code == 405
