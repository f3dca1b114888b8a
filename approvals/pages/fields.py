"""Form fields of items and themes as boxes of a page, and what was typed in them as the data that actions take.

A box keeps what was typed as it was typed, so that a form that is shown again has lost nothing. Money is typed in
yuan and stored in fen.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import QueryDict

from approvals.pages import names
from govsim.core import faults as faulty
from govsim.core import organisations
from govsim.core.errors import GovsimError
from govsim.core.templatetags.house import day
from govsim.exchange import queries as exchange
from services import queries as catalogue

type Words = Mapping[str, str]
OWN, CORRECTED, MATERIAL = "f-", "c-", "m-"  # what the names of inputs begin with
MONEY_LISTS = frozenset({"shares"})
_SHORT_NUMBER = re.compile(r"-?\d{1,15}")
MISSING: Mapping[str, Words] = {
    "down": {"zh": "数据源暂时没有应答", "en": "The source does not answer now"},
    "conflict": {"zh": "数据源的记录互相矛盾", "en": "The source's records contradict each other"},
    "no_record": {"zh": "没有部门登记过这一项", "en": "No department has a record of it"},
    "no_value": {"zh": "登记中没有这一项", "en": "The record does not hold it"},
    "no_consent": {"zh": "您没有同意使用共享数据", "en": "You have not consented to the use of shared data"},
    "needs_answer": {"zh": "由其他项确定", "en": "It follows from another field"},
}


@dataclass
class Option:
    """One choice of a box."""

    key: str
    label: Words
    on: bool


@dataclass
class Box:
    """One field of a page's form."""

    key: str
    name: str
    label: Words
    hint: Words | None
    widget: str  # text, date, number, money, check, yesno, select, checks, lines
    required: bool
    text: str
    on: bool = False
    options: list[Option] = field(default_factory=list)
    fault: Words | None = None
    shared: dict[str, Any] | None = None  # value, department, dataset, at, missing: what a register says
    editable: bool = True


WIDGETS = {"date": "date", "int": "number", "money": "money", "choice": "select"}


def _widget(declared: Mapping[str, Any], *, correcting: bool) -> str:
    kind = declared["type"]
    if kind == "bool":
        return "yesno" if correcting or declared.get("required") else "check"
    if kind == "list":
        return "checks" if declared.get("choices") else "lines"
    return "select" if declared.get("choices") else WIDGETS.get(kind, "text")


def boxes(
    form: Iterable[Mapping[str, Any]],
    *,
    typed: QueryDict | None = None,
    values: Mapping[str, Any] | None = None,
    shared: Mapping[str, Mapping[str, Any]] | None = None,
    found: Iterable[Mapping[str, str]] = (),
) -> list[Box]:
    """Return a box for each field: with what was `typed`, else what is stored (`values`); `shared` from registers."""
    wrong = {each["field"]: each for each in found}
    made = []
    for declared in form:
        key = declared["key"]
        correcting = "source" in declared
        name = (CORRECTED if correcting else OWN) + key
        parts = _typed(typed, name) if typed is not None else texts(declared, (values or {}).get(key))
        box = Box(
            key=key,
            name=name,
            label=_label(declared),
            hint=declared.get("hint"),
            widget=_widget(declared, correcting=correcting),
            required=bool(declared.get("required")) and not correcting,
            text="\n".join(parts),
            on=parts == ["true"],
            fault=wrong.get(key),
            shared=dict((shared or {}).get(key, {"missing": MISSING["no_record"]})) if correcting else None,
            editable=bool(declared.get("editable", True)),
        )
        box.options = [Option(str(each), catalogue.word(str(each)), str(each) in parts) for each in _choices(declared)]
        made.append(box)
    return made


def _label(declared: Mapping[str, Any]) -> Words:
    """Return a field's label; amounts in a list are typed in yuan, whatever unit they are stored in."""
    label: Words = declared["label"]
    if declared["key"] not in MONEY_LISTS:
        return label
    return {"zh": label["zh"].replace("（分）", "（元）"), "en": label["en"].replace("in fen", "in yuan")}


def _choices(declared: Mapping[str, Any]) -> list[Any]:
    return [each["key"] if isinstance(each, Mapping) else each for each in declared.get("choices") or ()]


def _typed(posted: QueryDict, name: str) -> list[str]:
    return [part for part in posted.getlist(name) if part != ""]


def texts(declared: Mapping[str, Any], value: Any) -> list[str]:
    """Return a stored value as it is typed: one text, or one for each part of a list."""
    if value is None or value == "":
        return []
    if isinstance(value, bool):
        return ["true" if value else "false"]
    if isinstance(value, list | tuple):
        return [_yuan(part) if declared["key"] in MONEY_LISTS else str(part) for part in value]
    return [_yuan(value) if declared["type"] == "money" else str(value)]


def _yuan(fen: Any) -> str:
    if isinstance(fen, bool) or not isinstance(fen, int):
        return str(fen)
    whole, rest = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{whole}{f'.{rest:02d}' if rest else ''}"


def shown(declared: Mapping[str, Any], value: Any) -> Any:
    """Return a stored value as people read it: words of a choice, yuan, or the value itself."""
    if declared.get("choices"):
        parts = value if isinstance(value, list | tuple) else [value]
        words = [catalogue.word(str(part)) for part in parts]
        return {"zh": "、".join(each["zh"] for each in words), "en": ", ".join(each["en"] for each in words)}
    if declared["type"] == "money" or declared["key"] in MONEY_LISTS:
        parts = value if isinstance(value, list | tuple) else [value]
        amounts = [_yuan(part) for part in parts]
        return {"zh": "、".join(f"{each} 元" for each in amounts), "en": ", ".join(f"{each} yuan" for each in amounts)}
    return day(value) if declared["type"] == "date" and isinstance(value, date | str) else names.named(value)


