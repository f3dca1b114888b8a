"""The organisations of the simulation: departments of three cities, banks and seal makers (domain.md §E.1). Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from govsim.core import yamlfile
from govsim.core.codes import credit

FILE = Path(__file__).parent / "organisations.yaml"
# First two characters of the credit code: state organ, or enterprise (§C.4).
_CATEGORY = {"department": "11", "national": "11", "bank": "91", "seal_maker": "91"}


@dataclass(frozen=True)
class City:
    """One pilot city: its key in data, prefix of organisations, safe region code, two digits in case numbers."""

    key: str
    prefix: str
    zh: str
    en: str
    region: str
    short: str


@dataclass(frozen=True)
class Organisation:
    """One organisation. `kind` is department, bank, seal_maker or national."""

    key: str
    city: str
    kind: str
    name_zh: str
    name_en: str
    short_zh: str
    short_en: str
    credit_code: str
    desks: int


@cache
def _data() -> Mapping[str, Any]:
    data: Mapping[str, Any] = yamlfile.plain(yamlfile.load(FILE))
    return data


@cache
def cities() -> dict[str, City]:
    """Return the three cities by key (shenzhen, jiangmen, zhaoqing)."""
    return {
        each["city"]: City(each["city"], prefix, each["zh"], each["en"], each["region"], each["short"])
        for prefix, each in _data()["cities"].items()
    }


def _organisation(key: str, city: City | None, row: list[Any]) -> Organisation:
    number, zh, short_zh, en, short_en, desks, kind = row
    body = f"MN{100_000 + number:06d}"  # number 1, the market regulator, has the code of the vectors in §C.4
    region = city.region if city else "440399"
    return Organisation(
        key=key,
        city=city.key if city else "province",
        kind=kind,
        name_zh=f"{city.zh}{zh}" if city and kind == "department" else zh,
        name_en=f"{city.en} {en}" if city and kind == "department" else en,
        short_zh=short_zh,
        short_en=short_en,
        credit_code=credit.make(_CATEGORY[kind], region, body),
        desks=desks,
    )


@cache
def departments() -> dict[str, Organisation]:
    """Return all organisations by key: `sz.amr`, `zq.bank1`, `gd.moe` …"""
    data = _data()
    found = [
        _organisation(f"{city.prefix}.{name}", city, row)
        for city in cities().values()
        for name, row in data["departments"].items()
    ]
    found += [_organisation(f"gd.{name}", None, row) for name, row in data["province"].items()]
    return {each.key: each for each in found}


def department(key: str) -> Organisation:
    """Return one organisation. Raises KeyError when there is none."""
    return departments()[key]


def in_city(key: str, city: str) -> str:
    """Return the key of the same department in `city` ("psb" or "sz.psb" → "zq.psb"); province-wide keys stay."""
    prefix, _, name = key.rpartition(".")
    return key if prefix == "gd" else f"{cities()[city].prefix}.{name}"
