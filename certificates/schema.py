"""Certificate types as data: what `types/*.yaml` may say, and what it says (domain.md §E.6; catalogue GB/T 36902)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from govsim.core import organisations, yamlfile

FOLDER = Path(__file__).parent / "types"
HOLDERS = {"person", "firm", "project", "vehicle"}
LEVELS = {"national", "province", "city", "district"}
VALIDITIES = {"long", "years", "by_date"}
FIELD_TYPES: dict[str, type | tuple[type, ...]] = {
    "text": str,
    "date": date,
    "int": int,
    "money": int,
    "bool": bool,
    "list": list,
}
# What every certificate carries beside the fields of its type (metadata of GB/T 36903, §C.11).
STANDING = {
    "holder_name": {"zh": "持证主体", "en": "Holder"},
    "holder_code": {"zh": "持证主体代码", "en": "Holder's code"},
    "number": {"zh": "证照编号", "en": "Certificate number"},
}


@dataclass(frozen=True, slots=True)
class Label:
    """A name in both languages."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a type. Dates are stored as YYYY-MM-DD, money in fen."""

    key: str
    label: Label
    type: str
    mandatory: bool


@dataclass(frozen=True, slots=True)
class CertificateType:
    """One type. `issuer` is a department without its city; `years` are the usual terms, the first is the default."""

    key: str
    number: int
    name: Label
    issuer: str
    authority: Label | None  # who issues it in reality, where the simulation has another department do it
    level: str
    holders: tuple[str, ...]
    validity: str
    years: tuple[int, ...]
    may_be_long: bool
    verified: bool
    fields: Mapping[str, Field]

    @property
    def holder(self) -> str:
        """Return the usual kind of holder: person, firm, project or vehicle."""
        return self.holders[0]

    def issuer_in(self, city: str) -> str:
        """Return the organisation that issues this type in `city` (shenzhen …): `sz.amr`, or `gd.moe` everywhere."""
        key = f"gd.{self.issuer}"
        return key if key in organisations.departments() else organisations.in_city(self.issuer, city)

    def code(self, authority_code: str) -> str:
        """Return 证照类型代码: the defining authority's credit code and the three digits of the type (§C.5)."""
        return f"{authority_code}{self.number:03d}"

    def holder_of(self, code: str) -> str:
        """Return which kind of holder a code belongs to: a citizen number has a birth date inside."""
        if "person" not in self.holders or len(self.holders) == 1:
            return self.holders[0]
        return "person" if code[6:14].isdigit() and code[6:8] in ("18", "19", "20") else self.holders[-1]

    def until(self, start: date) -> date | None:
        """Return the last day of a certificate that begins on `start` when nobody says otherwise; None is for good."""
        return add_years(start, self.years[0]) if self.validity == "years" else None

    def faults(self, fields: Mapping[str, object]) -> dict[str, tuple[str, str]]:
        """Return field key → (zh, en) of what a certificate with these fields would have wrong."""
        found = {}
        for key, value in fields.items():
            field = self.fields.get(key)
            if field is None:
                found[key] = (f"“{self.name.zh}”没有字段 {key}", f"{self.name.en} has no field {key}")
            elif value is not None and not fits(field.type, value):
                found[key] = (f"“{field.label.zh}”的值类型不对", f"{field.label.en} has a value of the wrong type")
        for key, field in self.fields.items():
            if field.mandatory and fields.get(key) in (None, ""):
                found[key] = (f"缺少“{field.label.zh}”", f"{field.label.en} is missing")
        return found


def fits(type_: str, value: object) -> bool:
    """Say whether a value may stand in a field of this type; a date may be a date or YYYY-MM-DD."""
    if isinstance(value, bool):
        return type_ == "bool"
    if type_ == "date" and isinstance(value, str):
        try:
            return date.fromisoformat(value).isoformat() == value
        except ValueError:
            return False
    if type_ == "list" and isinstance(value, tuple):
        return True
    return isinstance(value, FIELD_TYPES[type_])


