"""The guard against real data typed by testers (domain.md C.1): it refuses what could belong to someone."""

import re
import unicodedata
from typing import Literal

from govsim.core.codes import regions
from govsim.core.codes.errors import CodeError

Kind = Literal["citizen", "credit", "mobile", "bank_account"]

WARNING_ZH = "请勿录入真实证件号码"
WARNING_EN = "Do not enter real identity numbers"

# Only the form is asked for, not the check: a real number with one digit mistyped is still somebody's.
_CITIZEN = re.compile(r"(?P<region>[0-9]{6})(?:[0-9]{11}[0-9X]|[0-9]{9})")
_CREDIT = re.compile(r"[0-9A-Z]{2}(?P<region>[0-9]{6})[0-9A-Z]{10}")
_MOBILE = re.compile(r"(?:\+?86|0086)?1[3-9][0-9]{9}")
_BANK_ACCOUNT = re.compile(r"[0-9]{16,19}")
_SEPARATORS = re.compile(r"[\s.-]")


def refuse_real(value: str, kind: Kind) -> None:
    """Raises CodeError `real_looking` if the value could be a real number of this kind, however it is spaced. (C.1)

    A citizen number or credit code is refused for its real region, a mobile for starting 13 to 19, a bank account
    for being 16 to 19 digits. Everything else passes, also what is no valid number at all: that is `parse`'s question.
    """
    text = _SEPARATORS.sub("", unicodedata.normalize("NFKC", value)).upper()
    if _looks_real(text, kind):
        raise CodeError("real_looking", WARNING_ZH, WARNING_EN)


def _looks_real(text: str, kind: Kind) -> bool:
    match kind:
        case "citizen" | "credit":
            matched = (_CITIZEN if kind == "citizen" else _CREDIT).fullmatch(text)
            return matched is not None and regions.is_real_looking(matched["region"])
        case "mobile":
            return bool(_MOBILE.fullmatch(text))
        case "bank_account":
            return bool(_BANK_ACCOUNT.fullmatch(text))
