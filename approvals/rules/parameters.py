"""Dated parameters: the figures of the law, each with the day from which it holds, and lookup tables."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypeGuard

from govsim.core.expressions import plain
from govsim.core.yamlfile import line

Row = tuple[int, int | None, object]  # from and to (both count; None: no upper end), value

KEPT: Final = 64  # days whose figures stay at hand; a world's clock rarely needs more than one


@dataclass(frozen=True, slots=True)
class Problem:
    """A fault of a parameter: its key, the line (1 where the data has no positions) and the sentence."""

    key: str
    line: int
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Figures:
    """The parameters in force on one day: plain values, tables, and all of them as data with the day they hold from."""

    values: Mapping[str, object]
    tables: Mapping[str, tuple[Row, ...]]
    data: Mapping[str, Mapping[str, Any]]

    def lookup(self, table: str, value: object) -> object:
        """Return the value of the row that holds `value`. Raises LookupError when no row or no table does."""
        if type(value) is not int:
            raise TypeError("a whole number is needed")
        for start, end, found in self.tables[table]:
            if start <= value and (end is None or value <= end):
                return found
        raise LookupError("no row of the table holds this value")


def day(value: object) -> date:
    """Return a date given as date or ISO text. Raises ValueError."""
    if type(value) is date:
        return value
    if isinstance(value, str):
        return date.fromisoformat(value)
    raise ValueError("not a date")


def figures(parameters: Sequence[Mapping[str, Any]], on: date) -> Figures:
    """Return what is in force on a day: of each parameter the entry with the latest `from` that is not later.

    A parameter that does not hold yet is left out, so what reads it is UNKNOWN.
    """
    values: dict[str, object] = {}
    tables: dict[str, tuple[Row, ...]] = {}
    data: dict[str, Mapping[str, Any]] = {}
    for parameter in parameters:
        held = [entry for entry in parameter["values"] if day(entry["from"]) <= on]
        if not held:
            continue
        entry = max(held, key=lambda each: day(each["from"]))
        key = parameter["key"]
        shown: dict[str, Any] = {"key": key, "from": day(entry["from"]).isoformat()}
        if "rows" in entry:
            tables[key] = tuple((row["from"], row.get("to"), plain(row["value"])) for row in entry["rows"])
            shown["rows"] = [{"from": start, "to": end, "value": value} for start, end, value in tables[key]]
        else:
            values[key] = plain(entry["value"])
            shown["value"] = _shown(entry["value"])
        data[key] = shown
    return Figures(values, tables, data)


def _shown(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def check(parameters: Sequence[Mapping[str, Any]]) -> list[Problem]:
    """Return every fault: bad or doubled dates, values of a type that CEL compares in silence, gaps, overlaps."""
    return [problem for parameter in parameters for problem in _check(parameter)]


def _check(parameter: Mapping[str, Any]) -> Iterator[Problem]:
    key, seen = parameter["key"], set()
    kinds = {"rows" in entry for entry in parameter["values"]}
    if len(kinds) != 1:
        yield Problem(key, line(parameter), "须只有取值或只有分档", "either values or tables, and at least one")
    for entry in parameter["values"]:
        at = line(entry)
        try:
            start = day(entry["from"])
        except (KeyError, ValueError):
            yield Problem(key, at, "生效日期无法识别", "the date from which it holds cannot be read")
            continue
        if start in seen:
            yield Problem(key, at, f"生效日期重复：{start}", f"two entries hold from {start}")
        seen.add(start)
        if "rows" in entry:
            yield from _check_rows(key, entry["rows"])
        elif not _is_figure(entry.get("value")):
            yield Problem(
                key,
                at,
                "取值须为整数、文本、是否、日期或文本列表",
                "a value is a whole number, text, yes or no, date or texts",
            )


def _is_figure(value: object) -> bool:
    if isinstance(value, list):
        return all(isinstance(part, str) for part in value)
    return isinstance(value, bool | int | str) or type(value) is date


def _check_rows(key: str, rows: Sequence[Mapping[str, Any]]) -> Iterator[Problem]:
    if not rows:
        yield Problem(key, line(rows), "分档为空", "the table is empty")
    end: int | None = None
    for number, row in enumerate(rows):
        start, stop, at = row.get("from"), row.get("to"), line(row)
        if not _whole(start) or not (stop is None or _whole(stop)) or not _is_figure(row.get("value")):
            yield Problem(key, at, "分档须为整数区间和取值", "a row is a range of whole numbers and a value")
            return
        if stop is not None and stop < start:
            yield Problem(key, at, f"区间颠倒：{start}–{stop}", f"the range runs backwards: {start}–{stop}")
        if number and (end is None or start <= end):
            yield Problem(key, at, f"分档重叠：{start}", f"the rows overlap at {start}")
        elif number and end is not None and start != end + 1:
            yield Problem(
                key, at, f"分档之间有空缺：{end + 1}–{start - 1}", f"the rows leave a gap: {end + 1}–{start - 1}"
            )
        end = stop


def _whole(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)
