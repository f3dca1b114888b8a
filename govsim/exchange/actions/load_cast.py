"""Load the people, firms and records of a file into a world."""

from itertools import batched
from pathlib import Path
from typing import Any

from django.db import transaction

from govsim.core import clock, journal, numbers
from govsim.core.actors import SYSTEM, Actor
from govsim.core.models import World
from govsim.exchange import catalogue
from govsim.exchange.actions import fault
from govsim.exchange.actions.populate import write
from govsim.exchange.events import CastLoaded
from govsim.exchange.models import Record
from govsim.exchange.population import cast


def load_cast(*, world: World, data: Any, path: Path | None = None, actor: Actor = SYSTEM) -> CastLoaded:
    """Add what a cast file says (`population/cast.py` has the format) and return how much it was.

    Records of datasets that hold one record a subject replace those that the world has; others are added. Raises
    BadInput with every fault of the file; then nothing is stored.
    """
    found = cast.read(data, path=path)
    at = clock.now(world)
    with transaction.atomic():
        _clear(world, found)
        write(world.pk, found.rows)
        for source, mode in found.faults:
            fault.set(world=world, source=source, mode=mode, at=at, actor=actor)
        event = CastLoaded(people=found.people, firms=found.firms, records=len(found.rows))
        seq = numbers.take(world.pk, "journal:cast")
        journal.record(world.pk, "cast", world.pk, seq, event, actor=actor, at=at)
    return event


def _clear(world: World, found: cast.Cast) -> None:
    keys: dict[str, set[str]] = {}
    for row in found.rows:
        if catalogue.datasets()[row.dataset].holds == "one":
            keys.setdefault(row.dataset, set()).add(row.key)
    for dataset, subjects in keys.items():
        for part in batched(sorted(subjects), 5000):
            Record.objects.filter(world=world, dataset=dataset, key__in=part).delete()


def check(data: Any, *, path: Path | None = None) -> None:
    """Raise BadInput with every fault of a cast file; nothing is stored."""
    cast.read(data, path=path)
