"""Set and clear faults of sources: what a trainer switches on to show how the platform bears it."""

from datetime import datetime

from django.db import transaction

from govsim.core import clock, journal, organisations
from govsim.core.actors import SYSTEM, Actor
from govsim.core.errors import BadInput
from govsim.core.models import World
from govsim.exchange import catalogue
from govsim.exchange.events import SourceFaultCleared, SourceFaultSet
from govsim.exchange.models import SourceFault

DEFAULT_FACTOR = 10.0


def set(
    *,
    world: World,
    source: str,
    mode: str,
    factor: float = DEFAULT_FACTOR,
    until: datetime | None = None,
    at: datetime | None = None,
    actor: Actor = SYSTEM,
) -> SourceFault:
    """Make a dataset (`deaths`) or all datasets of a department (`sz.civil`) slow, silent or contradictory.

    `factor` multiplies the answer time of a slow source; `until` is world time. A fault that the source has already
    is cleared. Raises BadInput for an unknown source or mode.
    """
    _check(source, mode, factor)
    moment = at or clock.now(world)
    with transaction.atomic():
        clear(world=world, source=source, at=moment, actor=actor)
        fault = SourceFault.objects.create(
            world=world,
            source=source,
            mode=mode,
            factor=factor,
            set_at=moment,
            until=until,
            recorded_at=clock.wall(),
        )
        event = SourceFaultSet(source=source, mode=mode)
        journal.record(world.pk, "fault", fault.pk, 1, event, actor=actor, at=moment)
    return fault


def _check(source: str, mode: str, factor: float) -> None:
    if source not in catalogue.datasets() and source not in organisations.departments():
        raise BadInput({"source": (f"没有数据集或部门“{source}”", f"There is no dataset or department “{source}”")})
    if mode not in SourceFault.Mode.values:
        raise BadInput({"mode": ("故障类型只有 slow、down、conflict", "A fault is slow, down or conflict")})
    if not 1 <= factor <= 10_000:
        raise BadInput({"factor": ("倍数须在 1 到 10000 之间", "The factor must be 1 to 10000")})


def clear(*, world: World, source: str, at: datetime | None = None, actor: Actor = SYSTEM) -> bool:
    """End the fault of a source; return whether it had one."""
    moment = at or clock.now(world)
    with transaction.atomic():
        fault = SourceFault.objects.select_for_update().filter(world=world, source=source, cleared_at=None).first()
        if fault is None:
            return False
        fault.cleared_at = moment
        fault.save(update_fields=["cleared_at"])
        event = SourceFaultCleared(source=source)
        journal.record(world.pk, "fault", fault.pk, 2, event, actor=actor, at=moment)
    return True
