"""Write what a decision changes into the deciding department's own register: a new firm, a name on a roll."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from govsim.core import bulk
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
    datasets = catalogue.datasets()
    return bulk.insert(
        Record,
        ("world_id", "dataset", "key", "source", "body"),
        (
            (world.pk, entry.dataset, entry.key, in_city(datasets[entry.dataset].department, entry.city), entry.body)
            for entry in entries
        ),
    )
