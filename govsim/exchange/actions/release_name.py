"""Release a reserved enterprise name."""

from datetime import datetime

from django.db import transaction

from govsim.core import journal
from govsim.core.actors import SYSTEM, Actor
from govsim.core.codes.name_parts import normalise
from govsim.core.models import World
from govsim.exchange.events import NameReleased
from govsim.exchange.models import NameReservation


def release_name(*, world: World, name: str, by: str, at: datetime, actor: Actor = SYSTEM) -> bool:
    """Give a name up, because `by` no longer wants it or it is registered now; return whether `by` held it."""
    with transaction.atomic():
        live = NameReservation.objects.select_for_update().filter(world=world, name=normalise(name), released_at=None)
        held = live.filter(by=by).first()
        if held is None:
            return False
        held.released_at = at
        held.save(update_fields=["released_at"])
        journal.record(world.pk, "name", held.pk, 2, NameReleased(name=held.name), actor=actor, at=at)
    return True
