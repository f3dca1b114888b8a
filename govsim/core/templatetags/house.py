"""What every template says the same way: words in the reader's language, moments, money, masked numbers."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django import template
from django.utils.translation import get_language

from govsim.core import clock, organisations
from govsim.core.codes import masking

register = template.Library()
WEEKDAYS = {"zh": "一二三四五六日", "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def language() -> str:
    """Return `en` or `zh`: the language that is being written."""
    return "en" if (get_language() or "").startswith("en") else "zh"


@register.filter
def words(value: Any) -> str:
    """Return a pair of words in the reader's language: a {zh, en} mapping or anything with `.zh` and `.en`."""
    if value is None or value == "":
        return ""
    if isinstance(value, Mapping):
        return str(value.get(language()) or value.get("zh") or "")
    return str(getattr(value, language(), value))


@register.filter
def moment(value: datetime | str | None) -> str:
    """Return a moment in business time: 12月1日 周三 08:30:27, or Wed 1 Dec 08:30:27."""
    if not value:
        return ""
    at = (datetime.fromisoformat(value) if isinstance(value, str) else value).astimezone(clock.ZONE)
    if language() == "en":
        return f"{WEEKDAYS['en'][at.weekday()]} {at.day} {MONTHS[at.month - 1]} {at:%H:%M:%S}"
    return f"{at.month}月{at.day}日 周{WEEKDAYS['zh'][at.weekday()]} {at:%H:%M:%S}"


@register.filter
def day(value: date | str | None) -> str:
    """Return a day: 2021年12月1日, or 1 Dec 2021."""
    if not value:
        return ""
    on = date.fromisoformat(value[:10]) if isinstance(value, str) else value
    return f"{on.day} {MONTHS[on.month - 1]} {on.year}" if language() == "en" else f"{on.year}年{on.month}月{on.day}日"


@register.filter
def short_day(value: date) -> str:
    """Return a day as it stands on an axis: 12月1日, or Wed 1 Dec."""
    if language() == "en":
        return f"{WEEKDAYS['en'][value.weekday()]} {value.day} {MONTHS[value.month - 1]}"
    return f"{value.month}月{value.day}日"


@register.filter
def yuan(fen: int | None) -> str:
    """Return an amount of whole fen in yuan with two decimals."""
    return "" if fen is None else f"{fen / 100:,.2f}"


@register.filter
def masked(code: str) -> str:
    """Return a citizen number with its middle hidden (§C.3); credit codes are public and stay."""
    return masking.citizen_number(code) if len(code) == 18 and code[:17].isdigit() else code


@register.filter
def value(found: Any) -> str:
    """Return any value of a fact or field as people read it."""
    if isinstance(found, bool):
        return {("zh", True): "是", ("zh", False): "否", ("en", True): "yes", ("en", False): "no"}[language(), found]
    if isinstance(found, list | tuple):
        return "、".join(map(str, found)) if language() == "zh" else ", ".join(map(str, found))
    if isinstance(found, Mapping):
        return words(found)
    return "" if found is None else str(found)


@register.filter
def get(mapping: Any, key: Any) -> Any:
    """Return one entry of a mapping, or nothing."""
    return mapping.get(key, "") if hasattr(mapping, "get") else ""


@register.filter
def number(found: float | None) -> str:
    """Return a figure with its thousands set apart, and at most two decimals."""
    return "" if found is None else f"{round(found, 2):,}"


@register.filter
def city(key: str) -> Any:
    """Return a city by its key, to be read as `words`."""
    return organisations.cities().get(key, key)
