"""What a verifier is told: of tokens, of identifiers, with and without the register."""

import json
from datetime import timedelta

import pytest
from joserfc.jwk import ECKey

from certificates import queries, sdjwt, status
from certificates.actions import ask, present, sign_on_first_use
from certificates.models import Certificate, Challenge
from certificates.queries import keys
from certificates.verdicts import REASONS, VALID, Verdict, verdict
from govsim.core.errors import BadInput, NotFound
from tests.certificates.conftest import AT, CHEN, a_request, issue_now


def ask_about(text, world, wall, **more):
    found = queries.verify(text, world=world, at=AT, wall=wall, **more)
    assert found.zh
    assert found.en
    return found


def signed(card, **changes):
    """A token like the card's with other claims, signed with the installation's own key."""
    _, payload = sdjwt.open_jws(card.token.split("~")[0], keys=keys.trusted().get, typ="dc+sd-jwt")
    claims = {key: value for key, value in {**payload, **changes}.items() if key not in ("_sd", "_sd_alg")}
    return sdjwt.issue(claims, changes.pop("hidden", {}), signer=keys.signer())


def test_a_valid_token_proves_what_it_shows(world, wall, card):
    found = ask_about(sdjwt.present(card.token, {"city"}), world, wall)
    assert (found.code, found.identifier) == (VALID, card.identifier)
    assert found.claims["city"] == "深圳市"
    assert "holder_name" not in found.claims
    assert found.is_valid


def test_an_identifier_tells_what_it_is_but_not_whose(world, wall, card):
    found = ask_about(f" {card.identifier}\n", world, wall)
    assert found.code == VALID
    assert CHEN not in str(found.claims)
    assert "陈样甲" not in str(found.claims)


@pytest.mark.parametrize(
    ("forge", "reason"),
    [
        (lambda card: card.identifier[:-1] + ("0" if card.identifier[-1] != "0" else "1"), "identifier_check"),
        (lambda card: card.identifier + "X", "identifier_malformed"),
        (lambda card: "12345", "identifier_malformed"),
        (lambda card: "1.2.156.3005.2.11440799MN10000223012.11440799MN10000223.202112010000A7.001.A", "not_found"),
        (lambda card: signed(card, iss="https://example.com/w/neighbour-1"), "other_world"),
        (lambda card: signed(card, iss="https://example.com/"), "other_world"),
        (lambda card: signed(card, vct="urn:govsim:certificate:moon_licence"), "wrong_type"),
        (lambda card: signed(card, vct="urn:govsim:certificate:diploma"), "issuer_not_entitled"),
        (lambda card: signed(card, issuing_authority={"key": "sz.tax"}), "issuer_not_entitled"),
        (lambda card: signed(card, issuing_authority={"key": ["sz.civil"]}), "issuer_not_entitled"),
        (lambda card: signed(card, issuing_authority="sz.civil"), "issuer_not_entitled"),
        (lambda card: signed(card, type_code="11440399MN1000014K018"), "issuer_not_entitled"),
        (lambda card: signed(card, identifier="1.2.3"), "row_missing"),
        (lambda card: signed(card, valid_until="2099-01-01"), "row_differs"),
        (lambda card: signed(card, status={"status_list": {"idx": 1, "uri": "x"}}), "row_differs"),
        (lambda card: signed(card, hidden={"holder_name": "李样乙"}), "row_differs"),
    ],
)
def test_what_does_not_belong_together_is_refused(world, wall, card, forge, reason):
    found = ask_about(forge(card), world, wall)
    assert found.reason == reason
    assert not found.claims
    assert not found.is_valid


def test_another_kind_of_certificate_does_not_do(world, wall, card):
    for text in (card.identifier, card.token):
        assert ask_about(text, world, wall, type_key="diploma").code == "WRONG_TYPE"
        assert ask_about(text, world, wall, type_key="senior_citizen_card").code == VALID


def test_a_forged_token_proves_nothing(world, wall, card):
    stranger = sdjwt.Signer(ECKey.generate_key("P-256"), keys.signer().kid)
    _, payload = sdjwt.open_jws(card.token.split("~")[0], keys=keys.trusted().get, typ="dc+sd-jwt")
    found = ask_about(stranger.compact(payload, "dc+sd-jwt") + "~", world, wall)
    assert (found.code, found.claims) == ("BAD_SIGNATURE", {})


def test_after_a_reset_the_old_certificates_belong_to_the_old_world(world, wall, card):
    from govsim.core import world as worlds

    fresh = worlds.create(name=world.name, seed=7, mode="frozen", at=AT)
    assert ask_about(card.token, fresh, wall).reason == "other_world"
    assert ask_about(card.identifier, fresh, wall).reason == "not_found"


def test_verification_takes_one_statement(world, wall, card, django_assert_num_queries):
    for text in (card.identifier, card.token):
        with django_assert_num_queries(1):
            ask_about(text, world, wall)


# --- without the register -------------------------------------------------------------------------------------------


def offline(card, listed, world, wall, at=AT):
    return queries.verify_offline(card.token, world=world, status_list=listed, at=at, wall=wall)


def test_a_published_list_is_enough(world, wall, card):
    listed = queries.status_list_token(world, 1, wall=wall)
    assert offline(card, listed, world, wall).code == VALID
    assert offline(card, listed, world, wall, at=AT - timedelta(days=1)).code == "NOT_YET_VALID"


