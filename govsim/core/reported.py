"""The figures of the source report, exactly as reported, each with the row that states it (domain.md §A.2)."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from govsim.core import yamlfile

FILE: Final = Path(__file__).parent / "reported.yaml"
QUALIFIERS: Final = {"=": ("", ""), ">": ("超过", "over "), "<=": ("不超过", "at most ")}


@dataclass(frozen=True)
class Reported:
    """One reported figure. `qualifier` is "=", ">" (more than) or "<=" (at most); `row` a row of domain.md §A.1."""

    key: str
    qualifier: str
    value: float
    row: str
    city: str
    label: dict[str, str]
    unit: dict[str, str]


@cache
def _file() -> dict[str, Any]:
    found: dict[str, Any] = yamlfile.plain(yamlfile.load(FILE))
    return found


@cache
def registry() -> tuple[Reported, ...]:
    """Return every reported figure in the order of the registry."""
    return tuple(Reported(**each) for each in _file()["figures"])


def source() -> dict[str, str]:
    """Return what the figures are from, in both languages."""
    found: dict[str, str] = _file()["source"]
    return found


def as_data(each: Reported) -> dict[str, Any]:
    """Return one figure for the API and the command; `kind` says that it is reported."""
    return {
        "kind": "reported",
        "key": each.key,
        "label": each.label,
        "qualifier": each.qualifier,
        "value": each.value,
        "unit": each.unit,
        "city": each.city,
        "row": each.row,
        "source": source(),
    }


def shown(each: Reported) -> dict[str, Any]:
    """Return one figure as pages show it: its thousands set apart, “more than” and “at most” in words."""
    zh, en = QUALIFIERS[each.qualifier]
    return {**as_data(each), "shown": f"{each.value:,}", "about": {"zh": zh, "en": en.strip()}}
