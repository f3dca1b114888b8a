"""Record who looked at what."""

from collections.abc import Iterable
from operator import attrgetter

from govsim.core import bulk, clock
from govsim.exchange.models import ExchangeLog
from govsim.exchange.queries import Look

COLUMNS = (
    "world_id", "number", "case_id", "dataset", "subject", "department", "source", "purpose", "consent_id", "status",
    "rows", "seconds", "at",
)  # fmt: skip
_values = attrgetter(*COLUMNS)


def record(log: Iterable[Look]) -> int:
    """Save the log of `queries.gather` or `queries.prefill` in the caller's transaction; return how many rows."""
    wall = clock.wall()
    return bulk.insert(ExchangeLog, (*COLUMNS, "recorded_at"), ((*_values(look), wall) for look in log))
