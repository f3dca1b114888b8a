"""Worked examples beside the rules: run them and say which do not hold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from approvals.rules import derive, engine, facts
from approvals.rules.loading import load
from approvals.rules.parameters import day
from approvals.rules.ruleset import RuleSet


@dataclass(frozen=True, slots=True)
class Ran:
    """An example that was run: what it says and what came out, as {outcome, failed, unknown, result}."""

    name: Mapping[str, str]
    as_of: str
    expected: Mapping[str, Any]
    found: Mapping[str, Any]

    @property
    def holds(self) -> bool:
        """Say whether what came out is what the example says."""
        return self.expected == self.found


def under(standing: Mapping[str, Any]) -> dict[str, object]:
    """Return the standing facts that hold in every example unless it says otherwise."""
    examples = standing.get("examples") or ()
    return dict(examples[0]["facts"]) if examples else {}


def granting(body: Mapping[str, Any], standing: Mapping[str, Any]) -> dict[str, object]:
    """Return the flat facts of the first example, which grants, with the standing facts under it."""
    return {**under(standing), **body["examples"][0]["facts"]}


def run(body: Mapping[str, Any], standing: Mapping[str, Any]) -> list[Ran]:
    """Run every worked example of an item, `standing` giving what holds in all of them. Raises RuleSetError."""
    return _run(load(body, standing), body.get("examples") or (), under(standing))


def broken(body: Mapping[str, Any], standing: Mapping[str, Any]) -> list[Ran]:
    """Run every worked example of an item and return those that do not hold. Raises RuleSetError."""
    return [each for each in run(body, standing) if not each.holds]


def broken_standing(standing: Mapping[str, Any]) -> list[Ran]:
    """Run the examples of the standing conditions alone and return those that do not hold."""
    ran = _run(load({"key": "standing"}, standing), standing.get("examples") or (), {})
    return [each for each in ran if not each.holds]


def _run(ruleset: RuleSet, examples: Sequence[Mapping[str, Any]], below: Mapping[str, object]) -> list[Ran]:
    return [Ran(each["name"], str(each["as_of"]), _expected(each), _found(ruleset, each, below)) for each in examples]


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
