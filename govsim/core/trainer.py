"""What a trainer changes in a world: faults of departments, and how its simulated officers decide."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from govsim.core.errors import BadInput, NotFound
from govsim.core.models import Department, World

MODES = ("slow", "down", "garbage", "lost")
DEFAULT_FACTOR = 5.0
SET_ASIDE = "set_aside"  # setting: certificates that the trainer has suspended


def set_fault(
    *, world: World, department: str, mode: str, factor: float = DEFAULT_FACTOR, until: datetime | None = None
) -> Department:
    """Make a department slow (by `factor`), closed, or give useless answers or lose them; `until` is world time.

    Raises NotFound for an unknown department, BadInput for an unknown mode or factor.
    """
    if mode not in MODES:
        raise BadInput({"mode": (f"部门故障只有 {'、'.join(MODES)}", f"A department's fault is {', '.join(MODES)}")})
    if not 1 <= factor <= 1000:
        raise BadInput({"factor": ("倍数须在 1 到 1000 之间", "The factor must be 1 to 1000")})
    faults = {"mode": mode, "factor": factor, "until": until.isoformat() if until else None}
    return _write(world, department, faults)


def clear_fault(*, world: World, department: str) -> Department:
    """End the fault of a department. Raises NotFound for an unknown department."""
    return _write(world, department, {})


def _write(world: World, department: str, faults: dict[str, Any]) -> Department:
    with transaction.atomic():
        found = Department.objects.select_for_update().filter(world=world, key=department).first()
        if found is None:
            raise NotFound(f"没有部门“{department}”", f"There is no department “{department}”")
        found.faults = faults
        found.save(update_fields=["faults"])
    return found


def ends(department: Department) -> datetime | None:
    """Return when the fault of a department ends by itself, None when somebody has to end it."""
    until = department.faults.get("until")
    return datetime.fromisoformat(until) if until else None


def faults(world: World) -> list[Department]:
    """Return the departments of a world that have a fault, by key."""
    return list(Department.objects.filter(world=world).exclude(faults={}).order_by("key"))


def decide_otherwise(
    *,
    world: World,
    cleared: float | None = None,
    quality_share: float | None = None,
    declining: Sequence[str] | None = None,
) -> World:
    """Change how a world's simulated officers decide; what is None stays as it is.

    `cleared` is the share of doubts that a look clears, `quality_share` the share of automatic grants that is
    checked, `declining` the keys of departments (banks, seal makers) that decline. Raises BadInput.
    """
    wrong: dict[str, tuple[str, str]] = {}
    for name, share in (("cleared", cleared), ("quality_share", quality_share)):
        if share is not None and not 0 <= share <= 1:
            wrong[name] = ("须在 0 到 1 之间", "It must be 0 to 1")
    known = set(Department.objects.filter(world=world).values_list("key", flat=True))
    unknown = [key for key in declining or () if key not in known]
    if unknown:
        wrong["declining"] = (f"没有部门“{unknown[0]}”", f"There is no department “{unknown[0]}”")
    if wrong:
        raise BadInput(wrong)
    given = {"cleared": cleared, "quality_share": quality_share, "declining": declining}
    return _settle(world, {name: value for name, value in given.items() if value is not None})


def set_aside(*, world: World, certificate: str, again: bool = False) -> World:
    """Remember a certificate that the trainer has suspended, so that it can be found and given back (`again`)."""
    kept = [each for each in world.settings.get(SET_ASIDE, []) if each != certificate]
    return _settle(world, {SET_ASIDE: kept if again else [*kept, certificate]})


def _settle(world: World, given: dict[str, Any]) -> World:
    """Write settings of a world; the others stay."""
    with transaction.atomic():
        locked = World.objects.select_for_update().get(pk=world.pk)
        locked.settings = {**locked.settings, **given}
        locked.save(update_fields=["settings"])
    world.settings = locked.settings
    return world
