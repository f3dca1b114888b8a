"""What Celery calls. A task takes ids, calls one action, and may be told twice without harm."""

import logging
import time

from celery import shared_task
from django.conf import settings

from approvals.actions import drain as drains
from govsim.core import world as worlds
from govsim.core.models import World

log = logging.getLogger(__name__)
LONGEST = 10.0  # seconds of one task, so that its time limit never strikes in the middle of a transaction


@shared_task(name="approvals.drain")
def drain() -> int:
    """Work through what is due in every living world, fairly; return how many rows were handled."""
    return drain_worlds(worlds.living())


def drain_worlds(found: list[World]) -> int:
    """Take turns among worlds until nothing is due, or the time is used up and the bell will ring again."""
    total = 0
    end = time.monotonic() + LONGEST
    while time.monotonic() < end:
        turn = sum(drains.drain(world) for world in found)
        total += turn
        if not turn:
            break
        if settings.SQLITE:
            drains.breathe()
    return total
