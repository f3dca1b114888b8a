"""What a drawing of lanes consists of: rows of bars and marks on one axis, and how the promised time stands. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from approvals.pages.lanes.critical import Path
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
    tone: str = ""

    @property
    def end(self) -> float:
        """Return where it ends."""
        return round(self.x + self.width, 3)


@dataclass(frozen=True)
class Mark:
    """One moment of a lane: `kind` is done, bad, declined (another was asked), back (sent back), plan (expected),
    me (the applicant acts) or else (what might have been)."""

    kind: str
    x: float
    label: Words | None = None


@dataclass(frozen=True)
class Line:
    """A piece of the critical path under a lane; `plan` when it is a forecast."""

    x: float
    end: float
    plan: bool


@dataclass
class Row:
    """One lane: who acts, for what, the bars, the marks, and where it stands now."""

    who: Words
    what: Words
    number: str | None
    tone: str  # done, work, wait, bad or nothing
    state: Words
    detail: Words | None
    bars: list[Bar]
    marks: list[Mark] = field(default_factory=list)
    under: list[Line] = field(default_factory=list)  # the critical path
    aside: bool = False  # does not count in the promised time
    troubled: bool = False  # was sent back, or is over badly


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
    def left(self) -> timedelta:
        """Return the working time that is left; negative when overdue."""
        return self.promised - self.used

    @property
    def deadline(self) -> datetime:
        """Return when the promise ends."""
        return worktime.add(self.start, self.promised + self.stopped)


@dataclass(frozen=True)
class Drawing:
    """The whole picture and the figures that stand above it."""

    limit: Row
    rows: list[Row]
    gather: Row
    bands: list[Spell]
    hours: list[tuple[float, str, bool]]  # place, text, whether narrow screens write it too
    days: list[tuple[float, datetime]]
    now: float | None
    now_at: datetime
    deadline: float
    deadline_at: datetime
    fork: Fork | None
    path: Path | None
    time: Time
    arrived: int
    wanted: int
    waiting: bool  # the clock stands still because the applicant is asked

    @property
    def overdue(self) -> bool:
        """Say whether the promise is broken."""
        return self.time.used > self.time.promised
