"""投资项目统一代码, investment project code: GB/T 40058-2021 (domain.md C.8).

`YYMM-RRRRRR-DD-TT-NNNNNC`: month, region, central guiding department, project type, random number, check.
MOD 11,10 reproduces the check of the known codes; the standard's own text was not available.
"""

import re
from dataclasses import dataclass
from datetime import date

from govsim.core.codes import iso7064, regions, shape

_ZH, _EN = "投资项目统一代码", "project code"
_PATTERN = re.compile(
    r"(?P<month>[0-9]{4})-(?P<region>[0-9]{6})-(?P<department>[0-9]{2})-(?P<project_type>[0-9]{2})"
    r"-(?P<number>[0-9]{5})(?P<check>[0-9])"
)


@dataclass(frozen=True, slots=True)
class ProjectCode:
    """What a project code says; `month` is the first day of the month of registration."""

    month: date
    region: str
    department: str
    project_type: str
    number: int


def make(on: date, region: str, department: str, project_type: str, number: int) -> str:
    """The code of a simulated project; `number` (0 to 99999) was drawn at random by the caller. (GB/T 40058-2021, C.8)

    Raises CodeError `real_looking` (not a simulated region), `bad_sequence`, or as `parse` does.
    """
    regions.expect_simulated(region)
    body = "-".join((f"{on:%y%m}", region, department, project_type, shape.digits(number, 5)))
    code = body + iso7064.mod_11_10(body.replace("-", ""))
    parse(code)
    return code


def parse(code: str) -> ProjectCode:
    """What a project code, written with its hyphens, says. (GB/T 40058-2021, C.8)

    Raises CodeError `bad_length`, `bad_character`, `bad_date`, `bad_region` or `bad_check_digit`.
    """
    part = shape.fields(_PATTERN, code, lengths={24}, zh=_ZH, en=_EN)
    month = shape.day(f"20{part['month']}01")
    regions.expect_plausible(part["region"])
    shape.expect_check(iso7064.mod_11_10(code[:-1].replace("-", "")), part["check"], zh=_ZH, en=_EN)
    return ProjectCode(month, part["region"], part["department"], part["project_type"], int(part["number"]))
