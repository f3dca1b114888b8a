"""The decision passport as a page shows it: what decided, in sentences first, and what would have changed it.

As long as nobody has decided, it says what is known, what is not, and who looks now: no word of a refusal.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from approvals import passport, queries
from approvals.actions import assess
from approvals.models import Application, Decision
from approvals.pages import fields, names, scales, seconds, wording
from approvals.rules.facts import WHY
from govsim.core.organisations import departments
from govsim.core.templatetags.house import day
from govsim.core.templatetags.house import value as as_read
from services import queries as catalogue

# A person may rule otherwise than the rules.
RULED: Final[Mapping[str, str]] = {"granted": "GRANT", "refused": "REJECT"}
TONES: Final[Mapping[str, str]] = {"GRANT": "PASS", "REJECT": "FAIL", "MANUAL": "UNKNOWN"}
IN_HEADLINE: Final = 2  # results that the headline itself names
_STANDING: Final = re.compile(r"S\d")  # the conditions of every item (services/catalogue/standing.yaml)
_ISO_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


def explained(row: Application, item: Any, *, expert: bool, inside: bool) -> dict[str, Any] | None:
    """Return the decision passport, or the findings of a case that is with a person, as rows of a table.

    `expert` adds expressions, parameters and hashes; `inside` is an officer, who sees what an applicant may not.
    """
    found = queries.passport(row)
    if found is None:
        return None
    named = found["rule_set"]
    rules = catalogue.rule_set_by_hash(row.item_key, named["sha256"], world_id=row.world_id, version=named["version"])
    ruleset = assess.ruleset_of(rules)
    shown = passport.with_nearest(found, ruleset)
    if not (inside and expert):
        shown = passport.applicant_view(shown)
    if shown["nearest"] is not None:
        shown = {**shown, "nearest": _in_words(shown["nearest"], ruleset)}
    decision: Decision | None = getattr(row, "decision", None)
    outcome = "MANUAL" if decision is None else RULED[decision.outcome]
    automatic = decision is not None and decision.automatic
    ends = decision.decided_at if decision is not None and automatic else None
    told = [_rule(each, ruleset, shown, automatic=automatic, decided=decision is not None) for each in shown["rules"]]
    folded = [] if expert else [each for each in told if each["verdict"] == "PASS" and _STANDING.fullmatch(each["id"])]
    results = _results(ruleset, shown)
    return {
        "decided": decision is not None,
        "outcome": wording.OUTCOMES[outcome],
        "headline": _headline(outcome, results, told, item),
        "as_of": shown["as_of"],
        "remedy": shown["remedy"] if outcome != "GRANT" else None,
        "nearest": shown["nearest"] if automatic or (decision is None and _grants(shown["nearest"])) else None,
        "rules": [each for each in told if each not in folded],
        "standing": folded,
        "counted": len(told),
        "failed": sum(1 for each in told if each["verdict"] != "PASS"),
        "departments": len({source["key"] for each in told for source in each["departments"]}),
        "tone": TONES[outcome],
        "seconds": seconds.drawn(row, ends=ends, tone=TONES[outcome]),
        "result": results[IN_HEADLINE:] if outcome == "GRANT" else [],
        "rule_set": shown["rule_set"],
        "hash": decision.passport_hash if decision is not None else "",
        "answers": shown["answers"],
        "parameters": shown["parameters"],
        "certificates": shown["certificates"],
        "automatic": automatic,
        "decided_at": decision.decided_at if decision is not None else None,
        "item_version": item.version,
    }


def _in_words(nearest: Mapping[str, Any], ruleset: Any) -> dict[str, Any]:
    """Return the nearest change with its values as people read them."""
    label = ruleset.declarations[nearest["fact"]].label
    now, other = (_read(nearest["fact"], nearest[key]) or "—" for key in ("from", "to"))
    zh, en = passport.OUTCOMES[nearest["outcome"]]
    said = {
        "zh": f"如果“{label['zh']}”为{other}（现为{now}），{zh}",
        "en": f"If “{label['en']}” were {other} (it is {now}), {en}",
    }
    return {**nearest, **said}


def _grants(nearest: Mapping[str, Any] | None) -> bool:
    return nearest is not None and nearest["outcome"] == "GRANT"


def _results(ruleset: Any, shown: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what a grant brings, each result with its value as people read it."""
    return [
        {"label": each.label, "value": _read(each.key, shown["result"][each.key])}
        for each in ruleset.results
        if each.key in shown["result"]
    ]


def tried(shown: Mapping[str, Any], ruleset: Any) -> dict[str, Any]:
    """Return a passport that was only tried, as rows of the same table; nobody decided and nothing was stored."""
    told = [_rule(each, ruleset, shown, automatic=True, decided=False) for each in shown["rules"]]
    results = _results(ruleset, shown)
    return {
        "tried": True,
        "outcome": wording.OUTCOMES[shown["outcome"]],
        "tone": TONES[shown["outcome"]],
        "as_of": shown["as_of"],
        "remedy": shown["remedy"] if shown["outcome"] != "GRANT" else None,
        "nearest": _in_words(shown["nearest"], ruleset) if shown["nearest"] is not None else None,
        "rules": told,
        "counted": len(told),
        "failed": sum(1 for each in told if each["verdict"] != "PASS"),
        "result": results,
        "rule_set": shown["rule_set"],
    }


