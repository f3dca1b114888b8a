"""The functions that expressions may call beside CEL's own: calendar, text, sums. Each refuses a wrong type."""

import calendar
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta, timezone
from typing import Final

BUSINESS_ZONE: Final = timezone(timedelta(hours=8))  # fixed: Shanghai's summer times of 1986–1991 would move birthdays


def midnight(day: date) -> datetime:
    """Return the moment at which `day` begins in business time."""
    return datetime(day.year, day.month, day.day, tzinfo=BUSINESS_ZONE)


def _day(value: object) -> date:
    if type(value) is not datetime or value.tzinfo is None:
        raise TypeError("a date is needed")
    return value.astimezone(BUSINESS_ZONE).date()


def _whole(value: object) -> int:
    if type(value) is not int:
        raise TypeError("a whole number is needed")
    return value


def _months_between(first: date, second: date) -> int:
    if second < first:
        return -_months_between(second, first)
    return (second.year - first.year) * 12 + second.month - first.month - (second.day < first.day)


def age(birth: object, on: object) -> int:
    """Return full years of life (周岁) on a day, not before birth. Born on 29 February: a year older on 1 March."""
    born, day = _day(birth), _day(on)
    if day < born:
        raise ValueError("the day lies before the birth")
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def years(first: object, second: object) -> int:
    """Return full years from the first day to the second, negative when it lies before."""
    found = _months_between(_day(first), _day(second))
    return found // 12 if found >= 0 else -(-found // 12)


def months(first: object, second: object) -> int:
    """Return full months from the first day to the second, negative when it lies before."""
    return _months_between(_day(first), _day(second))


def days(first: object, second: object) -> int:
    """Return days from the first day to the second, negative when it lies before."""
    return (_day(second) - _day(first)).days


def add_months(day: object, count: object) -> datetime:
    """Return the day so many months later, or the last of that month when it has no such day."""
    start = _day(day)
    year, month = divmod(start.year * 12 + start.month - 1 + _whole(count), 12)
    return midnight(date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1])))


def total(numbers: object) -> int:
    """Return the sum of a list of whole numbers (CEL has none)."""
    if not isinstance(numbers, list):
        raise TypeError("a list is needed")
    return sum(_whole(number) for number in numbers)


def chars(text: object) -> int:
    """Return the number of characters (CEL's own `size` counts the bytes of a text)."""
    if type(text) is not str:
        raise TypeError("a text is needed")
    return len(text)


CALENDAR_AND_TEXT: Final[Mapping[str, Callable[..., object]]] = {
    "age": age,
    "years": years,
    "months": months,
    "days": days,
    "add_months": add_months,
    "chars": chars,
    "total": total,
}
