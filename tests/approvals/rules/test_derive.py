"""From answers to facts: what is known, what is known to be none, and what is not known and why (decisions 2)."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import pytest

from approvals.rules import derive, engine, facts
from approvals.rules.facts import UNKNOWN
from tests.approvals.rules import bus_pass
from tests.approvals.rules.bus_pass import AS_OF, STANDING, fact

AT = datetime(2021, 12, 1, 1, 30, tzinfo=UTC)


@dataclass
class Answer:
    records: tuple = ()
    status: str = "answered"
    source: str = "xx.psb"
    at: datetime = field(default=AT)


PERSON = {"birth_date": date(1951, 12, 1), "household_city": "here", "name": "模拟甲"}
ANSWERS = {
    ("population", "applicant"): Answer((PERSON,)),
    ("social_security_card", "applicant"): Answer(({"account_name": "模拟甲"},), source="xx.hrss"),
    ("deaths", "applicant"): Answer(),
    ("criminal", "applicant"): Answer(),
    ("senior_cards", "applicant"): Answer(({"kind": "blue"}, {"kind": "red"})),
}


def derived(rules, *, form=None, system=None, asked=None, **answers):
    given = {**ANSWERS, **{(dataset, "applicant"): answer for dataset, answer in answers.items()}}
    return derive.derive(
        rules,
        answers={pair: answer for pair, answer in given.items() if answer is not None},
        asked=asked,
        form={"photo_on": "2021-11-01"} if form is None else form,
        system={"agreed": True} if system is None else system,
        as_of=AS_OF,
    )


def known(rules, **changes):
    return {
        name: fact.value if fact.value is not UNKNOWN else fact.why
        for name, fact in derived(rules, **changes).facts.items()
    }


def test_what_has_to_be_asked(passes):
    assert list(passes.sources()) == list(ANSWERS)


def test_records_form_and_engine_become_typed_facts(passes):
    assert known(passes) == {
        "age": 70,
        "city": "here",
        "name": "模拟甲",
        "account_name": "模拟甲",
        "deceased": False,
        "revoked": False,
        "cards": ("blue", "red"),
        "photo_on": date(2021, 11, 1),
        "nickname": "",
        "agreed": True,
    }


def test_a_fact_knows_where_it_is_from(passes):
    found = derived(passes).facts
    assert found["account_name"][3:] == ("xx.hrss", "social_security_card", "2021-12-01T09:30:00+08:00")
    assert found["photo_on"][3:] == ("applicant", "form", "")
    assert found["agreed"][3:] == ("system", "system", "")


def test_what_was_derived_is_judged(passes):
    assert engine.evaluate(passes, derived(passes).facts, AS_OF).outcome == "GRANT"


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (Answer((PERSON,), status="down"), facts.SOURCE_DOWN),
        (Answer((PERSON,), status="conflict"), facts.CONFLICT),
        (Answer((), status="no such status"), facts.CONFLICT),
        (Answer(), facts.NO_RECORD),
        (Answer((PERSON, PERSON)), facts.SEVERAL_RECORDS),
        (Answer(({"name": "甲"},)), facts.EXPRESSION_FAILED),
        (Answer(({"birth_date": "1951-12-01"},)), facts.EXPRESSION_FAILED),
        (Answer(({"birth_date": 1.5},)), facts.WRONG_TYPE),
        (Answer(({"birth_date": date(2022, 1, 1)},)), facts.EXPRESSION_FAILED),
        (None, facts.MISSING),
    ],
)
def test_an_age_that_cannot_be_known(passes, answer, why):
    assert known(passes, population=answer)["age"] == why


@pytest.mark.parametrize(("status", "why"), [("down", facts.SOURCE_DOWN), ("conflict", facts.CONFLICT)])
def test_a_list_that_did_not_answer_is_not_an_empty_list(passes, status, why):
    found = known(passes, deaths=Answer(status=status), criminal=Answer(status=status), senior_cards=None)
    assert (found["deceased"], found["revoked"], found["cards"]) == (why, why, facts.MISSING)


def test_an_empty_complete_list_is_a_known_none(passes):
    assert known(passes, senior_cards=Answer())["cards"] == ()
    assert known(passes, deaths=Answer(({"died_on": date(2020, 1, 1)},)))["deceased"] is True


def test_a_value_outside_the_declaration_is_unknown(passes):
    assert known(passes, population=Answer(({**PERSON, "household_city": "moon"},)))["city"] == facts.NOT_IN_CHOICES
    assert known(passes, population=Answer(({**PERSON, "household_city": None},)))["city"] == facts.WRONG_TYPE
    assert known(passes, senior_cards=Answer(({"kind": 5},)))["cards"] == facts.WRONG_TYPE


def test_no_source_sees_the_record_of_another():
    """The card has two records; its fact must not be read from the person's single one."""
    rules = engine.load(bus_pass.body(), STANDING)
    cards = Answer(({"account_name": "乙"}, {"account_name": "甲"}))
    person = Answer(({**PERSON, "account_name": "模拟甲"},))
    assert known(rules, population=person, social_security_card=cards)["account_name"] == facts.SEVERAL_RECORDS


