"""The decision passport (决定说明书): what was decided, by which rules, on which facts, from where and when.

It is plain JSON data in the format of decisions 5, with what a replay needs besides, and the same facts under the
same rule set always give the same bytes (invariant I6). Entries may share dictionaries: treat it as read-only.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from approvals.rules import facts
from approvals.rules.engine import FAIL, GRANT, MANUAL, PASS, REJECT, Finding, Findings, combine, evaluate
from approvals.rules.facts import UNKNOWN, WHY, Fact
from approvals.rules.nearest import nearest as nearest_change
from approvals.rules.ruleset import RuleSet
from govsim.core import canonical
from govsim.core.errors import Refused

Passport = dict[str, Any]

WAIT: Final = {
    "zh": "数据暂时无法核实，已转工作人员办理，您无需重复提交",
    "en": "The data could not be checked now; an officer takes over and you need not apply again",
}
OUTCOMES: Final = {
    "GRANT": ("即可自动批准", "it would be granted at once"),
    "REJECT": ("将不予批准", "it would be refused"),
    "MANUAL": ("将转由工作人员审核", "an officer would have to decide"),
}


def build(
    ruleset: RuleSet,
    found: Findings,
    *,
    answers: Sequence[Mapping[str, Any]] = (),
    certificates: Sequence[Mapping[str, Any]] = (),
) -> Passport:
    """Return the passport of a verdict.

    `answers` are those of rules.derive (source, moment and hash of each response), `certificates` the certificates
    used, as JSON data. `nearest` is not stored: `with_nearest` adds it when the passport is shown.
    """
    entries = {name: _entry(ruleset, fact) for name, fact in found.facts.items()}
    return {
        "item": ruleset.item,
        "outcome": found.outcome,
        "rule_set": {"version": ruleset.version, "sha256": ruleset.sha256},
        "as_of": found.as_of.isoformat(),
        "rules": [_rule(ruleset, finding, entries) for finding in found.findings],
        "result": {key: facts.to_data(value) for key, value in found.result.items()},
        "result_fault": _result_fault(ruleset, found),
        "remedy": _remedy(found),
        "facts": list(entries.values()),
        "parameters": [found.figures.data[key] for key in ruleset.figures_used if key in found.figures.data],
        "answers": list(answers),
        "certificates": list(certificates),
    }


def canonical_bytes(passport: Passport) -> bytes:
    """Return the one way in which this passport is written as bytes."""
    return canonical.dumps(passport)


def sha256(passport: Passport) -> bytes:
    """Return the SHA-256 of the passport's canonical bytes."""
    return hashlib.sha256(canonical_bytes(passport)).digest()


def reevaluate(passport: Passport, ruleset: RuleSet) -> Passport:
    """Judge the stored facts again and return the passport that comes out: byte for byte the same (I6).

    Raises Refused when `ruleset` is not the one that the passport names.
    """
    if passport["rule_set"] != {"version": ruleset.version, "sha256": ruleset.sha256}:
        raise Refused(
            "规则集与决定说明书所载不一致", "this is not the rule set that the passport names", "other_rule_set"
        )
    found = evaluate(ruleset, known_facts(passport, ruleset), date.fromisoformat(passport["as_of"]))
    return build(ruleset, found, answers=passport["answers"], certificates=passport["certificates"])


def known_facts(passport: Passport, ruleset: RuleSet) -> dict[str, Fact]:
    """Return the facts that a passport holds, typed again."""
    found = {}
    for entry in passport["facts"]:
        name, why = entry["fact"], entry.get("why", "")
        value = UNKNOWN if why else facts.from_data(ruleset.declarations[name], entry["value"])
        found[name] = Fact(name, value, why, entry["source"], entry["dataset"], entry["at"] or "")
    return found


def nearest(passport: Passport, ruleset: RuleSet) -> dict[str, Any] | None:
    """Return the single change of one fact that would flip the outcome, as data with a sentence, or None."""
    change = nearest_change(ruleset, known_facts(passport, ruleset), date.fromisoformat(passport["as_of"]))
    if change is None:
        return None
    label, then = ruleset.declarations[change.fact].label, OUTCOMES[change.outcome]
    now, other = _words(change.fact, change.current), _words(change.fact, change.value)
    return {
        "fact": change.fact,
        "from": facts.to_data(change.current),
        "to": facts.to_data(change.value),
        "outcome": change.outcome,
        "zh": f"如果“{label['zh']}”为{other[0]}（现为{now[0]}），{then[0]}",
        "en": f"If “{label['en']}” were {other[1]} (it is {now[1]}), {then[1]}",
    }


def turned(passport: Mapping[str, Any], rule: str) -> str:
    """Return the outcome that would have followed had the one rule `rule` come out the other way.

    A PASS is taken as a FAIL, anything else as a PASS. A grant whose result could not be worked out stays MANUAL.
    """
    judged = []
    for each in passport["rules"]:
        other = FAIL if each["verdict"] == PASS else PASS
        judged.append((other if each["id"] == rule else each["verdict"], each["on_fail"]))
    outcome = combine(judged)
    return MANUAL if outcome == GRANT and passport["result_fault"] else outcome


