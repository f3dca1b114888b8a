"""Legal and promised limits in working time, with the pauses taken out (domain.md §B.0, §D.11). Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from govsim.core import worktime

type Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Limit:
    """A limit and how far it is used up: working time promised, used and left; `light` is the supervision colour."""

    promised: timedelta
    used: timedelta
    ends_at: datetime | None

    @property
    def left(self) -> timedelta:
        """Return the working time that is left; negative when overdue."""
        return self.promised - self.used

    @property
    def light(self) -> str:
        """Return green, yellow (less than a quarter left) or red (overdue), as in e-supervision."""
        if self.used > self.promised:
            return "red"
        return "yellow" if self.left < self.promised / 4 else "green"


def used(start: datetime, end: datetime, pauses: Iterable[Span] = ()) -> timedelta:
    """Return the working time from `start` to `end` without the pauses."""
    total = worktime.between(start, end)
    for begins, ends in pauses:
        total -= worktime.between(max(begins, start), min(ends, end))
    return total


def limit(promised: timedelta, start: datetime, now: datetime, pauses: Iterable[Span] = (), *, running: bool) -> Limit:
    """Return how a limit of `promised` working time stands at `now`; `ends_at` is None while the clock is stopped."""
    spent = used(start, now, pauses)
    left = promised - spent
    return Limit(promised, spent, worktime.add(now, left) if running and left > timedelta(0) else None)


def correction_until(asked: datetime) -> datetime:
    """Return until when missing material may be supplied: 15 working days, a choice of this simulation."""
    day = worktime.add_days(asked.date(), 15)
    return datetime.combine(day, time(18, 0), asked.tzinfo)
