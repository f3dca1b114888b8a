"""The yardstick of the drain: one Celery task for each application, doing the same work, as one usually builds it."""

from celery import shared_task

from approvals.actions import drain
from govsim.core import clock, journal
from govsim.core.models import World

QUEUE = "single"


@shared_task(name="bench.single")
def single(world_id: int) -> None:
    """Claim one due application, decide it, record it and tell what has to be told."""
    world = World.objects.get(pk=world_id)
    drain.process(world, drain.claim(world, until=clock.now(world), limit=1))
    journal.deliver(world.pk)
