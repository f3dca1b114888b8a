"""The truth table, and each case in which CEL is lenient and the engine is not (decisions 1)."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from approvals.rules import derive, engine, facts
from approvals.rules.facts import UNKNOWN, Fact
from govsim.core.expressions import BUSINESS_ZONE, EvaluationError
from tests.approvals.rules import bus_pass
from tests.approvals.rules.bus_pass import AS_OF, GRANTED, STANDING, rule


def verdicts(found):
    return {finding.rule.id: finding.verdict for finding in found.findings}


def with_value(rules, name, value):
    """Judge the granted example with a raw Python value in place of one fact."""
    known = derive.from_flat(rules, GRANTED)
    known[name] = known[name]._replace(value=value)
    return engine.evaluate(rules, known, AS_OF)


# --- combining -------------------------------------------------------------------------------------------------------


def test_all_rules_pass_grants(judge):
    found = judge()
    assert set(verdicts(found).values()) == {"PASS"}
    assert found.outcome == "GRANT"
    assert found.result == {"fare_fen": 0, "valid_until": date(2022, 12, 1), "half": 0}


@pytest.mark.parametrize(
    ("reject_rule", "manual_rule", "outcome"),
    [
        (True, True, "GRANT"),
        (True, False, "MANUAL"),
        (True, None, "MANUAL"),
        (False, True, "REJECT"),
        (False, False, "REJECT"),
        (False, None, "REJECT"),
        (None, True, "MANUAL"),
        (None, False, "MANUAL"),
        (None, None, "MANUAL"),
    ],
)
def test_truth_table(judge, reject_rule, manual_rule, outcome):
    """None is UNKNOWN. A rule that rejects and is unknown goes to a person: nothing was proven against anybody."""
    city = {True: "here", False: "there", None: None}[reject_rule]
    found = judge(city=city, agreed=manual_rule)
    assert found.outcome == outcome
    assert found.result == {} or outcome == "GRANT"


def test_no_rules_prove_nothing():
    rules = engine.load(bus_pass.body(rules=[], outcome=[], result_certificate=None), {})
    assert engine.evaluate(rules, derive.from_flat(rules, GRANTED), AS_OF).outcome == "MANUAL"


def test_results_are_worked_out_only_on_a_grant(judge):
    assert judge(age=64).result == {"fare_fen": 100, "valid_until": date(2022, 12, 1), "half": 50}
    assert judge(city="there").result == {}
    assert judge(agreed=False).result == {}


def test_a_value_that_the_table_lacks_is_never_a_grant(judge):
    found = judge(age=100)
    assert set(verdicts(found).values()) == {"PASS"}
    assert (found.outcome, found.result) == ("MANUAL", {})
    assert found.result_fault == ("fare_fen", facts.EXPRESSION_FAILED)


@pytest.mark.parametrize(
    ("kind", "expression"),
    [
        ("money", "'100'"),
        ("money", "-5"),
        ("money", "age > 5"),
        ("money", "1.5"),
        ("money", "null"),
        ("int", "1u == 1u"),
        ("date", "'2021-12-01'"),
        ("date", "as_of + duration('1h')"),
        ("text", "age"),
        ("bool", "1"),
        ("text", "[name]"),
    ],
)
def test_an_ill_typed_result_is_never_a_grant(kind, expression):
    outcome = [{"key": "r", "label": {"zh": "果", "en": "r"}, "type": kind, "expression": expression}]
    rules = engine.load(bus_pass.body(outcome=outcome, result_certificate=None), STANDING)
    found = engine.evaluate(rules, derive.from_flat(rules, GRANTED), AS_OF)
    assert (found.outcome, found.result) == ("MANUAL", {})
    assert found.result_fault == ("r", facts.WRONG_TYPE)


def test_a_result_that_reads_an_unknown_fact_is_never_a_grant():
    outcome = [{"key": "r", "label": {"zh": "果", "en": "r"}, "type": "text", "expression": "nickname"}]
    kept = [each for each in bus_pass.BODY["rules"] if each["id"] != "P8"]
    rules = engine.load(bus_pass.body(outcome=outcome, rules=kept, result_certificate=None), STANDING)
    found = engine.evaluate(rules, derive.from_flat(rules, {**GRANTED, "nickname": None}), AS_OF)
    assert (found.outcome, found.result_fault) == ("MANUAL", ("r", facts.MISSING))


# --- strictness, one by one ------------------------------------------------------------------------------------------


def test_a_text_is_not_unequal_to_true(passes):
    """`deceased != true` is true in CEL for "yes" and for null."""
    for value in ("yes", None, 0):
        found = with_value(passes, "deceased", value)
        assert (verdicts(found)["P3"], found.outcome) == ("UNKNOWN", "MANUAL")


def test_null_is_not_outside_a_list(passes):
    """`!('lost' in cards)` is true in CEL for anything that holds no 'lost'."""
    for value in (None, (), "lost", ("lost", None), ["lost"], {"lost": 1}):
        found = with_value(passes, "cards", value)
        assert verdicts(found)["P6"] == ("PASS" if value == () else "UNKNOWN")


def test_a_text_is_not_an_empty_list(passes):
    """`size("") < 40` is true; so is the size of a list or a map where a text was meant."""
    for value in ([], {}, (), None):
        assert verdicts(with_value(passes, "nickname", value))["P8"] == "UNKNOWN"


def test_a_decimal_is_not_taken_for_a_number(passes):
    for value in (Decimal("66"), 66.0, True, "66"):
        found = with_value(passes, "age", value)
        assert (verdicts(found)["P1"], found.findings[0].why) == ("UNKNOWN", facts.WRONG_TYPE)


def test_a_number_beyond_64_bits_is_not_taken(passes):
    assert verdicts(with_value(passes, "age", 2**63))["P1"] == "UNKNOWN"


def test_a_date_is_a_date_and_enters_as_its_midnight(passes):
    assert verdicts(with_value(passes, "photo_on", date(2021, 7, 2)))["P7"] == "PASS"
    assert verdicts(with_value(passes, "photo_on", date(2021, 6, 1)))["P7"] == "FAIL"
    for value in ("2021-11-01", datetime(2021, 11, 1, tzinfo=BUSINESS_ZONE), 20211101, None):
        assert verdicts(with_value(passes, "photo_on", value))["P7"] == "UNKNOWN"


def test_subclasses_do_not_pass_for_their_type(passes):
    class Whole(int):
        pass

    class Words(str):
        __slots__ = ()

    assert verdicts(with_value(passes, "age", Whole(66)))["P1"] == "UNKNOWN"
    assert verdicts(with_value(passes, "name", Words("模拟甲")))["P5"] == "UNKNOWN"
    assert verdicts(with_value(passes, "city", Words("here")))["P2"] == "UNKNOWN"


@pytest.mark.parametrize("text", ["\ud800", "a\0b"])
def test_a_text_that_no_database_takes_is_unknown(passes, text):
    assert verdicts(with_value(passes, "name", text))["P5"] == "UNKNOWN"


def test_a_choice_that_is_not_offered_is_unknown(judge):
    found = judge(city="elsewhere")
    assert (verdicts(found)["P2"], found.findings[1].why) == ("UNKNOWN", facts.NOT_IN_CHOICES)
    assert verdicts(judge(cards=["green"]))["P6"] == "UNKNOWN"


def test_a_missing_fact_is_unknown_and_its_rule_is_not_run(passes):
    known = derive.from_flat(passes, GRANTED)
    del known["deceased"]
    finding = engine.evaluate(passes, known, AS_OF).findings[2]
    assert (finding.verdict, finding.why, finding.about) == ("UNKNOWN", facts.MISSING, "deceased")


def test_an_undeclared_fact_is_not_read(passes, judge):
    known = {**derive.from_flat(passes, GRANTED), "from_age": Fact("from_age", 0), "as_of": Fact("as_of", AS_OF)}
    known["age"] = known["age"]._replace(value=30)
    assert engine.evaluate(passes, known, AS_OF).outcome == "REJECT"


@pytest.mark.parametrize("expression", ["age", "'true'", "null", "[true]", "age > 60 ? 'yes' : 'no'"])
def test_only_true_is_a_pass(expression):
    rules = engine.load(bus_pass.body(rules=[rule("X", expression, "REJECT")]), {})
    finding = engine.evaluate(rules, derive.from_flat(rules, GRANTED), AS_OF).findings[0]
    assert (finding.verdict, finding.why) == ("UNKNOWN", facts.NOT_BOOLEAN)


@pytest.mark.parametrize(
    "expression", ["age / 0 > 1", "age + 1.5 > 1.0", "lookup('fares', 5) > 0", "lookup('fares', 5) > 0 || true"]
)
def test_an_expression_that_fails_is_unknown(expression):
    rules = engine.load(bus_pass.body(rules=[rule("X", expression, "REJECT")]), {})
    finding = engine.evaluate(rules, derive.from_flat(rules, GRANTED), AS_OF).findings[0]
    assert (finding.verdict, finding.why) == ("UNKNOWN", facts.EXPRESSION_FAILED)


def test_a_fact_is_not_run_even_where_or_would_not_need_it():
    """`true || missing` is true in CEL."""
    rules = engine.load(bus_pass.body(rules=[rule("X", "true || deceased", "REJECT")]), {})
    found = engine.evaluate(rules, derive.from_flat(rules, {**GRANTED, "deceased": None}), AS_OF)
    assert found.findings[0].verdict == "UNKNOWN"


def test_a_figure_that_does_not_hold_yet_is_unknown(judge):
    found = judge(as_of=date(2009, 12, 31))
    assert (found.findings[0].why, found.findings[0].about) == (facts.NO_PARAMETER, "from_age")
    assert found.outcome != "GRANT"


def test_the_figure_of_the_day_decides(judge):
    assert judge(age=62, as_of=date(2021, 4, 30), photo_on="2021-04-01").outcome == "REJECT"
    assert judge(age=62, as_of=date(2021, 5, 1), photo_on="2021-04-01").outcome == "GRANT"


AGE = bus_pass.BODY["facts"][0]


# --- loading ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"rules": [rule("X", "agee > 1", "REJECT")]}, "undeclared name: agee"),
        ({"rules": [rule("X", "age >", "REJECT")]}, "syntax error"),
        ({"rules": [rule("X", "age > 1", "MAYBE")]}, "REJECT or MANUAL"),
        ({"rules": [rule("X", "true", "REJECT"), rule("X", "true", "REJECT")]}, "two rules"),
        ({"rules": [rule("X", "lookup('no', age) > 1", "REJECT")]}, "no such table: no"),
        ({"rules": [rule("X", "fares == 1", "REJECT")]}, "read by lookup"),
        ({"facts": [*bus_pass.BODY["facts"], AGE]}, "used twice"),
        ({"facts": [{**AGE, "type": "float"}]}, "no such type"),
        ({"facts": [{**AGE, "name": "as_of"}]}, "not valid"),
        ({"facts": [{**AGE, "expression": "recrod.x"}, *bus_pass.BODY["facts"][1:]]}, "undeclared name: recrod"),
        ({"facts": [{**AGE, "none_value": "none"}]}, "another type"),
        ({"facts": [{**bus_pass.BODY["facts"][1], "choices": []}]}, "choices are missing"),
        ({"parameters": [{**bus_pass.BODY["parameters"][0], "key": "age"}]}, "used twice"),
        ({"outcome": [{**bus_pass.BODY["outcome"][0], "key": "age"}]}, "used twice"),
        ({"outcome": [{**bus_pass.BODY["outcome"][0], "type": "double"}]}, "no such type of result"),
        ({"outcome": [{**bus_pass.BODY["outcome"][2]}]}, "undeclared name: fare_fen"),
    ],
)
def test_what_cannot_be_judged_strictly_is_not_loaded(changes, says):
    with pytest.raises(engine.RuleSetError, match=says):
        engine.load(bus_pass.body(**{"result_certificate": None, **changes}), STANDING)


def test_equal_content_is_compiled_once_and_other_content_again():
    first = engine.load(bus_pass.body(), STANDING)
    assert engine.load(bus_pass.body(), STANDING) is first
    other = engine.load(bus_pass.body(rules=[rule("X", "true", "REJECT")]), STANDING)
    assert other.sha256 != first.sha256
    assert (
        engine.load(bus_pass.body(), {"facts": [], "rules": [rule("S1", "!agreed", "MANUAL")]}).sha256 != first.sha256
    )
    named = engine.load(bus_pass.body(), STANDING, version=3, sha256="ab" * 32)
    assert (named.version, named.sha256) == (3, "ab" * 32)


# --- the certificate -------------------------------------------------------------------------------------------------


def test_certificate_fields_come_from_facts_results_and_form(passes, judge):
    certificate = engine.granted(passes, judge(), {"photo_on": "2021-11-01"}, "AB12").certificate
    assert certificate is not None
    fields, until = certificate
    assert fields == {"holder": "模拟甲", "fare": 0, "photo": date(2021, 11, 1)}
    assert until == date(2022, 12, 1)


def test_a_certificate_field_without_a_value_is_said_to_the_caller(passes, judge):
    with pytest.raises(EvaluationError, match="form_photo_on"):
        engine.granted(passes, judge(), {}, "AB12")


def test_unknown_is_neither_true_nor_null():
    assert UNKNOWN is not None
    assert UNKNOWN is not True


def test_what_a_grant_writes_into_registers(judge):
    entry = {"dataset": "bus_passes", "key": "applicant", "record": {"number": "case_number", "until": "valid_until"}}
    rules = engine.load(bus_pass.body(registers=[entry]), STANDING)
    found = engine.evaluate(rules, derive.from_flat(rules, GRANTED), AS_OF)
    assert engine.granted(rules, found, {"photo_on": "2021-11-01"}, "AB12").registers == [
        ("bus_passes", "applicant", {"number": "AB12", "until": date(2022, 12, 1)})
    ]


def test_the_case_number_decides_nothing():
    with pytest.raises(engine.RuleSetError, match="undeclared name: case_number"):
        engine.load(bus_pass.body(rules=[rule("X", "case_number == 'AB12'", "REJECT")]), STANDING)


def test_a_published_body_keeps_the_standing_conditions_it_was_published_with():
    later = {"facts": [], "rules": [rule("S1", "!agreed", "MANUAL")]}
    published = engine.load(bus_pass.body(standing=STANDING), later, version=1, sha256="ef" * 32)
    assert [each.expression.text for each in published.rules if each.id == "S1"] == ["agreed"]
