"""统一社会信用代码, unified social credit code: GB 32100-2015, with the organisation code of GB 11714 (domain.md C.4).

A code is department and category (2) + region (6) + organisation code (8 + check) + check.
"""

import re
from dataclasses import dataclass

from govsim.core.codes import regions, shape
from govsim.core.codes.errors import CodeError
from govsim.core.codes.iso7064 import ALPHANUMERIC

# A letter has two values: M is 21 here but 22 in GB 11714, because this alphabet leaves out I, O, S, V and Z.
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"

# department and category: (zh, en)
CATEGORIES: dict[str, tuple[str, str]] = {
    "11": ("机关", "state organ"),
    "12": ("事业单位", "public institution"),
    "13": ("群众团体", "mass organisation"),
    "19": ("机构编制部门登记的其他组织", "other body registered by the staffing office"),
    "51": ("社会团体", "social group"),
    "52": ("民办非企业单位", "private non-enterprise unit"),
    "53": ("基金会", "foundation"),
    "59": ("民政部门登记的其他组织", "other body registered by civil affairs"),
    "91": ("企业", "enterprise"),
    "92": ("个体工商户", "individual business"),
    "93": ("农民专业合作社", "farmers' cooperative"),
    "Y1": ("其他", "other"),
}

_ZH, _EN = "统一社会信用代码", "unified social credit code"
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_PATTERN = re.compile(
    rf"(?P<category>[{ALPHABET}]{{2}})(?P<region>[0-9]{{6}})"
    rf"(?P<body>[{ALPHABET}]{{8}})(?P<inner>[0-9X])(?P<check>[{ALPHABET}])"
)
_ORGANISATION = re.compile(r"(?P<body>[0-9A-Z]{8})-?(?P<check>[0-9X])")


@dataclass(frozen=True, slots=True)
class CreditCode:
    """What a unified social credit code says; `organisation` is the organisation code without hyphen."""

    category: str
    region: str
    organisation: str


def organisation_check(body: str) -> str:
    """The check, 0-9 or X, after the 8 characters of an organisation code. (GB 11714, C.4)

    Raises CodeError `bad_length` or `bad_character`.
    """
    _expect(body, 8, ALPHANUMERIC)
    value = -_weighted(body, _ORGANISATION_WEIGHTS, ALPHANUMERIC) % 11
    return "X" if value == 10 else str(value)


def check_character(first17: str) -> str:
    """The 18th character after the first 17. (GB 32100-2015, C.4)

    Raises CodeError `bad_length` or `bad_character`.
    """
    _expect(first17, 17, ALPHABET)
    weights = tuple(pow(3, position, 31) for position in range(17))
    return ALPHABET[-_weighted(first17, weights, ALPHABET) % 31]


def make(category: str, region: str, body: str) -> str:
    """The code of a simulated body: department and category, simulated region, 8 characters. (GB 32100-2015, C.1, C.4)

    Raises CodeError `bad_category`, `real_looking` (not a simulated region), `bad_length` or `bad_character`.
    """
    _expect_category(category)
    regions.expect_simulated(region)
    first17 = category + region + body + organisation_check(body)
    return first17 + check_character(first17)


def parse(code: str) -> CreditCode:
    """What an 18-character code says. (GB 32100-2015, C.4)

    Raises CodeError, in this order: `bad_length`, `bad_character`, `bad_category`, `bad_region`,
    `bad_organisation_check` (GB 11714, positions 9 to 17), `bad_check_digit` (position 18).
    """
    part = shape.fields(_PATTERN, code, lengths={18}, zh=_ZH, en=_EN)
    _expect_category(part["category"])
    regions.expect_plausible(part["region"])
    _expect_organisation_check(part["body"], part["inner"])
    shape.expect_check(check_character(code[:17]), part["check"], zh=_ZH, en=_EN)
    return CreditCode(part["category"], part["region"], part["body"] + part["inner"])


def parse_organisation(code: str) -> str:
    """An organisation code, printed `XXXXXXXX-C` or stored without hyphen, as stored. (GB 11714, C.4)

    Raises CodeError `bad_length`, `bad_character` or `bad_organisation_check`.
    """
    part = shape.fields(_ORGANISATION, code, lengths={9, 10}, zh="组织机构代码", en="organisation code")
    _expect_organisation_check(part["body"], part["check"])
    return part["body"] + part["check"]


def print_organisation(code: str) -> str:
    """An organisation code as it is printed, `XXXXXXXX-C`. Raises CodeError as `parse_organisation` does."""
    stored = parse_organisation(code)
    return f"{stored[:8]}-{stored[8]}"


def _weighted(text: str, weights: tuple[int, ...], alphabet: str) -> int:
    return sum(alphabet.index(character) * weight for character, weight in zip(text, weights, strict=True))


def _expect(text: str, length: int, alphabet: str) -> None:
    shape.fields(re.compile(f"[{alphabet}]*"), text, lengths={length}, zh=_ZH, en=_EN)


def _expect_category(category: str) -> None:
    if category not in CATEGORIES:
        raise CodeError("bad_category", f"机构类别{category}不存在", f"There is no body category {category}")


def _expect_organisation_check(body: str, check: str) -> None:
    if organisation_check(body) != check:
        raise CodeError(
            "bad_organisation_check",
            "组织机构代码（第9至17位）的校验码不正确",
            "The check character of the organisation code (positions 9 to 17) is wrong",
        )
