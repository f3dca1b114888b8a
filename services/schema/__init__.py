"""The catalogue's grammar: reads item, theme and standing files and says, with file and line, what is wrong in them.

Pure: what lies outside the catalogue (datasets, certificate types, departments) is handed in as `Known`.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from jsonschema import Draft202012Validator, ValidationError

from services.schema.items import item_problems, standing_problems
from services.schema.known import Known, KnownCertificate, KnownDataset
from services.schema.reading import Catalogue, Document, Problem, as_json, read, variant
from services.schema.shapes import SHAPES
from services.schema.themes import theme_problems, whole_theme

__all__ = [
    "Catalogue",
    "Document",
    "Known",
    "KnownCertificate",
    "KnownDataset",
    "Problem",
    "check",
    "check_body",
    "read",
    "variant",
    "whole_theme",
]

_VALIDATORS: Final = {kind: Draft202012Validator(shape) for kind, shape in SHAPES.items()}


def check(found: Catalogue, known: Known, *, context: Catalogue | None = None) -> list[Problem]:
    """Return every problem of the documents in `found`, by file and line; what they refer to may lie in `context`."""
    around = context or Catalogue()
    items = {**around.items, **found.items}
    bodies = {key: document.body for key, document in items.items()}
    standing = found.standing or around.standing
    words = found.words or around.words
    problems = list(found.problems)
    for document in found.documents():
        problems += _document(document, known, bodies, standing.body if standing else {}, words.body if words else {})
    problems += _shared_codes(found, items)
    return sorted(set(problems), key=lambda each: (each.file, each.line, each.en))


def check_body(
    body: dict[str, Any], known: Known, standing: Mapping[str, Any], *, without_examples: bool = False
) -> list[Problem]:
    """Return the problems of an item that stands in no file, such as a draft of the rule studio; lines are all 1."""
    document = Document(Path(body.get("key", "")), "item", {}, as_json(body))
    shape = list(_shape(document))
    choices = {
        choice for part in ("form", "facts") for each in body.get(part, ()) for choice in each.get("choices", ())
    }
    return shape or item_problems(document, known, standing, choices, with_examples=not without_examples)


def _document(
    document: Document,
    known: Known,
    items: dict[str, dict[str, Any]],
    standing: dict[str, Any],
    words: dict[str, Any],
) -> list[Problem]:
    shape = list(_shape(document))
    if shape:
        return shape  # the other checks rely on it
    match document.kind:
        case "item":
            return item_problems(document, known, standing, words)
        case "theme":
            return theme_problems(document, items, known)
        case "standing":
            return standing_problems(document, known)
        case _:
            return []


def _shared_codes(found: Catalogue, items: dict[str, Document]) -> Iterator[Problem]:
    """Yield items of one city that have one basic code."""
    seen: dict[tuple[object, object], str] = {}
    for key, document in items.items():
        code = (document.body.get("city"), document.body.get("basic_code"))
        other = seen.setdefault(code, key)
        if other != key and key in found.items and code[1] is not None:
            zh, en = f"基本编码与 {other} 相同", f"the basic code is that of {other}"
            yield document.problem(("basic_code",), zh, en)


def _shape(document: Document) -> Iterator[Problem]:
    for error in _VALIDATORS[document.kind].iter_errors(document.body):
        yield from _said(document, error)


def _said(document: Document, error: ValidationError) -> Iterator[Problem]:
    """Yield what a validator's error means, one problem for each key that is unknown or missing."""
    place = tuple(error.absolute_path)
    where = ".".join(str(step) for step in place) or document.key
    wanted: Any = error.validator_value
    if error.validator == "additionalProperties":
        schema: Any = error.schema
        instance: Any = error.instance
        for key in sorted(instance.keys() - schema["properties"].keys()):
            yield document.problem((*place, key), f"未知的键：{key}", f"unknown key: {key}")
    elif error.validator == "required":
        yield document.problem(place, *_missing(re.findall(r"'([^']*)' is a required", error.message)[0], where))
    elif error.validator == "enum":
        allowed = ", ".join(str(each) for each in wanted)
        yield document.problem(place, f"{where} 应为：{allowed}", f"{where} has to be one of: {allowed}")
    elif error.validator == "type":
        text = wanted if isinstance(wanted, str) else " / ".join(wanted)
        yield document.problem(place, f"{where} 的类型应为 {text}", f"{where} has to be of type {text}")
    else:
        yield document.problem(place, f"{where} 的值无效", f"{where} is not valid: {error.validator}")


def _missing(key: str, where: str) -> tuple[str, str]:
    languages = {"zh": ("中文", "Chinese"), "en": ("英文", "English")}
    if key in languages:
        zh, en = languages[key]
        return f"缺少{zh}：{where}", f"the {en} is missing: {where}"
    return f"缺少键：{key}", f"missing key: {key}"
