"""Organisations that a register writes in words, so that a page can name them in the reader's language."""

import functools
from collections.abc import Mapping
from typing import Any

from govsim.core import organisations


@functools.cache
def _names() -> Mapping[str, Mapping[str, str]]:
    return {each.name_zh: {"zh": each.name_zh, "en": each.name_en} for each in organisations.departments().values()}


def named(value: Any) -> Any:
    """Return the names of an organisation in both languages where a register writes it in words, else the value."""
    return _names().get(value, value) if isinstance(value, str) else value
