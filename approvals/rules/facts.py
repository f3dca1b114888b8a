"""Facts: what is known about one application, each checked against its declaration before a rule may read it.

What is missing, null, of another type or not among the choices is UNKNOWN, and says why (decisions 1).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from typing import Any, Final, Literal, NamedTuple

from govsim.core.expressions import INTEGERS

# Police data of which an applicant sees pass or fail only (domain.md §B.2.4, outcomes).
SENSITIVE_DATASETS: Final = frozenset({"criminal", "traffic_offences", "drug"})

TYPES: Final = ("bool", "int", "text", "date", "choice", "choices")
RESULT_TYPES: Final = ("bool", "int", "text", "date", "money")  # money is whole fen

MISSING: Final = "missing"
SOURCE_DOWN: Final = "source_down"
CONFLICT: Final = "conflict"
NO_RECORD: Final = "no_record"
SEVERAL_RECORDS: Final = "several_records"
WRONG_TYPE: Final = "wrong_type"
NOT_IN_CHOICES: Final = "not_in_choices"
EXPRESSION_FAILED: Final = "expression_failed"
NO_PARAMETER: Final = "no_parameter"
NOT_BOOLEAN: Final = "not_boolean"
NOT_SHOWN: Final = "not_shown"

WHY: Final[Mapping[str, tuple[str, str]]] = {
    MISSING: ("未取得该项信息", "the information was not obtained"),
    SOURCE_DOWN: ("数据源暂时没有应答", "the data source did not answer"),
    CONFLICT: ("数据源返回的记录互相矛盾", "the source's records contradict each other"),
    NO_RECORD: ("数据源中查不到应有的记录", "the source has no record where one must exist"),
    SEVERAL_RECORDS: (
        "数据源返回了多条记录，无法确定以哪条为准",
        "the source has several records where one must exist",
    ),
    WRONG_TYPE: ("数据格式不符合要求", "the data is not of the required type"),
    NOT_IN_CHOICES: ("数据取值不在规定范围内", "the value is not among those allowed"),
    EXPRESSION_FAILED: ("依据现有数据无法计算", "it cannot be computed from the data"),
    NO_PARAMETER: ("该日期没有生效的标准", "no standard is in force on this date"),
    NOT_BOOLEAN: ("规则没有得出是或否", "the rule gave neither yes nor no"),
    NOT_SHOWN: ("核验情况不予展示", "the check is not shown"),
}


class Unknown(Enum):
    """The one value of a fact that is not known. It is neither true nor false, and no expression ever reads it."""

    UNKNOWN = "UNKNOWN"


UNKNOWN: Final = Unknown.UNKNOWN


@dataclass(frozen=True, slots=True)
class Declaration:
    """What an item says of one fact: its type, where it comes from, and what an empty answer means."""

    name: str
    label: Mapping[str, str]
    type: str
    choices: frozenset[str]
    dataset: str
    key: str
    absence: Literal["unknown", "none"]
    none_value: object  # UNKNOWN when not declared
    sensitive: bool


class Fact(NamedTuple):
    """One fact of one application. `value` is bool, int, str, date, tuple of str, or UNKNOWN with `why` from WHY.

    `source` is the department that answered, `at` the moment of the answer as ISO text (empty when not from a source).
    """

    name: str
    value: object
    why: str = ""
    source: str = ""
    dataset: str = ""
    at: str = ""


def declaration(body: Mapping[str, Any]) -> Declaration:
    """Read the declaration of a fact from an item's data, as services.schema has checked it."""
    found = Declaration(
        name=body["name"],
        label=body["label"],
        type=body["type"],
        choices=frozenset(body.get("choices") or ()),
        dataset=body["dataset"],
        key=body.get("key", ""),
        absence=body["absence"],
        none_value=UNKNOWN,
        sensitive=bool(body.get("sensitive")) or body["dataset"] in SENSITIVE_DATASETS,
    )
    if body.get("none_value") is None:
        return found
    return replace(found, none_value=from_data(found, body["none_value"]))


def _text(value: object) -> bool:
    # NUL cannot be stored by PostgreSQL; half a surrogate pair cannot be written as UTF-8.
    return type(value) is str and "\0" not in value and (value.isascii() or value.isprintable() or _encodes(value))


def _encodes(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def check(declared: Declaration, value: object) -> str:
    """Return why `value` may not be read as the declared fact, or an empty text when it may. Never raises."""
    kind = declared.type
    if kind == "bool":
        return "" if value is True or value is False else WRONG_TYPE
    if kind == "int":
        return "" if type(value) is int and value in INTEGERS else WRONG_TYPE
    if kind == "choice":
        if type(value) is not str:
            return WRONG_TYPE
        return "" if value in declared.choices else NOT_IN_CHOICES
    if kind == "date":
        return "" if type(value) is date and value.year > 1 else WRONG_TYPE
    if kind == "text":
        return "" if _text(value) else WRONG_TYPE
    if kind == "choices":
        if type(value) is not tuple or any(type(part) is not str for part in value):
            return WRONG_TYPE
        return "" if declared.choices.issuperset(value) else NOT_IN_CHOICES
    return WRONG_TYPE


def from_data(declared: Declaration, value: object) -> object:
    """Return JSON or YAML data as the declared type takes it: an ISO date as a date, a list as a tuple.

    Anything else comes back as it is: `check` judges it.
    """
    if declared.type == "date" and type(value) is str and len(value) == 10:
        try:
            return date.fromisoformat(value)
        except ValueError:
            return value
    if declared.type == "choices" and type(value) is list:
        return tuple(value)
    return value


def to_data(value: object) -> object:
    """Return the value of a fact or result as JSON data; UNKNOWN is null."""
    kind = type(value)
    if kind is str or kind is bool or kind is int:
        return value
    if kind is date:
        return value.isoformat()  # type: ignore[attr-defined]  # narrowed by `kind`
    if kind is tuple:
        return list(value)  # type: ignore[call-overload]  # narrowed by `kind`
    return None if value is UNKNOWN else value


def judged(declared: Declaration, fact: Fact | None) -> Fact:
    """Return the fact as rules may read it: unchanged when it passes its check, else UNKNOWN with the reason."""
    if fact is None:
        return Fact(declared.name, UNKNOWN, MISSING, "", declared.dataset)
    if fact.value is UNKNOWN:
        return fact if fact.why in WHY else fact._replace(why=MISSING)
    if fact.value is None:
        return fact._replace(value=UNKNOWN, why=MISSING)
    why = check(declared, fact.value)
    return fact._replace(value=UNKNOWN, why=why) if why else fact
