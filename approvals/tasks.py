"""What Celery calls. A task takes ids, calls one action, and may be told twice without harm."""

import logging
import time
from collections.abc import Callable

from celery import shared_task
from django.conf import settings

from approvals.actions import drain as drains
from govsim.core import world as worlds
from govsim.core.models import World

log = logging.getLogger(__name__)
LINGER = 0.5  # seconds that a worker stays awake after its last work
LOOK = 0.02  # seconds between its looks meanwhile
LONGEST = (
    settings.TASK_SECONDS * 0.4
)  # seconds of one task, so that its time limit never strikes in the middle of a transaction


@shared_task(name="approvals.drain")
def drain() -> int:
    """Work through what is due in every living world, fairly; return how many rows were handled."""
    return _turns(worlds.living, linger=LINGER)


def drain_worlds(found: list[World]) -> int:
    """Take turns among worlds until nothing is due, or the time is used up and the bell will ring again."""
    return _turns(lambda: found, linger=0.0)


def _turns(find: Callable[[], list[World]], *, linger: float) -> int:
    """Take turns among the worlds that `find` tells, asked anew each time: a clock may have been changed.

    With `linger`, look again and again for so many seconds after the last work: what is submitted meanwhile is taken
    up without waiting for the bell.
    """
    total = 0
    now = worked = time.monotonic()
    end = now + LONGEST
    while now < end:
        turn = sum(drains.drain(world) for world in find())
        total += turn
        now = time.monotonic()
        if turn:
            worked = now
            if settings.SQLITE:
                drains.breathe()
        elif total and now - worked < linger:
            time.sleep(LOOK)
        else:
            break
    return total
