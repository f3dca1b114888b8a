"""The wallet, who looked at my data, consents, and verifying; in both languages."""

from datetime import timedelta

import pytest

from certificates import actions, queries
from govsim.core import clock
from govsim.core import world as worlds
from govsim.core.actors import Actor
from govsim.core.models import World
from govsim.exchange import actions as exchanges
from govsim.exchange import queries as exchange
from govsim.exchange.models import Consent, DataDispute
from tests.pages.browser import Page, Visitor
from tests.pages.conftest import sit, visit

pytestmark = pytest.mark.django_db

LANGUAGES = pytest.mark.parametrize("language", ["zh", "en"])


@pytest.fixture
def card(town: World, elder: exchange.PersonView) -> queries.Held:
    """The elder's identity card."""
    held = queries.wallet(town, elder.number, at=clock.now(town))
    return next(each for each in held if each.type_key == "resident_identity_card")


@pytest.fixture
def stranger(town: World, card: queries.Held) -> exchange.PersonView:
    return next(each for each in exchange.sample_persons(town, limit=5) if each.number != card.holder_code)


@pytest.fixture
def consent(town: World, elder: exchange.PersonView) -> Consent:
    now = clock.now(town)
    return exchanges.consent.give(
        world=town, subject=elder.number, purpose="申领高龄津贴", datasets=["population"],
        certificate_types=["resident_identity_card"], fields=["holder_name"], until=now + timedelta(days=30), at=now,
    )  # fmt: skip


@pytest.fixture
def revoked(town: World, card: queries.Held) -> queries.Held:
    officer = Actor("certificate_officer", "seat:1", department=card.issuer_key)
    actions.revoke(world=town, identifier=card.identifier, reason="示例", actor=officer, at=clock.now(town))
    return card


def _strict(visitor: Visitor, address: str) -> Page:
    text = visitor.client.get(address).content.decode()
    assert "style=" not in text
    assert "<script>" not in text
    return visitor.get(address)


@LANGUAGES
def test_the_wallet_and_one_certificate(
    town: World, elder: exchange.PersonView, card: queries.Held, language: str
) -> None:
    mine = visit(sit(town, "applicant", elder), language=language)
    where = f"/wallet/{card.identifier}"
    page = _strict(mine, "/wallet")
    assert where in page.links
    assert elder.number not in page.text
    page = _strict(mine, where)
    assert (card.name.zh if language == "zh" else card.name.en) in page.text
    assert elder.number not in page.text  # masked; the picture is asked for on purpose
    assert queries.verification_address(town, card.identifier) in page.links
    picture = mine.client.get(f"{where}/card.svg")
    assert picture.headers["Content-Type"] == "image/svg+xml"
    assert "no-store" in picture.headers["Cache-Control"]
    assert picture.content.startswith(b"<svg")


def test_certificates_stand_under_their_state(town: World, elder: exchange.PersonView, revoked: queries.Held) -> None:
    page = visit(sit(town, "applicant", elder)).get("/wallet")
    assert "吊销" in page.text
    assert "state-ended" in [each.attrs.get("id") for each in page.all("h2")]


def test_a_strangers_certificate_is_not_found(town: World, card: queries.Held, stranger: exchange.PersonView) -> None:
    other = visit(sit(town, "applicant", stranger))
    other.get(f"/wallet/{card.identifier}", status=404)
    other.get(f"/wallet/{card.identifier}/card.svg", status=404)
    other.get("/wallet/none", status=404)


def test_only_applicants_have_a_wallet(town: World, card: queries.Held) -> None:
    for address in ("/wallet", f"/wallet/{card.identifier}", f"/wallet/{card.identifier}/card.svg", "/my-data"):
        answer = visit().client.get(address)
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/sign-in?next=")
        visit(sit(town, "handler", department="sz.civil")).get(address, status=403)


@LANGUAGES
def test_uses_are_shown(town: World, elder: exchange.PersonView, card: queries.Held, language: str) -> None:
    use = actions.use.Use(
        identifier=card.identifier, actor="handler:seat:1", department="sz.civil", purpose="核对身份", result="VALID",
        at=clock.now(town), fields=["holder_name"],
    )  # fmt: skip
    actions.use.log(town, [use])
    mine = visit(sit(town, "applicant", elder), language=language)
    for address in (f"/wallet/{card.identifier}", "/my-data?tab=uses"):
        page = _strict(mine, address)
        assert "核对身份" in page.text
        assert {"zh": "持证主体", "en": "Holder"}[language] in page.text
        assert {"zh": "证照有效", "en": "The certificate is valid"}[language] in page.text


@LANGUAGES
def test_who_looked_is_shown(town: World, elder: exchange.PersonView, language: str) -> None:
    found = exchange.prefill(
        town, elder.number, [("name", "population", "applicant", "record.name")], at=clock.now(town),
        department="sz.civil",
    )  # fmt: skip
    exchanges.log.record(found.log)
    page = _strict(visit(sit(town, "applicant", elder), language=language), "/my-data")
    assert {"zh": "预填申请表单", "en": "Filling in an application form"}[language] in page.text


