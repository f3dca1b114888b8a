"""Working days and hours of Chinese public offices: holidays, and the make-up days that are worked instead. Pure.

Sources: the State Council's holiday arrangement of each year, through the `holidays` library; deadlines count
working days (domain.md §B.0, §C.15).
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from functools import cache

import holidays

type Hours = Sequence[tuple[time, time]]
OFFICE_HOURS: Hours = ((time(8, 30), time(12, 0)), (time(13, 30), time(18, 0)))
DAY = timedelta(hours=8)  # one working day


@cache
def _calendar(year: int) -> holidays.HolidayBase:
    return holidays.country_holidays("CN", years=year)


@cache
def is_working_day(day: date) -> bool:
    """Say whether offices work on `day`: weekdays that are no holiday, and the make-up days of the year."""
    return bool(_calendar(day.year).is_working_day(day))


def parse_hours(pairs: Sequence[Sequence[str]]) -> Hours:
    """Read [["08:30", "12:00"], …]."""
    return tuple((time.fromisoformat(start), time.fromisoformat(end)) for start, end in pairs)


def windows(moment: datetime, hours: Hours = OFFICE_HOURS) -> "list[tuple[datetime, datetime]]":
    """Return the spells of work on the day of `moment`, in its zone."""
    day = moment.date()
    if not is_working_day(day):
        return []
    return [
        (datetime.combine(day, start, moment.tzinfo), datetime.combine(day, end, moment.tzinfo)) for start, end in hours
    ]


def opening(moment: datetime, hours: Hours = OFFICE_HOURS) -> datetime:
    """Return the first moment of work at or after `moment`."""
    day = moment
    while True:
        for start, end in windows(day, hours):
            if moment < end:
                return max(moment, start)
        day = datetime.combine(day.date() + timedelta(days=1), time(0), moment.tzinfo)


def add(moment: datetime, work: timedelta, hours: Hours = OFFICE_HOURS) -> datetime:
    """Return the moment at which `work` of working time has passed since `moment`."""
    at = opening(moment, hours)
    while True:
        end = next(end for start, end in windows(at, hours) if start <= at < end)
        if work <= end - at:
            return at + work
        work -= end - at
        at = opening(end, hours)


def between(start: datetime, end: datetime, hours: Hours = OFFICE_HOURS) -> timedelta:
    """Return the working time from `start` to `end`; zero when `end` is not later."""
    total = timedelta(0)
    day = start
    while day < end:
        for opens, closes in windows(day, hours):
            total += max(min(closes, end) - max(opens, start), timedelta(0))
        day = datetime.combine(day.date() + timedelta(days=1), time(0), start.tzinfo)
    return total


def add_days(day: date, count: int) -> date:
    """Return the `count`-th working day after `day`: the day of the event is not counted."""
    while count > 0:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day
