"""A small scale beside a number that a rule judges: where the threshold lies, and where the number stands. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

AROUND: Final = 10  # units that are drawn on each side, at least
MOST: Final = 100_000  # larger numbers say more in words than on a line


@dataclass(frozen=True)
class Scale:
    """Places in per cent: the number's, the threshold's, and the span in which the rule holds."""

    value: int
    threshold: int
    at: float
    bound: float
    ok_from: float
    ok_to: float


def scale(rule: Mapping[str, Any], nearest: Mapping[str, Any], *, granted: bool) -> Scale | None:
    """Return the scale of the number that `nearest` speaks about, or None when it is none.

    `nearest` names the first value that turns the outcome: of a grant the first that fails, else the first that holds.
    """
    value = next(each["value"] for each in rule["values"] if each["fact"] == nearest["fact"])
    turn = nearest["to"]
    if any(isinstance(each, bool) or not isinstance(each, int) or abs(each) > MOST for each in (value, turn)):
        return None
    if nearest["fact"].endswith("_fen") or value == turn:
        return None
    upwards = (value > turn) is granted  # the rule holds from the threshold upwards
    threshold = turn + (1 if value > turn else -1) if granted else turn
    low, high = min(value, threshold), max(value, threshold)
    room = max(AROUND, (high - low) // 2)
    start, whole = low - room, high - low + 2 * room

    def place(number: int) -> float:
        return round(float(number - start) / float(whole) * 100, 2)

    bound = place(threshold)
    return Scale(value, threshold, place(value), bound, bound if upwards else 0.0, 100.0 if upwards else bound)