@LANGUAGES
def test_a_dispute_is_shown(town: World, elder: exchange.PersonView, language: str) -> None:
    now = clock.now(town)
    DataDispute.objects.create(
        world=town, number="211201-03-000001", subject=elder.number, dataset="population", field="name",
        source="sz.psb", source_value="甲", claimed_value="乙", opened_at=now, recorded_at=clock.wall(),
    )  # fmt: skip
    page = _strict(visit(sit(town, "applicant", elder), language=language), "/my-data?tab=disputes")
    assert {"zh": "待核实", "en": "Being checked"}[language] in page.text
    assert "乙" in page.text


@LANGUAGES
def test_a_consent_is_withdrawn(
    town: World, elder: exchange.PersonView, consent: Consent, stranger: exchange.PersonView, language: str
) -> None:
    mine = visit(sit(town, "applicant", elder), language=language)
    page = _strict(mine, "/my-data?tab=consents")
    where = f"/my-data/consents/{consent.pk}/withdraw"
    other = visit(sit(town, "applicant", stranger))
    assert other.client.post(where).status_code == 404
    consent.refresh_from_db()
    assert consent.withdrawn_at is None
    assert mine.client.get(where).status_code == 405
    about = f"/my-data/consents/{consent.pk}"
    assert about in page.links
    other.get(about, status=404)
    page = _strict(mine, about)
    assert {"zh": "撤回意味着什么", "en": "What taking it back means"}[language] in page.text
    mine.send(page.form("/withdraw"))
    assert not [each for each in mine.get(about).forms if each.action.endswith("/withdraw")]
    consent.refresh_from_db()
    assert consent.withdrawn_at == clock.now(town)
    assert mine.client.post(where, follow=True).status_code == 200  # twice is the same as once


def test_a_consent_that_has_ended_says_so(town: World, elder: exchange.PersonView, consent: Consent) -> None:
    Consent.objects.filter(pk=consent.pk).update(until=clock.now(town))
    mine = visit(sit(town, "applicant", elder))
    assert "已到期" in mine.get("/my-data?tab=consents").text
    answer = mine.client.post(f"/my-data/consents/{consent.pk}/withdraw")
    assert answer.status_code == 409
    assert "这份授权已到期" in answer.content.decode()


def _ask(visitor: Visitor, shown: str, status: int = 200) -> Page:
    return visitor.send(visitor.get("/verify").form("/verify").put("presented", shown), status=status)


@LANGUAGES
def test_anybody_may_verify(town: World, card: queries.Held, language: str) -> None:
    anybody = visit(language=language)
    _strict(anybody, "/verify")
    page = _ask(anybody, card.identifier)
    assert "VALID" in page.text.splitlines()
    assert (card.name.zh if language == "zh" else card.name.en) in page.text
    assert card.holder_name not in page.text
    assert "MALFORMED" in _ask(anybody, "a.b.c~").text
    assert "MALFORMED" in _ask(anybody, "<b>x</b>").text
    page = _ask(anybody, "  ", status=422)
    assert "#presented" in page.links


def test_a_token_shows_what_it_proves(town: World, card: queries.Held) -> None:
    token = actions.sign_on_first_use(world=town, identifier=card.identifier)
    page = _ask(visit(), token)
    assert "VALID" in page.text.splitlines()
    assert card.holder_name in page.text


@LANGUAGES
def test_a_revoked_certificate_does_not_count(town: World, revoked: queries.Held, language: str) -> None:
    page = _ask(visit(language=language), revoked.identifier)
    assert "REVOKED" in page.text.splitlines()
    where = f"/w/{worlds.address(town)}/verify/{revoked.identifier}"
    page = _strict(visit(language=language), where)
    assert "REVOKED" in page.text.splitlines()


def test_the_scanned_address_answers(town: World, card: queries.Held) -> None:
    where = f"/w/{worlds.address(town)}/verify/"
    page = visit().get(where + card.identifier)
    assert "VALID" in page.text.splitlines()
    assert card.holder_name not in page.text
    assert "MALFORMED" in visit().get(where + "nonsense").text
    visit().get(f"/w/none-1/verify/{card.identifier}", status=404)


def test_with_several_worlds_one_is_chosen(town: World, elder: exchange.PersonView, card: queries.Held) -> None:
    other = worlds.create(name="other", seed=1, mode=World.Mode.STEP)
    form = visit().get("/verify").form("/verify").put("presented", card.identifier)
    assert "VALID" in visit().send(form.put("world", worlds.address(town))).text.splitlines()
    assert "NOT_FOUND" in visit().send(form.put("world", worlds.address(other))).text
    visit().send(form.put("world", "none-1"), status=422)
    page = _ask(visit(sit(town, "applicant", elder)), card.identifier)  # a seat has its world
    assert "VALID" in page.text.splitlines()
