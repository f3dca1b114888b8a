"""Worlds: made, reset, and asked for. Everything that a run makes hangs on one (decision 8)."""

import re
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import models, transaction

from govsim.core import clock, heads
from govsim.core.errors import BadInput, NotFound
from govsim.core.models import Department, World
from govsim.core.organisations import departments

GOING = "rows_going"  # setting of a world whose rows are being removed: its books are no longer whole
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_HOURS = [["08:30", "12:00"], ["13:30", "18:00"]]


def create(
    *,
    name: str,
    seed: int,
    mode: str = World.Mode.PACED,
    pace: float = 1.0,
    at: datetime = clock.DAWN,
    settings: dict[str, Any] | None = None,
) -> World:
    """Make a world, or the next generation of the one that has this name, with all its departments."""
    if not _NAME.fullmatch(name):
        zh, en = "名称由 1 至 40 个小写字母、数字和短横组成", "A name has 1 to 40 small letters, digits and hyphens"
        raise BadInput({"name": (zh, en)})
    if not 0 < pace <= clock.FASTEST:
        raise BadInput({"pace": clock.PACE_WORDS})
    wall = clock.wall()
    with transaction.atomic():
        former = World.objects.filter(name=name).order_by("-generation").first()
        if former is not None and former.retired_at is None:
            World.objects.filter(pk=former.pk).update(retired_at=wall)
            heads.close(former.pk)
        world = World.objects.create(
            name=name,
            generation=former.generation + 1 if former else 1,
            seed=seed,
            mode=mode,
            pace=pace,
            anchor_at=at,
            anchor_wall=wall,
            settings=settings or {},
            created_at=wall,
        )
        Department.objects.bulk_create(
            Department(
                world=world,
                key=each.key,
                name_zh=each.name_zh,
                name_en=each.name_en,
                city=each.city,
                credit_code=each.credit_code,
                desks=each.desks,
                hours=_HOURS,
            )
            for each in departments().values()
        )
    return world


def current(name: str) -> World:
    """Return the living generation of the world with this name. Raises NotFound."""
    world = World.objects.filter(name=name, retired_at=None).order_by("-generation").first()
    if world is None:
        raise NotFound(f"没有名为“{name}”的模拟世界", f"There is no simulated world called “{name}”")
    return world


def living() -> list[World]:
    """Return every world that has not been reset or ended."""
    return list(World.objects.filter(retired_at=None).order_by("pk"))


def address(world: World) -> str:
    """Return the part of public addresses that names a world: `demo-1`."""
    return f"{world.name}-{world.generation}"


def at_address(text: str) -> World:
    """Return the world of a public address, also one that has been reset. Raises NotFound."""
    name, _, generation = text.rpartition("-")
    if generation.isdecimal() and len(generation) < 9:
        world = World.objects.filter(name=name, generation=int(generation)).first()
        if world is not None:
            return world
    raise NotFound("没有这个模拟世界", "There is no such simulated world")


def retire(world: World) -> None:
    """End a world: nothing in it is worked on any more, its chains are closed; its rows go in batches (`purge`)."""
    with transaction.atomic():
        if World.objects.filter(pk=world.pk, retired_at=None).update(retired_at=clock.wall()):
            heads.close(world.pk)


def staff(world: World, department: str, staffed_by: str) -> None:
    """Say who works at the desks of a department: simulation or people (decision 12). Raises NotFound."""
    if not Department.objects.filter(world=world, key=department).update(staffed_by=staffed_by):
        raise NotFound("没有这个部门", "There is no such department")


def purge(world: World, *, limit: int = 2000) -> int:
    """Remove up to about `limit` rows of a retired world and return how many; 0 when the world itself is gone.

    A world that lives is not touched. Called again and again by the sweeper, so that a reset costs nobody a wait.
    """
    if world.retired_at is None:
        return 0
    if not world.settings.get(GOING):
        world.settings = {**world.settings, GOING: True}
        World.objects.filter(pk=world.pk).update(settings=world.settings)
    removed = 0
    for model in _belongings():
        while removed < limit:
            ids = list(model._base_manager.filter(world=world).values_list("pk", flat=True)[: limit - removed])
            if not ids:
                break
            with transaction.atomic():
                removed += model._base_manager.filter(pk__in=ids).delete()[0]
    if removed < limit:
        World.objects.filter(pk=world.pk).delete()
    return removed


def _belongings() -> list[type[models.Model]]:
    """Return the models whose rows belong to a world, the upper rooms first: what points comes before its target."""
    owned = [each for each in apps.get_models() if any(field.name == "world" for field in each._meta.get_fields())]
    return list(reversed(owned))


def retired() -> list[World]:
    """Return the worlds that were reset and still have rows."""
    return list(World.objects.exclude(retired_at=None).order_by("pk"))
