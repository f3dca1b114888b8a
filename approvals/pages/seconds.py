"""The seconds of a decision: the sources that were asked at once, each with its answer time, and the moment after.

The times are drawn by the simulation (decisions 7); a page says so.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from approvals.models import Application
from approvals.pages import fields
from govsim.exchange import queries as exchange

ROW: Final = 26  # px from one bar to the next
LEFT, WIDE = 34.0, 50.0  # per cent: where the bars begin, and the longest


@dataclass(frozen=True)
class Bar:
    """One source: its name, its seconds, and where its bar is (per cent and px)."""

    name: dict[str, str]
    took: float
    width: float
    y: int


@dataclass(frozen=True)
class Drawing:
    """All bars, the moment of the decision if the system made it, and the height in px."""

    bars: list[Bar]
    total: float | None
    moment: float
    base: int
    height: int
    tone: str


def drawn(row: Application, *, ends: datetime | None, tone: str) -> Drawing | None:
    """Return the chart of the last round of questions of a case, or None when nobody was asked.

    `ends` is when the system decided by itself, `tone` how that is coloured (PASS, FAIL, UNKNOWN).
    """
    log = exchange.log_of_case(row.world, row.number)
    if not log:
        return None
    asked = max(each.at for each in log)
    slowest: dict[str, float] = {}
    for each in log:
        if each.at == asked:
            slowest[each.source] = max(slowest.get(each.source, 0.0), float(each.seconds))
    total = max((ends - asked).total_seconds(), max(slowest.values())) if ends is not None else None
    whole = max([*slowest.values(), total or 0.0]) or 1.0
    bars = [
        Bar(fields.short(key), took, round(took / whole * WIDE, 2), place * ROW + 4)
        for place, (key, took) in enumerate(slowest.items())
    ]
    base = len(bars) * ROW
    moment = LEFT + WIDE * (total or 0.0) / whole
    return Drawing(bars, total, round(moment, 2), base, base + (ROW if total is not None else 0), tone)
