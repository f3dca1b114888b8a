"""The decision passport as a page shows it: what decided, in sentences first, and what would have changed it."""

from collections.abc import Mapping
from typing import Any

from approvals import passport, queries
from approvals.actions import assess
from approvals.models import Application
from approvals.pages import fields, wording
from approvals.rules.facts import WHY
from govsim.core.organisations import departments
from govsim.core.templatetags.house import value as as_read
from govsim.exchange import queries as exchange
from services import queries as catalogue

WATER, MOST_WIDTH = 26, 45  # px from one bar to the next, per cent of the longest
RULED: Mapping[str, str] = {"granted": "GRANT", "refused": "REJECT"}  # a person may rule otherwise than the rules
TONES: Mapping[str, str] = {"GRANT": "PASS", "REJECT": "FAIL", "MANUAL": "UNKNOWN"}


def explained(row: Application, item: Any, *, expert: bool, inside: bool) -> dict[str, Any] | None:
    """Return the decision passport, or the findings of a case that is with a person, as rows of a table."""
    found = queries.passport(row)
    if found is None:
        return None
    named = found["rule_set"]
    rules = catalogue.rule_set_by_hash(row.item_key, named["sha256"], world_id=row.world_id, version=named["version"])
    ruleset = assess.ruleset_of(rules)
    shown = passport.with_nearest(found, ruleset)
    if not (inside and expert):
        shown = passport.applicant_view(shown)
    decision = getattr(row, "decision", None)
    outcome = shown["outcome"] if decision is None else RULED[decision.outcome]
    seconds = _seconds(row)
    return {
        "decided": decision is not None,
        "outcome": wording.OUTCOMES[outcome],
        "as_of": shown["as_of"],
        "remedy": shown["remedy"],
        "nearest": shown["nearest"],
        "rules": [_rule(each, ruleset, shown["nearest"]) for each in shown["rules"]],
        "counted": len(shown["rules"]),
        "failed": sum(1 for each in shown["rules"] if each["verdict"] != "PASS"),
        "tone": TONES[outcome],
        "seconds": seconds,
        "water": WATER * len(seconds),
        "result": _result(shown, ruleset),
        "rule_set": shown["rule_set"],
        "hash": decision.passport_hash if decision is not None else "",
        "answers": shown["answers"],
        "certificates": shown["certificates"],
        "automatic": decision.automatic if decision is not None else False,
        "decided_at": decision.decided_at if decision is not None else None,
        "item_version": item.version,
    }


def tried(shown: Mapping[str, Any], ruleset: Any) -> dict[str, Any]:
    """Return a passport that was only tried, as rows of the same table; nobody decided and nothing was stored."""
    return {
        "tried": True,
        "outcome": wording.OUTCOMES[shown["outcome"]],
        "tone": TONES[shown["outcome"]],
        "as_of": shown["as_of"],
        "remedy": shown["remedy"],
        "nearest": shown["nearest"],
        "rules": [_rule(each, ruleset, shown["nearest"]) for each in shown["rules"]],
        "counted": len(shown["rules"]),
        "failed": sum(1 for each in shown["rules"] if each["verdict"] != "PASS"),
        "result": _result(shown, ruleset),
        "rule_set": shown["rule_set"],
    }


def _result(shown: Mapping[str, Any], ruleset: Any) -> list[dict[str, Any]]:
    return [
        {"label": each.label, "value": shown["result"][each.key], "money": each.key.endswith("_fen")}
        for each in ruleset.results
        if each.key in shown["result"]
    ]


def _rule(rule: Mapping[str, Any], ruleset: Any, nearest: Mapping[str, Any] | None) -> dict[str, Any]:
    sources = {each["source"] for each in rule["values"] if each["source"]}
    expressions = {each.id: each.expression.text for each in ruleset.rules}
    return {
        "id": rule["id"],
        "verdict": rule["verdict"],
        "word": wording.VERDICTS[rule["verdict"]],
        "sentence": rule["sentence"],
        "clause": rule["clause"],
        "remedy": rule.get("remedy"),
        "flip": _flip(rule, nearest),
        "expression": expressions.get(rule["id"], ""),
        "departments": [fields.department(each) for each in sorted(sources) if each in departments()],
        "values": [
            {
                "label": ruleset.declarations[each["fact"]].label,
                "fact": each["fact"],
                "value": _read(each["fact"], each["value"]),
                "at": each["at"],
                "dataset": each["dataset"],
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
    if isinstance(value, str) and value:
        return as_read(catalogue.word(value))
    return as_read(value)


def _flip(rule: Mapping[str, Any], nearest: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return what would have changed the outcome at this rule: the nearest change, or what its failing means."""
    if nearest is not None and nearest["fact"] in {each["fact"] for each in rule["values"]}:
        return {"said": nearest, "outcome": wording.OUTCOMES[nearest["outcome"]], "key": nearest["outcome"]}
    if rule["verdict"] == "PASS":
        said = {"zh": "若不符合", "en": "If it did not hold"}
        return {"said": said, "outcome": wording.OUTCOMES[rule["on_fail"]], "key": rule["on_fail"]}
    return None


def _seconds(row: Application) -> list[dict[str, Any]]:
    """Return how long each source took to answer (simulated), longest bar 100 per cent; all were asked at once."""
    slowest: dict[str, float] = {}
    for each in exchange.log_of_case(row.world, row.number):
        slowest[each.source] = max(slowest.get(each.source, 0.0), float(each.seconds))
    longest = max(slowest.values(), default=0.0) or 1.0
    return [
        {
            "name": fields.short(key),
            "seconds": took,
            "width": round(took / longest * 45, 2),
            "y": place * WATER + 4,
        }
        for place, (key, took) in enumerate(slowest.items())
    ]
