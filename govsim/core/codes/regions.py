"""The three pilot cities in GB/T 2260 and the simulated regions that can never be real (domain.md C.1, C.7)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from govsim.core.codes.errors import CodeError


@dataclass(frozen=True, slots=True)
class Region:
    """An administrative division: its six digits and its names."""

    code: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class City:
    """A pilot city: the two digits used in case numbers, its slug, its own code, and its districts and counties."""

    code: str
    slug: str
    region: str
    zh: str
    en: str
    districts: tuple[Region, ...]

    @property
    def simulated(self) -> str:
        """The region code that its simulated people and enterprises carry."""
        return f"{self.region[:4]}99"


def _districts(table: str) -> tuple[Region, ...]:
    return tuple(Region(*row.split()) for row in table.strip().splitlines())


GUANGDONG = Region("440000", "广东省", "Guangdong")

CITIES = (
    City(
        code="03",
        slug="shenzhen",
        region="440300",
        zh="深圳市",
        en="Shenzhen",
        districts=_districts("""
            440303 罗湖区 Luohu
            440304 福田区 Futian
            440305 南山区 Nanshan
            440306 宝安区 Bao'an
            440307 龙岗区 Longgang
            440308 盐田区 Yantian
            440309 龙华区 Longhua
            440310 坪山区 Pingshan
            440311 光明区 Guangming
        """),
    ),
    City(
        code="07",
        slug="jiangmen",
        region="440700",
        zh="江门市",
        en="Jiangmen",
        districts=_districts("""
            440703 蓬江区 Pengjiang
            440704 江海区 Jianghai
            440705 新会区 Xinhui
            440781 台山市 Taishan
            440783 开平市 Kaiping
            440784 鹤山市 Heshan
            440785 恩平市 Enping
        """),
    ),
    City(
        code="12",
        slug="zhaoqing",
        region="441200",
        zh="肇庆市",
        en="Zhaoqing",
        districts=_districts("""
            441202 端州区 Duanzhou
            441203 鼎湖区 Dinghu
            441204 高要区 Gaoyao
            441223 广宁县 Guangning
            441224 怀集县 Huaiji
            441225 封开县 Fengkai
            441226 德庆县 Deqing
            441284 四会市 Sihui
        """),
    ),
)

SIMULATED_ZH, SIMULATED_EN = "模拟辖区", "Simulated District"
SIMULATED = frozenset({"440399", "440799", "441299", "810099", "820099"})

SPECIAL_REGIONS = {
    "81": Region("810000", "香港特别行政区", "Hong Kong"),
    "82": Region("820000", "澳门特别行政区", "Macao"),
}

# First two digits that real codes carry: the provinces, 83 for residence permits of Taiwan residents,
# and 10 for bodies that register with the state itself (100000).
PROVINCES = frozenset(
    code
    for row in (
        "10 11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42",
        "43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83",
    )
    for code in row.split()
)

_SIX_DIGITS = re.compile(r"[0-9]{6}")


def city(key: str) -> City:
    """The city with this two-digit code ("03") or slug ("shenzhen"). Raises CodeError `bad_city`."""
    for candidate in CITIES:
        if key in (candidate.code, candidate.slug):
            return candidate
    raise CodeError("bad_city", f"不是试点城市：{key}", f"Not one of the pilot cities: {key}")


def city_of(region: str) -> City | None:
    """The pilot city that a region code, real or simulated, belongs to."""
    return next((candidate for candidate in CITIES if region[:4] == candidate.region[:4]), None)


def region(code: str) -> Region:
    """The region's own name; a simulated one is called 模拟辖区. Raises CodeError `bad_region` (not in the table)."""
    return _line(code)[-1]


def full_name(code: str) -> Region:
    """The region under the names of all that it lies in: 广东省深圳市南山区 / Nanshan, Shenzhen, Guangdong.

    Raises CodeError `bad_region` if the code is not in the table.
    """
    line = _line(code)
    return Region(code, "".join(part.zh for part in line), ", ".join(part.en for part in reversed(line)))


def is_simulated(code: str) -> bool:
    """Is this one of the five region codes that never existed?"""
    return code in SIMULATED


def is_real_looking(code: str) -> bool:
    """Could a real person or body carry this region code?"""
    return bool(_SIX_DIGITS.fullmatch(code)) and code[:2] in PROVINCES and not is_simulated(code)


def expect_plausible(code: str) -> None:
    """Raises CodeError `bad_region` unless the code is simulated or begins like a real one.

    The county is not looked up: codes of abolished counties stay valid in old documents.
    """
    if not (is_simulated(code) or is_real_looking(code)):
        raise CodeError("bad_region", f"行政区划代码{code}不存在", f"There is no region {code}")


def expect_simulated(code: str) -> None:
    """Raises CodeError `real_looking` unless the code is simulated: what this package makes can never be real."""
    if not is_simulated(code):
        raise CodeError("real_looking", f"只能使用模拟辖区编码，不能使用{code}", f"Use a simulated region, not {code}")


def _line(code: str) -> tuple[Region, ...]:
    for line in _lines():
        if line[-1].code == code:
            return line
    raise CodeError("bad_region", f"行政区划代码{code}不在本平台区划表中", f"Region {code} is not in the table")


def _lines() -> Iterator[tuple[Region, ...]]:
    yield (GUANGDONG,)
    for home in CITIES:
        above = (GUANGDONG, Region(home.region, home.zh, home.en))
        yield above
        for district in home.districts:
            yield (*above, district)
        yield (*above, Region(home.simulated, SIMULATED_ZH, SIMULATED_EN))
    for special in SPECIAL_REGIONS.values():
        yield (special,)
        yield (special, Region(f"{special.code[:4]}99", SIMULATED_ZH, SIMULATED_EN))
