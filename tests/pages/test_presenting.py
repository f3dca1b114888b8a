"""Presenting a certificate: what the holder chooses is what the other side sees, for a minute, until taken back."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from certificates import actions, queries
from govsim.core import clock
from govsim.core.actors import Actor
from govsim.core.models import World
from govsim.exchange import queries as exchange
from govsim.exchange.queries import PersonView
from tests.pages.browser import Page, Visitor
from tests.pages.conftest import sit, visit

pytestmark = [pytest.mark.django_db]


@pytest.fixture
def card(town: World, elder: PersonView) -> queries.Held:
    """The elder's identity card."""
    held = queries.wallet(town, elder.number, at=clock.now(town))
    return next(each for each in held if each.type_key == "resident_identity_card")


def present(mine: Visitor, card: queries.Held, *fields: str) -> Page:
    """Present some fields to a hotel and return what the holder sees."""
    page = mine.get(reverse("certificate-present", args=[card.identifier]))
    assert card.holder_code not in page.text
    form = page.form("/present").put("user", "某酒店（模拟）").put("purpose", "入住登记").put("fields", *fields)
    return mine.send(form)


def code(page: Page) -> str:
    """Return where the QR code on a page leads, without the site."""
    [found] = [each.attrs["data-address"] for each in page.elements if each.attrs.get("id") == "code"]
    return found[found.index("/w/") :]


def test_only_what_was_chosen_is_seen(town: World, elder: PersonView, card: queries.Held) -> None:
    mine = visit(sit(town, "applicant", elder))
    page = present(mine, card, "holder_name")
    assert elder.number not in page.text
    assert elder.number not in code(page)
    seen = visit().get(code(page))
    assert "证照有效" in seen.text
    assert elder.name in seen.text
    assert elder.number not in seen.text
    assert "某酒店（模拟）" in seen.text
    file = mine.client.get(reverse("certificate-token", args=[card.identifier]))
    assert file.headers["Content-Disposition"].startswith("attachment")
    found = queries.verify(file.content.decode(), world=town, at=clock.now(town), wall=clock.wall())
    assert found.is_valid
    assert found.claims["holder_name"] == elder.name
    assert "holder_code" not in found.claims
    [line] = queries.use_log(town, elder.number, identifier=card.identifier)
    assert line.purpose == "某酒店（模拟）：入住登记"
    assert line.fields == ("holder_name",)
    assert exchange.consents_in_force(town, [line.consent_id or 0], at=clock.now(town)) == {line.consent_id}