def _headline(outcome: str, results: list[dict[str, Any]], told: list[dict[str, Any]], item: Any) -> dict[str, str]:
    """Return the one sentence that stands beside the seal."""
    if outcome == "GRANT":
        named = results[:IN_HEADLINE] or [{"label": item.body["name"], "value": None}]
        zh, en = "，".join(_named(each, "zh") for each in named), ", ".join(_named(each, "en") for each in named)
        return {"zh": f"准予：{zh}", "en": f"Granted: {en}"}
    wrong = [each for each in told if each["verdict"] != "PASS"]
    if outcome == "REJECT":
        first = next((each["sentence"] for each in wrong if each["rejects"]), None)
        first = first or (wrong[0]["sentence"] if wrong else {"zh": "由工作人员决定", "en": "decided by an officer"})
        return {"zh": f"不予许可：{first['zh']}", "en": f"Refused: {first['en']}"}
    if not wrong:
        return {"zh": "规则都已核对，由工作人员决定", "en": "All rules are checked; an officer decides"}
    return {
        "zh": f"还没有决定：{len(wrong)} 项由工作人员核实",
        "en": f"Not decided yet: {len(wrong)} to be checked by an officer",
    }


def _named(result: Mapping[str, Any], language: str) -> str:
    label = str(result["label"][language])
    return f"{label} {result['value']}" if result["value"] else label


def _rule(
    rule: Mapping[str, Any], ruleset: Any, shown: Mapping[str, Any], *, automatic: bool, decided: bool
) -> dict[str, Any]:
    sources = {each["source"] for each in rule["values"] if each["source"]}
    expressions = {each.id: each.expression.text for each in ruleset.rules}
    nearest = shown["nearest"] if automatic or _grants(shown["nearest"]) else None
    about = nearest if nearest is not None and nearest["fact"] in {each["fact"] for each in rule["values"]} else None
    for_person = rule["verdict"] == "FAIL" and rule["on_fail"] == "MANUAL"  # no fault: somebody has to look
    return {
        "id": rule["id"],
        "verdict": rule["verdict"],
        "tone": "UNKNOWN" if for_person else rule["verdict"],
        "word": wording.FOR_PERSON if for_person else wording.VERDICTS[rule["verdict"]],
        "sentence": rule["sentence"],
        "clause": rule["clause"],
        "remedy": rule.get("remedy"),
        "rejects": rule["verdict"] == "FAIL" and rule["on_fail"] == "REJECT",
        "flip": _flip(rule, shown, about) if automatic else _who_looks(rule, about, decided=decided),
        "scale": scales.scale(rule, about, granted=shown["outcome"] == "GRANT") if about is not None else None,
        "expression": expressions.get(rule["id"], ""),
        "departments": [fields.short(each) for each in sorted(sources) if each in departments()],
        "values": [
            {
                "label": ruleset.declarations[each["fact"]].label,
                "fact": each["fact"],
                "value": _read(each["fact"], each["value"]),
                "at": each["at"],
                "dataset": each["dataset"],
                "register": fields.dataset(each["dataset"]) if each["source"] in departments() else None,
                "why": _why(each["why"]) if each.get("why") else None,
            }
            for each in rule["values"]
        ],
    }


def _why(reason: str) -> dict[str, str]:
    zh, en = WHY[reason]
    return {"zh": zh, "en": en}


def _read(fact: str, value: Any) -> str:
    """Return a fact's value as people read it."""
    if isinstance(value, int) and not isinstance(value, bool) and fact.endswith("_fen"):
        return as_read({"zh": f"{value / 100:,.2f} 元", "en": f"{value / 100:,.2f} yuan"})
    if isinstance(value, str) and _ISO_DAY.fullmatch(value):
        return day(date.fromisoformat(value))
    if isinstance(value, str) and value:
        known = names.named(value)
        return as_read(known if known is not value else catalogue.word(value))
    return as_read(value)


def _flip(rule: Mapping[str, Any], shown: Mapping[str, Any], about: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return what would have changed the outcome at this rule, as the rules have it, or that nothing would."""
    if about is not None:
        return {"said": about, "outcome": wording.OUTCOMES[about["outcome"]], "key": about["outcome"]}
    outcome = passport.turned(shown, rule["id"])
    if outcome == shown["outcome"]:
        return {"said": wording.SAME, "outcome": None, "key": ""}
    said = wording.HAD_NOT_HELD if rule["verdict"] == "PASS" else wording.HAD_HELD
    return {"said": said, "outcome": wording.OUTCOMES[outcome], "key": outcome}


def _who_looks(rule: Mapping[str, Any], about: Mapping[str, Any] | None, *, decided: bool) -> dict[str, Any]:
    """Return how the rule stands in a case that a person decides or has decided."""
    if rule["verdict"] == "PASS":
        return {"said": wording.CHECKED, "outcome": None, "key": ""}
    if decided:
        return {"said": wording.WEIGHED, "outcome": None, "key": ""}
    if about is not None:
        return {"said": about, "outcome": wording.OUTCOMES["GRANT"], "key": "GRANT"}
    return {"said": wording.LOOKING, "outcome": None, "key": "MANUAL"}
