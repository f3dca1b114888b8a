"""What has happened, in order. The journal is the history, the source of notices and figures, and the outbox."""

import logging
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from govsim.core import bulk, clock
from govsim.core.actors import Actor
from govsim.core.events import Event
from govsim.core.models import JournalEntry

log = logging.getLogger(__name__)

type Listener = Callable[[JournalEntry], None]
_listeners: dict[str, list[Listener]] = defaultdict(list)
MAX_ATTEMPTS = 8


def listen(event: type[Event], listener: Listener) -> None:
    """Have `listener` told of every due entry of this kind. Only `govsim/journey.py` calls this."""
    if listener not in _listeners[event.title()]:
        _listeners[event.title()].append(listener)


def entry(
    world_id: int, kind: str, row: int, seq: int, event: Event, *, actor: Actor, at: datetime, due: bool = False
) -> JournalEntry:
    """Return an unsaved entry; batches save many at once."""
    return JournalEntry(
        world_id=world_id,
        kind=kind,
        row=row,
        seq=seq,
        event=event.title(),
        data=event.data(),
        actor=str(actor),
        at=at,
        recorded_at=clock.wall(),
        due=due,
    )


def record(
    world_id: int, kind: str, row: int, seq: int, event: Event, *, actor: Actor, at: datetime, due: bool = False
) -> JournalEntry:
    """Write one entry in the caller's transaction. `seq` is the row's new version: gapless from 1."""
    new = entry(world_id, kind, row, seq, event, actor=actor, at=at, due=due)
    bulk.add(new)
    return new


def save(entries: list[JournalEntry]) -> None:
    """Write many entries in the caller's transaction."""
    bulk.save(entries)


# Asked with every answer about a case: the ORM would make this statement anew each time, at four times the cost.
_HISTORY = "SELECT * FROM core_journalentry WHERE world_id = %s AND kind = %s AND row = %s ORDER BY seq"


def history(world_id: int, kind: str, row: int) -> list[JournalEntry]:
    """Return all entries of one row, in order."""
    return list(JournalEntry.objects.raw(_HISTORY, [world_id, kind, row]))


def earliest_due(world_id: int) -> datetime | None:
    """Return the world moment of the oldest entry that still has to be told, or None."""
    return (
        JournalEntry.objects.filter(world_id=world_id, due=True)
        .order_by("at", "id")
        .values_list("at", flat=True)
        .first()
    )


def deliver(world_id: int, *, limit: int = 200) -> int:
    """Tell the listeners of up to `limit` due entries, oldest first; return how many were told.

    Each entry and all that its listeners do are one transaction: told exactly once, whoever crashes. A listener
    that fails is asked again later, with growing pauses; after MAX_ATTEMPTS the entry stays as an incident.
    """
    now = clock.wall()
    waiting = JournalEntry.objects.filter(Q(retry_at=None) | Q(retry_at__lte=now), world_id=world_id, due=True)
    told = 0
    for found in waiting.order_by("at", "id")[:limit]:
        try:
            with transaction.atomic():
                if JournalEntry.objects.filter(pk=found.pk, due=True).update(due=False) != 1:
                    continue  # another worker was first
                for listener in _listeners[found.event]:
                    listener(found)
            told += 1
        except Exception:
            log.exception("journal entry %s could not be told", found.pk)
            attempts = found.attempts + 1
            JournalEntry.objects.filter(pk=found.pk).update(
                attempts=attempts,
                due=attempts < MAX_ATTEMPTS,
                retry_at=now + timedelta(seconds=2**attempts),
            )
            break  # later entries may rest on this one
    return told


def incidents(world_id: int) -> list[JournalEntry]:
    """Return the entries that nobody could be told of."""
    return list(JournalEntry.objects.filter(world_id=world_id, due=False, attempts__gte=MAX_ATTEMPTS))


def retry(world_id: int, entry_id: int) -> bool:
    """Let an incident be told again from the first attempt on; return whether there was one."""
    rows = JournalEntry.objects.filter(world_id=world_id, pk=entry_id, due=False, attempts__gte=MAX_ATTEMPTS)
    return rows.update(due=True, attempts=0, retry_at=None) == 1


clock.register_due(earliest_due)
