"""The certificate officer's desk: find, see, change with a reason; the holder is told why."""

import pytest
from django.urls import reverse

from certificates import actions, queries
from govsim.core import clock
from govsim.core.actors import Actor
from govsim.core.models import World
from govsim.exchange.queries import PersonView
from tests.pages.browser import Visitor
from tests.pages.conftest import sit, visit

pytestmark = [pytest.mark.django_db]


@pytest.fixture
def card(town: World, elder: PersonView) -> queries.Held:
    """A certificate of the elder that the police issued."""
    held = queries.wallet(town, elder.number, at=clock.now(town))
    return next(each for each in held if each.issuer_key == "sz.psb")


@pytest.fixture
def officer(town: World) -> Visitor:
    return visit(sit(town, "certificate_officer", department="sz.psb"))


def one(card: queries.Held) -> str:
    return reverse("certificate-desk-one", args=[card.identifier])


@pytest.mark.parametrize("by", ["identifier", "holder_code"])
def test_a_certificate_is_found(officer: Visitor, card: queries.Held, by: str) -> None:
    form = officer.get(reverse("certificate-desk")).form("/desk").put("q", getattr(card, by))
    page = officer.send(form)
    assert officer.at == one(card) or one(card) in page.links
    assert card.holder_code not in [said for _, said in page.words]


def test_suspended_and_restored_with_reasons(
    town: World, officer: Visitor, elder: PersonView, card: queries.Held
) -> None:
    where = reverse("certificate-desk-change", args=[card.identifier, "suspend"])
    assert where in officer.get(one(card)).links
    page = officer.send(officer.get(where).forms[-1], status=422)
    assert "#reason" in page.links
    form = officer.get(where).forms[-1].put("reason", "核查中")
    assert "解除暂扣" in officer.send(form).text
    assert queries.held(town, card.identifier, at=clock.now(town)).state.key == "suspended"
    mine = visit(sit(town, "applicant", elder))
    assert "核查中" in mine.get(reverse("certificate", args=[card.identifier])).text
    back = officer.get(reverse("certificate-desk-change", args=[card.identifier, "resume"])).forms[-1]
    officer.send(back.put("reason", "核查完毕"))
    assert queries.held(town, card.identifier, at=clock.now(town)).state.key == "valid"


def test_revoking_is_final(town: World, officer: Visitor, card: queries.Held) -> None:
    where = reverse("certificate-desk-change", args=[card.identifier, "revoke"])
    officer.get(where)
    assert queries.held(town, card.identifier, at=clock.now(town)).state.key == "valid"  # asking changes nothing
    page = officer.send(officer.get(where).forms[-1].put("reason", "示例"))
    assert "最终状态" in page.text
    answer = officer.client.post(where, {"reason": "再来一次"})
    assert answer.status_code == 409
    officer.get(reverse("certificate-desk-change", args=[card.identifier, "forge"]), status=404)


def test_another_departments_certificate_is_not_found(town: World, card: queries.Held) -> None:
    other = visit(sit(town, "certificate_officer", department="sz.amr"))
    other.get(one(card), status=404)
    where = reverse("certificate-desk-change", args=[card.identifier, "revoke"])
    assert other.client.post(where, {"reason": "示例"}).status_code == 404
    page = other.get(f"{reverse('certificate-desk')}?q={card.holder_code}")
    assert one(card) not in page.links
    assert queries.held(town, card.identifier, at=clock.now(town)).state.key == "valid"


def test_the_desk_is_for_certificate_officers(town: World, elder: PersonView, card: queries.Held) -> None:
    for seat in (sit(town, "applicant", elder), sit(town, "handler", department="sz.psb"), sit(town, "trainer")):
        visit(seat).get(reverse("certificate-desk"), status=403)
        visit(seat).get(one(card), status=403)


def test_the_life_of_a_certificate_is_told_newest_first(town: World, card: queries.Held) -> None:
    actor = Actor("certificate_officer", "seat:1", department=card.issuer_key)
    actions.suspend(world=town, identifier=card.identifier, reason="一", actor=actor)
    actions.resume(world=town, identifier=card.identifier, reason="二", actor=actor)
    found = queries.changes(town, card.identifier)
    assert [(each.event, each.reason) for each in found] == [
        ("CertificateResumed", "二"), ("CertificateSuspended", "一"),
    ]  # fmt: skip
