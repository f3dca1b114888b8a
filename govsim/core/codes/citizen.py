"""公民身份号码, citizen identity number: GB 11643-1999, and the residence permit of the same form (domain.md C.2, C.3).

A number is region (6) + birth date (8) + sequence (3, odd for men) + check (ISO 7064 MOD 11-2).
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from govsim.core.codes import iso7064, regions, shape
from govsim.core.codes.errors import CodeError

_ZH, _EN = "公民身份号码", "citizen identity number"
_PATTERN = re.compile(r"(?P<region>[0-9]{6})(?P<birth>[0-9]{8})(?P<sequence>[0-9]{3})(?P<check>[0-9X])")
_OLD_PATTERN = re.compile(r"(?P<region>[0-9]{6})(?P<rest>[0-9]{9})")
_PERMIT_PROVINCES = ("81", "82", "83")


@dataclass(frozen=True, slots=True)
class CitizenNumber:
    """What a citizen identity number says."""

    region: str
    birth: date
    sex: Literal["male", "female"]
    sequence: int


def check_digit(first17: str) -> str:
    """The 18th character, 0-9 or X, after 17 digits. Raises CodeError `bad_character`. (GB 11643-1999, C.2)"""
    return iso7064.mod_11_2(first17)


def make(region: str, birth: date, sequence: int) -> str:
    """The number of a simulated person; an odd sequence (0 to 999) is a man's. (GB 11643-1999, C.1, C.2)

    Raises CodeError `real_looking` (not a simulated region) or `bad_sequence`.
    """
    regions.expect_simulated(region)
    first17 = f"{region}{shape.compact(birth)}{shape.digits(sequence, 3)}"
    return first17 + check_digit(first17)


def parse(number: str) -> CitizenNumber:
    """What an 18-character number, stored with a capital X, says. (GB 11643-1999, C.2)

    Raises CodeError, in this order: `bad_length`, `bad_character`, `bad_region`, `bad_date`, `bad_check_digit`.
    Whether the number looks real is asked elsewhere (`safety.refuse_real`).
    """
    part = shape.fields(_PATTERN, number, lengths={18}, zh=_ZH, en=_EN)
    regions.expect_plausible(part["region"])
    birth = shape.day(part["birth"])
    shape.expect_check(check_digit(number[:17]), part["check"], zh=_ZH, en=_EN)
    sequence = int(part["sequence"])
    return CitizenNumber(part["region"], birth, "male" if sequence % 2 else "female", sequence)


def upgrade(old: str) -> str:
    """The 18 characters of an old 15-digit number: the century 19 and the check are added. (GB 11643-1999, C.2)

    Raises CodeError as `parse` does.
    """
    part = shape.fields(_OLD_PATTERN, old, lengths={15}, zh=_ZH, en=_EN)
    first17 = f"{part['region']}19{part['rest']}"
    number = first17 + check_digit(first17)
    parse(number)
    return number


def parse_residence_permit(number: str) -> CitizenNumber:
    """What the number of a 港澳台居民居住证 says: a citizen number of region 81, 82 or 83. (C.3)

    Raises CodeError as `parse` does, `bad_region` also for a mainland region.
    """
    parsed = parse(number)
    if not parsed.region.startswith(_PERMIT_PROVINCES):
        raise CodeError("bad_region", "港澳台居民居住证号码应以81、82或83开头", "It begins with 81, 82 or 83")
    return parsed
