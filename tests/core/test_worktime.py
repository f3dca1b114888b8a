"""Working days and hours: holidays, make-up days, spells of work."""

from datetime import date, datetime, timedelta

import pytest

from govsim.core import worktime
from govsim.core.clock import ZONE


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2021-12-01", True),  # an ordinary Wednesday
        ("2021-12-04", False),  # Saturday
        ("2021-10-01", False),  # National Day
        ("2021-09-26", True),  # a Sunday that is worked instead
        ("2022-01-29", True),  # a Saturday before the Spring Festival
        ("2022-01-31", False),
    ],
)
def test_holidays_and_make_up_days(day: str, works: bool) -> None:
    assert worktime.is_working_day(date.fromisoformat(day)) is works


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2021-12-01 08:30", 8, "2021-12-01 18:00"),
        ("2021-12-01 11:00", 2, "2021-12-01 14:30"),  # over the lunch break
        ("2021-12-03 17:00", 2, "2021-12-06 09:30"),  # over a weekend
        ("2021-12-01 12:30", 1, "2021-12-01 14:30"),
        ("2021-12-01 20:00", 0, "2021-12-02 08:30"),
    ],
)
def test_working_time_is_added(start: str, hours: int, end: str) -> None:
    assert worktime.add(at(start), timedelta(hours=hours)) == at(end)


def test_working_time_between_leaves_out_nights_and_weekends() -> None:
    assert worktime.between(at("2021-12-03 17:00"), at("2021-12-06 09:30")) == timedelta(hours=2)
    assert worktime.between(at("2021-12-06 09:30"), at("2021-12-03 17:00")) == timedelta(0)


def test_working_days_are_counted_from_the_day_after() -> None:
    assert worktime.add_days(date(2021, 9, 29), 3) == date(2021, 10, 9)  # a Saturday that is worked
