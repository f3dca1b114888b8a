"""Reserve an enterprise name (C.13 N9 and N12)."""

from datetime import datetime, time

from django.db import IntegrityError, transaction

from govsim.core import clock, journal, organisations
from govsim.core.actors import Actor
from govsim.core.codes import names
from govsim.core.codes.name_parts import normalise
from govsim.core.errors import BadInput, Conflict
from govsim.core.models import World
from govsim.exchange.events import NameReserved
from govsim.exchange.models import NameReservation, Record


def reserve_name(*, world: World, name: str, city: str, by: str, at: datetime) -> NameReservation:
    """Keep a name for `by` (a citizen number or credit code) for two months of the world's time.

    Whether the name is well-formed and far enough from others is asked elsewhere (core.codes.names); here only one
    of two who want the same name gets it. Asking again for a name that one holds returns the same reservation.
    Raises Conflict when it is registered or reserved, BadInput for an empty name or an unknown city.
    """
    wanted = normalise(name)
    if not wanted or len(wanted) > 60:
        raise BadInput({"name": ("名称应为 1 至 60 个字", "A name has 1 to 60 characters")})
    if city not in organisations.cities():
        raise BadInput({"city": (f"不是试点城市：{city}", f"Not one of the pilot cities: {city}")})
    with transaction.atomic():
        # A reservation that has run out still blocks the UNIQUE constraint until somebody marks it.
        NameReservation.objects.filter(world=world, name=wanted, released_at=None, until__lte=at).update(released_at=at)
        if Record.objects.filter(world=world, dataset="enterprises", body__name=wanted).exists():
            raise Conflict(f"名称“{wanted}”已被登记", f"The name “{wanted}” is registered already")
        return _reserve(world, wanted, city, by, at)


def _reserve(world: World, name: str, city: str, by: str, at: datetime) -> NameReservation:
    try:
        with transaction.atomic():
            reservation = NameReservation.objects.create(
                world=world,
                name=name,
                city=city,
                by=by,
                reserved_at=at,
                until=_free_again(at),
                recorded_at=clock.wall(),
            )
    except IntegrityError:
        held = NameReservation.objects.filter(world=world, name=name, released_at=None, by=by).first()
        if held is None:
            raise Conflict(f"名称“{name}”已被他人保留", f"The name “{name}” is reserved by somebody else") from None
        return held
    event = NameReserved(name=name, city=city, by=by)
    journal.record(world.pk, "name", reservation.pk, 1, event, actor=Actor("applicant", by), at=at)
    return reservation


def _free_again(at: datetime) -> datetime:
    """Return the moment two months later at which the name is free: N12 counts days, so it is a midnight."""
    day = names.reserved_until(at.astimezone(clock.ZONE).date())
    return datetime.combine(day, time(), tzinfo=clock.ZONE)