@pytest.mark.parametrize(
    ("listed", "reason"),
    [
        (lambda world, wall: None, "status_unreachable"),
        (lambda world, wall: "x.y.z", "status_list_bad"),
        (
            lambda world, wall: queries.status_list_token(world, 1, wall=wall - timedelta(hours=2)),
            "status_list_expired",
        ),
        (lambda world, wall: queries.status_list_token(world, 1, wall=wall, base="https://x"), "status_list_swapped"),
    ],
)
def test_a_list_that_cannot_be_used_never_means_valid(world, wall, card, listed, reason):
    found = offline(card, listed(world, wall), world, wall)
    assert (found.code, found.reason) == ("STATUS_UNKNOWN", reason)


def test_a_token_that_names_no_list_has_no_known_status(world, wall, card):
    card.token = signed(card, status=None)
    assert offline(card, None, world, wall).reason == "status_missing"
    card.token = "x"
    assert offline(card, None, world, wall).reason == "not_a_token"


def test_an_unknown_entry_of_the_list_is_not_valid(world, wall, card):
    uri = queries.status_list_address(world, 1)
    lst = status.pack({card.status_index: 3})
    found = offline(card, status.publish(uri, lst, signer=keys.signer(), wall=wall), world, wall)
    assert found.code == "SUPERSEDED"


def test_the_list_shows_only_what_is_not_valid(world, wall, django_assert_num_queries):
    issue_now(world, wall, *[a_request(case_number=str(place)) for place in range(20)])
    row = Certificate.objects.first()
    Certificate.objects.filter(pk=row.pk).update(state="revoked")
    with django_assert_num_queries(2):
        token = queries.status_list_token(world, 1, wall=wall)
    _, claims = sdjwt.open_jws(token, keys=keys.trusted().get, typ="statuslist+jwt")
    data = status.unpack(claims["status_list"]["lst"])
    assert [index for index in range(status.CAPACITY) if status.pick(data, index)] == [row.status_index]
    with pytest.raises(NotFound):
        queries.status_list_token(world, 2, wall=wall)


# --- presenting (F50) -------------------------------------------------------------------------------------------------

HOLDER = sdjwt.Signer(ECKey.generate_key("P-256"), "holder")


@pytest.fixture
def bound(world, card):
    return sign_on_first_use(world=world, identifier=card.identifier, holder_key=HOLDER.key.as_dict(private=False))


def shown(token, nonce, wall, audience="sz.civil"):
    return sdjwt.bind(sdjwt.present(token, {"city"}), signer=HOLDER, nonce=nonce, audience=audience, wall=wall)


def test_a_presentation_answers_one_request_once(world, wall, bound):
    nonce = ask(world=world, audience="sz.civil")
    answer = shown(bound, nonce, wall)
    assert present(world=world, presented=answer, nonce=nonce).code == VALID
    assert present(world=world, presented=answer, nonce=nonce).reason == "nonce_used"


def test_a_presentation_to_others_or_without_the_holder_is_refused(world, wall, bound):
    for answer, reason in [
        (lambda nonce: shown(bound, "another", wall), "binding_other_nonce"),
        (lambda nonce: shown(bound, nonce, wall, audience="sz.tax"), "binding_other_audience"),
        (lambda nonce: bound, "binding_missing"),
        (lambda nonce: shown(bound, nonce, wall - timedelta(hours=1)), "binding_stale"),
    ]:
        nonce = ask(world=world, audience="sz.civil")
        assert present(world=world, presented=answer(nonce), nonce=nonce).reason == reason


def test_a_request_that_was_never_made_or_is_over(world, neighbour, wall, bound):
    assert present(world=world, presented=bound, nonce="mine").reason == "nonce_unknown"
    nonce = ask(world=neighbour, audience="sz.civil")
    assert present(world=world, presented=bound, nonce=nonce).reason == "nonce_unknown"
    Challenge.objects.update(expires_at=wall - timedelta(seconds=1))
    assert present(world=neighbour, presented=bound, nonce=nonce).reason == "nonce_expired"


def test_an_answer_without_a_request_is_no_use_to_the_next_verifier(world, wall, bound):
    nonce = ask(world=world, audience="sz.civil")
    present(world=world, presented="rubbish", nonce=nonce)
    assert present(world=world, presented=shown(bound, nonce, wall), nonce=nonce).reason == "nonce_used"


@pytest.mark.parametrize(
    "key", [{}, {"kty": "oct", "k": "AA"}, HOLDER.key.as_dict(private=True), {"kty": "EC", "crv": "P-256", "x": "A"}]
)
def test_a_holder_key_must_be_a_public_one(world, card, key):
    with pytest.raises(BadInput):
        sign_on_first_use(world=world, identifier=card.identifier, holder_key=key)


# --- words ------------------------------------------------------------------------------------------------------------


def test_every_reason_has_its_own_sentences_in_both_languages():
    codes = {code for code, _, _ in REASONS.values()}
    assert len(codes) == 13
    for words in ([zh for _, zh, _ in REASONS.values()], [en for _, _, en in REASONS.values()]):
        assert len(set(words)) == len(words)
    assert [reason for reason, (code, _, _) in REASONS.items() if code == VALID] == ["valid"]
    assert isinstance(verdict("valid"), Verdict)


def test_type_metadata_names_every_claim(db):
    found = queries.type_metadata("business_licence")
    assert found["vct"] == "urn:govsim:certificate:business_licence"
    assert {claim["path"][0] for claim in found["claims"]} >= {"holder_name", "number", "established_on"}
    assert json.dumps(found)
    with pytest.raises(NotFound):
        queries.type_metadata("moon_licence")
