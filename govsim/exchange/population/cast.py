"""A cast file: people, firms and records that somebody wrote down, checked and turned into rows (decision 5). Pure.

`{"people": [], "firms": [], "records": {dataset: []}, "down": [], "conflicts": []}`; every part may be left out.
A record names its subject in `key`. A record of a dataset that holds one record a subject goes over what the person
or firm entry says; two such records contradict each other. `down` and `conflicts` name datasets or departments;
an entry of `conflicts` may also be a second record `{"dataset", "key", …}` that contradicts the first.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from govsim.core import organisations, plaintext, yamlfile
from govsim.core.codes import citizen, credit, regions, safety
from govsim.core.codes.errors import CodeError
from govsim.core.errors import BadInput
from govsim.exchange import catalogue
from govsim.exchange.population import words
from govsim.exchange.population.census import Row

PARTS = ("people", "firms", "records", "down", "conflicts")
_PERSON = frozenset(catalogue.datasets()["population"].fields) | {"number", "city", "level"}
_FIRM = frozenset(catalogue.datasets()["enterprises"].fields) | {"code"}
_KIND_OF_CATEGORY = {"91": "company", "92": "individual"}


@dataclass(frozen=True)
class Cast:
    """What a file holds: `rows` to add, `faults` to set as (source, mode), and how many people and firms it names."""

    people: int
    firms: int
    rows: list[Row]
    faults: list[tuple[str, str]]


@dataclass
class _Reader:
    """Collects what a file says and what is wrong with it, each fault with file and line."""

    path: Path | None
    problems: dict[str, tuple[str, str]] = field(default_factory=dict)
    made: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)  # from people and firms
    cities: dict[str, str] = field(default_factory=dict)
    written: list[tuple[str, str, str, dict[str, Any]]] = field(default_factory=list)  # dataset, key, source, body

    def wrong(self, trail: str, node: Any, key: Any, zh: str, en: str) -> None:
        place = f"{yamlfile.where(self.path, node, key)} {trail}" if self.path else trail
        self.problems.setdefault(place, (zh, en))

    def safe(self, trail: str, node: Any, key: Any, value: str, kind: str) -> bool:
        """Check one identifier: it must not look real, and a citizen number or credit code must be right."""
        try:
            for each in _guards(value, kind):
                safety.refuse_real(value, each)
            if kind in ("citizen", "person"):
                citizen.parse(value)
            elif kind in ("credit", "firm"):
                credit.parse(value)
        except CodeError as error:
            self.wrong(trail, node, key, error.zh, error.en)
            return False
        return True

    def body(self, trail: str, node: Mapping[str, Any], dataset: catalogue.Dataset) -> dict[str, Any]:
        """Return the checked fields of `dataset` in `node`; other keys are ignored here."""
        found: dict[str, Any] = {}
        for name in dataset.fields:
            if name not in node:
                continue
            value = plain(node[name])
            place = f"{trail}.{name}"
            if fault := dataset.fields[name].fault(value):
                self.wrong(place, node, name, *fault)
                continue
            for text in value if isinstance(value, list) else [value]:
                if isinstance(text, str) and text:
                    self.safe(place, node, name, text, dataset.fields[name].type)
            found[name] = value
        return found

    def known_keys(self, trail: str, node: Any, allowed: frozenset[str]) -> bool:
        if not isinstance(node, Mapping):
            self.wrong(trail, node, None, "此处应为对象", "An object is expected here")
            return False
        for name in node:
            if name not in allowed:
                self.wrong(f"{trail}.{name}", node, name, f"没有“{name}”这一字段", f"There is no field “{name}”")
        return True

    def text(self, trail: str, node: Mapping[str, Any], key: str) -> str | None:
        value = node.get(key)
        if isinstance(value, str) and value.strip():
            return plaintext.normal(value.strip())
        self.wrong(f"{trail}.{key}", node, key, f"缺少“{key}”，应为文本", f"“{key}” is missing; it must be a text")
        return None


def _guards(value: str, kind: str) -> tuple[safety.Kind, ...]:
    """Return what a value must not look like; a free text may be anything, but 18 digits are first of all a number."""
    if kind == "account":
        return ("bank_account",)
    if kind in ("citizen", "person") or regions.is_simulated(value[:6]):
        return ("citizen",)  # read as a credit code, the number of a simulated region can seem to name a real one
    if len(value) == 18:
        return ("citizen", "credit")
    return ("citizen", "credit", "mobile", "bank_account")


def plain(node: Any) -> Any:
    """Return the content of a YAML or JSON node as records store it: dates as YYYY-MM-DD."""
    value = yamlfile.plain(node)
    if isinstance(value, str):
        return plaintext.normal(value)
    return value.isoformat() if isinstance(value, date) else value


def read(data: Any, *, path: Path | None = None) -> Cast:
    """Return what a cast file says. `data` may be plain, or come from `core.yamlfile` with `path` for places.

    Raises BadInput naming every fault by `file:line` and trail; real-looking identifiers are among the faults.
    """
    reader = _Reader(path)
    if not reader.known_keys("文件 / file", data, frozenset(PARTS)):
        raise BadInput(reader.problems)
    people, firms = _entries(reader, data, "people"), _entries(reader, data, "firms")
    for trail, node in people:
        _person(reader, trail, node)
    for trail, node in firms:
        _firm(reader, trail, node)
    _records(reader, data)
    faults = _faults(reader, data)
    if reader.problems:
        raise BadInput(reader.problems)
    return Cast(people=len(people), firms=len(firms), rows=_rows(reader), faults=faults)


def _entries(reader: _Reader, data: Mapping[str, Any], part: str) -> list[tuple[str, Any]]:
    node = data.get(part) or []
    if not isinstance(node, list):
        reader.wrong(part, data, part, "此处应为列表", "A list is expected here")
        return []
    return [(f"{part}[{at}]", each) for at, each in enumerate(node)]


def _person(reader: _Reader, trail: str, node: Any) -> None:
    if not reader.known_keys(trail, node, _PERSON):
        return
    number, name = reader.text(trail, node, "number"), reader.text(trail, node, "name")
    if number is None or name is None or not reader.safe(f"{trail}.number", node, "number", number, "citizen"):
        return
    facts, home = citizen.parse(number), regions.city_of(number)
    city = plain(node.get("city", home.slug if home else "shenzhen"))
    if city not in organisations.cities():
        reader.wrong(f"{trail}.city", node, "city", f"不是试点城市：{city}", f"Not one of the pilot cities: {city}")
        return
    given = reader.body(trail, node, catalogue.datasets()["population"])
    household_city = given.get("household_city", city)
    region = given.get("household_region") or (
        "440000" if household_city == "other" else regions.city(household_city).districts[0].code
    )
    birth = facts.birth.isoformat()
    for key, says in (("sex", facts.sex), ("birth_date", birth)):
        if given.get(key, says) != says:
            reader.wrong(f"{trail}.{key}", node, key, f"与公民身份号码不一致：{says}", f"The number says {says}")
    try:
        address, address_en = words.address(region, 1 + facts.sequence)
    except CodeError as error:
        reader.wrong(f"{trail}.household_region", node, "household_region", error.zh, error.en)
        return
    level = plain(node.get("level", "face"))
    library = catalogue.datasets()["identity_library"]
    if fault := library.fields["level"].fault(level):
        reader.wrong(f"{trail}.level", node, "level", *fault)
    reader.cities[number] = city
    reader.made["population", number] = {
        "pinyin": words.pinyin(name) or "",
        "sex": facts.sex,
        "birth_date": birth,
        "household_city": household_city,
        "household_region": region,
        "registered_on": birth,
        "address": address,
        "address_en": given.get("address", address_en),
        "spouse": "",
        "household": number,
        "guardian": "",
        **given,
        "name": name,
    }
    reader.made["identity_library", number] = {"name": name, "level": level}


def _firm(reader: _Reader, trail: str, node: Any) -> None:
    if not reader.known_keys(trail, node, _FIRM):
        return
    code, name = reader.text(trail, node, "code"), reader.text(trail, node, "name")
    if code is None or name is None or not reader.safe(f"{trail}.code", node, "code", code, "credit"):
        return
    given = reader.body(trail, node, catalogue.datasets()["enterprises"])
    reader.made["enterprises", code] = {
        "name_en": name,
        "kind": _KIND_OF_CATEGORY.get(code[:2], "company"),
        "status": "active",
        "capital_fen": 100_000_000,
        "scope": ["I6513"],
        "food_sales": False,
        "address_code": "",
        "legal_representative": "",
        "established_on": "2020-01-01",
        **given,
        "name": name,
    }


def _records(reader: _Reader, data: Mapping[str, Any]) -> None:
    node = data.get("records") or {}
    if not isinstance(node, Mapping):
        reader.wrong("records", data, "records", "此处应为对象", "An object is expected here")
        return
    for name in node:
        dataset = catalogue.datasets().get(name)
        if dataset is None:
            reader.wrong(f"records.{name}", node, name, f"没有数据集“{name}”", f"There is no dataset “{name}”")
            continue
        for trail, entry in _entries(reader, node, name):
            _record(reader, f"records.{trail}", entry, dataset, also=frozenset({"key", "source"}))


def _record(
    reader: _Reader, trail: str, node: Any, dataset: catalogue.Dataset, *, also: frozenset[str]
) -> tuple[str, dict[str, Any]] | None:
    if not reader.known_keys(trail, node, also | frozenset(dataset.fields)):
        return None
    key = reader.text(trail, node, "key")
    if key is None or not reader.safe(f"{trail}.key", node, "key", key, dataset.subject):
        return None
    body = reader.body(trail, node, dataset)
    source = plain(node.get("source", ""))
    if source and source not in organisations.departments():
        reader.wrong(f"{trail}.source", node, "source", f"没有部门“{source}”", f"There is no department “{source}”")
    reader.written.append((dataset.key, key, source, body))
    return key, body


def _faults(reader: _Reader, data: Mapping[str, Any]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for part, mode in (("down", "down"), ("conflicts", "conflict")):
        for trail, node in _entries(reader, data, part):
            if part == "conflicts" and isinstance(node, Mapping):
                _contradiction(reader, trail, node)
            elif isinstance(node, str) and (node in catalogue.datasets() or node in organisations.departments()):
                found.append((str(node), mode))
            else:
                reader.wrong(trail, data, part, f"没有数据集或部门“{node}”", f"There is no such source: “{node}”")
    return found


def _contradiction(reader: _Reader, trail: str, node: Mapping[str, Any]) -> None:
    dataset = catalogue.datasets().get(node.get("dataset", ""))
    if dataset is None or dataset.holds != "one":
        zh, en = "需要每人一条记录的数据集", "A dataset that holds one record a subject is needed"
        reader.wrong(f"{trail}.dataset", node, "dataset", zh, en)
        return
    before = [body for kind, key, _, body in reader.written if (kind, key) == (dataset.key, node.get("key"))]
    base = before[0] if before else reader.made.get((dataset.key, node.get("key", "")))
    added = _record(reader, trail, node, dataset, also=frozenset({"dataset", "key", "source"}))
    if base is None or added is None:
        zh, en = "文件中没有可与之冲突的记录", "The file has no record that this one could contradict"
        reader.wrong(trail, node, None, zh, en)
    elif not before:
        # The person's or firm's own entry is the first of the two.
        reader.written.insert(len(reader.written) - 1, (dataset.key, added[0], "", {}))


def _rows(reader: _Reader) -> list[Row]:
    datasets = catalogue.datasets()
    replaced = {(dataset, key) for dataset, key, _, _ in reader.written}
    everything = [
        (dataset, key, "", body) for (dataset, key), body in reader.made.items() if (dataset, key) not in replaced
    ]
    for dataset, key, source, body in reader.written:
        everything.append((dataset, key, source, {**reader.made.get((dataset, key), {}), **body}))
    return [
        Row(dataset, key, source or _source(reader, datasets[dataset], key, body), body)
        for dataset, key, source, body in everything
    ]


def _source(reader: _Reader, dataset: catalogue.Dataset, key: str, body: Mapping[str, Any]) -> str:
    at = body.get("city") or body.get("household_city") or ""
    prefix = catalogue.prefix_of(at) or catalogue.prefix_of(reader.cities.get(key, "")) or catalogue.prefix_of(key)
    return dataset.source(prefix or "sz")