def test_a_code_is_good_for_a_minute(
    town: World, elder: PersonView, card: queries.Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = code(present(visit(sit(town, "applicant", elder)), card, "holder_name"))
    later = (clock.wall() + timedelta(seconds=61)).timestamp()
    monkeypatch.setattr("django.core.signing.time.time", lambda: later)
    seen = visit().get(where)
    assert "这个码已经过期" in seen.text
    assert elder.name not in seen.text


def test_an_altered_code_shows_nothing(town: World, elder: PersonView, card: queries.Held) -> None:
    where = code(present(visit(sit(town, "applicant", elder)), card, "holder_name"))
    for odd in (
        where[:-1] + ("A" if where[-1] != "A" else "B"),
        where[:-20],
        where + ":x",
        where[: where.rindex("/")] + "/x",
    ):
        seen = visit().get(odd)
        assert "不是本平台生成的" in seen.text
        assert elder.name not in seen.text
    visit().get(where.replace("/w/", "/w/x"), status=404)


def test_taking_the_consent_back_ends_it(town: World, elder: PersonView, card: queries.Held) -> None:
    mine = visit(sit(town, "applicant", elder))
    where = code(present(mine, card, "holder_name"))
    [line] = queries.use_log(town, elder.number, identifier=card.identifier)
    mine.send(mine.get(reverse("consent", args=[line.consent_id])).form("/withdraw"))
    assert "已经收回" in visit().get(where).text
    again = mine.client.get(reverse("certificate-presented", args=[card.identifier]))
    assert again.status_code == 302
    assert again.headers["Location"] == reverse("certificate-present", args=[card.identifier])


def test_a_revoked_certificate_is_told_to_whoever_scans(town: World, elder: PersonView, card: queries.Held) -> None:
    mine = visit(sit(town, "applicant", elder))
    where = code(present(mine, card, "holder_name"))
    officer = Actor("certificate_officer", "seat:1", department=card.issuer_key)
    actions.revoke(world=town, identifier=card.identifier, reason="示例", actor=officer)
    seen = visit().get(where)
    assert "吊销" in seen.text
    assert elder.name not in [said for _, said in seen.words]
    page = mine.get(reverse("certificate-present", args=[card.identifier]))
    assert not [each for each in page.forms if each.action.endswith("/present")]
    answer = mine.client.post(
        reverse("certificate-present", args=[card.identifier]), {"user": "x", "purpose": "y", "fields": ["holder_name"]}
    )
    assert answer.status_code == 422


@pytest.mark.parametrize("gap", ["user", "purpose", "fields"])
def test_what_is_missing_is_said_beside_its_field(town: World, elder: PersonView, card: queries.Held, gap: str) -> None:
    mine = visit(sit(town, "applicant", elder))
    sent: dict[str, Any] = {"user": "某酒店", "purpose": "入住", "fields": ["holder_name"]}
    sent[gap] = ["no_such_field"] if gap == "fields" else "  "
    answer = mine.client.post(reverse("certificate-present", args=[card.identifier]), sent)
    assert answer.status_code == 422
    page = Page(answer.content.decode())
    assert f"#{gap}" in page.links
    assert gap in [each.attrs.get("id") for each in page.elements]
    assert queries.use_log(town, elder.number, identifier=card.identifier) == []


def test_nobody_presents_the_certificate_of_somebody_else(
    town: World, elder: PersonView, founder: PersonView, card: queries.Held
) -> None:
    present(visit(sit(town, "applicant", elder)), card, "holder_name")
    other = visit(sit(town, "applicant", founder))
    for name in ("certificate-present", "certificate-presented", "certificate-token"):
        other.get(reverse(name, args=[card.identifier]), status=404)
    for name in ("certificate-present", "certificate-show", "certificate-hide"):
        assert other.client.post(reverse(name, args=[card.identifier])).status_code == 404


def test_the_whole_content_is_shown_on_purpose_and_logged(town: World, elder: PersonView, card: queries.Held) -> None:
    mine = visit(sit(town, "applicant", elder))
    about = reverse("certificate", args=[card.identifier])
    picture = reverse("certificate-card", args=[card.identifier])
    assert elder.number not in mine.get(about).text
    assert elder.number not in mine.client.get(picture).content.decode()
    assert mine.client.get(reverse("certificate-show", args=[card.identifier])).status_code == 405
    page = mine.send(mine.get(about).form("/show"))
    assert elder.number in page.text
    assert elder.number in mine.client.get(picture).content.decode()
    [line] = queries.use_log(town, elder.number, identifier=card.identifier)
    assert line.actor.startswith("applicant:")
    assert line.consent_id is not None
    assert elder.number not in mine.send(page.form("/hide")).text


def test_the_whole_content_is_masked_again_after_five_minutes(
    town: World, elder: PersonView, card: queries.Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = visit(sit(town, "applicant", elder))
    about = reverse("certificate", args=[card.identifier])
    mine.send(mine.get(about).form("/show"))
    later = clock.wall() + timedelta(minutes=5, seconds=1)
    monkeypatch.setattr("govsim.core.clock.wall", lambda: later)
    assert elder.number not in mine.get(about).text


def test_a_legal_representative_holds_the_certificates_of_the_firm(town: World, founder: PersonView) -> None:
    firm = next(each for each in exchange.sample_firms(town, limit=50) if each.legal_representative)
    leader = exchange.person(town, firm.legal_representative)
    assert firm.code in [each.code for each in exchange.firms_led_by(town, leader.number)]
    held = queries.wallet(town, firm.code, at=clock.now(town))
    assert held
    mine = visit(sit(town, "applicant", leader))
    page = mine.get(reverse("wallet"))
    for each in held:
        assert reverse("certificate", args=[each.identifier]) in page.links
        assert firm.code in mine.get(reverse("certificate", args=[each.identifier])).text  # public, not masked
    assert leader.number != founder.number
    visit(sit(town, "applicant", founder)).get(reverse("certificate", args=[held[0].identifier]), status=404)
