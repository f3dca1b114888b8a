"""The next generation of a world: everything back to the first morning, with the same people (decision 8)."""

from django.db import transaction

from certificates.actions import seed as hold_certificates
from govsim.core import world as worlds
from govsim.core.models import World
from govsim.exchange import queries as registers
from govsim.exchange.actions import populate


def begin_again(world: World) -> World:
    """Make the world anew under its name: same seed, same people and firms, same pace, its clock standing.

    The former generation is closed in the same transaction; its rows go later, in batches.
    """
    persons, enterprises = registers.populated(world)
    with transaction.atomic():
        made = worlds.create(name=world.name, seed=world.seed, mode=World.Mode.FROZEN, pace=world.pace)
        if persons:
            populate(world=made, persons=persons, enterprises=enterprises)
            hold_certificates(world=made)
    return made
