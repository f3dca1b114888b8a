"""A rule set as people read it: sentences with their figures, facts with their sources, what a draft changes."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from approvals import queries
from approvals.pages import wording
from approvals.rules.parameters import day
from govsim.core import organisations
from govsim.core.models import World
from govsim.core.templatetags.house import value as as_read
from govsim.core.templatetags.house import yuan
from govsim.exchange import queries as exchange
from services import queries as catalogue

type Words = Mapping[str, str]

ON_FAIL: Final[Mapping[str, Words]] = {
    "REJECT": {"zh": "不符合的，不予批准", "en": "If not met: refused"},
    "MANUAL": {"zh": "不符合的，转人工核实", "en": "If not met: an officer checks"},
}
TYPES: Final[Mapping[str, Words]] = {
    "bool": {"zh": "是或否", "en": "yes or no"},
    "int": {"zh": "整数", "en": "whole number"},
    "text": {"zh": "文本", "en": "text"},
    "date": {"zh": "日期", "en": "date"},
    "choice": {"zh": "单选", "en": "one of a list"},
    "choices": {"zh": "多选", "en": "several of a list"},
    "money": {"zh": "金额", "en": "amount"},
}
ABSENCE: Final[Mapping[str, Words]] = {
    "unknown": {"zh": "查不到即未知，转人工", "en": "no record: unknown, to an officer"},
    "none": {"zh": "查不到即没有（完整名单）", "en": "no record: there is none (a complete list)"},
}
ORIGINS: Final[Mapping[str, Words]] = {
    "applicant": {"zh": "申请人填写", "en": "the applicant"},
    "system": {"zh": "平台", "en": "the platform"},
}
STATES: Final[Mapping[str, Words]] = {
    "draft": {"zh": "草案", "en": "Draft"},
    "submitted": {"zh": "待复核", "en": "For review"},
    "returned": {"zh": "已退回", "en": "Sent back"},
    "published": {"zh": "已发布", "en": "Published"},
    "withdrawn": {"zh": "已撤回", "en": "Withdrawn"},
}
TONES: Final = {"draft": "work", "submitted": "wait", "returned": "bad", "published": "done", "withdrawn": ""}
SENTENCES: Final[Mapping[str, Words]] = {
    "sentence": {"zh": "规则（对申请人说）", "en": "The rule, as told to applicants"},
    "failed": {"zh": "不符合时说", "en": "Said when it is not met"},
    "officer": {"zh": "对工作人员说", "en": "As told to officers"},
    "remedy": {"zh": "申请人可以怎么办", "en": "What the applicant can do"},
}


def is_money(unit: Words) -> bool:
    """Say whether a figure is stored in fen, and so read and typed in yuan."""
    return unit["zh"].startswith("分") and unit["en"].startswith("fen")


def unit_of(parameter: Mapping[str, Any]) -> Words:
    """Return the unit as it is read: yuan for what is stored in fen."""
    unit: Words = parameter["unit"]
    return {"zh": "元" + unit["zh"][1:], "en": "yuan" + unit["en"][3:]} if is_money(unit) else unit


def figure(value: object, money: bool) -> object:
    """Return a figure as it is read."""
    return yuan(value) if money and isinstance(value, int) and not isinstance(value, bool) else value


def rule_set(body: Mapping[str, Any], whole: Mapping[str, Any], today: date) -> dict[str, Any]:
    """Return what a page shows of a rule set; `whole` is the item that it belongs to."""
    parameters = [parameter(each, today) for each in body.get("parameters", ())]
    results = [{**each, "type_word": TYPES[each["type"]]} for each in body.get("outcome", ())]
    return {
        "rules": [_rule(each, parameters) for each in body["rules"]],
        "standing": [_rule(each, []) for each in body["standing"]["rules"]],
        "parameters": parameters,
        "facts": facts(body, whole),
        "results": results,
    }


def _rule(rule: Mapping[str, Any], parameters: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    named = set(re.findall(r"[A-Za-z_]\w*", rule["expression"]))
    return {**rule, "if_not": ON_FAIL[rule["on_fail"]], "uses": [each for each in parameters if each["key"] in named]}


def parameter(found: Mapping[str, Any], today: date) -> dict[str, Any]:
    """Return a parameter with all its dated entries, newest first; `current` is in force on the day."""
    money = is_money(found["unit"])
    entries = sorted(found["values"], key=lambda each: day(each["from"]), reverse=True)
    begun = next((each for each in entries if day(each["from"]) <= today), None)
    told = [
        {
            "since": each["from"],
            "current": each is begun,
            "later": day(each["from"]) > today,
            "figure": figure(each.get("value"), money),
            "rows": [{**row, "figure": figure(row["value"], money)} for row in each.get("rows", ())],
        }
        for each in entries
    ]
    current = next((each for each in told if each["current"]), None)
    return {**found, "unit": unit_of(found), "entries": told, "current": current}


def facts(body: Mapping[str, Any], whole: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return every fact with its type, who answers for it, and what an empty answer means."""
    standing = body["standing"]
    answer = queries.sources({**whole, "facts": body["facts"]}, standing)
    datasets = {each.key: {"zh": each.zh, "en": each.en} for each in exchange.catalogue()}
    return [
        {
            **each,
            "type_word": TYPES[each["type"]],
            "source": source(answer.get(each["dataset"], "")),
            "dataset_word": datasets.get(each["dataset"]),
            "absence_word": ABSENCE[each["absence"]],
            "choice_words": [catalogue.word(choice) for choice in each.get("choices", ())],
        }
        for each in (*body["facts"], *standing["facts"])
    ]


