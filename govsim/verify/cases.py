"""I1 to I3: nothing that was acknowledged is lost, every decided case has one decision, histories are whole."""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from django.conf import settings
from django.db.models import Count, Max, Min

from approvals import queries as approvals
from approvals import states
from govsim.core import clock
from govsim.core.models import IdempotentCall, JournalEntry, World

# Which outcome state an event of the journal ends in.
ENDS: Final = {
    "application": {
        "ApplicationGranted": "granted", "ApplicationRefused": "refused", "ApplicationDeclined": "not_accepted",
        "ApplicationWithdrawn": "withdrawn", "ApplicationReturned": "returned", "ApplicationVoided": "voided",
    },
    "package": {"PackageFinished": "", "PackageWithdrawn": "withdrawn"},
}  # fmt: skip
OUTCOMES: Final = {"application": states.APPLICATION.outcomes, "package": states.PACKAGE.outcomes}

type Finding = str | None  # what is wrong with one checked thing, in words, or None


# --- I1: nothing that was acknowledged is lost, nothing due lies about ---------------------------------------------


def acknowledged(world: World, oldest: timedelta) -> Iterator[Finding]:
    """Every number that somebody was told exists, and no due row waits longer than `oldest` for a worker."""
    standing = list(approvals.standings(world.pk))
    numbers = {row[2] for row in standing}
    rows = {(row[0], row[1]) for row in standing}
    calls = IdempotentCall.objects.filter(user__seat__world=world, status__in=(201, 202)).order_by("pk")
    for body in calls.values_list("body", flat=True).iterator(2000):
        number = body.get("number") if isinstance(body, dict) else None
        if number is not None:
            lost = f"{number}: 已告知申请人的编号不存在 / this number was acknowledged but does not exist"
            yield None if number in numbers else lost
    told = JournalEntry.objects.filter(world=world, kind__in=("application", "package"), seq=1).order_by("pk")
    for kind, row, data in told.values_list("kind", "row", "data").iterator(2000):
        lost = f"{data.get('number')}: 流水中有此办件，但记录不存在 / the journal has this case, its row is gone"
        yield None if (kind, row) in rows else lost
    if world.retired_at is None:
        yield from _waiting(world, oldest)


def _waiting(world: World, oldest: timedelta) -> Iterator[Finding]:
    now, wall = clock.now(world), clock.wall()
    until = min(wall, _last_beat() or wall)  # when nobody sweeps any more, nobody is late either
    for number, row, moment in approvals.unfinished_due(world.pk, wall):
        if moment > now:
            return
        due = _due_on_the_wall(world, moment)
        if until - due <= oldest:  # nothing newer could make it later; spares a question for each row of a long queue
            yield None
            continue
        entries = JournalEntry.objects.filter(world=world, kind="application", row=row)
        touched = entries.order_by("-seq").values_list("recorded_at", flat=True).first() or world.created_at
        waited = until - max(touched, due)
        late = f"{number}: 到期未办已 {waited} / has been due for {waited}; is the sweeper running?"
        yield late if waited > oldest else None


def _due_on_the_wall(world: World, moment: datetime) -> datetime:
    """Return when, by the machine's time, the clock of `world` came to a world moment."""
    if world.mode in (World.Mode.FROZEN, World.Mode.STEP):
        return world.anchor_wall
    pace = 1.0 if world.mode == World.Mode.LIVE else world.pace
    return max(world.anchor_wall, world.anchor_wall + (moment - world.anchor_at) / pace)


def _last_beat() -> datetime | None:
    path = settings.VAR / "run" / "sweeper.heartbeat"
    try:
        return datetime.fromisoformat(json.loads(path.read_text(encoding="utf-8"))["beat"]).astimezone(UTC)
    except (OSError, ValueError, KeyError, TypeError):
        return None


# --- I2: one decision ----------------------------------------------------------------------------------------------


def decided_once(world: World, _: timedelta) -> Iterator[Finding]:
    """Each granted or refused application has its one decision, of the same outcome; any other has none."""
    for kind, _row, number, state, _version, outcome in approvals.standings(world.pk):
        if kind != "application":
            continue
        due = state if state in ("granted", "refused") else ""
        if due == outcome:
            yield None
        elif not outcome:
            yield f"{number}: 状态为 {state}，但没有决定 / is {state} but has no decision"
        else:
            yield f"{number}: 状态为 {state}，决定却是 {outcome} / is {state} but its decision says {outcome}"


# --- I3: the journal -----------------------------------------------------------------------------------------------


def history_whole(world: World, _: timedelta) -> Iterator[Finding]:
    """Every row's history is numbered 1, 2, 3 … up to its version, and nothing follows an outcome."""
    entries = JournalEntry.objects.filter(world=world)
    counted = entries.order_by().values("kind", "row").annotate(first=Min("seq"), last=Max("seq"), count=Count("seq"))
    lasts: dict[tuple[str, int], int] = {}
    for each in counted.order_by("kind", "row").iterator(2000):
        place = f"{each['kind']} {each['row']}"
        lasts[each["kind"], each["row"]] = each["last"]
        whole = each["first"] == 1 and each["last"] == each["count"]
        gap = f"{place}: 流水编号有缺口 / the journal has a gap (1…{each['last']}: {each['count']})"
        yield None if whole else gap
    ends = _ends(world)
    for kind, row, number, state, version, _outcome in approvals.standings(world.pk):
        last, ended = lasts.get((kind, row), 0), ends.get((kind, row), [])
        yield _history_fits(number, state, version, last, ended, OUTCOMES[kind])


def _ends(world: World) -> dict[tuple[str, int], list[tuple[int, str]]]:
    """Return for each row the outcomes that its journal tells of: (number of the entry, state)."""
    names = [event for events in ENDS.values() for event in events]
    entries = JournalEntry.objects.filter(world=world, event__in=names).order_by("seq")
    found: dict[tuple[str, int], list[tuple[int, str]]] = {}
    for kind, row, seq, event, data in entries.values_list("kind", "row", "seq", "event", "data").iterator(2000):
        state = ENDS.get(kind, {}).get(event, "") or data.get("state", "")
        found.setdefault((kind, row), []).append((seq, state))
    return found


def _history_fits(
    number: str, state: str, version: int, last: int, ends: Sequence[tuple[int, str]], outcomes: frozenset[str]
) -> Finding:
    if version != last:
        return f"{number}: 版本 {version} 与流水 {last} 不符 / version {version}, but the journal ends at {last}"
    if len(ends) > 1 or (ends and ends[0][0] != last):
        return f"{number}: 办结之后又有流水 / something follows its outcome"
    told = ends[0][1] if ends else ""
    if told != (state if state in outcomes else ""):
        return f"{number}: 状态 {state} 与流水不符（{told or '未办结'}） / is {state}, the journal tells otherwise"
    return None
