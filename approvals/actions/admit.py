"""Take no more work than can be done in time: when too much waits, say so, and nothing is stored."""

import time
from dataclasses import dataclass

from django.conf import settings

from approvals import queries
from govsim.core import clock
from govsim.core.errors import Busy
from govsim.core.models import World

LOOK_AGAIN = 0.25  # seconds for which a process trusts its last look at the backlog
RETRY_AFTER = 5  # seconds; a full backlog is worked off in less


@dataclass(slots=True)
class _Look:
    at: float
    full: bool


_looks: dict[int, _Look] = {}


def admit(world: World) -> None:
    """Let a submission pass, or raise Busy while more than `settings.MOST_WAITING` cases wait for a worker."""
    now = time.monotonic()
    look = _looks.get(world.pk)
    if look is None or now - look.at > LOOK_AGAIN:
        waiting = queries.backlog(world.pk, clock.now(world), most=settings.MOST_WAITING + 1)
        look = _looks[world.pk] = _Look(now, waiting > settings.MOST_WAITING)
    if look.full:
        raise Busy(
            "办件积压较多，暂不接收新的申报，请稍后再试",
            "Too many cases are waiting; nothing new is taken in for a moment",
            retry_after=RETRY_AFTER,
        )


def forget() -> None:
    """Look again at the next submission."""
    _looks.clear()
