"""What was typed in a draft of rules: from a form to the parts of a rule set, and back to boxes with their faults.

A field is named by its place in the rule set (`parameters-0-values-1-value`), which is also how a fault names it.
Amounts are typed in yuan; a table has one line for each row: `70-79: 200`, the last one without an end: `100-: 1000`.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from approvals.pages.studio.telling import SENTENCES, is_money, unit_of
from govsim.core.errors import BadInput

type Words = Mapping[str, str]
type Typed = Mapping[str, str]

_ROW: Final = re.compile(r"\s*(-?\d{1,15})\s*[-–—~至到]\s*(-?\d{1,15})?\s*[:：=]\s*(.+?)\s*")
_WHOLE: Final = re.compile(r"-?\d{1,15}")
LONGEST: Final = 4000
TONGUES: Final = ("zh", "en")


@dataclass
class Box:
    """One field of the form: its name, what stands in it, and what is wrong with it."""

    name: str
    text: str
    fault: Words | None = None


@dataclass
class Parsed:
    """The parts of a rule set that were typed, and the faults of what could not be read."""

    changes: dict[str, Any] = field(default_factory=dict)
    faults: dict[str, tuple[str, str]] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)  # of an entry in the rule set → of its field in the form


def texts(body: Mapping[str, Any]) -> dict[str, str]:
    """Return what stands in the form of a rule set, by name of the field."""
    found = {}
    for at, parameter in enumerate(body.get("parameters", ())):
        money = is_money(parameter["unit"])
        for number, entry in enumerate(parameter["values"]):
            name = f"parameters-{at}-values-{number}"
            found[f"{name}-from"] = str(entry["from"])
            if "rows" in entry:
                found[f"{name}-rows"] = "\n".join(_line(row, money) for row in entry["rows"])
            else:
                found[f"{name}-value"] = _text(entry["value"], money)
    for at, rule in enumerate(body["rules"]):
        found[f"rules-{at}-expression"], found[f"rules-{at}-on_fail"] = rule["expression"], rule["on_fail"]
        for part in SENTENCES:
            for tongue in TONGUES:
                found[f"rules-{at}-{part}-{tongue}"] = rule[part].get(tongue, "")
    for at, result in enumerate(body.get("outcome", ())):
        found[f"outcome-{at}-expression"] = result["expression"]
    return found


def _line(row: Mapping[str, Any], money: bool) -> str:
    end = row.get("to")
    return f"{row['from']}-{'' if end is None else end}: {_text(row['value'], money)}"


def _text(value: object, money: bool) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "\n".join(map(str, value))
    if money and isinstance(value, int):
        whole, cents = divmod(value, 100)
        return f"{whole}.{cents:02}" if cents else str(whole)
    return str(value)


def parse(body: Mapping[str, Any], typed: Typed) -> Parsed:
    """Return the parts as they were typed over those of `body`; a field that was not sent stays as it is.

    An entry without a date and a figure is left out, one more may be added to each parameter.
    """
    made = Parsed()
    made.changes["parameters"] = [
        {**each, "values": _entries(at, each, typed, made)} for at, each in enumerate(body.get("parameters", ()))
    ]
    made.changes["rules"] = [_rule(at, each, typed) for at, each in enumerate(body["rules"])]
    made.changes["outcome"] = [
        {**each, "expression": _said(typed, f"outcome-{at}-expression", each["expression"])}
        for at, each in enumerate(body.get("outcome", ()))
    ]
    return made


def _said(typed: Typed, name: str, before: str) -> str:
    """Return one line of text; how it was broken into lines is no change."""
    words = typed.get(name, before)[:LONGEST].split()
    return before if words == before.split() else " ".join(words)


def _rule(at: int, rule: Mapping[str, Any], typed: Typed) -> dict[str, Any]:
    place = f"rules-{at}"
    words = {
        part: {**rule[part], **{each: _said(typed, f"{place}-{part}-{each}", rule[part][each]) for each in TONGUES}}
        for part in SENTENCES
    }
    expression = _said(typed, f"{place}-expression", rule["expression"])
    return {**rule, **words, "expression": expression, "on_fail": typed.get(f"{place}-on_fail", rule["on_fail"])}


def _entries(at: int, parameter: Mapping[str, Any], typed: Typed, made: Parsed) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = []
    money, kind = is_money(parameter["unit"]), parameter["values"][0]
    for number, before in enumerate([*parameter["values"], None]):
        name = f"parameters-{at}-values-{number}"
        start = typed.get(f"{name}-from", "").strip()
        part = "rows" if "rows" in kind else "value"
        text = typed.get(f"{name}-{part}", "").strip()
        if f"{name}-from" not in typed:
            if before is None:
                continue
            entry = dict(before)
        elif not start and not text:
            continue
        else:
            entry = {"from": start, part: _value(f"{name}-{part}", text, kind, money, made)}
            if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", start):
                made.faults[f"{name}-from"] = ("请填写从哪天起生效", "Enter the day from which it holds")
        made.places[f"parameters-{at}-values-{len(entries)}"] = name
        entries.append(entry)
    if not entries:
        made.faults[f"parameters-{at}-values-0-from"] = ("至少要有一个取值", "There has to be one figure at least")
    return entries


def _value(name: str, text: str, kind: Mapping[str, Any], money: bool, made: Parsed) -> Any:
    try:
        if "rows" in kind:
            return _rows(text, kind["rows"][0]["value"], money)
        return _one(text, kind["value"], money)
    except _Unreadable as error:
        made.faults[name] = (error.zh, error.en)
        return text


class _Unreadable(Exception):
    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


def _rows(text: str, like: object, money: bool) -> list[dict[str, Any]]:
    rows = []
    for number, line in enumerate((each for each in text.splitlines() if each.strip()), 1):
        found = _ROW.fullmatch(line)
        if found is None:
            raise _Unreadable(f"第 {number} 行应为 70-79: 200 的形式", f"Line {number} has to be like 70-79: 200")
        row: dict[str, Any] = {"from": int(found[1]), "value": _one(found[3], like, money)}
        if found[2] is not None:
            row["to"] = int(found[2])
        rows.append(row)
    return rows


def _one(text: str, like: object, money: bool) -> Any:
    """Return a figure of the same type as the one that stands there already."""
    if isinstance(like, bool):
        if text in ("true", "false"):
            return text == "true"
        raise _Unreadable("请选择是或否", "Choose yes or no")
    if isinstance(like, list):
        return [each.strip() for each in text.splitlines() if each.strip()]
    if money:
        try:
            fen = Decimal(text.replace(",", "").replace("，", "")) * 100
        except InvalidOperation:
            raise _Unreadable("请填写金额（元）", "Enter an amount in yuan") from None
        if not fen.is_finite() or fen != fen.to_integral_value() or abs(fen) > 10**15:
            raise _Unreadable("金额最多到分", "An amount has two decimals at most")
        return int(fen)
    if isinstance(like, int):
        if not _WHOLE.fullmatch(text):
            raise _Unreadable("请填写整数", "Enter a whole number")
        return int(text)
    return text


def at_fields(error: BadInput, made: Parsed, shown: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return the faults of a rule set at the fields of the form: each at the field of its place or the nearest one."""
    found = []
    for place, (zh, en) in error.fields.items():
        name = place
        for entry, box in made.places.items():
            if place == entry or place.startswith(f"{entry}-"):
                name = box + place[len(entry) :]
        found.append({"field": _nearest(name, shown), "zh": zh, "en": en})
    return found


