"""Write what a decision changes into the deciding department's own register: a new firm, a name on a roll."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from govsim.core.canonical import dumps
from govsim.core.models import World
from govsim.core.organisations import in_city
from govsim.exchange import catalogue
from govsim.exchange.models import Record


@dataclass(frozen=True, slots=True)
class Entry:
    """One new record: dataset, subject code, city of the department that keeps it, and the fields (dates as date)."""

    dataset: str
    key: str
    city: str
    body: dict[str, Any]


def write(*, world: World, entries: Iterable[Entry]) -> int:
    """Add records in the caller's transaction; return how many. Raises KeyError for a dataset that does not exist."""
    rows = [
        Record(
            world=world,
            dataset=entry.dataset,
            key=entry.key,
            source=in_city(catalogue.datasets()[entry.dataset].department, entry.city),
            body=_plain(entry.body),
        )
        for entry in entries
    ]
    Record.objects.bulk_create(rows)
    return len(rows)


def _plain(body: dict[str, Any]) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(dumps(body))
    return plain
