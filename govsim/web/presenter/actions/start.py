"""Start a show: a walk-through in a world of its own, made ready up to its opening."""

import secrets
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.db.models import F, Q

from govsim.core import clock
from govsim.core import world as worlds
from govsim.core.errors import BadInput, Busy, Conflict
from govsim.core.models import World
from govsim.walkthroughs.clients import LOCAL, inner
from govsim.walkthroughs.runner import Runner, ready
from govsim.walkthroughs.story import CUTS, Pack
from govsim.web.models import Picture, Show
from govsim.web.presenter.queries import pack_named

LETTERS: Final = "23456789abcdefghjkmnpqrstuvwxyz"  # none that look alike
LENGTH: Final = 8
OWN: Final = 3  # living shows of one presenter; the oldest gives way to a new one
MOST: Final = 24  # living shows of the installation
OLD: Final = timedelta(hours=12)
PREFIX: Final = "show-"  # of the names of their worlds


def start(*, pack_name: str, cut: int, presenter: str) -> Show:
    """Return a new show at its opening. Raises NotFound for an unknown pack, BadInput for a cut, Busy when too many."""
    pack = pack_named(pack_name)
    if cut not in CUTS:
        raise BadInput({"cut": ("时长为 3、10 或 30 分钟", "A show takes 3, 10 or 30 minutes")})
    _make_room(presenter)
    code = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    runner = _new_world(pack, code)
    return Show.objects.create(
        world=runner.world, code=code, presenter=presenter, pack=pack.name, cut=cut, values=runner.values,
        started_at=clock.wall(),
    )  # fmt: skip


def reset(show: Show) -> None:
    """Begin again: a new world with the same seed, and the opening. Raises Conflict while a step is being done."""
    now = clock.wall()
    free = Show.objects.filter(Q(busy_until=None) | Q(busy_until__lte=now), pk=show.pk)
    if not free.update(busy_until=now + timedelta(seconds=30)):
        raise Conflict("这一步还没有做完", "This step is not finished yet")
    former = show.world  # it lives until the show has its new one: no window meets an ended world
    runner = _new_world(pack_named(show.pack), f"{show.code}-{show.version}")
    with transaction.atomic():
        Picture.objects.filter(show=show).delete()
        Show.objects.filter(pk=show.pk).update(
            world=runner.world, values=runner.values, results=[], calls=0, position=0, done=0,
            started_at=clock.wall(), busy_until=None, version=F("version") + 1,
        )  # fmt: skip
    worlds.retire(former)


def end(show: Show) -> None:
    """End a show and its world."""
    worlds.retire(show.world)


def _new_world(pack: Pack, name: str) -> Runner:
    ready()
    with inner(LOCAL) as http:
        runner = Runner(pack, http, in_process=False)
        runner.set_up(name=f"{PREFIX}{name}")
    return runner


def _make_room(presenter: str) -> None:
    living = Show.objects.filter(world__retired_at=None).order_by("-started_at")
    own = [each.world for each in living.filter(presenter=presenter).select_related("world")[OWN - 1 :]]
    old = World.objects.filter(name__startswith=PREFIX, retired_at=None, created_at__lt=clock.wall() - OLD)[:MOST]
    for world in {*own, *old}:
        worlds.retire(world)
    if living.count() >= MOST:
        raise Busy("同时进行的演示太多，请稍后再试", "Too many shows are running; try again later", retry_after=60)
