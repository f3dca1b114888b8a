"""The shared-data catalogue: what each dataset holds, and who answers for it (domain.md B.18). Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from govsim.core import organisations, plaintext, yamlfile

FILE = Path(__file__).with_name("datasets.yaml")
FIELD_TYPES = frozenset({"text", "choice", "date", "int", "bool", "money", "list", "citizen", "credit", "account"})
SUBJECTS = frozenset({"person", "firm", "address"})
SHARING = MappingProxyType(
    {
        "unconditional": {"zh": "无条件共享", "en": "Shared without condition"},
        "conditional": {"zh": "有条件共享", "en": "Shared on condition"},
        "closed": {"zh": "不予共享", "en": "Not shared"},
    }
)

type Holds = Literal["one", "many"]


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a dataset. `empty` says that "" is a value ("none") and not a gap."""

    key: str
    zh: str
    en: str
    type: str
    choices: tuple[str, ...]
    sensitive: bool
    empty: bool

    def fault(self, value: object) -> tuple[str, str] | None:
        """Say in Chinese and English what is wrong with a value as records store it; None when nothing is."""
        if value == "" and (self.empty or "" in self.choices):
            return None
        match self.type:
            case "bool":
                fits = isinstance(value, bool)
            case "int" | "money":
                fits = isinstance(value, int) and not isinstance(value, bool)
            case "list":
                fits = isinstance(value, list) and all(isinstance(each, str) for each in value)
            case "date":
                fits = isinstance(value, str) and _is_date(value)
            case "choice":
                fits = value in self.choices
            case _:
                fits = isinstance(value, str)
        if fits:
            texts = value if isinstance(value, list) else [value]
            return next(filter(None, (plaintext.fault(each) for each in texts if isinstance(each, str))), None)
        allowed = f"（{'、'.join(self.choices)}）" if self.choices else ""
        allowed_en = f" ({', '.join(self.choices)})" if self.choices else ""
        return f"{self.zh}应为 {self.type}{allowed}", f"{self.en} must be of type {self.type}{allowed_en}"


@dataclass(frozen=True, slots=True)
class Dataset:
    """One entry of the catalogue. `department` is `psb` (one register per city) or `gd.moe` (one for the province).

    `holds` is "one" when a subject has one record, so that two that differ contradict each other. `complete` means
    that an answered query without a record is a known "none". `median_seconds` and `sigma` describe the simulated
    answer time.
    """

    key: str
    zh: str
    en: str
    department: str
    subject: str
    holds: Holds
    complete: bool
    sharing: str
    code: str
    median_seconds: float
    sigma: float
    fields: Mapping[str, Field]
    dates: tuple[str, ...]  # the names of the date fields

    def source(self, prefix: str) -> str:
        """Return the key of the department that answers in the city with this prefix (sz, jm or zq)."""
        return self.department if self.department.startswith("gd.") else f"{prefix}.{self.department}"

    def typed(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """Return a stored record with its dates as `date`; an empty date stays ""."""
        found = dict(body)
        for name in self.dates:
            if isinstance(value := found.get(name), str) and value:
                found[name] = date.fromisoformat(value)
        return found


@cache
def datasets() -> Mapping[str, Dataset]:
    """Return every dataset by key, in the order of `datasets.yaml`. Raises ValueError with file and line."""
    content = yamlfile.load(FILE)
    return MappingProxyType({key: _dataset(content, key) for key in content})


def prefix_of(text: str) -> str | None:
    """Return sz, jm or zq for a department key, a city, a citizen number, a credit code or an address code."""
    for city in organisations.cities().values():
        county = city.region[:4]
        if text == city.key or text.startswith((f"{city.prefix}.", county)) or text[2:6] == county:
            return city.prefix
    return None


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _dataset(content: Any, key: str) -> Dataset:
    node = content[key]
    try:
        fields = MappingProxyType({name: _field(node["fields"], name) for name in node["fields"]})
        found = Dataset(
            key=key,
            zh=node["name"]["zh"],
            en=node["name"]["en"],
            department=node["department"],
            subject=node["subject"],
            holds=node["holds"],
            complete=node["complete"],
            sharing=node["sharing"],
            code=node["code"],
            median_seconds=float(node["seconds"]["median"]),
            sigma=float(node["seconds"]["sigma"]),
            fields=fields,
            dates=tuple(field.key for field in fields.values() if field.type == "date"),
        )
    except KeyError as missing:
        raise ValueError(f"{yamlfile.where(FILE, content, key)}: {key} lacks {missing}") from missing
    if found.sharing not in SHARING or found.subject not in SUBJECTS or found.holds not in ("one", "many"):
        raise ValueError(f"{yamlfile.where(FILE, content, key)}: unknown sharing, subject or holds")
    return found


def _field(fields: Any, key: str) -> Field:
    node = fields[key]
    if node["type"] not in FIELD_TYPES:
        raise ValueError(f"{yamlfile.where(FILE, fields, key)}: unknown type {node['type']}")
    return Field(
        key=key,
        zh=node["zh"],
        en=node["en"],
        type=node["type"],
        choices=tuple(node.get("choices", ())),
        sensitive=node.get("sensitive", False),
        empty=node.get("empty", False),
    )
