"""Fill the registers of a world with a synthetic population."""

import json
from collections.abc import Iterable, Iterator
from itertools import batched

from django.db import IntegrityError, connection, transaction

from govsim.core import clock, journal
from govsim.core.actors import SYSTEM, Actor
from govsim.core.errors import BadInput, Conflict
from govsim.core.models import World
from govsim.exchange import population
from govsim.exchange.events import RegistersPopulated
from govsim.exchange.models import Record


def populate(
    *,
    world: World,
    persons: int = 2000,
    enterprises: int = 300,
    seed: int | None = None,
    chunk: int = 5000,
    actor: Actor = SYSTEM,
) -> int:
    """Make so many people and enterprises from the world's seed (or `seed`) and return the number of records.

    Memory stays bounded: rows are made and written `chunk` at a time, in one transaction. People whom files named
    before keep their numbers. Raises Conflict when the world has a population already, BadInput for sizes that are
    not possible.
    """
    if not 1 <= persons <= 10_000_000:
        raise BadInput({"persons": ("人数须在 1 到 10000000 之间", "The number of people must be 1 to 10000000")})
    if not 0 <= enterprises <= 100_000:
        raise BadInput({"enterprises": ("企业数须在 0 到 100000 之间", "The number of firms must be 0 to 100000")})
    with transaction.atomic():
        _claim(world, persons, enterprises, actor)
        taken = frozenset(
            Record.objects.filter(world=world, dataset="population").values_list("key", flat=True).distinct()
        )
        rows = population.rows(
            world.seed if seed is None else seed, persons=persons, enterprises=enterprises, taken=taken
        )
        return sum(write(world.pk, part) for part in batched(rows, chunk))


def _claim(world: World, persons: int, enterprises: int, actor: Actor) -> None:
    """Write the event first: its place in the journal exists once, so of two populations only one is made."""
    event = RegistersPopulated(persons=persons, enterprises=enterprises)
    try:
        with transaction.atomic():
            journal.record(world.pk, "registers", world.pk, 1, event, actor=actor, at=clock.now(world))
    except IntegrityError:
        raise Conflict("这个模拟世界已有人口数据", "This world has a population already") from None


def write(world_id: int, rows: Iterable[population.Row]) -> int:
    """Add rows to the registers, in the caller's transaction, and return how many."""
    if connection.vendor == "postgresql":
        return _copy(world_id, rows)
    made = [
        Record(world_id=world_id, dataset=row.dataset, key=row.key, source=row.source, body=row.body) for row in rows
    ]
    Record.objects.bulk_create(made)
    return len(made)


def _copy(world_id: int, rows: Iterable[population.Row]) -> int:
    """Write through PostgreSQL's COPY, several times faster than INSERT for a large population."""
    count = 0
    statement = f"COPY {Record._meta.db_table} (world_id, dataset, key, source, body) FROM STDIN"
    with connection.cursor() as cursor, cursor.cursor.copy(statement) as copy:
        for values in _lines(world_id, rows):
            copy.write_row(values)
            count += 1
    return count


def _lines(world_id: int, rows: Iterable[population.Row]) -> Iterator[tuple[int, str, str, str, str]]:
    for row in rows:
        yield world_id, row.dataset, row.key, row.source, json.dumps(row.body, ensure_ascii=False)
