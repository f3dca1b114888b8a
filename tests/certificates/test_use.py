"""Instead of paper: match, consent, retrieve, attach, and the log that the holder reads (domain.md B.4)."""

from datetime import timedelta

import pytest

from certificates import queries
from certificates.actions import attach, revoke, use
from certificates.models import UseLog
from govsim.core.actors import Actor
from govsim.core.errors import BadInput, NotFound, Refused
from govsim.exchange.actions import consent
from tests.certificates.conftest import AT, CHEN, HETIAN, LIN, OFFICER, a_request, issue_now

WINDOW = Actor("window", "seat:9", department="sz.hrss")
CARD = "senior_citizen_card"


@pytest.fixture
def allowed(world):
    return consent.give(
        world=world,
        subject=CHEN,
        purpose="办理高龄津贴",
        certificate_types=[CARD],
        fields=["birth_date", "city"],
        until=AT + timedelta(days=30),
        at=AT - timedelta(minutes=1),
    )


def ask(world, card, consent_id, fields=("birth_date",), **changes):
    asked = {
        "world": world,
        "identifier": card.identifier,
        "fields": list(fields),
        "consent_id": consent_id,
        "purpose": "核验年龄",
        "department": "sz.hrss",
        "item_key": "old_age_allowance",
        "case_number": "21120103000002",
        "actor": WINDOW,
    }
    return attach(**{**asked, **changes})


def test_only_the_named_fields_and_the_hash_are_attached(world, card, allowed):
    found = ask(world, card, allowed.pk)
    assert found.fields == {"birth_date": "1940-03-15"}
    assert len(found.content_hash) == 64
    assert found.verdict.code == "VALID"


def test_the_holder_reads_who_used_it(world, card, allowed):
    ask(world, card, allowed.pk)
    [line] = queries.use_log(world, CHEN)
    assert (line.identifier, line.department, line.purpose) == (card.identifier, "sz.hrss", "核验年龄")
    assert (line.actor, line.item_key, line.case_number) == ("window:seat:9", "old_age_allowance", "21120103000002")
    assert (line.consent_id, line.fields, line.result) == (allowed.pk, ("birth_date",), "VALID")
    assert queries.use_log(world, LIN) == []


@pytest.mark.parametrize("how", ["none", "unknown", "withdrawn", "over", "of another", "other type", "other fields"])
def test_without_consent_in_force_nothing_is_retrieved(world, card, allowed, how, wall):
    fields = ("birth_date",)
    consent_id = allowed.pk
    until = AT + timedelta(days=1)
    if how == "none":
        consent_id = None
    elif how == "unknown":
        consent_id += 100
    elif how == "withdrawn":
        consent.withdraw(world=world, consent_id=consent_id, subject=CHEN, at=AT)
    elif how == "over":
        type(allowed).objects.update(until=AT)
    elif how == "of another":
        given = consent.give(world=world, subject=LIN, purpose="x", certificate_types=[CARD], until=until, at=AT)
        consent_id = given.pk
    elif how == "other type":
        given = consent.give(world=world, subject=CHEN, purpose="x", certificate_types=["diploma"], until=until, at=AT)
        consent_id = given.pk
    else:
        fields = ("holder_name",)
    with pytest.raises(Refused) as refusal:
        ask(world, card, consent_id, fields)
    assert refusal.value.code in ("consent_missing", "consent_narrower")
    assert not UseLog.objects.exists()


def test_a_certificate_that_has_ended_is_not_attached_but_the_attempt_is_logged(world, card, allowed):
    revoke(world=world, identifier=card.identifier, reason="死亡", actor=OFFICER)
    with pytest.raises(Refused) as refusal:
        ask(world, card, allowed.pk)
    assert refusal.value.code == "revoked"
    [line] = queries.use_log(world, CHEN)
    assert (line.result, line.fields) == ("REVOKED", ())