def read(form: Iterable[Mapping[str, Any]], posted: QueryDict) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return (own fields, corrections) as the actions take them; what cannot be read stays text, refused there."""
    own: dict[str, Any] = {}
    corrected: dict[str, Any] = {}
    for declared in form:
        correcting = "source" in declared
        name = (CORRECTED if correcting else OWN) + declared["key"]
        parts = _typed(posted, name)
        value = _value(declared, parts, correcting=correcting)
        if value is not None:
            (corrected if correcting else own)[declared["key"]] = value
    return own, corrected


def _value(declared: Mapping[str, Any], parts: list[str], *, correcting: bool) -> Any:
    kind = declared["type"]
    widget = _widget(declared, correcting=correcting)
    if widget == "check":
        return parts == ["true"]
    if not parts:
        return None
    if kind == "bool":
        return {"true": True, "false": False}.get(parts[0], parts[0])
    if widget == "checks":
        return parts
    if widget == "lines":
        lines = [line.strip() for line in parts[0].splitlines() if line.strip()]
        if declared["key"] in MONEY_LISTS:
            return [_fen(line) for line in lines] or None
        return [int(line) if _SHORT_NUMBER.fullmatch(line) else line for line in lines] or None
    if kind == "int":
        return int(parts[0]) if _SHORT_NUMBER.fullmatch(parts[0].strip()) else parts[0]
    if kind == "money":
        return _fen(parts[0])
    return parts[0].strip() if kind == "date" else parts[0]


def _fen(text: str) -> int | str:
    try:
        amount = Decimal(text.strip().replace(",", "")) * 100
    except InvalidOperation:
        return text
    exact = amount.is_finite() and abs(amount) < 1 << 53 and amount == amount.to_integral_value()
    return int(amount) if exact else text


def rows(form: Iterable[Mapping[str, Any]], values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what a stored form holds, field by field, for reading."""
    return [
        {"key": each["key"], "label": _label(each), "value": shown(each, values[each["key"]])}
        for each in form
        if each["key"] in values
    ]


# --- materials ------------------------------------------------------------------------------------------------------

INSTEAD: Mapping[str, Words] = {
    "certificate": {"zh": "由您名下的电子证照代替", "en": "replaced by a certificate that you hold"},
    "data": {"zh": "由数据共享核验代替", "en": "replaced by a check of shared data"},
    "commitment": {"zh": "可以书面承诺代替", "en": "a written commitment may take its place"},
    "assist": {"zh": "由部门之间协查", "en": "the departments ask one another"},
    "upload": {"zh": "请上传", "en": "please upload"},
    "withhold": {"zh": "不提供", "en": "withheld"},
}


def materials(
    declared: Sequence[Mapping[str, Any]],
    *,
    typed: QueryDict | None = None,
    values: Mapping[str, Any] | None = None,
    found: Iterable[Mapping[str, str]] = (),
) -> list[dict[str, Any]]:
    """Return every material with what replaces it and what was chosen."""
    wrong = {each["field"]: each for each in found}
    made = []
    for each in declared:
        key = each["key"]
        choice = (values or {}).get(key) or {}
        ticked = typed.get(MATERIAL + key + "-commitment") == "true" if typed is not None else "commitment" in choice
        name = typed.get(MATERIAL + key, "") if typed is not None else str(choice.get("upload", ""))
        made.append(
            {
                "key": key,
                "name": each["name"],
                "required": each["required"],
                "mode": each["replace_mode"],
                "instead": INSTEAD.get(each["replace_mode"], INSTEAD["upload"]),
                "input": MATERIAL + key,
                "upload": name,
                "commitment": ticked,
                "fault": wrong.get(f"materials.{key}"),
            }
        )
    return made


def read_materials(declared: Sequence[Mapping[str, Any]], posted: QueryDict) -> dict[str, Any]:
    """Return the chosen ways of giving materials; one that is not named is matched by the worker."""
    chosen: dict[str, Any] = {}
    for each in declared:
        name = posted.get(MATERIAL + each["key"], "").strip()
        if posted.get(MATERIAL + each["key"] + "-commitment") == "true":
            chosen[each["key"]] = {"commitment": True}
        elif name:
            chosen[each["key"]] = {"upload": name}
    return chosen


# --- words of others ------------------------------------------------------------------------------------------------


def department(key: str) -> dict[str, str]:
    """Return an organisation's names."""
    found = organisations.departments().get(key)
    return {"key": key, "zh": found.name_zh if found else key, "en": found.name_en if found else key}


def short(key: str) -> dict[str, str]:
    """Return an organisation's short names, which fit beside its lane or bar."""
    found = organisations.departments().get(key)
    return {"key": key, "zh": found.short_zh if found else key, "en": found.short_en if found else key}


def dataset(key: str) -> dict[str, str]:
    """Return a dataset's names and whose it is."""
    found = next((each for each in exchange.catalogue() if each.key == key), None)
    return {"key": key, "zh": found.zh if found else key, "en": found.en if found else key}


def fault(name: str, zh: str, en: str) -> dict[str, str]:
    """Return one line of an error summary."""
    return {"field": name, "zh": zh, "en": en}


def of(error: GovsimError) -> list[dict[str, str]]:
    """Return the lines of an error summary of a refusal."""
    return faulty.of(error)
