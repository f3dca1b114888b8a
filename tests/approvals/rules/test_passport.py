"""The decision passport: its format, what it hides, how it is judged again and what it says would have helped."""

import json
from datetime import UTC, date, datetime

import pytest

from approvals import passport
from approvals.rules import derive, engine, facts
from govsim.core.errors import Refused
from tests.approvals.rules import bus_pass
from tests.approvals.rules.bus_pass import AS_OF, GRANTED, STANDING, rule

RULES = engine.load(bus_pass.BODY, STANDING, version=2, sha256="cd" * 32)
ANSWERS = [
    {
        "dataset": "criminal",
        "key": "applicant",
        "status": "answered",
        "records": 0,
        "source": "xx.psb",
        "at": "x",
        "sha256": "aa",
    },
    {
        "dataset": "deaths",
        "key": "applicant",
        "status": "answered",
        "records": 0,
        "source": "xx.civil",
        "at": "x",
        "sha256": "aa",
    },
]


def issued(**changes):
    known = derive.from_flat(RULES, {**GRANTED, **changes}, sources={"criminal": "xx.psb"})
    known = {
        name: fact._replace(at="2021-12-01T09:30:00+08:00") if fact.source else fact for name, fact in known.items()
    }
    return passport.build(RULES, engine.evaluate(RULES, known, AS_OF), answers=ANSWERS, certificates=[{"type": "card"}])


def rule_of(shown, id_):
    return next(entry for entry in shown["rules"] if entry["id"] == id_)


def test_the_format():
    shown = passport.with_nearest(issued(), RULES)
    assert list(shown)[:8] == ["item", "outcome", "rule_set", "as_of", "rules", "result", "result_fault", "remedy"]
    assert shown["item"] == "xx.bus_pass"
    assert shown["rule_set"] == {"version": 2, "sha256": "cd" * 32}
    assert shown["as_of"] == "2021-12-01"
    assert shown["result"] == {"fare_fen": 0, "valid_until": "2022-12-01", "half": 0}
    assert shown["remedy"] is None
    assert rule_of(shown, "P2") == {
        "id": "P2",
        "verdict": "PASS",
        "on_fail": "REJECT",
        "sentence": {"zh": "P2 sentence（样例）", "en": "P2 sentence"},
        "clause": {"zh": "P2（样例）", "en": "P2", "verified": False},
        "values": [{"fact": "city", "value": "here", "source": "", "dataset": "population", "at": None}],
        "why_unknown": None,
    }
    assert [figure["key"] for figure in shown["parameters"]] == ["cities", "fares", "from_age"]
    assert shown["parameters"][2] == {"key": "from_age", "from": "2021-05-01", "value": 60}


def test_a_failed_rule_says_so_and_what_to_do():
    shown = issued(city="there", agreed=False)
    assert rule_of(shown, "P2")["sentence"]["en"] == "P2 failed"
    assert shown["remedy"]["en"] == "P2 remedy"
    assert rule_of(shown, "S1")["remedy"]["en"] == "S1 remedy"


def test_an_unknown_fact_says_why_and_that_an_officer_takes_over():
    shown = issued(name=None)
    entry = rule_of(shown, "P5")
    assert (entry["verdict"], entry["why_unknown"]) == ("UNKNOWN", facts.MISSING)
    assert entry["sentence"]["en"] == "name: the information was not obtained; an officer will check it"
    assert (shown["outcome"], shown["remedy"]) == ("MANUAL", passport.WAIT)


def test_a_result_without_a_value_says_so():
    shown = issued(age=100)
    assert shown["outcome"] == "MANUAL"
    assert shown["result_fault"]["key"] == "fare_fen"
    assert shown["remedy"] == passport.WAIT


@pytest.mark.parametrize(
    "changes", [{}, {"city": "there"}, {"age": None}, {"age": 1.5}, {"age": 100}, {"cards": []}, {"photo_on": "x"}]
)
def test_judged_again_it_is_the_same_to_the_byte(changes):
    first = issued(**changes)
    stored = json.loads(passport.canonical_bytes(first))
    assert passport.canonical_bytes(passport.reevaluate(stored, RULES)) == passport.canonical_bytes(first)


def test_a_changed_fact_is_noticed():
    stored = json.loads(passport.canonical_bytes(issued()))
    next(entry for entry in stored["facts"] if entry["fact"] == "age")["value"] = 20
    again = passport.reevaluate(stored, RULES)
    assert again["outcome"] == "REJECT"
    assert passport.sha256(again) != passport.sha256(stored)


def test_another_rule_set_is_refused(passes):
    with pytest.raises(Refused):
        passport.reevaluate(issued(), passes)


