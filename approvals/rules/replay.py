"""Judging past cases again by other rules: what the rules said then, what they would say now, and why. Pure.

Both sides are the verdict of rules. What an officer decided beside them stands in the case and is not compared.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from approvals.rules import facts
from approvals.rules.engine import MANUAL, Findings, evaluate
from approvals.rules.facts import UNKNOWN, Fact
from approvals.rules.ruleset import RuleSet

OUTCOMES: Final = ("GRANT", "REJECT", "MANUAL")


@dataclass(frozen=True, slots=True)
class Again:
    """One past case judged again. `rules` are those whose verdict changed: (id, then, now); UNKNOWN counts as one.

    `then` and `now` are outcomes, `result` the results that differ: {key: [then, now]}.
    """

    then: str
    now: str
    rules: Sequence[tuple[str, str, str]]
    result: Mapping[str, Sequence[object]]

    @property
    def flips(self) -> bool:
        """Say whether the outcome is another one."""
        return self.then != self.now

    @property
    def kind(self) -> str:
        """Return what changes as `GRANT>REJECT`; the same outcome twice when only a result differs."""
        return f"{self.then}>{self.now}"

    @property
    def differs(self) -> bool:
        """Say whether the applicant would notice: another outcome or, of a grant, another result."""
        return self.flips or bool(self.result)


def again(passport: Mapping[str, Any], ruleset: RuleSet, *, figures_of: date | None = None) -> Again:
    """Judge the facts that a passport holds by `ruleset`, on the passport's own day.

    `figures_of` takes the dated figures of another day. A fact that the passport does not hold is UNKNOWN. A
    certificate that could not be made then cannot be made now: such a grant goes to a person again.
    """
    found = evaluate(ruleset, _known(passport, ruleset), date.fromisoformat(passport["as_of"]), figures_of=figures_of)
    fault = passport.get("result_fault") or {}
    now = MANUAL if found.outcome == "GRANT" and fault.get("key") == "certificate" else found.outcome
    return Again(passport["outcome"], now, _rules(passport, found), _result(passport, found, now))


def _known(passport: Mapping[str, Any], ruleset: RuleSet) -> dict[str, Fact]:
    known = {}
    for entry in passport["facts"]:
        declared, why = ruleset.declarations.get(entry["fact"]), entry.get("why", "")
        if declared is not None:
            value = UNKNOWN if why else facts.from_data(declared, entry["value"])
            known[declared.name] = Fact(declared.name, value, why, entry["source"], entry["dataset"])
    return known


def _rules(passport: Mapping[str, Any], found: Findings) -> list[tuple[str, str, str]]:
    """Return the rules whose verdict changed; one that is new or gone stands beside a dash."""
    then = {each["id"]: each["verdict"] for each in passport["rules"]}
    changed = []
    for finding in found.findings:
        before = then.pop(finding.rule.id, "-")
        if before != finding.verdict:
            changed.append((finding.rule.id, before, str(finding.verdict)))
    return changed + [(rule, before, "-") for rule, before in then.items()]


def _result(passport: Mapping[str, Any], found: Findings, now: str) -> dict[str, list[object]]:
    """Return the results that differ between two grants; other outcomes have none to compare."""
    if passport["outcome"] != "GRANT" or now != "GRANT":
        return {}
    then, fresh = passport["result"], {key: facts.to_data(value) for key, value in found.result.items()}
    return {
        key: [then.get(key), fresh.get(key)]
        for key in dict.fromkeys((*then, *fresh))
        if then.get(key) != fresh.get(key)
    }
