"""Which branches decide when a package is complete, and when it would have been if nothing had been sent back. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from govsim.core import worktime


@dataclass(frozen=True)
class Leg:
    """One branch as the path sees it: what it came after, when it began, when it ended or is expected to end."""

    key: str
    after: tuple[str, ...]
    counts: bool
    arrived: datetime | None
    ends: datetime | None  # None when nobody can say
    certain: bool  # it has ended
    sent_back: datetime | None  # when the applicant was asked first


@dataclass(frozen=True)
class Path:
    """The critical path: its branches from first to last, and when the last of them ends.

    `ends_at` is None while nobody can say. `without_at` is when all that counts would have been there had nothing
    been sent back, and `without` the branch that would have been the last; None when nothing was.
    """

    keys: tuple[str, ...]
    ends_at: datetime | None
    certain: bool
    without_at: datetime | None = None
    without: str | None = None


def path(legs: Sequence[Leg], *, closed: bool) -> Path | None:
    """Return the critical path, or None before anything has begun; `closed` says that no other branch will begin."""
    counted = [leg for leg in legs if leg.counts]
    begun = [leg for leg in counted if leg.arrived is not None]
    if not begun:
        return None
    open_ended = [leg for leg in begun if leg.ends is None]
    last = open_ended[0] if open_ended else max(begun, key=_ends)
    known = not open_ended and (closed or len(begun) == len(counted))
    without_at, without = _without(begun) if closed or len(begun) == len(counted) else (None, None)
    return Path(
        keys=_chain(last, {leg.key: leg for leg in legs}),
        ends_at=last.ends if known else None,
        certain=known and all(leg.certain for leg in begun),
        without_at=without_at,
        without=without,
    )


def _ends(leg: Leg) -> float:
    return leg.ends.timestamp() if leg.ends is not None else 0.0


def _chain(last: Leg, legs: Mapping[str, Leg]) -> tuple[str, ...]:
    """Return what had to be there before the last, each time the predecessor that ended last, and the last."""
    before = [legs[key] for key in last.after if key in legs and legs[key].ends is not None]
    return (*(_chain(max(before, key=_ends), legs) if before else ()), last.key)


def _without(begun: Sequence[Leg]) -> tuple[datetime | None, str | None]:
    """Return when and with which branch all would have been there had nothing been sent back.

    A branch that was sent back would have been decided at that moment; what came after it would have come earlier
    by as much working time. (None, None) when nothing was sent back, or when nobody can say.
    """
    if not any(leg.sent_back for leg in begun):
        return None, None
    ends: dict[str, datetime] = {}
    for leg in begun:
        end = leg.sent_back or leg.ends
        if end is None or leg.arrived is None:
            return None, None
        starts = max((ends[key] for key in leg.after if key in ends), default=leg.arrived)
        ends[leg.key] = end if starts >= leg.arrived else worktime.add(starts, worktime.between(leg.arrived, end))
    last = max(ends, key=lambda key: ends[key])
    return ends[last], last
