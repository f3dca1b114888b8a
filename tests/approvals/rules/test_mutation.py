"""THE MUTATION TEST: no fact of another type, null or missing is ever granted on (decisions 1).

Every fact that a rule or a result of an item reads is replaced, in the item's granting example, by values of every
other type and by null, and taken away. The last tests take the type check out and see that grants appear: so the
test does find what it looks for.
"""

from datetime import UTC, date, datetime
from decimal import Decimal

from approvals.rules import derive, engine, facts
from govsim.core.expressions import BUSINESS_ZONE
from tests.approvals.rules import bus_pass

NEVER = [
    None,
    1.0,
    0.0,
    -1.5,
    float("nan"),
    float("inf"),
    Decimal("1"),
    b"yes",
    object(),
    {},
    {"value": True},
    [],
    ["yes"],
    [True],
    [None],
    (1, 2),
    (None,),
    ({},),
    {"yes"},
    2**63,
    -(2**64),
    "\ud800",
    "no\0",
    datetime(2021, 12, 1, tzinfo=BUSINESS_ZONE),
    datetime(2021, 12, 1, tzinfo=UTC),
    datetime(2021, 12, 1),  # noqa: DTZ001  # a moment without a zone is one of the wrong types
]
TYPED = {
    "bool": [True, False],
    "int": [0, 1, -1, 70, 10**9],
    "text": ["", "yes", "true", "1", "2021-12-01", "模拟甲"],
    "date": [date(2021, 12, 1), date(1949, 10, 1), date(2099, 1, 1)],
    "choices": [(), ("yes",), ("", "")],
}


def mutants(declared):
    """Return values that are not of the declared type."""
    own = "text" if declared.type == "choice" else declared.type
    wrong = [value for kind, values in TYPED.items() for value in values if kind != own]
    if declared.type == "choice":
        wrong += ["", "no such choice", "TRUE"]
    if declared.type == "choices":
        wrong += [("no such choice",), (*tuple(declared.choices), "no such choice")]
    return wrong + NEVER


def granting(body, standing):
    """Return the rule set, the facts of the first example with the standing ones under it, and its day."""
    example = body["examples"][0]
    return (
        engine.load(body, standing),
        {**standing["examples"][0]["facts"], **example["facts"]},
        facts.from_data(
            facts.Declaration("", {}, "date", frozenset(), "", "", "unknown", None, False), example["as_of"]
        ),
    )


def grants_of_mutants(rules, flat, as_of):
    """Return what was granted although one fact was not as declared: (fact, mutant, how it came in)."""
    known = derive.from_flat(rules, flat)
    assert engine.evaluate(rules, known, as_of).outcome == "GRANT", "the first example of an item grants"
    assert set(rules.facts_used) <= set(flat), "the first example covers every fact"
    granted = []
    for name in sorted(rules.facts_used):
        fact, declared = known[name], rules.declarations[name]
        for mutant in mutants(declared):
            raw = engine.evaluate(rules, {**known, name: fact._replace(value=mutant)}, as_of)
            granted += [(name, mutant, "typed")] if raw.outcome == "GRANT" else []
            if (declared.type, type(mutant)) in (("choices", list), ("date", str)):
                continue  # as JSON data this is how the type is written; from_data makes it of the type
            data = engine.evaluate(rules, derive.from_flat(rules, {**flat, name: mutant}), as_of)
            granted += [(name, mutant, "flat")] if data.outcome == "GRANT" else []
        missing = {other: value for other, value in known.items() if other != name}
        if engine.evaluate(rules, missing, as_of).outcome == "GRANT":
            granted.append((name, "missing", "typed"))
    return granted


def test_no_mutant_of_an_item_is_granted(item, standing):
    rules, flat, as_of = granting(item, standing)
    assert grants_of_mutants(rules, flat, as_of) == []


def test_no_mutant_of_a_bus_pass_is_granted(passes):
    assert grants_of_mutants(passes, bus_pass.GRANTED, bus_pass.AS_OF) == []


def test_every_rule_of_every_item_reads_a_fact(item, standing):
    rules, _, _ = granting(item, standing)
    assert [rule.id for rule in rules.rules if not rule.facts] == []


def test_the_mutation_test_fails_without_the_type_check(items, standing, monkeypatch):
    """Food filing compares by `==` only, which CEL does strictly, so it is the one item that may hold by itself."""
    monkeypatch.setattr(facts, "check", lambda declared, value: "")
    granted = {body["key"]: grants_of_mutants(*granting(body, standing)) for body in items}
    assert [key for key, found in granted.items() if not found] in ([], ["sz.food_filing"])


def test_without_the_type_check_a_bus_pass_goes_to_the_dead_and_the_revoked(passes, monkeypatch):
    monkeypatch.setattr(facts, "check", lambda declared, value: "")
    granted = grants_of_mutants(passes, bus_pass.GRANTED, bus_pass.AS_OF)
    assert {"deceased", "revoked", "cards", "nickname"} <= {name for name, _, _ in granted}
    assert ("deceased", "yes", "flat") in granted
