"""From files to documents: reading YAML with positions, and making a city's variant of an item (`extends`). Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final, Literal

from govsim.core import organisations, yamlfile

type Kind = Literal["item", "theme", "standing", "words"]
type Place = Sequence[str | int]  # the way from the top of a body to a value: keys and list positions

_FIXED: Final[Mapping[str, Kind]] = {"standing.yaml": "standing", "words.yaml": "words"}
# By which an entry of a list is known, first match: a fact has a `name` beside the `key` of whom it is asked about.
_IDENTITY: Final = ("name", "key", "id")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in a catalogue file: the file, the line from 1, and a sentence in both languages.

    `unreadable` says that the file could not even be read as data, `place` which value of the body it is about.
    """

    file: str
    line: int
    zh: str
    en: str
    unreadable: bool = False
    place: Place = field(default=(), compare=False)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.zh} / {self.en}"


@dataclass(frozen=True, slots=True)
class Document:
    """One file: its `node` with positions, and its `body` as plain JSON data with `extends` carried out."""

    path: Path
    kind: Kind
    node: Any
    body: dict[str, Any] = field(repr=False)

    @property
    def key(self) -> str:
        """The key of the item or theme; empty for standing.yaml and words.yaml."""
        key = self.body.get("key")
        return key if isinstance(key, str) else ""

    def line(self, place: Place = ()) -> int:
        """Return the line of a value of the body, or of the nearest thing around it that stands in this file."""
        node, found = self.node, yamlfile.line(self.node)
        varies = isinstance(node, Mapping) and "extends" in node
        if varies:
            found = yamlfile.line(node, "extends")
        at: Any = self.body
        for step in place:
            at = at[step] if _has(at, step) else None
            step_here = _step_here(node, step, at if varies else None)
            if step_here is None:
                return found
            found, node = yamlfile.line(node, step_here), node[step_here]
        return found

    def problem(self, place: Place, zh: str, en: str) -> Problem:
        """Return a problem at a place of the body."""
        return Problem(str(self.path), self.line(place), zh, en, place=tuple(place))


def _has(value: Any, step: str | int) -> bool:
    if isinstance(step, int):
        return isinstance(value, list) and step < len(value)
    return isinstance(value, Mapping) and step in value


def _identity(entry: Any) -> Any:
    if not isinstance(entry, Mapping):
        return None
    return next((entry[name] for name in _IDENTITY if isinstance(entry.get(name), str)), None)


def _step_here(node: Any, step: str | int, value: Any) -> str | int | None:
    """Return the step in this file's own node, None when there is none; by name where `value` has one (a variant)."""
    if not isinstance(step, int):
        return step if isinstance(node, Mapping) and step in node else None
    if not isinstance(node, list):
        return None
    wanted = _identity(value)
    if wanted is not None:
        return next((at for at, entry in enumerate(node) if _identity(entry) == wanted), None)
    return step if step < len(node) else None


def as_json(value: Any) -> Any:
    """Return YAML content as JSON data: dates as ISO text, keys as text."""
    if isinstance(value, Mapping):
        return {str(key): as_json(part) for key, part in value.items()}
    if isinstance(value, list):
        return [as_json(part) for part in value]
    return value.isoformat() if isinstance(value, date) else yamlfile.plain(value)


@dataclass(slots=True)
class Catalogue:
    """All documents that were read, by key, and what could not be read."""

    items: dict[str, Document] = field(default_factory=dict)
    themes: dict[str, Document] = field(default_factory=dict)
    standing: Document | None = None
    words: Document | None = None
    problems: list[Problem] = field(default_factory=list)

    def documents(self) -> Iterator[Document]:
        """Yield every document, items first."""
        yield from self.items.values()
        yield from self.themes.values()
        yield from (each for each in (self.standing, self.words) if each is not None)

    def add(self, document: Document) -> None:
        """Take a document in; of two with one key the second is a problem."""
        if document.kind == "standing":
            self.standing = document
            return
        if document.kind == "words":
            self.words = document
            return
        shelf = self.items if document.kind == "item" else self.themes
        if not document.key:
            self.problems.append(document.problem((), "缺少 key", "key is missing"))
        elif document.key in self.items or document.key in self.themes:
            zh, en = f"键重复：{document.key}", f"the key is used twice: {document.key}"
            self.problems.append(document.problem(("key",), zh, en))
        else:
            shelf[document.key] = document


