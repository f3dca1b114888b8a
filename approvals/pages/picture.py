"""What a drawing of lanes consists of: rows of bars on one axis, and how the promised time stands. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from approvals.pages.spells import Piece, Spell, Words
from govsim.core import worktime


@dataclass(frozen=True)
class Bar:
    """One bar of a lane: its paint class, its place and size; `narrow` bars are drawn with 3 px."""

    paint: str
    x: float
    width: float
    y: int
    height: int
    round: int
    narrow: bool
    label: Words | None = None
    paint_label: str = ""

    @property
    def end(self) -> float:
        """Return where it ends."""
        return self.x + self.width


@dataclass
class Row:
    """One lane: who acts, for what, the bars, a mark where it ended, and where it stands now."""

    who: Words
    what: Words
    number: str | None
    tone: str  # done, work, wait, bad or nothing
    state: Words
    detail: Words | None
    bars: list[Bar]
    done: float | None = None
    sent_back: float | None = None
    beside: Words | None = None  # what is written after the mark
    under: tuple[float, float] | None = None  # the critical path
    aside: bool = False  # does not count in the promised time


@dataclass(frozen=True)
class Fork:
    """Where the first branch ended and the others began: its place, and px from its row to the last and critical."""

    x: float
    top: int
    bottom: int
    critical: int


@dataclass(frozen=True)
class Time:
    """How the promised time of the package stands; the deadline moves while the clock is stopped."""

    start: datetime
    end: datetime  # when all that counts had ended, or now
    ended: bool
    waits: Sequence[Piece]
    promised: timedelta

    @property
    def stopped(self) -> timedelta:
        """Return the working time in which the clock did not run."""
        return sum((worktime.between(a, b) for a, b in self.waits), timedelta(0))

    @property
    def used(self) -> timedelta:
        """Return the working time that counted."""
        return worktime.between(self.start, self.end) - self.stopped

    @property
    def deadline(self) -> datetime:
        """Return when the promise ends."""
        return worktime.add(self.start, self.promised + self.stopped)


@dataclass(frozen=True)
class Drawing:
    """The whole picture and the figures that stand above it."""

    limit: Row
    rows: list[Row]
    bands: list[Spell]
    hours: list[tuple[float, str, bool]]  # place, text, whether narrow screens write it too
    days: list[tuple[float, datetime]]
    now: float | None
    now_at: datetime
    deadline: float
    deadline_at: datetime
    fork: Fork | None
    left: Words
    used: Words
    stopped: Words
    arrived: int
    wanted: int
    overdue: bool
    waiting: bool
    gathered: float | None  # when the last branch that counts had ended
    gathered_at: datetime | None