def test_several_people_asked_and_one_without_a_record():
    all_known = fact("all_known", "bool", "identity_library", "records.all(r, r.level == 'face')", key="people")
    all_known["key"] = "people"
    rules = engine.load(bus_pass.body(facts=[all_known], rules=[], outcome=[], result_certificate=None), {})
    pair = ("identity_library", "people")

    def value(count, asked):
        answers = {pair: Answer(tuple({"level": "face"} for _ in range(count)))}
        keys = {pair: [str(each) for each in range(asked)]}
        return derive.derive(rules, answers=answers, asked=keys, form={}, system={}, as_of=AS_OF).facts["all_known"]

    assert value(2, 2).value is True
    assert value(1, 2).why == facts.NO_RECORD
    assert value(0, 0).why == facts.NO_RECORD


@pytest.mark.parametrize(
    ("form", "photo_on", "nickname"),
    [
        ({}, facts.MISSING, ""),
        ({"photo_on": "", "nickname": ""}, facts.MISSING, ""),
        ({"photo_on": "yesterday", "nickname": "甲"}, facts.WRONG_TYPE, "甲"),
        ({"photo_on": 5, "nickname": 5}, facts.WRONG_TYPE, facts.WRONG_TYPE),
        ({"photo_on": date(2021, 11, 1), "nickname": 1.5}, date(2021, 11, 1), facts.MISSING),
    ],
)
def test_what_was_entered(passes, form, photo_on, nickname):
    found = known(passes, form=form)
    assert (found["photo_on"], found["nickname"]) == (photo_on, nickname)


def test_what_the_engine_does_not_supply_is_unknown(passes):
    assert known(passes, system={})["agreed"] == facts.MISSING
    assert known(passes, system={"agreed": 1})["agreed"] == 1
    assert engine.evaluate(passes, derived(passes, system={"agreed": 1}).facts, AS_OF).outcome == "MANUAL"


def test_every_answer_leaves_its_hash(passes):
    entries = {entry["dataset"]: entry for entry in derived(passes).answers}
    assert entries["population"]["at"] == "2021-12-01T09:30:00+08:00"
    assert entries["deaths"]["records"] == 0
    assert len(entries["population"]["sha256"]) == 64
    other = derived(passes, population=Answer(({**PERSON, "name": "模拟乙"},))).answers[0]["sha256"]
    assert other != entries["population"]["sha256"]


def test_flat_facts_take_their_type_from_the_declaration(passes):
    found = derive.from_flat(passes, {**bus_pass.GRANTED, "unheard_of": 1, "age": None}, sources={"deaths": "xx.civil"})
    assert found["photo_on"].value == date(2021, 11, 1)
    assert found["cards"].value == ("blue",)
    assert (found["age"].value, found["age"].why) == (UNKNOWN, facts.MISSING)
    assert "unheard_of" not in found
    assert found["deceased"].source == "xx.civil"


def test_a_source_that_is_down(passes):
    found = derive.from_flat(passes, bus_pass.GRANTED, sources={"deaths": "xx.civil", "senior_cards": "xx.civil"})
    down = derive.unavailable(found, ["xx.civil", "criminal"])
    assert {name for name, each in down.items() if each.why == facts.SOURCE_DOWN} == {"deceased", "cards", "revoked"}


# --- asked for only when needed --------------------------------------------------------------------------------------


@pytest.fixture
def conditional():
    seen = {
        **fact("seen", "bool", "leases", "size(records) > 0"),
        "when": "form_nickname == 'tenant'",
        "none_value": False,
    }
    return engine.load(bus_pass.body(facts=[seen], rules=[], outcome=[], result_certificate=None), {})


@pytest.mark.parametrize(
    ("form", "asked", "value"),
    [({"nickname": "tenant"}, True, True), ({"nickname": "owner"}, False, False), ({}, False, facts.MISSING)],
)
def test_a_fact_that_does_not_apply_is_not_asked_for(conditional, form, asked, value):
    pair = ("leases", "applicant")
    assert derive.wanted(conditional, form, AS_OF) == ((pair,) if asked else ())
    answers = {pair: Answer(({"contract": "x"},))} if asked else {}
    found = derive.derive(conditional, answers=answers, form=form, system={}, as_of=AS_OF).facts["seen"]
    assert (found.value if found.value is not UNKNOWN else found.why) == value


def test_a_condition_needs_the_value_for_when_it_does_not_apply():
    seen = {**fact("seen", "bool", "leases", "size(records) > 0"), "when": "form_nickname == 'tenant'"}
    with pytest.raises(engine.RuleSetError, match="none_value is missing"):
        engine.load(bus_pass.body(facts=[seen], rules=[], outcome=[], result_certificate=None), {})


def test_without_conditions_every_source_is_wanted(passes):
    assert derive.wanted(passes, {}, AS_OF) == passes.sources()
