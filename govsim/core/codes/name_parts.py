"""The parts of an enterprise name, and when two names are the same or similar (domain.md C.13).

A name is region, trade name, industry, form: 深圳市 | 模拟禾田 | 科技 | 有限公司. The region may stand in brackets
after the trade name.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from govsim.core.codes import name_words as words
from govsim.core.codes import regions

Likeness = Literal["sound", "reversed", "one_character"]


@dataclass(frozen=True, slots=True)
class NameParts:
    """The four parts of a name; a part that was not found is empty."""

    region: str
    trade: str
    industry: str
    form: str

    @property
    def core(self) -> str:
        """The trade name without 模拟, which all names here share and which therefore distinguishes nothing."""
        return self.trade.replace(words.MARK, "") or self.trade


@dataclass(frozen=True, slots=True)
class Seat:
    """Where in the province a region part points to: the pilot city if it is named, and the district or zone."""

    city: regions.City | None
    district: str
    district_city: regions.City | None


def _either(names: Iterable[str]) -> str:
    return "|".join(sorted(names, key=len, reverse=True))  # the longest first, for a pattern takes the first that fits


_CITIES = {city.zh.removesuffix("市"): city for city in regions.CITIES}
_DISTRICTS = {district.zh: city for city in regions.CITIES for district in city.districts}
_DISTRICTS |= {zone: city for city in regions.CITIES for zone in words.DEVELOPMENT_ZONES[city.slug]}
_REGION = re.compile(rf"(?:广东省?)?(?:(?P<city>{_either(_CITIES)})市?)?(?P<district>{_either(_DISTRICTS)})?")
_REGION_ELSEWHERE = re.compile(
    rf"(?:{_either(words.PROVINCE_NAMES)})(?:特别行政区|(?:壮族|回族|维吾尔)?自治区|省|市)?"
    rf"|(?:广东省?)?(?:{_either(words.GUANGDONG_CITY_NAMES)})市?"
)
_NATIONAL = re.compile(_either(words.NATIONAL_WORDS))
_BRACKETS = re.compile(r"（([^（）]*)）")
_FORM = re.compile(rf"(?:{_either(words.ALL_FORMS)})$")
_INDUSTRY = re.compile(rf"(?:{_either(words.ALL_INDUSTRY_WORDS)})$")
_SOUND = str.maketrans({character: group[0] for group in words.HOMOPHONES for character in group})


def normalise(name: str) -> str:
    """The name as it is compared: no spaces, full-width brackets, compatibility characters replaced."""
    compact = "".join(unicodedata.normalize("NFKC", name).split())
    return compact.replace("(", "（").replace(")", "）")


@lru_cache(maxsize=32768)  # every new name is compared with the same taken ones
def split(name: str) -> NameParts:
    """The parts of a name, read from outside in: region, form, industry; the trade name is what remains. (C.13)

    Never fails: a part that is missing is empty, and `names.check` says what follows.
    """
    region, text = _take_region(normalise(name))
    found = _FORM.search(text)
    text, form = (text[: found.start()], found.group()) if found else (text, "")
    trade, industry = _take_industry(text)
    return NameParts(region, trade, industry, form)


def is_region(text: str) -> bool:
    """Is the whole text a region that may stand in a name, wherever it lies?"""
    return bool(text) and _region_at_start(text) == text


def seat(region: str) -> Seat | None:
    """Where a region part points to; nowhere if it is empty or lies outside the pilot cities and their province."""
    found = _REGION.fullmatch(region)
    if not region or found is None:
        return None
    district = found["district"] or ""
    return Seat(_CITIES.get(found["city"] or ""), district, _DISTRICTS.get(district))


def same(a: str, b: str) -> bool:
    """Are these one name in law: same registrar, same industry or none, equal trade name? Forms do not count. (N9)"""
    if normalise(a) == normalise(b):
        return True
    first, second = split(a), split(b)
    return bool(first.trade) and first.trade == second.trade and _comparable(first, second)


def similar(a: str, b: str) -> Likeness | None:
    """How the trade names of one registrar and industry resemble each other, if they do and are not equal. (N10)"""
    first, second = split(a), split(b)
    if first.core == second.core or not _comparable(first, second):
        return None
    if first.core.translate(_SOUND) == second.core.translate(_SOUND):
        return "sound"
    if first.core == second.core[::-1]:
        return "reversed"
    return "one_character" if _one_edit_apart(first.core, second.core) else None


def _take_region(text: str) -> tuple[str, str]:
    front = _region_at_start(text)
    if front:
        return front, text[len(front) :]
    for brackets in _BRACKETS.finditer(text):
        if is_region(brackets[1]):
            return brackets[1], text[: brackets.start()] + text[brackets.end() :]
    return "", text


def _region_at_start(text: str) -> str:
    found = (pattern.match(text) for pattern in (_REGION, _REGION_ELSEWHERE, _NATIONAL))
    return max((match.group() for match in found if match), key=len, default="")


def _take_industry(text: str) -> tuple[str, str]:
    industry = ""
    while (found := _INDUSTRY.search(text)) and found.start() > 0:  # the first word stays: it is the trade name then
        text, industry = text[: found.start()], found.group() + industry
    return text, industry


def _comparable(a: NameParts, b: NameParts) -> bool:
    """Same registrar (a city; unknown counts as same) and same industry or none."""
    homes = _registrar(a.region), _registrar(b.region)
    same_registrar = not all(homes) or homes[0] == homes[1]
    return same_registrar and (a.industry == b.industry or not a.industry or not b.industry)


def _registrar(region: str) -> str:
    place = seat(region)
    city = place and (place.city or place.district_city)
    return city.slug if city else region


def _one_edit_apart(a: str, b: str) -> bool:
    shorter, longer = sorted((a, b), key=len)
    if len(shorter) == len(longer):
        return len(a) > 1 and sum(x != y for x, y in zip(a, b, strict=True)) == 1
    return any(longer[:gap] + longer[gap + 1 :] == shorter for gap in range(len(longer)))