def add_years(start: date, years: int) -> date:
    """Return the same day so many years later; 29 February becomes 28 February."""
    try:
        return start.replace(year=start.year + years)
    except ValueError:
        return start.replace(year=start.year + years, day=28)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in a types file, and where."""

    place: str
    zh: str
    en: str


def check(folder: Path = FOLDER) -> list[Problem]:
    """Return every problem of the type files in `folder`; an empty list means that they can be loaded."""
    return _read(folder)[1]


def _read(folder: Path) -> tuple[dict[str, dict[str, Any]], list[Problem]]:
    bodies: dict[str, dict[str, Any]] = {}
    problems: list[Problem] = []
    seen: dict[Any, str] = {}
    for path in sorted(folder.glob("*.yaml")):
        try:
            content = yamlfile.load(path)
        except yamlfile.YamlError as error:
            problems.append(Problem(f"{path}:{error.line}", "不是有效的 YAML", error.problem))
            continue
        for key, node in content.items():
            place, body = yamlfile.where(path, content, key), yamlfile.plain(node)
            problems += [Problem(place, f"{key}：{zh}", f"{key}: {en}") for zh, en in _faults(body)]
            for mark in (key, body.get("number")):
                if mark in seen:
                    problems.append(Problem(place, f"{mark} 重复，已见于 {seen[mark]}", f"{mark} repeats {seen[mark]}"))
                seen[mark] = place
            bodies[key] = body
    return bodies, problems


def _faults(body: dict[str, Any]) -> list[tuple[str, str]]:
    found = []
    known = {each.rpartition(".")[2] for each in organisations.departments()}
    validity = body.get("validity") or {}
    if not isinstance(body.get("number"), int) or not 1 <= body["number"] <= 999:
        found.append(("编号须为 1 至 999", "the number must be 1 to 999"))
    if body.get("issuer") not in known:
        found.append(("没有这个发证机关", "there is no such issuer"))
    if body.get("level") not in LEVELS:
        found.append(("层级不对", "the level is not known"))
    if not body.get("holder") or set(body["holder"]) - HOLDERS:
        found.append(("持证主体不对", "the holder is not known"))
    if validity.get("kind") not in VALIDITIES or (validity["kind"] == "years") != bool(validity.get("years")):
        found.append(("有效期不对", "the validity is not right"))
    labels = {"name": body.get("name"), **(body.get("fields") or {})}
    for name, entry in labels.items():
        if not isinstance(entry, dict) or not entry.get("zh") or not entry.get("en"):
            found.append((f"{name} 缺少中文或英文名称", f"{name} needs a name in both languages"))
        elif name != "name" and entry.get("type") not in FIELD_TYPES:
            found.append((f"{name} 的类型不对", f"{name} has an unknown type"))
        elif name in STANDING:
            found.append((f"{name} 是每种证照都有的字段", f"{name} belongs to every type"))
    return found


@cache
def types() -> dict[str, CertificateType]:
    """Return all types by key. Raises ValueError naming file and line when a file is faulty."""
    bodies, problems = _read(FOLDER)
    if problems:
        raise ValueError("\n".join(f"{each.place}: {each.zh} / {each.en}" for each in problems))
    found = [_type(key, body) for key, body in bodies.items()]
    return {each.key: each for each in sorted(found, key=lambda each: each.number)}


def _type(key: str, body: dict[str, Any]) -> CertificateType:
    fields = {
        name: Field(name, Label(entry["zh"], entry["en"]), entry["type"], bool(entry.get("mandatory")))
        for name, entry in body["fields"].items()
    }
    authority = body.get("authority")
    return CertificateType(
        key=key,
        number=body["number"],
        name=Label(**body["name"]),
        issuer=body["issuer"],
        authority=Label(**authority) if authority else None,
        level=body["level"],
        holders=tuple(body["holder"]),
        validity=body["validity"]["kind"],
        years=tuple(body["validity"].get("years", ())),
        may_be_long=bool(body["validity"].get("may_be_long")),
        verified=body["verified"],
        fields=fields,
    )
