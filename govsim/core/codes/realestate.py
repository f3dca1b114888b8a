"""不动产单元代码, real-estate unit code: GB/T 37346-2019, and the numbers of titles (domain.md C.9). No check digit."""

import re
from dataclasses import dataclass

from govsim.core.codes import regions, shape
from govsim.core.codes.errors import CodeError

# letter: (zh, en)
OWNERSHIPS: dict[str, tuple[str, str]] = {
    "G": ("国家所有", "state"),
    "J": ("集体所有", "collective"),
    "Z": ("权属未确定", "undetermined"),
}
USES: dict[str, tuple[str, str]] = {
    "A": ("集体土地所有权", "collective land ownership"),
    "B": ("建设用地使用权（地表）", "construction land, surface"),
    "S": ("建设用地使用权（地上）", "construction land, above ground"),
    "X": ("建设用地使用权（地下）", "construction land, below ground"),
    "C": ("宅基地使用权", "homestead"),
    "D": ("土地承包经营权（耕地）", "farmland"),
    "E": ("林地使用权", "forest"),
    "F": ("草原使用权", "grassland"),
    "H": ("海域使用权", "sea use"),
    "G": ("无居民海岛使用权", "uninhabited island"),
    "W": ("使用权未确定", "undetermined"),
    "Y": ("其他", "other"),
}
FIXTURES: dict[str, tuple[str, str]] = {
    "F": ("房屋等建筑物、构筑物", "building"),
    "L": ("森林或林木", "forest"),
    "Q": ("其他定着物", "other"),
    "W": ("无定着物", "none"),
}

_PATTERN = re.compile(
    rf"(?P<region>[0-9]{{6}})(?P<district>[0-9]{{3}})(?P<subdistrict>[0-9]{{3}})"
    rf"(?P<parcel_feature>[{''.join(OWNERSHIPS)}][{''.join(USES)}])(?P<parcel>[0-9]{{5}})"
    rf"(?P<fixture_feature>[{''.join(FIXTURES)}])(?P<fixture>[0-9]{{8}})"
)


@dataclass(frozen=True, slots=True)
class RealEstateUnit:
    """A unit of real estate: county, cadastral district and sub-district, parcel, fixture (4 building + 4 unit)."""

    region: str
    district: str
    subdistrict: str
    parcel_feature: str
    parcel: str
    fixture_feature: str
    fixture: str


def make(
    region: str,
    *,
    district: int,
    subdistrict: int,
    parcel_feature: str,
    parcel: int,
    fixture_feature: str = "W",
    fixture: int = 0,
) -> str:
    """The code of a simulated unit, by default of a parcel with nothing on it. (GB/T 37346-2019, C.1, C.9)

    `fixture` of a building is building x 10000 + unit.
    Raises CodeError `real_looking` (not a simulated region), `bad_sequence`, or as `parse` does.
    """
    regions.expect_simulated(region)
    place = shape.digits(district, 3) + shape.digits(subdistrict, 3)
    land = parcel_feature + shape.digits(parcel, 5)
    code = region + place + land + fixture_feature + shape.digits(fixture, 8)
    parse(code)
    return code


def parse(code: str) -> RealEstateUnit:
    """What a code of 28 characters, without spaces, says. (GB/T 37346-2019, C.9)

    Raises CodeError `bad_length`, `bad_character` (also for an unknown feature), `bad_region`,
    or `bad_fixture` (no fixture, but a fixture number).
    """
    part = shape.fields(_PATTERN, code, lengths={28}, zh="不动产单元代码", en="real-estate unit code")
    regions.expect_plausible(part["region"])
    if part["fixture_feature"] == "W" and part["fixture"] != "0" * 8:
        raise CodeError("bad_fixture", "无定着物时，定着物编号应为0", "Without a fixture, the fixture number is 0")
    return RealEstateUnit(**part)


def display(code: str) -> str:
    """The code in its four groups: `440399 001002 GB00012 F00030005`. Raises CodeError as `parse` does. (C.9)"""
    parse(code)
    return " ".join((code[:6], code[6:12], code[12:19], code[19:]))


def title_number(year: int, city: str, sequence: int) -> str:
    """The number of a 不动产权证书: 粤（2021）深圳市不动产权第0000001号. (C.9)

    Raises CodeError `bad_city` or `bad_sequence` (7 digits).
    """
    return f"粤（{year}）{regions.city(city).zh}不动产权第{shape.digits(sequence, 7)}号"


def proof_number(year: int, city: str, sequence: int) -> str:
    """The number of a 不动产登记证明 (mortgage, advance notice): 粤（2021）江门市不动产证明第0000001号. (C.9)

    Raises CodeError `bad_city` or `bad_sequence` (7 digits).
    """
    return f"粤（{year}）{regions.city(city).zh}不动产证明第{shape.digits(sequence, 7)}号"
