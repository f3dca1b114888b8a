"""The drawing of a route: what waits for something stands in a column to its right, lines join the two. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

# In the drawing's own units.
BOX, HIGH, GAP_X, GAP_Y = 184, 56, 56, 16


def drawn(steps: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return where to draw steps of `{key, after, name, note, strong}`: each in the column after what it waits for."""
    columns: dict[int, list[Mapping[str, Any]]] = {}
    for each, depth in _depths(steps):
        columns.setdefault(depth, []).append(each)
    tall = max(len(column) for column in columns.values())
    height = tall * (HIGH + GAP_Y) - GAP_Y
    places: dict[str, dict[str, Any]] = {}
    for number, column in columns.items():
        top = (height - (len(column) * (HIGH + GAP_Y) - GAP_Y)) // 2
        for row, each in enumerate(column):
            x, y = 1 + number * (BOX + GAP_X), 1 + top + row * (HIGH + GAP_Y)
            places[each["key"]] = {
                "x": x, "y": y, "text_x": x + 14, "name_y": y + 24, "note_y": y + 43,
                "name": each["name"], "note": each["note"], "strong": each["strong"],
            }  # fmt: skip
    lines = [_line(places[before], places[each["key"]]) for each in steps for before in each["after"]]
    wide = len(columns) * (BOX + GAP_X) - GAP_X
    return {"width": wide + 2, "height": height + 2, "box": BOX, "high": HIGH,
            "nodes": list(places.values()), "lines": lines}  # fmt: skip


def _depths(steps: Sequence[Mapping[str, Any]]) -> list[tuple[Mapping[str, Any], int]]:
    depth: dict[str, int] = {}
    while len(depth) < len(steps):
        ready = [each for each in steps if each["key"] not in depth and set(each["after"]) <= depth.keys()]
        if not ready:
            break  # what is published has no circle
        depth |= {each["key"]: 1 + max((depth[name] for name in each["after"]), default=-1) for each in ready}
    return [(each, depth.get(each["key"], 0)) for each in steps]


def _line(start: Mapping[str, int], end: Mapping[str, int]) -> str:
    x, y, to_x, to_y = start["x"] + BOX, start["y"] + HIGH // 2, end["x"], end["y"] + HIGH // 2
    half = x + (to_x - x) // 2
    return f"M{x} {y}H{half}V{to_y}H{to_x}"
