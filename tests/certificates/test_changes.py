"""Suspend, resume, revoke, cancel, supersede: who may, from which state, and what a verifier sees afterwards (F51)."""

from datetime import timedelta

import pytest

from certificates import queries, states
from certificates.actions import cancel, resume, revoke, supersede, suspend
from certificates.models import Certificate
from certificates.queries import audited
from govsim.core import audit, journal
from govsim.core.actors import SYSTEM, Actor
from govsim.core.errors import BadInput, Conflict, NotAllowed, NotFound
from tests.certificates.conftest import AT, CHEN, LIN, OFFICER, a_request, issue_now

VERBS = {"suspend": suspend, "resume": resume, "revoke": revoke, "cancel": cancel}


def verdict_of(card, world, wall):
    return queries.verify(card.token, world=world, at=AT, wall=wall).code


def entry_of(card, world, wall):
    """What the published list says to somebody without the register."""
    listed = queries.status_list_token(world, card.status_list, wall=wall)
    return queries.verify_offline(card.token, world=world, status_list=listed, at=AT, wall=wall).code


def test_a_suspended_card_counts_again_when_it_is_resumed(world, wall, card):
    asked = {"world": world, "identifier": card.identifier, "actor": OFFICER}
    suspend(**asked, reason="核查中")
    assert verdict_of(card, world, wall) == entry_of(card, world, wall) == "SUSPENDED"
    resume(**asked, reason="核查无误")
    assert verdict_of(card, world, wall) == entry_of(card, world, wall) == "VALID"
    told = journal.history(world.pk, "certificate", card.pk)
    assert [(entry.seq, entry.event) for entry in told] == [(1, "CertificateSuspended"), (2, "CertificateResumed")]
    assert told[0].data["reason"] == "核查中"


@pytest.mark.parametrize(
    ("verb", "code", "listed"), [("revoke", "REVOKED", "REVOKED"), ("cancel", "CANCELLED", "REVOKED")]
)
def test_the_end_is_for_good(world, wall, card, verb, code, listed):
    asked = {"world": world, "identifier": card.identifier, "reason": "持证人申请", "actor": OFFICER}
    VERBS[verb](**asked)
    assert verdict_of(card, world, wall) == code
    assert entry_of(card, world, wall) == listed  # two bits have one word for both ends
    for again in VERBS.values():
        with pytest.raises(Conflict):
            again(**asked)


def test_every_change_is_vouched_for_anew(world, wall, card):
    before = audit.latest(world.pk, "certificate")
    revoke(world=world, identifier=card.identifier, reason="伪造材料", actor=OFFICER)
    after = audit.latest(world.pk, "certificate")
    assert before.keys() == after.keys()
    assert before != after
    assert {ref: content.hex() for ref, content in audited.recompute(world.pk, None)} == after
    assert all(fault is None for fault in audit.check_chain(world.pk))


def test_a_state_set_behind_the_back_shows(world, card):
    Certificate.objects.filter(pk=card.pk).update(state="revoked")
    computed = {ref: content.hex() for ref, content in audited.recompute(world.pk, None)}
    assert computed != audit.latest(world.pk, "certificate")


@pytest.mark.parametrize(
    ("verb", "actor", "error"),
    [
        ("revoke", Actor("certificate_officer", "seat:2", department="sz.tax"), NotAllowed),
        ("revoke", Actor("applicant", CHEN), NotAllowed),
        ("suspend", Actor("handler", "seat:3", department="sz.civil"), NotAllowed),
        ("cancel", Actor("applicant", LIN), NotAllowed),
        ("resume", OFFICER, Conflict),
    ],
)
def test_who_may_not(world, card, verb, actor, error):
    with pytest.raises(error):
        VERBS[verb](world=world, identifier=card.identifier, reason="试试", actor=actor)
    card.refresh_from_db()
    assert card.state == "valid"


def test_who_may(world, wall):
    first, second = issue_now(world, wall, a_request(case_number="1"), a_request(case_number="2"))
    cancel(world=world, identifier=first.identifier, reason="不再需要", actor=Actor("applicant", CHEN))
    revoke(world=world, identifier=second.identifier, reason="抽查不合格", actor=Actor("quality_inspector", "seat:4"))
    assert set(Certificate.objects.values_list("state", flat=True)) == {"cancelled", "revoked"}


