"""Desks and queues of a simulated department. Pure: arrivals and draws in, dated stays out (decision 12)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from govsim.core import draws, worktime
from govsim.core.worktime import Hours


@dataclass(frozen=True)
class Stay:
    """Where and when a case is worked on: `desk` from 0, `starts_at` ≥ arrival, `ends_at` in working time."""

    desk: int
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Slowdown:
    """What is wrong with a department now: how many times slower it works, and from when it works at all."""

    factor: float = 1.0
    down_until: datetime | None = None


def handling_minutes(median: float, sigma: float, seed: int, department: str, number: str) -> float:
    """Draw how long one case keeps a desk busy, in working minutes; the draw belongs to the case, not to its turn."""
    return max(1.0, draws.lognormal(median, sigma, seed, "handling", department, number))


def place(
    arrival: datetime, minutes: float, free_at: Sequence[datetime | None], hours: Hours, trouble: Slowdown
) -> Stay:
    """Give a case that arrives now to the desk that is free first; first come, first served.

    `free_at` says for each desk when its last case ends (None: idle). Cases must be placed in order of arrival.
    """
    desk = min(range(len(free_at)), key=lambda each: (free_at[each] or arrival, each))
    ready = max(arrival, free_at[desk] or arrival, trouble.down_until or arrival)
    starts = worktime.opening(ready, hours)
    return Stay(desk, starts, worktime.add(starts, timedelta(minutes=minutes * trouble.factor), hours))
