"""Record who looked at what."""

from collections.abc import Iterable
from dataclasses import fields
from operator import attrgetter

from govsim.core import bulk, clock
from govsim.exchange.models import ExchangeLog
from govsim.exchange.queries import Look

COLUMNS = tuple(each.name for each in fields(Look))
_values = attrgetter(*COLUMNS)


def record(log: Iterable[Look]) -> int:
    """Save the log of `queries.gather` or `queries.prefill` in the caller's transaction; return how many rows."""
    wall = clock.wall()
    return bulk.insert(ExchangeLog, (*COLUMNS, "recorded_at"), ((*_values(look), wall) for look in log))