def test_a_change_needs_a_reason_and_a_certificate(world, card):
    with pytest.raises(BadInput):
        revoke(world=world, identifier=card.identifier, reason="  ", actor=SYSTEM)
    with pytest.raises(NotFound):
        revoke(world=world, identifier="1.2.156.3005.2", reason="x", actor=SYSTEM)


def test_a_certificate_of_another_world_is_not_found(world, neighbour, card):
    with pytest.raises(NotFound):
        revoke(world=neighbour, identifier=card.identifier, reason="x", actor=SYSTEM)


def test_of_two_officers_one_is_too_late(world, card):
    from certificates.actions.change import move
    from certificates.events import CertificateRevoked

    stale = Certificate.objects.get(pk=card.pk)
    suspend(world=world, identifier=card.identifier, reason="核查", actor=OFFICER)
    with pytest.raises(Conflict):
        move(stale, "revoke", CertificateRevoked, reason="核查", actor=OFFICER, at=AT)


def test_a_new_version_replaces_the_old(world, wall, card):
    new = supersede(
        world=world, identifier=card.identifier, fields={"city": "江门市"}, reason="迁入江门", actor=OFFICER
    )
    assert new.identifier.split(".")[7] == card.identifier.split(".")[7]
    assert (new.edition, new.identifier.split(".")[8]) == (2, "002")
    assert verdict_of(card, world, wall) == entry_of(card, world, wall) == "SUPERSEDED"
    assert verdict_of(new, world, wall) == entry_of(new, world, wall) == "VALID"
    shown = queries.held(world, new.identifier, at=AT)
    assert (shown.replaced, shown.fields["city"], shown.number) == (card.identifier, "江门市", card.number)
    assert queries.metadata(world, new.identifier, at=AT)["related_identifier"] == card.identifier
    assert queries.match(world, [(CHEN, "senior_citizen_card")], at=AT)[CHEN, "senior_citizen_card"] == (new.identifier)
    assert {ref: content.hex() for ref, content in audited.recompute(world.pk, None)} == audit.latest(
        world.pk, "certificate"
    )
    with pytest.raises(Conflict):
        supersede(world=world, identifier=card.identifier, fields={}, reason="再换", actor=OFFICER)


def test_a_new_version_obeys_its_type(world, card):
    with pytest.raises(BadInput):
        supersede(world=world, identifier=card.identifier, fields={"city": ""}, reason="x", actor=OFFICER)
    assert Certificate.objects.count() == 1


def test_a_suspended_certificate_is_not_renewed_out_of_its_suspension(world, card):
    suspend(world=world, identifier=card.identifier, reason="核查", actor=OFFICER)
    with pytest.raises(Conflict):
        supersede(world=world, identifier=card.identifier, fields={}, reason="换发", actor=OFFICER)


def test_a_case_may_have_a_new_result_once_the_old_one_has_ended(world, wall, card):
    revoke(world=world, identifier=card.identifier, reason="更正", actor=OFFICER)
    issue_now(world, wall)
    assert Certificate.objects.filter(case_number=card.case_number).count() == 2


def test_validity_is_judged_by_the_day_of_the_world(world, wall, in_a_year):
    request = a_request(valid_from=(AT + timedelta(days=3)).date(), valid_until=(AT + timedelta(days=30)).date())
    token = issue_now(world, wall, request)[0].row.token

    def code(at):
        return queries.verify(token, world=world, at=at, wall=wall).code

    assert code(AT) == "NOT_YET_VALID"
    assert code(AT + timedelta(days=3)) == "VALID"
    assert code(AT + timedelta(days=30)) == "VALID"  # the last day still counts
    assert code(AT + timedelta(days=31)) == code(in_a_year) == "EXPIRED"


def test_every_state_that_can_be_shown_has_a_ministry_code_and_names():
    shown = [*states.TABLE.states.values(), states.EXPIRED, states.NOT_YET_VALID]
    assert {state.key for state in shown} == states.MINISTRY_CODES.keys()
    assert all(state.zh and state.en for state in shown)
