"""Entries of the status lists, handed out in blocks."""

import secrets

from certificates import status
from certificates.models import StatusList
from govsim.core.models import World


def allocate(world: World, count: int) -> list[tuple[int, int]]:
    """Give away `count` entries of the world's newest status list as (list, index), each exactly once.

    One guarded UPDATE per block. A block that is never used leaves unused entries, which say "valid" of nothing.
    """
    entries: list[tuple[int, int]] = []
    while len(entries) < count:
        newest = StatusList.objects.filter(world=world).order_by("-number").first()
        if newest is None or newest.next >= status.CAPACITY:
            number = newest.number + 1 if newest else 1
            fresh = StatusList(world=world, number=number, seed=secrets.randbits(62))
            StatusList.objects.bulk_create([fresh], ignore_conflicts=True)  # somebody else may open it as well
            continue
        block = range(newest.next, min(newest.next + count - len(entries), status.CAPACITY))
        mine = StatusList.objects.filter(pk=newest.pk, next=newest.next)
        if mine.update(next=block.stop) == 1:
            entries += [(newest.number, status.spread(counter, newest.seed)) for counter in block]
    return entries
