"""What waits for a worker, and since when."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import OuterRef, Q, Subquery

from approvals.models import Application
from govsim.core.models import JournalEntry, World


def earliest_due(world_id: int) -> datetime | None:
    """Return the world moment of the application that has been due longest, or None."""
    rows = Application.objects.filter(world_id=world_id, due_at__isnull=False)
    return rows.order_by("due_at", "id").values_list("due_at", flat=True).first()


def waiting_worlds(wall: datetime) -> list[tuple[World, datetime | None, datetime | None]]:
    """Return every living world with what waits in it for a worker, in one statement.

    The moments (world time) are those of the earliest due application that nobody holds a lease on, and of the
    oldest journal entry that may be told now; None when there is none. `wall` is the machine's time.
    """
    free = Q(lease_until=None) | Q(lease_until__lt=wall)
    due = Application.objects.filter(free, world=OuterRef("pk"), due_at__isnull=False).order_by("due_at", "id")
    ready = Q(retry_at=None) | Q(retry_at__lte=wall)
    told = JournalEntry.objects.filter(ready, world=OuterRef("pk"), due=True).order_by("at", "id")
    rows = World.objects.filter(retired_at=None).order_by("pk")
    found = rows.annotate(waits=Subquery(due.values("due_at")[:1]), tells=Subquery(told.values("at")[:1]))
    return [(world, world.waits, world.tells) for world in found]


def backlog(world_id: int, now: datetime, *, most: int) -> int:
    """Return how many applications are due at `now` (world time) and not done, counting no further than `most`."""
    return Application.objects.filter(world_id=world_id, due_at__lte=now)[:most].count()


def numbers_of(world: World) -> Iterator[tuple[int, str, str, bool]]:
    """Yield (row, number, state, whether it is due some time) of every application of a world, for load reports."""
    rows = Application.objects.filter(world=world).order_by("pk").values_list("pk", "number", "state", "due_at")
    for row, number, state, due in rows.iterator(5000):
        yield row, number, state, due is not None


def somebody_works(world_id: int, wall: datetime) -> bool:
    """Say whether a worker holds a lease on something due in this world."""
    return Application.objects.filter(world_id=world_id, due_at__isnull=False, lease_until__gte=wall).exists()


def standing(world_id: int, now: datetime, *, most: int) -> dict[str, int]:
    """Return what an operator wants to know of a world: cases due at `now` (counted up to `most`) and incidents."""
    return {
        "due": backlog(world_id, now, most=most),
        "incidents": Application.objects.filter(world_id=world_id).exclude(dead_reason="").count(),
    }


# --- for walk-throughs -------------------------------------------------------------------------------------------


def unfinished_due(world_id: int, wall: datetime) -> Iterator[tuple[str, int, datetime]]:
    """Yield (number, row, moment) of the applications that are due and that no worker holds at `wall`."""
    free = Q(lease_until=None) | Q(lease_until__lt=wall)
    rows = Application.objects.filter(free, world_id=world_id, due_at__isnull=False).order_by("due_at", "pk")
    for number, row, moment in rows.values_list("number", "pk", "due_at").iterator(2000):
        if moment is not None:
            yield number, row, moment


def due_now(world_id: int, now: datetime) -> bool:
    """Say whether something waits for a worker at `now` (world time)."""
    return Application.objects.filter(world_id=world_id, due_at__lte=now).exists()
