"""Worked examples beside the rules: run them and say which do not hold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from approvals.rules import derive, engine, facts
from approvals.rules.loading import load
from approvals.rules.parameters import day
from approvals.rules.ruleset import RuleSet


@dataclass(frozen=True, slots=True)
class Broken:
    """An example that does not hold: what it says and what came out, as {outcome, failed, unknown, result}."""

    name: Mapping[str, str]
    expected: Mapping[str, Any]
    found: Mapping[str, Any]


def under(standing: Mapping[str, Any]) -> dict[str, object]:
    """Return the standing facts that hold in every example unless it says otherwise."""
    examples = standing.get("examples") or ()
    return dict(examples[0]["facts"]) if examples else {}


def granting(body: Mapping[str, Any], standing: Mapping[str, Any]) -> dict[str, object]:
    """Return the flat facts of the first example, which grants, with the standing facts under it."""
    return {**under(standing), **body["examples"][0]["facts"]}


def broken(body: Mapping[str, Any], standing: Mapping[str, Any]) -> list[Broken]:
    """Run every worked example of an item and return those that do not hold. Raises RuleSetError."""
    ruleset = load(body, standing)
    return _broken(ruleset, body.get("examples") or (), under(standing))


def broken_standing(standing: Mapping[str, Any]) -> list[Broken]:
    """Run the examples of the standing conditions alone."""
    ruleset = load({"key": "standing"}, standing)
    return _broken(ruleset, standing.get("examples") or (), {})


def _broken(ruleset: RuleSet, examples: Sequence[Mapping[str, Any]], below: Mapping[str, object]) -> list[Broken]:
    compared = ((example, _expected(example), _found(ruleset, example, below)) for example in examples)
    return [Broken(example["name"], expected, found) for example, expected, found in compared if expected != found]


def _expected(example: Mapping[str, Any]) -> dict[str, Any]:
    result = {key: facts.to_data(value) for key, value in (example.get("result") or {}).items()}
    return {
        "outcome": example["outcome"],
        "failed": list(example.get("failed") or ()),
        "unknown": list(example.get("unknown") or ()),
        "result": result,
    }


def _found(ruleset: RuleSet, example: Mapping[str, Any], below: Mapping[str, object]) -> dict[str, Any]:
    known = derive.from_flat(ruleset, {**below, **example["facts"]})
    found = engine.evaluate(ruleset, known, day(example["as_of"]))
    by_verdict: dict[str, list[str]] = {"PASS": [], "FAIL": [], "UNKNOWN": []}
    for finding in found.findings:
        by_verdict[finding.verdict].append(finding.rule.id)
    return {
        "outcome": found.outcome,
        "failed": by_verdict["FAIL"],
        "unknown": by_verdict["UNKNOWN"],
        "result": {key: facts.to_data(value) for key, value in found.result.items()},
    }
