"""How the sources do: the newest looks of the exchange log, by dataset. Reads a bounded number of rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Final

from django.db.models import Max

from govsim.core.models import World
from govsim.exchange.models import ExchangeLog

NEWEST: Final = 2000  # ids of the log that are looked at
HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True)
class Traffic:
    """What one dataset was asked in the last hour of the world: answered, failed, and the median of its seconds."""

    dataset: str
    answered: int
    failed: int
    seconds: float | None


def traffic(world: World, now: datetime) -> dict[str, Traffic]:
    """Return the traffic of the last hour by dataset, counted among the NEWEST looks of the log."""
    top = ExchangeLog.objects.aggregate(top=Max("pk"))["top"] or 0
    rows = ExchangeLog.objects.filter(pk__gt=top - NEWEST).values_list("world", "at", "dataset", "status", "seconds")
    looks: dict[str, list[tuple[str, float]]] = {}
    for where, at, dataset, status, seconds in rows:
        if where == world.pk and now - HOUR < at <= now:
            looks.setdefault(dataset, []).append((status, seconds))
    return {dataset: _told(dataset, found) for dataset, found in sorted(looks.items())}


def _told(dataset: str, found: Sequence[tuple[str, float]]) -> Traffic:
    answered = [seconds for status, seconds in found if status == ExchangeLog.Status.ANSWERED]
    return Traffic(dataset, len(answered), len(found) - len(answered), median(answered) if answered else None)
