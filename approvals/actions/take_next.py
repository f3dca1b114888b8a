"""Take the next case: the oldest one that waits for the officer's role and that nobody has open."""

from approvals import queries
from approvals.actions.open import open_case
from approvals.models import Application
from govsim.core.actors import Actor
from govsim.core.errors import Conflict
from govsim.core.models import World


def take_next(*, world: World, actor: Actor) -> Application | None:
    """Open the oldest free case for the officer; None when there is none. One that was just taken is passed over."""
    for number in queries.oldest_free(world, actor):
        try:
            return open_case(world=world, actor=actor, number=number)
        except Conflict:
            continue
    return None
