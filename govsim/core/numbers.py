"""Numbers that people use, given from blocks so that nobody waits for a counter (decision 14)."""

from collections import deque
from contextlib import suppress
from datetime import date

from django.db import connection, transaction

from govsim.core.codes import items
from govsim.core.models import Counter, World

BLOCK = 20  # numbers that a process takes at a time for one city of a live world

_TAKE = "UPDATE core_counter SET next = next + %s WHERE world_id = %s AND series = %s RETURNING next"


def take(world_id: int, series: str, count: int = 1) -> int:
    """Take `count` successive numbers of a series and return the first. Gaps are allowed, repetition is not."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [count, world_id, series])
        found = cursor.fetchone()
        if found is None:
            Counter.objects.bulk_create([Counter(world_id=world_id, series=series)], ignore_conflicts=True)
            cursor.execute(_TAKE, [count, world_id, series])
            found = cursor.fetchone()
    return int(found[0]) - count


def case_numbers(world_id: int, city: str, on: date, count: int = 1) -> list[str]:
    """Return `count` short case numbers of §C.6: YYMMDD, two digits of the city, six digits in order."""
    first = take(world_id, _series(city, on), count)
    return [items.short_case_number(on, city, first + offset) for offset in range(count)]


def _series(city: str, on: date) -> str:
    return f"case:{on:%y%m%d}:{city}"


# What is left of the last block of a world and city, and the day that it belongs to.
_blocks: dict[tuple[int, str], tuple[date, deque[int]]] = {}


def case_number(world: World, city: str, on: date) -> str:
    """Return one short case number, in a live world from a block that this process has taken before.

    Whoever takes a number from the database holds its counter until the transaction ends, so that all others wait. A
    block is kept only once its transaction is committed; what a failed one has used is a gap. Outside live mode draws
    hang on the numbers, so there they follow the order of the cases.
    """
    if world.mode != World.Mode.LIVE:
        return case_numbers(world.pk, city, on)[0]
    day, left = _blocks.get((world.pk, city), (on, deque[int]()))
    if day == on:
        with suppress(IndexError):  # nothing is left, or another thread was quicker
            return items.short_case_number(on, city, left.popleft())
    first = take(world.pk, _series(city, on), BLOCK)
    block = on, deque(range(first + 1, first + BLOCK))
    transaction.on_commit(lambda: _blocks.update({(world.pk, city): block}))
    return items.short_case_number(on, city, first)