def with_nearest(passport: Passport, ruleset: RuleSet) -> Passport:
    """Return the passport as it is shown: with the nearest change worked out."""
    return {**passport, "nearest": nearest(passport, ruleset)}


def applicant_view(passport: Passport) -> Passport:
    """Return the passport as the applicant may see it: of sensitive police data only pass or fail and the clause.

    Values, reasons, counts and hashes of such data are left out: the hash of an empty answer is easily known.
    """
    hidden = {entry["fact"] for entry in passport["facts"] if entry.get("sensitive")}
    datasets = {entry["dataset"] for entry in passport["facts"] if entry.get("sensitive")}
    view = {
        **passport,
        "facts": [_masked(entry) for entry in passport["facts"]],
        "rules": [_masked_rule(rule) for rule in passport["rules"]],
        "answers": [_masked_answer(entry, datasets) for entry in passport["answers"]],
    }
    if (passport.get("nearest") or {}).get("fact") in hidden:
        view["nearest"] = None
    return view


def _masked(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**entry, "value": None, "at": None, "why": facts.NOT_SHOWN} if entry.get("sensitive") else entry


def _masked_rule(rule: Mapping[str, Any]) -> Mapping[str, Any]:
    if not any(entry.get("sensitive") for entry in rule["values"]):
        return rule
    why = facts.NOT_SHOWN if rule["why_unknown"] else None
    return {**rule, "values": [_masked(entry) for entry in rule["values"]], "why_unknown": why}


def _masked_answer(entry: Mapping[str, Any], datasets: set[str]) -> Mapping[str, Any]:
    if entry["dataset"] not in datasets:
        return entry
    return {"dataset": entry["dataset"], "key": entry["key"], "source": entry["source"]}


def _entry(ruleset: RuleSet, fact: Fact) -> dict[str, Any]:
    entry = {
        "fact": fact.name,
        "value": facts.to_data(fact.value),
        "source": fact.source,
        "dataset": fact.dataset,
        "at": fact.at or None,
    }
    if fact.value is UNKNOWN:
        entry["why"] = fact.why
    if ruleset.declarations[fact.name].sensitive:
        entry["sensitive"] = True
    return entry


def _rule(ruleset: RuleSet, finding: Finding, entries: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    rule = finding.rule
    entry: dict[str, Any] = {
        "id": rule.id,
        "verdict": finding.verdict,
        "on_fail": rule.on_fail,
        "sentence": rule.sentence,
        "clause": rule.clause,
        "values": [entries[name] for name in rule.facts],
        "why_unknown": None,
    }
    if finding.verdict == PASS:
        return entry
    if finding.verdict == FAIL:
        entry["sentence"], entry["remedy"] = rule.failed, rule.remedy
    else:
        entry["sentence"], entry["remedy"] = _unknown_sentence(ruleset, finding), WAIT
        entry["why_unknown"] = finding.why
    return entry


def _unknown_sentence(ruleset: RuleSet, finding: Finding) -> Mapping[str, str]:
    key = (finding.rule.id, finding.about, finding.why)
    found: Mapping[str, str] | None = ruleset.memory.get(key)
    if found is None:
        hidden = any(ruleset.declarations[name].sensitive for name in finding.rule.facts)
        zh, en = WHY[facts.NOT_SHOWN if hidden else finding.why]
        label = _label(ruleset, finding)
        found = ruleset.memory[key] = {
            "zh": f"{label['zh']}：{zh}，由工作人员核实",
            "en": f"{label['en']}: {en}; an officer will check it",
        }
    return found


def _label(ruleset: RuleSet, finding: Finding) -> Mapping[str, str]:
    declared = ruleset.declarations.get(finding.about)
    if declared is not None:
        return declared.label
    labels: dict[str, Mapping[str, str]] = {each["key"]: each["label"] for each in ruleset.parameters}
    return labels.get(finding.about, {"zh": f"条件 {finding.rule.id}", "en": f"Condition {finding.rule.id}"})


def _result_fault(ruleset: RuleSet, found: Findings) -> dict[str, str] | None:
    if found.result_fault is None:
        return None
    key, why = found.result_fault
    label = next(result.label for result in ruleset.results if result.key == key)
    zh, en = WHY[why]
    return {"key": key, "why": why, "zh": f"{label['zh']}：{zh}", "en": f"{label['en']}: {en}"}


def _remedy(found: Findings) -> Mapping[str, str] | None:
    """Return what the applicant can do about the first condition that decided the outcome."""
    if found.outcome == GRANT:
        return None
    for finding in found.findings:
        decides = finding.verdict == FAIL and (finding.rule.on_fail == REJECT or found.outcome != REJECT)
        if decides:
            return finding.rule.remedy
    return WAIT


def _words(name: str, value: object) -> tuple[str, str]:
    """Return a value in Chinese and English."""
    if value is UNKNOWN:
        return "未知", "not known"
    if isinstance(value, bool):
        return ("是", "yes") if value else ("否", "no")
    if isinstance(value, int) and name.endswith("_fen"):
        return f"{value // 100}.{value % 100:02d}元", f"{value // 100}.{value % 100:02d} yuan"
    if isinstance(value, tuple):
        return "、".join(value) or "空", ", ".join(value) or "empty"
    text = str(value)
    return (text, text) if text else ("空", "empty")