def test_a_field_that_the_type_has_not_and_a_certificate_that_is_not(world, card, allowed):
    with pytest.raises(BadInput):
        ask(world, card, allowed.pk, ("shoe_size",))
    with pytest.raises(NotFound):
        ask(world, card, allowed.pk, identifier="1.2.3")


def test_many_uses_are_logged_with_two_statements(world, wall, card, django_assert_num_queries):
    rows = [
        use.Use(identifier=card.identifier, actor="system", department="sz.civil", purpose="x", result="VALID", at=AT)
    ] * 40
    with django_assert_num_queries(2):
        assert use.log(world, rows) == 40
    assert use.log(world, []) == 0
    with pytest.raises(NotFound):
        use.log(world, [use.Use("1.2.3", "system", "sz.civil", "x", "VALID", AT)])
    assert len(queries.use_log(world, CHEN, limit=7)) == 7


def test_matching_takes_one_statement_whatever_the_number(world, wall, card, django_assert_num_queries):
    wanted = [(CHEN, CARD), (LIN, CARD), (CHEN, "diploma"), (HETIAN, "business_licence")] * 10
    with django_assert_num_queries(1):
        found = queries.match(world, wanted, at=AT)
    assert found == {(CHEN, CARD): card.identifier}


def test_the_newest_usable_one_is_chosen_and_the_others_are_offered(world, wall, card):
    later = a_request(case_number="2", valid_from=AT.date() - timedelta(days=400))
    sooner = a_request(case_number="3", valid_from=AT.date() + timedelta(days=1))
    issue_now(world, wall, later, sooner)
    found = queries.choices(world, [(CHEN, CARD)], at=AT)[CHEN, CARD]
    assert found.chosen.identifier == card.identifier
    assert [each.case_number for each in found.others] == ["2"]


def test_without_a_usable_one_it_says_why(world, wall, card):
    assert queries.choices(world, [(LIN, CARD)], at=AT)[LIN, CARD].verdict.code == "NOT_FOUND"
    revoke(world=world, identifier=card.identifier, reason="死亡", actor=OFFICER)
    found = queries.choices(world, [(CHEN, CARD)], at=AT)[CHEN, CARD]
    assert (found.chosen, found.verdict.code) == (None, "REVOKED")


def test_checking_again_takes_one_statement(world, neighbour, wall, card, django_assert_num_queries):
    wrong = card.identifier[:-1] + ("0" if card.identifier[-1] != "0" else "1")
    absent = "1.2.156.3005.2.11440799MN10000223012.11440799MN10000223.202112010000A7.001.A"
    with django_assert_num_queries(1):
        found = queries.check(world, [card.identifier, wrong, absent, "x"], at=AT)
    assert [each.reason for each in found.values()] == [
        "valid",
        "identifier_check",
        "not_found",
        "identifier_malformed",
    ]
    assert queries.check(neighbour, [card.identifier], at=AT)[card.identifier].code == "NOT_FOUND"


def test_a_chosen_certificate_must_be_the_holders_own_and_of_a_kind_that_will_do(
    world, card, django_assert_num_queries
):
    will_do, others = frozenset({CARD, "diploma"}), frozenset({"diploma"})
    wanted = [(card.identifier, CHEN, will_do), (card.identifier, LIN, will_do), (card.identifier, CHEN, others)]
    with django_assert_num_queries(1):
        found = queries.check_held(world, [*wanted, ("1.2.3", CHEN, will_do)], at=AT)
    assert [each.reason for each in found.values()] == ["valid", "other_holder", "wrong_type", "identifier_malformed"]


def test_the_wallet_and_the_results_of_a_case(world, neighbour, wall, card, django_assert_num_queries):
    issue_now(world, wall, a_request(case_number="2", valid_until=AT.date()))
    with django_assert_num_queries(1):
        held = queries.wallet(world, CHEN, at=AT + timedelta(days=1))
    assert [each.state.key for each in held] == ["valid", "expired"]
    assert queries.wallet(neighbour, CHEN, at=AT) == []
    [result] = queries.held_of_case(world, card.case_number, at=AT)
    assert result.identifier == card.identifier
