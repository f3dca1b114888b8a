"""What holds whatever the facts are."""

import json
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from approvals import passport
from approvals.rules import derive, engine, facts
from approvals.rules.facts import UNKNOWN, Fact
from tests.approvals.rules import bus_pass

RULES = engine.load(bus_pass.BODY, bus_pass.STANDING)
NAMES = list(RULES.declarations)

anything = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(),
        st.dates(),
        st.binary(max_size=3),
        st.just(Decimal("66")),
        st.just(UNKNOWN),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(st.text(max_size=3), inner, max_size=2)),
    max_leaves=4,
)
valid = st.fixed_dictionaries(
    {
        "age": st.integers(0, 120),
        "city": st.sampled_from(["here", "there"]),
        "name": st.sampled_from(["甲", "乙"]),
        "account_name": st.sampled_from(["甲", "乙"]),
        "deceased": st.booleans(),
        "revoked": st.booleans(),
        "cards": st.lists(st.sampled_from(["blue", "red", "lost"]), max_size=2).map(tuple),
        "photo_on": st.dates(date(2020, 1, 1), date(2022, 12, 31)),
        "nickname": st.text(max_size=5),
        "agreed": st.booleans(),
    }
)
days = st.dates(date(2009, 1, 1), date(2030, 1, 1))
steady = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def judged(values, as_of=bus_pass.AS_OF):
    return engine.evaluate(RULES, {name: Fact(name, value) for name, value in values.items()}, as_of)


@steady
@given(st.dictionaries(st.sampled_from(NAMES), anything), days)
def test_nothing_raises_and_nothing_ill_typed_is_granted(values, as_of):
    found = judged(values, as_of)
    assert found.outcome in ("GRANT", "REJECT", "MANUAL")
    if found.outcome == "GRANT":
        assert not any(facts.check(RULES.declarations[name], values[name]) for name in RULES.facts_used)


@steady
@given(valid, st.sampled_from(NAMES), anything)
def test_a_fact_that_fails_its_check_is_never_granted_on(values, name, mutant):
    wrong = facts.check(RULES.declarations[name], mutant) != ""
    found = judged({**values, name: mutant})
    assert not (wrong and found.outcome == "GRANT")
    if wrong:
        assert all(finding.verdict == "UNKNOWN" for finding in found.findings if name in finding.rule.facts)


@steady
@given(valid, st.sets(st.sampled_from(NAMES)), days)
def test_knowing_less_never_turns_a_case_into_a_grant(values, forgotten, as_of):
    before = judged(values, as_of).outcome
    after = judged({name: value for name, value in values.items() if name not in forgotten}, as_of).outcome
    assert after != "GRANT" or before == "GRANT"
    assert not (before != "REJECT" and after == "REJECT")


@steady
@given(valid, st.dictionaries(st.sampled_from(NAMES), anything, max_size=2), days)
def test_a_passport_judged_again_is_the_same_to_the_byte(values, odd, as_of):
    first = passport.build(RULES, judged({**values, **odd}, as_of))
    stored = json.loads(passport.canonical_bytes(first))
    again = passport.reevaluate(stored, RULES)
    assert passport.canonical_bytes(again) == passport.canonical_bytes(first)
    assert passport.sha256(again) == passport.sha256(first)


@settings(max_examples=25, deadline=None)
@given(valid)
def test_the_nearest_change_does_what_it_says(values):
    found = judged(values)
    shown = passport.nearest(passport.build(RULES, found), RULES)
    if shown is None:
        return
    changed = {**values, shown["fact"]: facts.from_data(RULES.declarations[shown["fact"]], shown["to"])}
    assert judged(changed).outcome == shown["outcome"]
    assert (found.outcome == "GRANT") is (shown["outcome"] != "GRANT")


@pytest.mark.parametrize("name", NAMES)
def test_every_fact_of_the_bus_pass_matters(name):
    known = derive.from_flat(RULES, bus_pass.GRANTED)
    del known[name]
    assert engine.evaluate(RULES, known, bus_pass.AS_OF).outcome == "MANUAL"
