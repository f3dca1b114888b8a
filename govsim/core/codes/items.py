"""政务服务事项编码 and 办件编号: codes of service items and of cases, national scheme (domain.md C.6).

basic 12; implementation 31 = authority + level + basic; handling 33 = implementation + number;
case number 43 to 51 = implementation + day + sequence.
"""

import re
from dataclasses import dataclass
from datetime import date

from govsim.core.codes import credit, regions, shape
from govsim.core.codes.errors import CodeError

# GB/T 39046-2020, Annex A; 11 to 19 and 21 to 99 are free for extensions. code: (zh, en)
ITEM_TYPES: dict[str, tuple[str, str]] = {
    "00": ("行政权力", "administrative power"),
    "01": ("行政许可", "licence"),
    "02": ("行政处罚", "penalty"),
    "03": ("行政强制", "compulsory measure"),
    "04": ("行政征收", "levy"),
    "05": ("行政给付", "payment"),
    "06": ("行政检查", "inspection"),
    "07": ("行政确认", "confirmation"),
    "08": ("行政奖励", "reward"),
    "09": ("行政裁决", "ruling"),
    "10": ("其他行政权力", "other administrative power"),
    "20": ("公共服务", "public service"),
}
EXERCISE_LEVELS: dict[str, tuple[str, str]] = {
    "1": ("国家级", "national"),
    "2": ("省级", "provincial"),
    "3": ("市级", "municipal"),
    "4": ("县级", "county"),
    "5": ("镇（街）级", "town or street"),
    "6": ("村（社区）级", "village or community"),
    "7": ("分级行使", "graded"),
}

_NATIONAL = "00"
_BASIC = re.compile(
    r"(?P<origin>[0-9]{2})(?P<item_type>[0-9]{2})(?P<department>[0-9]{2})(?P<main>[0-9]{3})(?P<sub>[0-9]{3})"
)
_IMPLEMENTATION = re.compile(r"(?P<authority>[0-9A-Z]{18})(?P<level>[1-7])(?P<basic>[0-9]{12})")
_HANDLING = re.compile(r"(?P<implementation>[0-9A-Z]{31})(?P<number>[0-9]{2})")
_CASE = re.compile(r"(?P<implementation>[0-9A-Z]{31})(?P<day>[0-9]{8})(?P<sequence>[0-9]{4,12})")
_SHORT_CASE = re.compile(r"(?P<day>[0-9]{6})(?P<city>[0-9]{2})(?P<sequence>[0-9]{6})")


@dataclass(frozen=True, slots=True)
class BasicCode:
    """基本编码: who made the item (00 the state, 44 Guangdong), type, department, main item, sub-item (0: none)."""

    origin: str
    item_type: str
    department: str
    main: int
    sub: int


@dataclass(frozen=True, slots=True)
class ImplementationCode:
    """实施编码: who carries the item out, at which level."""

    authority: str
    level: str
    basic: str


@dataclass(frozen=True, slots=True)
class HandlingCode:
    """业务办理项编码: one variant of an item that is carried out."""

    implementation: str
    number: int


@dataclass(frozen=True, slots=True)
class CaseNumber:
    """办件编号: the case of an item, by day and sequence."""

    implementation: str
    on: date
    sequence: int


@dataclass(frozen=True, slots=True)
class ShortCaseNumber:
    """The case number that people read: day, two-digit city, sequence."""

    on: date
    city: str
    sequence: int


def basic_code(origin: str, item_type: str, department: str, main: int, sub: int = 0) -> str:
    """The 12 digits of an item. Raises CodeError as `parse_basic` does, and `bad_sequence`. (C.6)"""
    code = f"{origin}{item_type}{department}{shape.digits(main, 3)}{shape.digits(sub, 3)}"
    parse_basic(code)
    return code


def parse_basic(code: str) -> BasicCode:
    """What a basic code says. Raises CodeError `bad_length`, `bad_character` or `bad_region` (origin). (C.6)"""
    part = shape.fields(_BASIC, code, lengths={12}, zh="基本编码", en="basic code")
    if part["origin"] not in regions.PROVINCES | {_NATIONAL}:
        raise CodeError("bad_region", "基本编码的来源应为00或省级代码", "A basic code begins with 00 or a province")
    return BasicCode(part["origin"], part["item_type"], part["department"], int(part["main"]), int(part["sub"]))


def implementation_code(authority: str, level: str, basic: str) -> str:
    """The 31 characters of an item as one authority carries it out. Raises CodeError as its parsers do. (C.6)"""
    code = authority + level + basic
    parse_implementation(code)
    return code


def parse_implementation(code: str) -> ImplementationCode:
    """What an implementation code says; the credit code and the basic code in it are checked too. (C.6)

    Raises CodeError `bad_length`, `bad_character`, or what `credit.parse` and `parse_basic` raise.
    """
    part = shape.fields(_IMPLEMENTATION, code, lengths={31}, zh="实施编码", en="implementation code")
    credit.parse(part["authority"])
    parse_basic(part["basic"])
    return ImplementationCode(**part)


def handling_code(implementation: str, number: int) -> str:
    """The 33 characters of a handling item. Raises CodeError as its parser does, and `bad_sequence`. (C.6)"""
    code = implementation + shape.digits(number, 2)
    parse_handling(code)
    return code


def parse_handling(code: str) -> HandlingCode:
    """What a handling code says. Raises CodeError as `parse_implementation` does. (C.6)"""
    part = shape.fields(_HANDLING, code, lengths={33}, zh="业务办理项编码", en="handling code")
    parse_implementation(part["implementation"])
    return HandlingCode(part["implementation"], int(part["number"]))


def case_number(implementation: str, on: date, sequence: int, *, width: int = 4) -> str:
    """The long case number: implementation code, day, daily sequence of `width` (4 to 12) digits. (C.6)

    Raises CodeError as its parser does, and `bad_sequence`.
    """
    number = f"{implementation}{shape.compact(on)}{shape.digits(sequence, width)}"
    parse_case_number(number)
    return number


def parse_case_number(number: str) -> CaseNumber:
    """What a long case number says. Raises CodeError as `parse_implementation` does, and `bad_date`. (C.6)"""
    part = shape.fields(_CASE, number, lengths=range(43, 52), zh="办件编号", en="case number")
    parse_implementation(part["implementation"])
    return CaseNumber(part["implementation"], shape.day(part["day"]), int(part["sequence"]))


def short_case_number(on: date, city: str, sequence: int) -> str:
    """The case number for people: YYMMDD, two-digit city, 6 digits. (C.6)

    Raises CodeError `bad_city`, `bad_sequence`, or `bad_date` outside 2000 to 2099.
    """
    if on.year // 100 != 20:
        raise CodeError("bad_date", "办件日期应在2000年至2099年之间", "The day of a case lies in 2000 to 2099")
    return f"{on:%y%m%d}{regions.city(city).code}{shape.digits(sequence, 6)}"


def parse_short_case_number(number: str) -> ShortCaseNumber:
    """What a short case number says. Raises CodeError `bad_length`, `bad_character`, `bad_date` or `bad_city`. (C.6)"""
    part = shape.fields(_SHORT_CASE, number, lengths={14}, zh="办件编号", en="case number")
    return ShortCaseNumber(shape.day(f"20{part['day']}"), regions.city(part["city"]).code, int(part["sequence"]))
