"""Record who looked at what."""

from collections.abc import Iterable

from govsim.core import clock
from govsim.exchange.models import ExchangeLog


def record(log: Iterable[ExchangeLog]) -> int:
    """Save the log of `queries.gather` or `queries.prefill` in the caller's transaction; return how many rows."""
    rows, wall = list(log), clock.wall()
    for row in rows:
        row.recorded_at = wall
    ExchangeLog.objects.bulk_create(rows)
    return len(rows)