def read(root: Path, *, context: Catalogue | None = None) -> Catalogue:
    """Read a file or all `*.yaml` below a folder. Bases of variants are also looked for in `context`.

    A file that is not YAML, or not a mapping, becomes a problem with its line. Raises FileNotFoundError.
    """
    if not root.exists():
        raise FileNotFoundError(root)
    found = Catalogue()
    pending: dict[str, tuple[Path, Any]] = {}
    for path in sorted(root.rglob("*.yaml")) if root.is_dir() else [root]:
        try:
            node = yamlfile.load(path)
        except yamlfile.YamlError as error:
            found.problems.append(Problem(str(path), error.line, "不是有效的 YAML", f"not YAML: {error.problem}", True))
            continue
        if not isinstance(node, Mapping):
            found.problems.append(Problem(str(path), 1, "文件应为键值结构", "the file is no mapping", True))
        elif "extends" in node:
            pending[str(path)] = (path, node)
        else:
            found.add(Document(path, _kind(path, node), node, as_json(node)))
    _add_variants(found, pending, context or Catalogue())
    return found


def _kind(path: Path, body: Mapping[str, Any]) -> Kind:
    return _FIXED.get(path.name) or ("theme" if "branches" in body else "item")


def _add_variants(found: Catalogue, pending: dict[str, tuple[Path, Any]], context: Catalogue) -> None:
    """Take in the variants whose base is there, again and again, until no more can be made."""
    progress = True
    while pending and progress:
        progress = False
        for name, (path, node) in list(pending.items()):
            shelves = (found.items, found.themes, context.items, context.themes)
            base = next((shelf[node["extends"]] for shelf in shelves if node["extends"] in shelf), None)
            if base is not None:
                del pending[name]
                found.add(Document(path, base.kind, node, variant(base.body, as_json(node))))
                progress = True
    for path, node in pending.values():
        zh, en = f"没有可以沿用的事项：{node['extends']}", f"there is nothing to extend: {node['extends']}"
        found.problems.append(Problem(str(path), yamlfile.line(node, "extends"), zh, en))


def variant(base: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Return the body of a variant: the base in the words of the variant's city, and its own keys laid over it."""
    changes = {key: value for key, value in own.items() if key != "extends"}
    cities = organisations.cities()
    old, new = cities.get(str(base.get("city"))), cities.get(str(own.get("city", base.get("city"))))
    body = dict(base) if old is None or new is None or old == new else _moved(base, old, new)
    return dict(_merged(body, changes))


def _moved(value: Any, old: organisations.City, new: organisations.City) -> Any:
    """Return the same with the two cities exchanged: prefixes of departments and items, the cities' keys and names.

    They change places, so that a list of choices that holds both still holds both.
    """
    if isinstance(value, Mapping):
        return {key: _moved(part, old, new) for key, part in value.items()}
    if isinstance(value, list):
        return [_moved(part, old, new) for part in value]
    if not isinstance(value, str):
        return value
    pairs = ((f"{old.prefix}.", f"{new.prefix}."), (old.key, new.key), (_short(old), _short(new)), (old.en, new.en))
    exchange = {**dict(pairs), **{after: before for before, after in pairs}}
    prefixes = rf"\b(?:{old.prefix}|{new.prefix})\.(?=[a-z])"
    words = "|".join((rf"\b{old.key}\b", rf"\b{new.key}\b", _short(old), _short(new), old.en, new.en))
    return re.sub(f"{prefixes}|{words}", lambda match: exchange[match[0]], value)


def _short(city: organisations.City) -> str:
    return city.zh.removesuffix("市")


def _merged(base: Any, own: Any) -> Any:
    """Lay `own` over `base`: mappings key by key, lists of named entries entry by entry, anything else replaces."""
    if isinstance(base, Mapping) and isinstance(own, Mapping):
        both = {key: _merged(base[key], own[key]) if key in base and key in own else base.get(key) for key in base}
        return {**both, **{key: value for key, value in own.items() if key not in base}}
    if isinstance(base, list) and isinstance(own, list) and all(_identity(entry) for entry in [*base, *own]):
        changed = {_identity(entry): entry for entry in own}
        names = {_identity(entry) for entry in base}
        kept = [_merged(entry, changed.get(_identity(entry), {})) for entry in base]
        return [*kept, *(entry for entry in own if _identity(entry) not in names)]
    return own
