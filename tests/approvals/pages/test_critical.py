"""The critical path of a package, and what would have been if nothing had been sent back."""

from datetime import datetime

from approvals.pages.lanes.critical import Leg, path
from govsim.core import clock


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """Return a moment of December 2021; the 1st is a Wednesday."""
    return datetime(2021, 12, day, hour, minute, tzinfo=clock.ZONE)


NINE = at(1, 9)


def leg(
    key: str,
    ends: datetime | None,
    *,
    arrived: datetime | None = NINE,
    certain: bool = True,
    counts: bool = True,
    sent_back: datetime | None = None,
) -> Leg:
    """Return one branch; all but the licence came after it."""
    after = () if key == "licence" else ("licence",)
    return Leg(key, after, counts, arrived, ends, certain and ends is not None, sent_back)


LICENCE = leg("licence", at(1, 9), arrived=at(1, 8, 59))


def test_nothing_has_a_path_before_it_begins() -> None:
    assert path([leg("licence", None, arrived=None)], closed=False) is None


def test_the_last_to_end_decides_with_what_came_before_it() -> None:
    found = path([LICENCE, leg("seals", at(1, 14)), leg("tax", at(1, 11))], closed=True)
    assert found is not None
    assert (found.keys, found.ends_at, found.certain) == (("licence", "seals"), at(1, 14), True)
    assert found.without_at is None


def test_a_forecast_is_not_certain() -> None:
    found = path([LICENCE, leg("seals", at(1, 14)), leg("tax", at(1, 16), certain=False)], closed=False)
    assert found is not None
    assert (found.keys[-1], found.ends_at, found.certain) == ("tax", at(1, 16), False)


def test_what_does_not_count_decides_nothing() -> None:
    found = path([LICENCE, leg("seals", at(1, 14)), leg("bank", at(3, 9), counts=False)], closed=True)
    assert found is not None
    assert found.keys == ("licence", "seals")


def test_nobody_can_say_while_one_branch_waits_or_has_not_begun() -> None:
    waits = path([LICENCE, leg("seals", at(1, 14)), leg("tax", None)], closed=False)
    assert waits is not None
    assert (waits.keys, waits.ends_at) == (("licence", "tax"), None)
    early = path([leg("licence", at(1, 9), certain=False), leg("tax", None, arrived=None)], closed=False)
    assert early is not None
    assert (early.keys, early.ends_at) == (("licence",), None)


def test_without_the_return_another_branch_would_have_been_the_last() -> None:
    legs = [LICENCE, leg("seals", at(1, 14, 5)), leg("tax", at(1, 15, 55), sent_back=at(1, 11, 5))]
    found = path(legs, closed=True)
    assert found is not None
    assert (found.keys[-1], found.ends_at) == ("tax", at(1, 15, 55))
    assert (found.without, found.without_at) == ("seals", at(1, 14, 5))


def test_it_can_be_said_while_the_answer_is_awaited() -> None:
    found = path([LICENCE, leg("seals", at(1, 14)), leg("tax", None, sent_back=at(1, 16))], closed=False)
    assert found is not None
    assert (found.ends_at, found.without, found.without_at) == (None, "tax", at(1, 16))


def test_what_came_after_a_return_would_have_come_earlier_by_as_much_working_time() -> None:
    licence = leg("licence", at(2, 9), arrived=at(1, 9), sent_back=at(1, 10))
    found = path([licence, leg("tax", at(2, 11), arrived=at(2, 9))], closed=True)
    assert found is not None
    assert (found.without, found.without_at) == ("tax", at(1, 12))


def test_a_refused_licence_ends_the_path() -> None:
    found = path([LICENCE, leg("tax", None, arrived=None)], closed=True)
    assert found is not None
    assert (found.keys, found.ends_at, found.certain) == (("licence",), at(1, 9), True)
