"""What an applicant typed, checked against the form of the item: types, choices, required fields, safe identifiers.

Only the applicant's own fields and corrections are taken from a request; a shared value is gathered again by the
worker (decision 9). All faults are told at once.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Literal

from govsim.core import plaintext
from govsim.core.codes import safety
from govsim.core.codes.errors import CodeError
from govsim.core.errors import BadInput

type Words = tuple[str, str]
MOST_TEXT = 500
MOST_LIST = 50
# Which typed fields may hold an identifier of a person, firm or account, by the words in their keys.
type Kind = Literal["citizen", "credit", "mobile", "bank_account"]
_GUARDED: Mapping[str, Kind] = {
    "phone": "mobile", "mobile": "mobile",  # before "contact": the first word that fits decides
    "number": "citizen", "representative": "citizen", "shareholder": "citizen", "supervisor": "citizen",
    "officer": "citizen", "contact": "citizen", "employee": "citizen", "spouse": "citizen",
    "firm": "credit", "credit_code": "credit", "employer": "credit",
    "account": "bank_account",
}  # fmt: skip


def clean(fields: Sequence[Mapping[str, Any]], typed: Mapping[str, Any], *, shared: bool = False) -> dict[str, Any]:
    """Return `typed` as the form's types, without blanks. Raises BadInput naming every faulty field.

    Fields that have a source are filled by the platform: with `shared` they may be typed too (corrections), and
    then nothing is required.
    """
    known = {field["key"]: field for field in fields if shared or "source" not in field}
    faults: dict[str, Words] = {}
    entries: dict[str, Any] = {}
    for key in typed:
        if key not in known:
            faults[str(key)[:60]] = ("表单没有这一项", "The form has no such field")
    for key, field in known.items():
        value = typed.get(key)
        if value is None or value == "" or value == []:
            if field.get("required") and not shared:
                faults[key] = (f"请填写{field['label']['zh']}", f"Enter: {field['label']['en'].lower()}")
            continue
        try:
            entries[key] = _typed(field, value)
            _guard(key, entries[key])
        except _Wrong as wrong:
            faults[key] = (wrong.zh, wrong.en)
        except CodeError as error:
            faults[key] = (error.zh, error.en)
    if faults:
        raise BadInput(faults)
    return entries


class _Wrong(Exception):
    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh)
        self.zh, self.en = zh, en


def _typed(field: Mapping[str, Any], value: Any) -> Any:
    kind = field["type"]
    choices = field.get("choices")
    if kind == "bool":
        if not isinstance(value, bool):
            raise _Wrong("请选择是或否", "Choose yes or no")
    elif kind in ("int", "money"):
        if not _whole(value):
            raise _Wrong("请填写整数", "Enter a whole number")
        if kind == "money" and value < 0:
            raise _Wrong("金额不能为负", "An amount cannot be negative")
    elif kind == "date":
        try:
            date.fromisoformat(value)
        except (TypeError, ValueError):
            raise _Wrong("请填写日期，如 2021-12-01", "Enter a date such as 2021-12-01") from None
    elif kind == "list":
        if not isinstance(value, list) or len(value) > MOST_LIST:
            raise _Wrong(f"请填写列表，最多 {MOST_LIST} 项", f"Enter a list of at most {MOST_LIST}")
        if not all(isinstance(part, str) or _whole(part) for part in value):
            raise _Wrong("列表中有无法识别的内容", "The list holds something that cannot be read")
        return [_text(part) if isinstance(part, str) else part for part in value if _among(choices, part)]
    else:
        if not isinstance(value, str):
            raise _Wrong("请填写文字", "Enter text")
        value = _text(value)
    _among(choices, value)
    return value


def _whole(value: Any) -> bool:
    """Say whether a value is a whole number that every reader of JSON reads alike."""
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 1 << 53


def _text(value: str) -> str:
    value = plaintext.normal(value.strip())
    if len(value) > MOST_TEXT:
        raise _Wrong(f"内容过长，最多 {MOST_TEXT} 字", f"Too long: at most {MOST_TEXT} characters")
    if wrong := plaintext.fault(value):
        raise _Wrong(*wrong)
    return value


def _among(choices: Sequence[Any] | None, value: Any) -> bool:
    keys = [each["key"] if isinstance(each, Mapping) else each for each in choices or ()]
    if keys and value not in keys:
        raise _Wrong("请从给出的选项中选择", "Choose one of the options")
    return True


def _guard(key: str, value: Any) -> None:
    kind = next((kind for word, kind in _GUARDED.items() if word in key), None)
    if kind is None:
        return
    for part in value if isinstance(value, list) else [value]:
        if isinstance(part, str):
            safety.refuse_real(part, kind)
