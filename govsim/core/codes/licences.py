"""Numbers printed on licences: the legacy registration number and vehicle plates (domain.md C.1, C.4)."""

import re
from dataclasses import dataclass

from govsim.core.codes import iso7064, regions, shape

_ZH, _EN = "工商注册号", "registration number"
_REGISTRATION = re.compile(r"(?P<region>[0-9]{6})(?P<sequence>[0-9]{8})(?P<check>[0-9])")
_SAFE_PLATE = re.compile(r"粤[BHJ]·SIM[0-9]{2}")

PLATE_LETTERS = {"03": "B", "07": "J", "12": "H"}


@dataclass(frozen=True, slots=True)
class RegistrationNumber:
    """What a legacy registration number says."""

    region: str
    sequence: int


def registration_number(region: str, sequence: int) -> str:
    """The 15 digits of a simulated 工商注册号: region, 8 digits, check (ISO 7064 MOD 11,10). (C.1, C.4)

    Raises CodeError `real_looking` (not a simulated region) or `bad_sequence`.
    """
    regions.expect_simulated(region)
    first14 = region + shape.digits(sequence, 8)
    return first14 + iso7064.mod_11_10(first14)


def parse_registration_number(number: str) -> RegistrationNumber:
    """What a 工商注册号 says. (C.4)

    Raises CodeError `bad_length`, `bad_character`, `bad_region` or `bad_check_digit`.
    """
    part = shape.fields(_REGISTRATION, number, lengths={15}, zh=_ZH, en=_EN)
    regions.expect_plausible(part["region"])
    shape.expect_check(iso7064.mod_11_10(number[:14]), part["check"], zh=_ZH, en=_EN)
    return RegistrationNumber(part["region"], int(part["sequence"]))


def plate(city: str, number: int) -> str:
    """A plate that is never issued, for it has an I: 粤B·SIM01; `number` is 0 to 99. (C.1)

    Raises CodeError `bad_city` or `bad_sequence`.
    """
    return f"粤{PLATE_LETTERS[regions.city(city).code]}·SIM{shape.digits(number, 2)}"


def is_safe_plate(text: str) -> bool:
    """Is this one of the plates that `plate` makes?"""
    return bool(_SAFE_PLATE.fullmatch(text))