def _nearest(name: str, shown: Mapping[str, Any]) -> str:
    steps = name.split("-")
    while steps:
        begin = "-".join(steps)
        if begin in shown:
            return begin
        beside = [each for each in shown if each.startswith(f"{begin}-")]
        if beside:
            return next((each for each in beside if each.endswith(("-rows", "-value", "-expression"))), beside[0])
        steps.pop()
    return ""


def form(body: Mapping[str, Any], typed: Typed | None, faults: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    """Return the fields of a draft's form: with what was `typed`, else with what `body` says."""
    said = texts(body) if typed is None else typed
    wrong = {each["field"]: each for each in faults}

    def box(name: str) -> Box:
        return Box(name, said.get(name, ""), wrong.get(name))

    parameters = []
    for at, each in enumerate(body.get("parameters", ())):
        rows, kind = "rows" in each["values"][0], each["values"][0].get("value")
        names = [f"parameters-{at}-values-{number}" for number in range(len(each["values"]) + 1)]
        part = "rows" if rows else "value"
        parameters.append({
            "label": each["label"], "unit": unit_of(each), "rows": rows, "several": isinstance(kind, list),
            "yes_or_no": isinstance(kind, bool), "at": at,
            "entries": [{"from": box(f"{name}-from"), "value": box(f"{name}-{part}"), "new": name == names[-1]}
                        for name in names],
        })  # fmt: skip
    rules = [
        {
            "id": each["id"], "sentence": each["sentence"], "at": at,
            "expression": box(f"rules-{at}-expression"), "on_fail": box(f"rules-{at}-on_fail"),
            "words": [{"label": label, "zh": box(f"rules-{at}-{part}-zh"), "en": box(f"rules-{at}-{part}-en")}
                      for part, label in SENTENCES.items()],
        }
        for at, each in enumerate(body["rules"])
    ]  # fmt: skip
    for rule in rules:
        boxes = [
            rule["expression"],
            rule["on_fail"],
            *(one[tongue] for one in rule["words"] for tongue in ("zh", "en")),
        ]
        rule["faulty"] = any(each.fault for each in boxes)
    results = [
        {"label": each["label"], "expression": box(f"outcome-{at}-expression")}
        for at, each in enumerate(body.get("outcome", ()))
    ]
    return {"parameters": parameters, "rules": rules, "results": results}