# --- what the applicant sees -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("revoked", [True, False, None])
def test_police_data_is_pass_or_fail_only(revoked):
    shown = passport.applicant_view(passport.with_nearest(issued(revoked=revoked), RULES))
    entry = rule_of(shown, "P4")
    assert entry["verdict"] == {True: "FAIL", False: "PASS", None: "UNKNOWN"}[revoked]
    assert entry["values"] == [
        {
            "fact": "revoked",
            "value": None,
            "source": "xx.psb",
            "dataset": "criminal",
            "at": None,
            "why": facts.NOT_SHOWN,
            "sensitive": True,
        }
    ]
    assert entry["clause"]["en"] == "P4"
    assert [each["value"] for each in shown["facts"] if each["fact"] == "revoked"] == [None]
    assert shown["answers"][0] == {"dataset": "criminal", "key": "applicant", "source": "xx.psb"}
    assert shown["answers"][1]["sha256"] == "aa"
    assert (shown["nearest"] or {}).get("fact") != "revoked"


def test_why_police_data_is_unknown_is_not_told():
    one, other = (issued(revoked=value) for value in (None, "x"))
    assert passport.applicant_view(one)["rules"] == passport.applicant_view(other)["rules"]


def test_a_fact_may_be_declared_sensitive():
    secret = [{**each, "sensitive": True} if each["name"] == "age" else each for each in bus_pass.BODY["facts"]]
    rules = engine.load(bus_pass.body(facts=secret), STANDING)
    shown = passport.build(rules, engine.evaluate(rules, derive.from_flat(rules, GRANTED), AS_OF))
    assert "66" not in json.dumps(passport.applicant_view(shown)["rules"])


def test_the_view_leaves_the_passport_alone():
    shown = issued()
    before = passport.canonical_bytes(shown)
    passport.applicant_view(shown)
    assert passport.canonical_bytes(shown) == before


# --- the nearest change ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "fact", "to", "outcome"),
    [
        ({"age": 58}, "age", 60, "GRANT"),
        ({"age": 100}, "age", 99, "GRANT"),
        ({"city": "there"}, "city", "here", "GRANT"),
        ({"deceased": True}, "deceased", False, "GRANT"),
        ({"cards": ["blue", "lost"]}, "cards", ["blue"], "GRANT"),
        ({"account_name": "模拟乙"}, "name", "模拟乙", "GRANT"),
        ({"photo_on": "2021-01-15"}, "photo_on", "2021-06-02", "GRANT"),
        ({"city": None}, "city", "here", "GRANT"),
        ({"age": None}, "age", 60, "GRANT"),
        ({"age": 61}, "age", 59, "REJECT"),
    ],
)
def test_the_smallest_change_that_would_have_turned_it(changes, fact, to, outcome):
    found = passport.nearest(issued(**changes), RULES)
    assert (found["fact"], found["to"], found["outcome"]) == (fact, to, outcome)


def test_it_is_said_in_both_languages():
    found = passport.nearest(issued(age=58), RULES)
    assert found["zh"] == "如果“age（样例）”为60（现为58），即可自动批准"
    assert found["en"] == "If “age” were 60 (it is 58), it would be granted at once"


def test_two_faults_have_no_single_cure():
    assert passport.nearest(issued(city="there", deceased=True), RULES) is None


def test_amounts_are_said_in_yuan():
    amount = bus_pass.fact("paid_fen", "int", "form", "total(form_shares)")
    rules = engine.load(
        bus_pass.body(
            facts=[amount], rules=[rule("X", "paid_fen <= 123456", "REJECT")], outcome=[], result_certificate=None
        ),
        {},
    )
    known = derive.from_flat(rules, {"paid_fen": 200000})
    found = passport.nearest(passport.build(rules, engine.evaluate(rules, known, AS_OF)), rules)
    assert found["to"] == 123456
    assert "1234.56元（现为2000.00元）" in found["zh"]


def test_a_passport_from_answers_names_their_time():
    class Answer:
        status, source, at = "answered", "xx.psb", datetime(2021, 12, 1, tzinfo=UTC)
        records = ({"birth_date": date(1950, 1, 1), "household_city": "here", "name": "甲"},)

    found = derive.derive(RULES, answers={("population", "applicant"): Answer}, form={}, system={}, as_of=AS_OF)
    shown = passport.build(RULES, engine.evaluate(RULES, found.facts, AS_OF), answers=found.answers)
    assert rule_of(shown, "P1")["values"][0]["at"] == "2021-12-01T08:00:00+08:00"
    assert shown["answers"][0]["dataset"] == "population"
    assert passport.canonical_bytes(passport.reevaluate(shown, RULES)) == passport.canonical_bytes(shown)


def test_one_rule_turned_gives_the_outcome_that_would_have_followed():
    granted = issued()
    for each in granted["rules"]:
        assert passport.turned(granted, each["id"]) == each["on_fail"]
    refused = issued(age=59)
    [failed] = [each["id"] for each in refused["rules"] if each["verdict"] == "FAIL"]
    assert passport.turned(refused, failed) == "GRANT"
    assert {passport.turned(refused, each["id"]) for each in refused["rules"] if each["id"] != failed} == {"REJECT"}
    assert passport.turned({**refused, "result_fault": {"key": "x"}}, failed) == "MANUAL"
