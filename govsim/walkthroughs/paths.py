"""Find and compare values in the answers of the API: `branches[key=tax].state.key`, `rules[*].id`. Pure.

A path is keys joined by dots. After a key may come `[2]` (that place), `[key=tax]` (the first entry whose key has
that value), `[*]` (of every entry) or `[*verdict=FAIL]` (of every entry that fits). `$` is the whole answer.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

_PART: Final = re.compile(r"([^.\[\]]+)|\[([^\]]*)\]")
_NAME: Final = re.compile(r"\$\{([^}]+)\}")


class _Missing:
    def __repr__(self) -> str:
        return "—"


MISSING: Final = _Missing()


def find(data: Any, path: str) -> Any:
    """Return what stands at `path`, or MISSING."""
    return _walk(data, _PART.findall(path.removeprefix("$")))


def _walk(data: Any, parts: list[tuple[str, str]]) -> Any:
    for at, (key, index) in enumerate(parts):
        if key:
            data = data.get(key, MISSING) if isinstance(data, Mapping) else MISSING
        elif not isinstance(data, list):
            return MISSING
        elif index.startswith("*"):
            chosen = [each for each in data if index == "*" or _fits(each, index[1:])]
            return [_walk(each, parts[at + 1 :]) for each in chosen]
        elif index.lstrip("-").isdigit():
            place = int(index)
            data = data[place] if -len(data) <= place < len(data) else MISSING
        else:
            data = next((each for each in data if _fits(each, index)), MISSING)
        if data is MISSING:
            return MISSING
    return data


def _fits(entry: Any, condition: str) -> bool:
    path, _, wanted = condition.partition("=")
    value = find(entry, path)
    return str(value).lower() == wanted.lower() if isinstance(value, bool) else str(value) == wanted


def compare(value: Any, wanted: Any) -> str:
    """Return why `value` is not what is wanted, or an empty text when it is.

    `wanted` is a value, or an object of comparisons: is, not, in, contains, at_least, at_most, matches, exists, count.
    """
    if not isinstance(wanted, Mapping) or not wanted:
        return "" if value == wanted and isinstance(value, bool) == isinstance(wanted, bool) else f"= {wanted!r}"
    faults = [f"{how} {other!r}" for how, other in wanted.items() if not _holds(how, value, other)]
    return ", ".join(faults)


def _holds(how: str, value: Any, other: Any) -> bool:
    if how == "exists":
        return (value is not MISSING and value is not None and value not in ("", [], {})) is other
    if how == "not":
        return bool(value is not MISSING and value != other)
    if value is MISSING or value is None:
        return how == "is" and value is other
    match how:
        case "is":
            return bool(value == other)
        case "in":
            return bool(value in other)
        case "contains":
            return bool(value) and all(each in value for each in (other if isinstance(other, list) else [other]))
        case "at_least":
            return bool(value >= other)
        case "at_most":
            return bool(value <= other)
        case "matches":
            return re.search(other, str(value)) is not None
        case _:
            return bool(len(value) == other)


def fill(template: Any, values: Mapping[str, Any]) -> Any:
    """Return `template` with every `${name}` replaced from `values`; a text that is only that takes the value as it is.

    Raises KeyError for a name that nobody saved.
    """
    if isinstance(template, Mapping):
        return {key: fill(value, values) for key, value in template.items()}
    if isinstance(template, list):
        return [fill(value, values) for value in template]
    if not isinstance(template, str):
        return template
    whole = _NAME.fullmatch(template)
    if whole:
        return values[whole[1]]
    return _NAME.sub(lambda found: str(values[found[1]]), template)
