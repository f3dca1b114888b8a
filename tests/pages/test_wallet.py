"""The wallet, the log of looks, consents and the public check of certificates, on pages."""

from collections.abc import Callable

import pytest
from django.urls import reverse

from approvals.models import Application
from certificates import queries as certificates
from certificates.actions import revoke, sign_on_first_use
from govsim.core import clock
from govsim.core import world as worlds
from govsim.core.actors import Actor
from govsim.core.models import World
from govsim.exchange import queries as registers
from govsim.exchange.queries import PersonView
from tests.pages.conftest import sit, visit

pytestmark = [pytest.mark.django_db]

OFFICER = Actor("certificate_officer", "seat:1", "sz.psb")


def first_card(town: World, person: PersonView) -> certificates.Held:
    """Return the first certificate in somebody's wallet."""
    return certificates.wallet(town, person.number, at=clock.now(town))[0]


def test_a_certificate_is_shown_and_checked_by_its_address(town: World, elder: PersonView) -> None:
    held = first_card(town, elder)
    mine = visit(sit(town, "applicant", elder))
    assert reverse("certificate", args=[held.identifier]) in mine.get(reverse("wallet")).links
    assert held.identifier in mine.get(reverse("certificate", args=[held.identifier])).text
    scanned = reverse("verify-certificate", args=[worlds.address(town), held.identifier])
    assert certificates.verification_address(town, held.identifier).endswith(scanned)
    page = visit().get(scanned)
    assert "证照有效" in page.text
    assert elder.number not in page.text


def test_a_revoked_certificate_is_told_from_a_valid_one(town: World, elder: PersonView) -> None:
    held = first_card(town, elder)
    stranger = visit()
    form = stranger.get(reverse("verify")).form("").put("presented", held.identifier)
    assert "证照有效" in stranger.send(form).text
    revoke(world=town, identifier=held.identifier, actor=OFFICER, reason="示例", at=clock.now(town))
    told = stranger.send(form).text
    assert "吊销" in told
    assert "证照有效" not in told


def test_a_token_is_checked_and_an_altered_one_is_not(town: World, elder: PersonView) -> None:
    held = first_card(town, elder)
    token = sign_on_first_use(world=town, identifier=held.identifier, actor=OFFICER)
    stranger = visit()
    form = stranger.get(reverse("verify")).form("")
    assert "证照有效" in stranger.send(form.put("presented", token)).text
    head, _, rest = token.partition(".")
    altered = f"{head}.{'A' if rest[20] != 'A' else 'B'}{rest[1:]}"
    assert "证照有效" not in stranger.send(form.put("presented", altered)).text
    for odd in ("<script>alert(1)</script>", "x" * 5000, "😀", "../../etc"):
        assert "<script>alert" not in stranger.send(form.put("presented", odd)).text.replace(odd, "")


def test_an_empty_check_is_answered_beside_the_field(town: World) -> None:
    stranger = visit()
    page = stranger.send(stranger.get(reverse("verify")).form(""), status=422)
    ids = {each.attrs.get("id") for each in page.elements}
    links = [each.attrs["href"][1:] for each in page.all("a") if each.attrs.get("href", "").startswith("#")]
    assert set(links) <= ids
    assert "presented" in links


def test_a_consent_is_taken_back(
    town: World, elder: PersonView, claim: Callable[..., Application], run: Callable[..., None]
) -> None:
    claim()
    run()
    mine = visit(sit(town, "applicant", elder))
    [given] = registers.consents_of(town, elder.number)
    about = reverse("consent", args=[given.pk])
    assert about in mine.get(reverse("my-data") + "?tab=consents").links
    page = mine.get(about)
    mine.send(page.form(reverse("consent-withdraw", args=[given.pk])))
    assert registers.consents_in_force(town, [given.pk], at=clock.now(town)) == set()
    assert "公安局" in mine.get(reverse("my-data")).text


def test_a_strangers_consent_cannot_be_taken_back(
    town: World, elder: PersonView, founder: PersonView, claim: Callable[..., Application]
) -> None:
    claim()
    [given] = registers.consents_of(town, elder.number)
    other = visit(sit(town, "applicant", founder)).client
    assert other.post(reverse("consent-withdraw", args=[given.pk])).status_code == 404
    assert registers.consents_in_force(town, [given.pk], at=clock.now(town)) == {given.pk}
