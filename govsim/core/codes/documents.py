"""Other documents of a person, and the codes of document types (domain.md C.3)."""

import re
from dataclasses import dataclass
from typing import Literal

from govsim.core.codes import shape

# code: (zh, en)
DOCUMENT_TYPES: dict[str, tuple[str, str]] = {
    "001": ("统一社会信用代码", "unified social credit code"),
    "099": ("其他法人或其他组织证件", "other document of an organisation"),
    "111": ("居民身份证", "resident identity card"),
    "112": ("临时居民身份证", "temporary identity card"),
    "113": ("户口簿", "household register"),
    "114": ("军官证", "officer's card"),
    "414": ("普通护照", "ordinary passport"),
    "511": ("台湾居民来往大陆通行证", "mainland travel permit for Taiwan residents"),
    "516": ("港澳居民来往内地通行证", "mainland travel permit for Hong Kong and Macao residents"),
    "553": ("外国人永久居留身份证", "foreigner's permanent residence card"),
    "999": ("其他自然人证件", "other document of a person"),
}

_TRAVEL_PERMIT = re.compile(r"(?P<place>[HM])(?P<number>[0-9]{8})(?P<renewal>[0-9]{2})?")
_PASSPORT = re.compile(r"[0-9A-Z]+")


@dataclass(frozen=True, slots=True)
class TravelPermit:
    """What a travel permit's number says; only older cards count their renewals."""

    place: Literal["hong_kong", "macao"]
    number: str
    renewal: int | None


def parse_travel_permit(text: str) -> TravelPermit:
    """What the number of a 港澳居民来往内地通行证 says: H or M, 8 digits, on older cards 2 more. (C.3)

    Raises CodeError `bad_length` or `bad_character`.
    """
    part = shape.fields(_TRAVEL_PERMIT, text, lengths={9, 11}, zh="通行证号码", en="travel permit number")
    renewal = int(part["renewal"]) if part["renewal"] else None
    return TravelPermit("hong_kong" if part["place"] == "H" else "macao", part["number"], renewal)


def expect_passport(text: str) -> None:
    """Raises CodeError `bad_length` or `bad_character` unless this is 5 to 18 digits and capital letters. (C.3)"""
    shape.fields(_PASSPORT, text, lengths=range(5, 19), zh="护照号码", en="passport number")
