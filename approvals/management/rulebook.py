"""What the `rules` command reads: items, published or from their files, and JSON files given by people."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.db import DatabaseError

import services
from govsim.core.errors import NotFound
from services import queries, schema

USAGE = 2  # exit code: wrong usage or a bad file
CATALOGUE = Path(services.__file__).parent / "catalogue"


class Unusable(CommandError):
    """What was asked for or handed in cannot be used: exit code 2 with one sentence in each language."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh} / {en}", returncode=USAGE)


@dataclass(frozen=True)
class Book:
    """The items at hand, by key, with the standing conditions; `published` says whether the database had them."""

    items: Mapping[str, Mapping[str, Any]]
    standing: Mapping[str, Any]
    published: bool

    def item(self, key: str) -> Mapping[str, Any]:
        """Return the body of an item, named by its key or by the part after the dot where only one item has it."""
        if key in self.items:
            return self.items[key]
        alike = [body for other, body in self.items.items() if other.partition(".")[2] == key]
        if len(alike) == 1:
            return alike[0]
        known = ", ".join(sorted(self.items))
        raise Unusable(f"没有事项 {key}，可选：{known}", f"there is no item {key}; there are: {known}")


def read(catalogue: str | None) -> Book:
    """Return the published items; those of the files when nothing is published, or of the folder or file named."""
    if catalogue is None:
        book = _published()
        if book is not None:
            return book
    return _from_files(Path(catalogue) if catalogue else CATALOGUE)


def _published() -> Book | None:
    try:
        items = {each.key: each.body for each in queries.items()}
        return Book(items, queries.standing(), published=True) if items else None
    except (DatabaseError, NotFound):  # no tables yet, or nothing published
        return None


def _from_files(root: Path) -> Book:
    own = schema.read(CATALOGUE)
    try:
        found = own if root == CATALOGUE else schema.read(root, context=own)
    except OSError as error:
        raise Unusable(f"无法读取 {root}", f"{root} cannot be read: {error.strerror}") from error
    for problem in found.problems:
        raise Unusable(f"{problem.file}:{problem.line}：{problem.zh}", f"{problem.file}:{problem.line}: {problem.en}")
    standing = found.standing or own.standing
    bodies = {key: document.body for key, document in found.items.items()}
    return Book(bodies, standing.body if standing else {}, published=False)


def json_object(path: str) -> tuple[dict[str, Any], str]:
    """Return the JSON object that a file holds, and its text. Raises Unusable with file and line."""
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Unusable(f"无法读取文件 {path}", f"the file {path} cannot be read") from error
    try:
        found = json.loads(text, object_pairs_hook=_without_doubles, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise Unusable(
            f"{path}:{error.lineno}：不是有效的 JSON", f"{path}:{error.lineno}: not JSON: {error.msg}"
        ) from error
    except (_DoubledError, RecursionError) as error:
        line = line_of(text, str(error), last=True)
        raise Unusable(f"{path}:{line}：内容无效：{error}", f"{path}:{line}: not valid: {error}") from error
    if not isinstance(found, dict):
        raise Unusable(f"{path}:1：应为一个 JSON 对象", f"{path}:1: one JSON object is expected")
    return found, text


class _DoubledError(Exception):
    """A key stands twice in a JSON object, or a number is none."""


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        raise _DoubledError(next(key for key in keys if keys.count(key) > 1))
    return found


def _no_constant(name: str) -> Any:
    raise _DoubledError(name)


def line_of(text: str, key: str, *, last: bool = False) -> int:
    """Return the line, from 1, on which a key stands in a JSON text."""
    quoted = json.dumps(key, ensure_ascii=False)
    at = text.rfind(quoted) if last else text.find(quoted)
    return text.count("\n", 0, at if at >= 0 else max(text.find(key), 0)) + 1


def with_parameters(body: Mapping[str, Any], path: str) -> Mapping[str, Any]:
    """Return the body with the figures of a flat JSON file in place of its own, from the beginning of time.

    A figure is a value, or the rows of a table. Raises Unusable for a parameter that the item does not have.
    """
    given, text = json_object(path)
    known = {each["key"] for each in body.get("parameters") or ()}
    for key in given:
        if key not in known:
            line = line_of(text, key)
            raise Unusable(f"{path}:{line}：没有参数 {key}", f"{path}:{line}: there is no parameter {key}")
    parameters = [
        {**each, "values": [_entry(given[each["key"]])]} if each["key"] in given else each
        for each in body.get("parameters") or ()
    ]
    return {**body, "parameters": parameters}


def _entry(value: Any) -> dict[str, Any]:
    rows = isinstance(value, list) and any(isinstance(each, dict) for each in value)
    return {"from": "1900-01-01", "rows" if rows else "value": value}
