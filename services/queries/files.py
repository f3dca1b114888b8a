"""What the catalogue's files say beside items and themes: standing conditions, words, and what is wrong in them."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from certificates import queries as certificates
from govsim.core import organisations, yamlfile
from govsim.core.codes import industries
from govsim.exchange import queries as exchange
from services import schema

ROOT: Final = Path(__file__).parents[1] / "catalogue"

type Words = Mapping[str, str]  # {zh, en}


@cache
def _file(name: str) -> dict[str, Any]:
    content: dict[str, Any] = yamlfile.plain(yamlfile.load(ROOT / name))
    return content


def standing() -> dict[str, Any]:
    """Return the standing conditions of every item as the file has them now: facts, rules, examples."""
    return _file("standing.yaml")


def word(key: str) -> Words:
    """Return the words of a choice: of words.yaml, an industry, or an organisation; an unknown key names itself."""
    if key in _file("words.yaml"):
        words: Words = _file("words.yaml")[key]
        return words
    if key in _industries():
        return _industries()[key]
    if key in organisations.departments():
        found = organisations.departments()[key]
        return {"zh": found.name_zh, "en": found.name_en}
    return {"zh": key, "en": key}


@cache
def _industries() -> dict[str, Words]:
    return {each.code: {"zh": each.zh, "en": each.en} for each in industries.INDUSTRIES}


@cache
def known() -> schema.Known:
    """Return what catalogue files may refer to: datasets, certificate types, departments, industries."""
    return schema.Known(
        datasets={
            each.key: schema.KnownDataset({name: one.type for name, one in each.fields.items()}, each.complete)
            for each in exchange.catalogue()
        },
        certificates={
            key: schema.KnownCertificate(
                {name: one.type for name, one in kind.fields.items()},
                frozenset(name for name, one in kind.fields.items() if one.mandatory),
            )
            for key, kind in certificates.certificate_types().items()
        },
        departments={key: each.city for key, each in organisations.departments().items()},
        words=frozenset(_industries()),
    )


def file_problems(path: Path | None = None) -> list[schema.Problem]:
    """Return the problems of one file, of a folder, or of the whole catalogue. Raises FileNotFoundError.

    A file elsewhere is read as a part of the installed catalogue, in place of the item or theme with its key.
    """
    installed = schema.read(ROOT)
    if path is None or path.resolve() == ROOT:
        return schema.check(installed, known())
    return schema.check(schema.read(path, context=installed), known(), context=installed)
