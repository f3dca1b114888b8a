"""Numbers that people use, given from blocks so that nobody waits for a counter (decision 14)."""

from datetime import date

from django.db import connection

from govsim.core.codes import items
from govsim.core.models import Counter

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
    first = take(world_id, f"case:{on:%y%m%d}:{city}", count)
    return [items.short_case_number(on, city, first + offset) for offset in range(count)]