def source(key: str) -> Words:
    """Return who answers: a department, the applicant, or the platform."""
    if key in ORIGINS:
        return ORIGINS[key]
    found = organisations.departments().get(key)
    return {"zh": found.name_zh, "en": found.name_en} if found else {"zh": key, "en": key}


def officers(world: World) -> dict[str, Words]:
    """Return the name of every seat of the world by its key, for who wrote and who approved."""
    return {
        f"seat:{each.pk}": {"zh": each.name_zh, "en": each.name_en}
        for each in world.seats.filter(role__in=("rule_officer", "trainer"))
    }


def outcome(found: Mapping[str, Any], labels: Mapping[str, Words]) -> dict[str, Any]:
    """Return what an example says or gave: the outcome in words, which rules failed, the results by their labels."""
    return {
        "word": wording.OUTCOMES[found["outcome"]],
        "key": found["outcome"],
        "rules": [*found["failed"], *(f"{each}?" for each in found["unknown"])],
        "result": [
            {"label": labels.get(key, {"zh": key, "en": key}), "value": figure(value, key.endswith("_fen"))}
            for key, value in found["result"].items()
        ],
    }


def labels(body: Mapping[str, Any]) -> dict[str, Words]:
    """Return what the results of a rule set are called."""
    return {each["key"]: each["label"] for each in body.get("outcome", ())}


# --- what a draft changes ------------------------------------------------------------------------------------------


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return each change of a draft: what it is about, and how it read before and reads now (None: not there)."""
    return [*_parameters(old, new), *_rules(old, new), *_results(old, new)]


def _parameters(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    before = {each["key"]: each for each in old.get("parameters", ())}
    for each in new.get("parameters", ()):
        money, unit = is_money(each["unit"]), unit_of(each)
        was = {str(one["from"]): one for one in before.get(each["key"], {"values": ()})["values"]}
        now = {str(one["from"]): one for one in each["values"]}
        for start in sorted({*was, *now}):
            if was.get(start) != now.get(start):
                held = max((day for day in was if day < start), default=None)
                said = was.get(start) or (None if held is None else was[held])
                yield {"label": each["label"], "since": start, "unit": unit, "kind": "figure",
                       "old": _entry(said, money), "earlier": None if start in was else held,
                       "new": _entry(now.get(start), money)}  # fmt: skip


def _entry(entry: Mapping[str, Any] | None, money: bool) -> list[str] | None:
    if entry is None:
        return None
    if "rows" not in entry:
        return [as_read(figure(entry["value"], money))]
    ends = [(row, "" if row.get("to") is None else row["to"]) for row in entry["rows"]]
    return [f"{row['from']}–{end}: {as_read(figure(row['value'], money))}" for row, end in ends]


def _rules(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    before = {each["id"]: each for each in old["rules"]}
    for each in new["rules"]:
        was = before.get(each["id"], {})
        for part, label in SENTENCES.items():
            if was.get(part) != each[part]:
                yield {"rule": each["id"], "label": label, "kind": "words", "old": was.get(part), "new": each[part]}
        if was.get("expression") != each["expression"]:
            yield {"rule": each["id"], "label": {"zh": "表达式", "en": "Expression"}, "kind": "code",
                   "old": was.get("expression"), "new": each["expression"]}  # fmt: skip
        if was.get("on_fail") != each["on_fail"]:
            yield {"rule": each["id"], "label": {"zh": "不符合时", "en": "If not met"}, "kind": "words",
                   "old": ON_FAIL.get(was.get("on_fail", "")), "new": ON_FAIL[each["on_fail"]]}  # fmt: skip


def _results(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    before = {each["key"]: each for each in old.get("outcome", ())}
    for each in new.get("outcome", ()):
        was = before.get(each["key"], {})
        if was.get("expression") != each["expression"]:
            yield {"label": each["label"], "kind": "code", "old": was.get("expression"), "new": each["expression"]}
