"""The life of one application: decided in seconds, by a person, corrected, withdrawn, rated."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest

from approvals import queries
from approvals.actions import (
    accept,
    after,
    ask_correction,
    begin,
    correct,
    decide,
    drain,
    handle,
    precheck,
    special,
    submit,
    withdraw,
)
from approvals.models import Application, Decision
from certificates import queries as certificates
from govsim.core import clock
from govsim.core.errors import BadInput, Conflict, NotAllowed, NotFound, Refused
from govsim.core.models import JournalEntry, World
from govsim.exchange import queries as registers
from govsim.exchange.actions import consent, fault, load_cast
from tests.approvals.conftest import GU, OUTSIDER, applicant, officer

pytestmark = [pytest.mark.django_db, pytest.mark.database]
Apply = Callable[..., Application]
Run = Callable[..., None]


def events(row: Application) -> list[str]:
    return [each.event for each in queries.history(row)]


def test_gu_is_granted_within_seconds_and_reads_why(claim_allowance: Apply, run: Run, city: World) -> None:
    row = claim_allowance()
    run()
    row.refresh_from_db()
    assert row.state == "granted"
    assert events(row) == ["ApplicationSubmitted", "ApplicationGranted"]
    assert timedelta(0) < row.decision.decided_at - row.submitted_at < timedelta(seconds=60)
    passport = json.loads(row.decision.passport)
    assert {each["verdict"] for each in passport["rules"]} == {"PASS"}
    assert passport["result"] == {"first_payment_on": "2022-01-01", "monthly_fen": 30000}
    assert {each["source"] for each in passport["answers"]} >= {"sz.psb", "sz.civil"}
    assert [each.number for each in queries.messages_of(city, GU)] == [row.number, row.number]


def test_every_look_is_logged_for_gu_to_see(claim_allowance: Apply, run: Run, city: World) -> None:
    row = claim_allowance()
    run()
    looks = registers.log_of(city, GU)
    assert {each.dataset for each in looks} >= {"population", "deaths", "allowance_roll", "social_security_card"}
    assert {each.number for each in looks} == {row.number}
    uses = certificates.use_log(city, GU)
    assert {each.case_number for each in uses} == {row.number}


def test_the_second_claim_is_refused_because_the_first_is_on_the_roll(claim_allowance: Apply, run: Run) -> None:
    claim_allowance()
    run()
    again = claim_allowance()
    run()
    again.refresh_from_db()
    assert again.state == "refused"
    refused = queries.history(again)[-1].data
    assert refused["reasons"]
    assert refused["remedy"]["zh"]


def test_an_outsider_is_refused_with_reason_and_remedy(claim_allowance: Apply, run: Run) -> None:
    row = claim_allowance(OUTSIDER)
    run()
    row.refresh_from_db()
    assert row.state == "refused"
    assert [each["id"] for each in json.loads(row.decision.passport)["rules"] if each["verdict"] == "FAIL"] == ["A1"]
    assert row.decision.remedy["zh"]


def test_without_consent_nothing_is_asked_and_a_person_gets_the_case(
    claim_allowance: Apply, run: Run, city: World
) -> None:
    row = claim_allowance(consent=False)
    drain.drain(city)
    row.refresh_from_db()
    assert row.state == "received"
    assert registers.log_of(city, GU) == []
    assert certificates.use_log(city, GU) == []


def test_consent_withdrawn_before_the_decision_counts(claim_allowance: Apply, city: World) -> None:
    row = claim_allowance()
    consent.withdraw(world=city, consent_id=row.consents[0], subject=GU, at=clock.now(city))
    drain.drain(city)
    row.refresh_from_db()
    assert row.state == "received"


def test_a_corrected_shared_value_opens_a_dispute_and_goes_to_a_person(claim_allowance: Apply, city: World) -> None:
    row = claim_allowance(corrections={"household_address": "深圳市样例路 9 号"})
    drain.drain(city)
    row.refresh_from_db()
    assert row.state == "received"
    assert [each.number for each in registers.disputes_of(city, GU)] == [row.number]


def test_the_human_route_is_always_open(claim_allowance: Apply, run: Run, city: World) -> None:
    row = claim_allowance(human_route=True)
    drain.drain(city)
    row.refresh_from_db()
    assert row.state == "received"
    run()
    row.refresh_from_db()
    assert row.state in ("granted", "refused")
    assert row.decision.automatic is False
    assert {"ApplicationAccepted", "ApplicationHandled", "ApplicationReviewed"} <= set(events(row))


def test_a_source_that_is_down_is_asked_again_and_the_case_is_not_lost(
    claim_allowance: Apply, run: Run, city: World
) -> None:
    fault.set(world=city, source="deaths", mode="down")
    row = claim_allowance()
    drain.drain(city)
    row.refresh_from_db()
    assert (row.state, row.asked) == ("submitted", 1)
    assert row.due_at > row.submitted_at
    fault.clear(world=city, source="deaths")
    run()
    row.refresh_from_db()
    assert row.state == "granted"


def test_a_source_that_stays_down_brings_a_person(claim_allowance: Apply, city: World) -> None:
    fault.set(world=city, source="deaths", mode="down")
    row = claim_allowance()
    for _ in range(3):
        drain.drain(city)
        clock.advance(city)
    row.refresh_from_db()
    assert row.state == "received"
    passport = queries.passport(row)
    assert passport is not None
    assert [each["why_unknown"] for each in passport["rules"] if each["id"] == "A3"] == ["source_down"]


def test_a_slow_source_delays_its_case_in_world_time(claim_allowance: Apply, run: Run, city: World) -> None:
    fault.set(world=city, source="deaths", mode="slow", factor=200)
    row = claim_allowance()
    run()
    row.refresh_from_db()
    assert row.state == "granted"
    assert row.decision.decided_at - row.submitted_at > timedelta(seconds=20)


# --- the human route ---------------------------------------------------------------------------------------------


@pytest.fixture
def doubtful(claim_allowance: Apply, city: World) -> Application:
    """A case that waits for people: the department is staffed by them."""
    city.departments.filter(key="sz.civil").update(staffed_by="people")
    row = claim_allowance(human_route=True)
    drain.drain(city)
    row.refresh_from_db()
    return row


def test_three_officers_handle_review_and_approve(doubtful: Application, city: World) -> None:
    bao, chen, deng = officer("handler", 1), officer("reviewer", 2), officer("approver", 3)
    assert doubtful in queries.inbox(city, bao)
    accept.accept(world=city, actor=bao, number=doubtful.number)
    handle.handle(world=city, actor=bao, number=doubtful.number, opinion="属实")
    assert doubtful not in queries.inbox(city, bao)
    handle.review(world=city, actor=chen, number=doubtful.number, opinion="同意")
    decide.grant(world=city, actor=deng, number=doubtful.number)
    doubtful.refresh_from_db()
    assert doubtful.state == "granted"
    assert len(doubtful.long_number) == 43
    assert doubtful.decision.result["monthly_fen"] == 30000


def test_one_person_cannot_handle_and_approve(doubtful: Application, city: World) -> None:
    bao = officer("handler", 1)
    accept.accept(world=city, actor=bao, number=doubtful.number)
    handle.handle(world=city, actor=bao, number=doubtful.number)
    with pytest.raises(NotAllowed):
        handle.review(world=city, actor=officer("reviewer", 1), number=doubtful.number)
    handle.review(world=city, actor=officer("reviewer", 2), number=doubtful.number)
    for seat in (1, 2):
        with pytest.raises(NotAllowed):
            decide.grant(world=city, actor=officer("approver", seat), number=doubtful.number)
    with pytest.raises(NotAllowed):
        decide.grant(world=city, actor=bao, number=doubtful.number)


def test_a_refusal_needs_a_reason_and_gets_a_remedy(doubtful: Application, city: World) -> None:
    accept.accept(world=city, actor=officer("handler", 1), number=doubtful.number)
    handle.handle(world=city, actor=officer("handler", 1), number=doubtful.number)
    handle.review(world=city, actor=officer("reviewer", 2), number=doubtful.number)
    approver = officer("approver", 3)
    with pytest.raises(BadInput):
        decide.refuse(world=city, actor=approver, number=doubtful.number, reason_zh=" ")
    decide.refuse(world=city, actor=approver, number=doubtful.number, reason_zh="经核查不符合条件")
    doubtful.refresh_from_db()
    assert doubtful.state == "refused"
    assert doubtful.decision.remedy["zh"]
    assert queries.history(doubtful)[-1].data["reasons"][0]["zh"] == "经核查不符合条件"


def test_correction_stops_the_clock_and_is_asked_once(doubtful: Application, city: World, run: Run) -> None:
    bao = officer("handler", 1)
    missing = [{"what": "identity_card", "zh": "身份证", "en": "Identity card"}]
    ask_correction.ask_correction(world=city, actor=bao, number=doubtful.number, missing=missing)
    clock.advance(city, until=clock.now(city) + timedelta(days=5))
    doubtful.refresh_from_db()
    limit = queries.limit(doubtful, 1, clock.now(city))
    assert limit is not None
    assert limit.used == timedelta(0)
    given = {"identity_card": {"upload": "id.pdf"}}
    correct.correct(world=city, actor=applicant(GU), number=doubtful.number, materials=given)
    drain.drain(city)
    doubtful.refresh_from_db()
    assert doubtful.state == "received"
    with pytest.raises(Conflict):
        ask_correction.ask_correction(world=city, actor=bao, number=doubtful.number, missing=missing)


def test_a_correction_that_never_comes_returns_the_case(doubtful: Application, city: World, run: Run) -> None:
    missing = [{"what": "identity_card", "zh": "身份证", "en": "Identity card"}]
    ask_correction.ask_correction(world=city, actor=officer("handler", 1), number=doubtful.number, missing=missing)
    run()
    doubtful.refresh_from_db()
    assert doubtful.state == "returned"
    assert queries.history(doubtful)[-1].data["reason"]["zh"] == "补正超时"


def test_special_procedure_does_not_count(doubtful: Application, city: World) -> None:
    bao = officer("handler", 1)
    accept.accept(world=city, actor=bao, number=doubtful.number)
    special.suspend(world=city, actor=bao, number=doubtful.number, reason="专家评审")
    clock.advance(city, until=clock.now(city) + timedelta(days=2))
    special.resume(world=city, actor=bao, number=doubtful.number)
    doubtful.refresh_from_db()
    limit = queries.limit(doubtful, 1, clock.now(city))
    assert limit is not None
    assert limit.used == timedelta(0)


def test_declined_and_returned_cases_say_why(doubtful: Application, city: World) -> None:
    bao = officer("handler", 1)
    with pytest.raises(BadInput):
        accept.decline(world=city, actor=bao, number=doubtful.number, reason_zh="")
    accept.decline(world=city, actor=bao, number=doubtful.number, reason_zh="不属于本部门职权")
    doubtful.refresh_from_db()
    assert doubtful.state == "not_accepted"
    with pytest.raises(Conflict):
        withdraw.return_(world=city, actor=bao, number=doubtful.number, reason_zh="退件")


# --- who may see and do what ---------------------------------------------------------------------------------------


def test_a_strangers_number_does_not_exist(claim_allowance: Apply, city: World) -> None:
    row = claim_allowance()
    with pytest.raises(NotFound):
        withdraw.withdraw(world=city, actor=applicant(OUTSIDER), number=row.number)
    with pytest.raises(NotFound):
        accept.accept(world=city, actor=officer("handler", 1, "sz.tax"), number=row.number)


def test_withdrawn_is_final(claim_allowance: Apply, run: Run, city: World) -> None:
    row = claim_allowance()
    withdraw.withdraw(world=city, actor=applicant(GU), number=row.number)
    run()
    row.refresh_from_db()
    assert row.state == "withdrawn"
    assert not Decision.objects.filter(application=row).exists()
    with pytest.raises(Conflict):
        withdraw.withdraw(world=city, actor=applicant(GU), number=row.number)


def test_two_officers_on_one_case_never_both_win(doubtful: Application, city: World) -> None:
    stale = Application.objects.get(pk=doubtful.pk)
    stale.world = city
    accept.make(doubtful, actor=officer("handler", 1), at=clock.now(city))
    with pytest.raises(Conflict):
        accept.make(stale, actor=officer("handler", 2), at=clock.now(city))


# --- drafts, input, and what comes after ----------------------------------------------------------------------------


def test_a_draft_keeps_the_parts_that_are_not_given(city: World) -> None:
    gu = applicant(GU)
    row = begin.begin(world=city, actor=gu, applicant_name="顾样甲", item_key="sz.old_age_allowance")
    submit.save_draft(
        world=city, actor=gu, number=row.number, form={"mobile": "1"}, materials={"photo": {"upload": "a"}}
    )
    submit.save_draft(world=city, actor=gu, number=row.number, corrections={"name": "顾样乙"})
    row.refresh_from_db()
    assert (row.form, row.corrections, row.materials) == (
        {"mobile": "1"}, {"name": "顾样乙"}, {"photo": {"upload": "a"}},
    )  # fmt: skip
    with pytest.raises(NotFound):
        submit.save_draft(world=city, actor=applicant(OUTSIDER), number=row.number, form={})


def test_the_consent_of_a_draft_is_given_once(city: World, run: Run) -> None:
    gu = applicant(GU)
    row = begin.begin(world=city, actor=gu, applicant_name="顾样甲", item_key="sz.old_age_allowance")
    submit.submit(
        world=city, actor=gu, applicant_name="顾样甲", item_key="sz.old_age_allowance", number=row.number,
        form={"mobile": "10100000009"},
    )  # fmt: skip
    run()
    [given] = registers.consents_of(city, GU)
    row.refresh_from_db()
    assert (row.consents, row.state) == ([given.pk], "granted")


def test_looking_ahead_tells_what_would_refuse_and_changes_nothing(city: World) -> None:
    found = {}
    for person, name in ((GU, "顾样甲"), (OUTSIDER, "关样戊")):
        who = applicant(person)
        row = begin.begin(world=city, actor=who, applicant_name=name, item_key="sz.old_age_allowance")
        told = precheck.precheck(world=city, actor=who, number=row.number)
        found[person] = [each["id"] for each in told]
        row.refresh_from_db()
        assert (row.state, row.assessment, hasattr(row, "decision")) == ("draft", "", False)
        assert {each.number for each in registers.log_of(city, person)} == {row.number}  # it is written down
    assert found == {GU: [], OUTSIDER: ["A1"]}


def test_a_certificate_that_is_withheld_leaves_its_material_missing(claim_allowance: Apply, city: World) -> None:
    row = claim_allowance(materials={"identity_card": {"withhold": True}})
    drain.drain(city)
    row.refresh_from_db()
    assert row.state == "received"
    passport = json.loads(row.assessment)
    assert "identity_card" not in [each["material"] for each in passport["certificates"]]
    assert {each["id"] for each in passport["rules"] if each["verdict"] != "PASS"} == {"S1"}
    with pytest.raises(BadInput):
        claim_allowance(materials={"identity_card": {"withhold": "yes"}})


def test_a_draft_is_kept_and_submitted_under_its_number(city: World, run: Run) -> None:
    gu = applicant(GU)
    draft = submit.draft(world=city, actor=gu, applicant_name="顾样甲", item_key="sz.old_age_allowance", form={})
    submit.save_draft(world=city, actor=gu, number=draft.number, form={"mobile": "10100000009"})
    row = submit.submit(
        world=city, actor=gu, applicant_name="顾样甲", item_key="sz.old_age_allowance",
        form={"mobile": "10100000009"}, number=draft.number,
    )  # fmt: skip
    run()
    row.refresh_from_db()
    assert (row.number, row.state) == (draft.number, "granted")
    assert events(row) == ["ApplicationDrafted", "ApplicationSubmitted", "ApplicationGranted"]


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"mobile": "13800138000"}, "mobile"),  # real-looking: refused with the warning of §C.1
        ({"mobile": 5}, "mobile"),
        ({"mobile": "101\x00"}, "mobile"),
        ({"colour": "red"}, "colour"),
        ({"name": "顾样乙"}, "name"),  # a shared value is not typed, it is corrected
    ],
)
def test_bad_input_names_its_field_and_stores_nothing(
    claim_allowance: Apply, form: dict[str, object], field: str
) -> None:
    with pytest.raises(BadInput) as caught:
        claim_allowance(form=form)
    assert field in caught.value.fields
    assert not Application.objects.exists()
    assert not JournalEntry.objects.filter(kind="application").exists()


def test_rating_delivery_and_review_come_after_the_outcome(claim_allowance: Apply, run: Run, city: World) -> None:
    row, gu = claim_allowance(), applicant(GU)
    with pytest.raises(Refused):
        after.rate(world=city, actor=gu, number=row.number, code=1)
    run()
    after.deliver(world=city, actor=gu, number=row.number)
    after.rate(world=city, actor=gu, number=row.number, code=1, words="很快")
    with pytest.raises(Conflict):
        after.rate(world=city, actor=gu, number=row.number, code=2)
    with pytest.raises(BadInput):
        after.rate(world=city, actor=gu, number=row.number, code=6)
    review = after.ask_review(world=city, actor=gu, number=row.number)
    assert review.reviews_id == row.pk
    with pytest.raises(Conflict):
        after.ask_review(world=city, actor=gu, number=row.number)
    run()
    review.refresh_from_db()
    assert review.decision.automatic is False


def test_a_failed_quality_check_revokes_the_certificate(city: World, run: Run) -> None:
    city.settings = {"quality_share": 1.0}
    city.save(update_fields=["settings"])
    load_cast(world=city, data={"records": {"photos": [{"key": GU, "meets_standard": True, "taken_on": "2021-01-01"}]}})
    row = submit.submit(
        world=city, actor=applicant(GU), applicant_name="顾样甲", item_key="sz.senior_citizen_card",
        form={"delivery_address": "深圳市样例路 1 号"},
    )  # fmt: skip
    run()
    row.refresh_from_db()
    assert (row.state, row.decision.sampled) == ("granted", True)
    inspector = officer("quality_inspector", 9, "")
    with pytest.raises(NotAllowed):
        after.inspect(world=city, actor=officer("handler", 1), number=row.number, passed=True)
    after.inspect(world=city, actor=inspector, number=row.number, passed=False, words="照片与本人不符")
    assert certificates.held(city, row.decision.certificate, at=clock.now(city)).state.key == "revoked"
    with pytest.raises(Conflict):
        after.inspect(world=city, actor=inspector, number=row.number, passed=True)


def test_another_persons_certificate_does_not_stand_in(claim_allowance: Apply, city: World) -> None:
    [theirs] = [
        each
        for each in certificates.wallet(city, OUTSIDER, at=clock.now(city))
        if each.type_key == "resident_identity_card"
    ]
    row = claim_allowance(materials={"identity_card": {"certificate": theirs.identifier}})
    drain.drain(city)
    row.refresh_from_db()
    assert row.state == "received"
    assert certificates.use_log(city, OUTSIDER) == []


def test_an_identifier_that_does_not_exist_is_no_certificate(claim_allowance: Apply, city: World) -> None:
    row = claim_allowance(materials={"identity_card": {"certificate": "1.2.3"}})
    drain.drain(city)
    row.refresh_from_db()
    assert row.state == "received"


def test_an_uploaded_paper_is_judged_by_a_person_and_a_commitment_is_refused(
    claim_allowance: Apply, city: World
) -> None:
    row = claim_allowance(materials={"identity_card": {"upload": "id.pdf"}})
    drain.drain(city)
    row.refresh_from_db()
    assert row.state == "received"
    with pytest.raises(BadInput) as caught:
        claim_allowance(materials={"identity_card": {"commitment": True}})
    assert "materials.identity_card" in caught.value.fields
