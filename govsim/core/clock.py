"""The only place that reads the time: business time belongs to a world, wall time to the machine.

Decisions 6 and 7 say which is used for what.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from govsim.core.errors import BadInput
from govsim.core.models import World

ZONE = ZoneInfo("Asia/Shanghai")
# "Today" of the simulation: soon after the newest event that the source report mentions (domain.md, time setting).
DAWN = datetime(2021, 12, 1, 8, 30, tzinfo=ZONE)

FASTEST = 1_000_000.0  # world seconds a wall second
PACE_WORDS = ("倍速须大于 0 且不超过 1000000", "The pace must be above 0 and at most 1000000")

type DueSource = Callable[[int], datetime | None]
_due_sources: list[DueSource] = []


def wall() -> datetime:
    """Return the machine's time: leases, retries, sessions, tokens, signatures, latency."""
    return datetime.now(UTC)


def register_due(source: DueSource) -> None:
    """Add a question "which world moment is the earliest that is due and unfinished here?", asked with a world's id."""
    if source not in _due_sources:
        _due_sources.append(source)


def earliest_due(world_id: int) -> datetime | None:
    """Return the earliest moment in this world at which something is due and unfinished, or None."""
    moments = [moment for source in _due_sources if (moment := source(world_id)) is not None]
    return min(moments, default=None)


def _running(world: World) -> datetime:
    if world.mode in (World.Mode.FROZEN, World.Mode.STEP):
        return world.anchor_at
    pace = 1.0 if world.mode == World.Mode.LIVE else world.pace
    return world.anchor_at + (wall() - world.anchor_wall) * pace


def now(world: World) -> datetime:
    """Return the business time of `world`.

    Except in live mode it never passes a row that is due and unfinished, so what happens at a due moment is
    stamped with that moment however late anyone looks.
    """
    moment = _running(world)
    if world.mode == World.Mode.PACED:
        due = earliest_due(world.pk)
        if due is not None:
            moment = max(min(moment, due), world.anchor_at)
    return moment.astimezone(ZONE)


def _set(world: World, **fields: object) -> None:
    World.objects.filter(pk=world.pk).update(**fields)
    for name, value in fields.items():
        setattr(world, name, value)


def run(world: World, *, mode: str, pace: float = 1.0) -> None:
    """Let the clock go on from now in another mode or at another pace (world seconds a wall second)."""
    if mode not in World.Mode.values:
        raise BadInput({"mode": ("没有这种时钟模式", "There is no such clock mode")})
    if not 0 < pace <= FASTEST:
        raise BadInput({"pace": PACE_WORDS})
    _set(world, anchor_at=now(world), anchor_wall=wall(), mode=mode, pace=pace)


def advance(world: World, *, until: datetime | None = None) -> datetime:
    """Jump to the next due moment, or to `until` if nothing is due before it; return the new time.

    Time never runs backwards and never passes a due row; with neither a due row nor `until` it stays.
    """
    moment = now(world)
    due = earliest_due(world.pk)
    target = min((each for each in (due, until) if each is not None), default=moment)
    if target > moment:
        _set(world, anchor_at=target, anchor_wall=wall())
    return now(world)


def days(count: int) -> timedelta:
    """Return so many days of 24 hours."""
    return timedelta(days=count)
