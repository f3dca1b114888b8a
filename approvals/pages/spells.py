"""Stretches of time on a page: an axis on which only working time runs, and lengths in words. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from govsim.core import worktime

type Words = Mapping[str, str]
type Piece = tuple[datetime, datetime]
BAND = timedelta(minutes=30)  # as much of the axis as half an hour of work, at most: any spell outside working hours
NIGHT = time(18)
MOST_HOURS, MANY_HOURS = 12, 24  # working hours up to which every hour, or every other, is written on the axis
DAY_APART = 9.0  # per cent between two written days
BAND_LABELLED, MOST_LABELLED = 3.0, 4  # per cent of a band with a label; bands of two days


@dataclass(frozen=True)
class Spell:
    """A band outside working hours."""

    x: float
    width: float
    label: Words | None

    @property
    def middle(self) -> float:
        """Return its middle."""
        return round(self.x + self.width / 2, 3)


class Scale:
    """An axis from `start` to `end`, in per cent."""

    def __init__(self, start: datetime, end: datetime) -> None:
        self._pieces: list[tuple[datetime, datetime, float, bool]] = []  # from, to, weight, works
        at = start
        for opens, closes in _windows(start, end):
            if opens > at:
                self._pieces.append((at, opens, min(opens - at, BAND).total_seconds(), False))
            self._pieces.append((opens, closes, (closes - opens).total_seconds(), True))
            at = closes
        if at < end:
            self._pieces.append((at, end, min(end - at, BAND).total_seconds(), False))
        self._whole = sum(piece[2] for piece in self._pieces) or 1.0

    def at(self, moment: datetime) -> float:
        """Return the place of a moment; one outside the axis is put at its end."""
        place = 0.0
        for begins, ends, weight, _ in self._pieces:
            if moment <= begins:
                break
            place += weight * min(1.0, (moment - begins) / (ends - begins))
        return round(place / self._whole * 100, 3)

    def working(self, start: datetime, end: datetime) -> list[Piece]:
        """Return the parts of a span that fall into working hours."""
        found = [(max(a, start), min(b, end)) for a, b, _, works in self._pieces if works]
        return [(a, b) for a, b in found if a < b]

    def bands(self) -> list[Spell]:
        """Return the bands outside working hours, labelled where there is room and they are few."""
        off = [(a, b) for a, b, _, works in self._pieces if not works]
        found = []
        for a, b in off:
            x, width = self.at(a), round(self.at(b) - self.at(a), 3)
            labelled = width >= BAND_LABELLED and len(off) <= MOST_LABELLED
            found.append(Spell(x, width, _kind(a, b) if labelled else None))
        return found

    def hours(self) -> list[tuple[float, str, bool]]:
        """Return the hours to write: place, text, and whether narrow screens write it too."""
        working = [(a, b) for a, b, _, works in self._pieces if works]
        whole = sum((b - a for a, b in working), timedelta(0)) / timedelta(hours=1)
        step = 1 if whole <= MOST_HOURS else 2 if whole <= MANY_HOURS else 0
        found: list[tuple[float, str, bool]] = []
        for a, b in working if step else ():
            hour = a.replace(minute=0, second=0, microsecond=0)
            while hour < b - timedelta(minutes=15):
                if hour >= a and hour.hour % step == 0:
                    found.append((self.at(hour), f"{hour.hour}:00", len(found) % 2 == 1))
                hour += timedelta(hours=1)
        return found

    def days(self) -> list[tuple[float, datetime]]:
        """Return the days to write, each at its first moment on the axis; not closer than a label is wide."""
        found: list[tuple[float, datetime]] = []
        for begins, _, _, works in self._pieces:
            if found and (not works or begins.date() == found[-1][1].date()):
                continue
            place = self.at(begins)
            if not found or place - found[-1][0] >= DAY_APART:
                found.append((place, begins))
        return found


def _windows(start: datetime, end: datetime) -> Iterator[Piece]:
    day = start
    while day.date() <= end.date():
        for opens, closes in worktime.windows(day):
            if max(opens, start) < min(closes, end):
                yield max(opens, start), min(closes, end)
        day = datetime.combine(day.date() + timedelta(days=1), time(0), start.tzinfo)


def _kind(start: datetime, end: datetime) -> Words:
    if end - start > timedelta(hours=20):
        return {"zh": "休息日", "en": "days off"}
    if start.date() == end.date() and start.time() < NIGHT and end - start < timedelta(hours=3):
        return {"zh": "午休", "en": "noon"}
    return {"zh": "夜间", "en": "night"}


def joined(spans: Iterable[Piece]) -> list[Piece]:
    """Return the union of spans, in order: a time in which two waited counts once."""
    found: list[Piece] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def worked(start: datetime, end: datetime) -> timedelta:
    """Return the working time from `start` to `end`, or the time itself when none of it was in working hours."""
    return worktime.between(start, end) or end - start


def clock_time(moment: datetime) -> str:
    """Return the time of day as it is written on a clock: 14:05."""
    return f"{moment.hour}:{moment.minute:02d}"


def parts(span: timedelta) -> list[tuple[str, Words]]:
    """Return a length of time as numbers with their units, the numbers to be written large."""
    seconds = round(max(span.total_seconds(), 0))
    hours, minutes = divmod(seconds // 60, 60)
    if not seconds // 60:
        return [(str(seconds), {"zh": "秒", "en": "s"})]
    shown: list[tuple[str, Words]] = [(f"{minutes:02d}" if hours else str(minutes), {"zh": "分", "en": "min"})]
    return [(str(hours), {"zh": "时", "en": "h"}), *shown] if hours else shown


def length(span: timedelta) -> Words:
    """Return a length of time in words: 2 时 17 分, 34 秒. A negative one counts as none."""
    seconds = round(max(span.total_seconds(), 0))
    if seconds < 60:
        return {"zh": f"{seconds} 秒", "en": f"{seconds} s"}
    hours, minutes = divmod(seconds // 60, 60)
    if not hours:
        return {"zh": f"{minutes} 分", "en": f"{minutes} min"}
    return {"zh": f"{hours} 时 {minutes:02d} 分", "en": f"{hours} h {minutes:02d} min"}
