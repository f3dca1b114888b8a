"""One turn of a worker: claim a batch of due rows, prepare it, record it (decisions 9 and 15).

The claim is a lease with a fence: every claim writes a new mark on its rows, and nothing is recorded for a row whose
mark has changed. The lease lets others take over from a worker that died; the fence keeps a worker that only seemed
dead from deciding twice. A batch that fails is halved until the poison row stands alone, and that one is counted
out into the incidents. A batch whose worker never came back is claimed again in ever smaller parts, so that a row
that kills its worker is soon alone. The database's own failures are nobody's attempt.
"""

import contextlib
import logging
import secrets
import time
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction
from django.db.models import F

from approvals.actions import accept, assess, desk, officer, rulings, withdraw
from approvals.models import Application
from govsim.core import clock, journal
from govsim.core.actors import SYSTEM
from govsim.core.errors import Busy
from govsim.core.models import World

log = logging.getLogger(__name__)
MISSING_AGAIN = timedelta(seconds=5)  # until rows are looked at again that wait for something of ours

# Both databases in one statement; PostgreSQL only adds SKIP LOCKED, so that drains do not wait for each other.
_CLAIM = """
UPDATE approvals_application SET claim = %s, lease_until = %s, attempts = attempts + 1
 WHERE id IN (SELECT id FROM approvals_application
               WHERE world_id = %s AND due_at IS NOT NULL AND due_at <= %s
                 AND (lease_until IS NULL OR lease_until < %s)
               ORDER BY due_at, id LIMIT %s {skip_locked})
RETURNING id
"""


def claim(world: World, *, until: datetime, limit: int) -> list[Application]:
    """Claim up to `limit` rows that are due by `until` and return them, oldest first, with the fence they carry."""
    mark, wall = secrets.token_hex(16), clock.wall()
    lease = wall + timedelta(seconds=settings.LEASE_SECONDS)
    sql = _CLAIM.format(skip_locked="FOR UPDATE SKIP LOCKED" if connection.vendor == "postgresql" else "")
    stored = connection.ops.adapt_datetimefield_value  # SQLite compares text: every moment in the zone of the column
    with connection.cursor() as cursor:
        cursor.execute(sql, [mark, stored(lease), world.pk, stored(until), stored(wall), limit])
        ids = [row[0] for row in cursor.fetchall()]
    if not ids:
        return []
    rows = Application.objects.filter(pk__in=ids, claim=mark).prefetch_related("package").order_by("due_at", "pk")
    for row in rows:
        row.world = world
    return list(rows)


def drain(world: World, *, limit: int | None = None) -> int:
    """Do one claim's worth of work in `world`, then tell what has to be told; return how many rows were handled.

    In live mode a claim takes whatever is due. In all other modes it takes only the rows of the earliest due moment,
    after the journal has been told, so that events happen in the order of the world's clock (decision 7).
    """
    told = journal.deliver(world.pk)
    limit = limit or settings.DRAIN_BATCH
    now = clock.now(world)
    until = now
    if world.mode != World.Mode.LIVE:
        earliest = clock.earliest_due(world.pk)
        if earliest is None or earliest > now:
            return told
        until = earliest
    rows = claim(world, until=until, limit=limit)
    poison = [row for row in rows if row.attempts > settings.MAX_ATTEMPTS]
    for row in poison:
        bury(row, "超过最多尝试次数 / attempts used up")
    handled = process(world, _suspects([row for row in rows if row not in poison]))
    return told + len(poison) + handled + journal.deliver(world.pk)


def _suspects(rows: list[Application]) -> list[Application]:
    """Return what to handle of a claim: all of it, or a part when some rows were claimed before and not finished.

    Their worker may have been killed by one of them. A sixteenth of a batch is taken the second time, later (and for
    the last attempt) one row; the others are given back.
    """
    worst = max((row.attempts for row in rows), default=0)
    if worst <= 1:
        return rows
    alone = worst > 2 or worst >= settings.MAX_ATTEMPTS
    most = 1 if alone else max(1, settings.DRAIN_BATCH // 16)
    kept = [row for row in rows if row.attempts == worst][:most]
    _give_back([row for row in rows if row not in kept])
    return kept


def _give_back(rows: Sequence[Application]) -> None:
    """Let go of rows that were claimed and not tried."""
    if rows:
        ours = Application.objects.filter(pk__in=[row.pk for row in rows], claim=rows[0].claim)
        ours.update(claim="", lease_until=None, attempts=F("attempts") - 1)


def process(world: World, rows: Sequence[Application]) -> int:
    """Handle claimed rows; on failure halve the batch until the row at fault stands alone, and count it out."""
    if not rows:
        return 0
    try:
        return _handle(world, rows)
    except Busy as ours:
        _wait(rows, ours)
        return 0
    except (OperationalError, InterfaceError):  # the database is locked, full or away, whatever the rows are
        with contextlib.suppress(DatabaseError):
            _give_back(rows)
        raise
    except Exception as error:
        if len(rows) > 1:
            half = len(rows) // 2
            return process(world, rows[:half]) + process(world, rows[half:])
        log.exception("application %s could not be handled", rows[0].number)
        _postpone(rows[0], error)
        return 0


def _wait(rows: Sequence[Application], ours: Busy) -> None:
    """Let claimed rows wait for what is missing on our side (a signing key): none of them has used up an attempt."""
    log.warning("%s rows wait: %s", len(rows), ours)
    ids, again = [row.pk for row in rows], clock.wall() + MISSING_AGAIN
    Application.objects.filter(pk__in=ids, claim=rows[0].claim).update(lease_until=again, attempts=F("attempts") - 1)


def _postpone(row: Application, error: Exception) -> None:
    if row.attempts >= settings.MAX_ATTEMPTS:
        bury(row, f"{type(error).__name__}: {error}"[:2000])
        return
    again = clock.wall() + timedelta(seconds=min(2**row.attempts, 60))
    Application.objects.filter(pk=row.pk, claim=row.claim).update(lease_until=again)


def bury(row: Application, reason: str) -> None:
    """Take a row that no worker can handle out of the queue; it stays unfinished and shows as an incident."""
    Application.objects.filter(pk=row.pk, claim=row.claim).update(
        due_at=None, lease_until=None, claim="", dead_reason=reason
    )


def _handle(world: World, rows: Sequence[Application]) -> int:
    """Do for each row what its state asks for. Instant items are judged together; the rest one by one."""
    live = world.mode == World.Mode.LIVE
    now = clock.now(world)
    moments = {row.pk: now if live or row.due_at is None else row.due_at for row in rows}
    instant: list[Application] = []
    kinds = {(row.item_key, row.item_version) for row in rows if row.state == "submitted"}
    routes = {kind: officer.route(*kind) for kind in kinds}
    for row in rows:
        at = moments[row.pk].astimezone(clock.ZONE)
        if row.state == "submitted" and routes[row.item_key, row.item_version] == "instant":
            instant.append(row)
        elif row.state == "submitted":
            _to_desk(world, row, at)
        elif row.state == "correcting":
            _expire(row, at)
        elif row.state in ("accepted", "received"):
            officer.work(world, row, at)
        else:  # decided by a person meanwhile; nothing is due any more
            Application.objects.filter(pk=row.pk, claim=row.claim).update(due_at=None, lease_until=None, claim="")
    if instant:
        _decide(world, instant, moments)
    return len(rows)


def _decide(world: World, rows: Sequence[Application], moments: dict[int, datetime]) -> None:
    made = [assess.ruling(world, case, judged) for case, judged in assess.assess(world, rows, moments)]
    rulings.sign(world, made, at=max(moments[row.pk] for row in rows))
    rulings.record(world, made)


def _owned(row: Application) -> bool:
    """Say whether the claim still holds, locking the row for the transaction."""
    return Application.objects.select_for_update().filter(pk=row.pk, claim=row.claim, version=row.version).exists()


def _to_desk(world: World, row: Application, at: datetime) -> None:
    """Accept a case that takes the department's own work, and queue it there."""
    with transaction.atomic():
        if not _owned(row):
            return
        accept.make(row, actor=SYSTEM, at=at)
        handling = officer.handling(row)
        if desk.arrive(row, minutes=handling["minutes"], sigma=handling["sigma"], at=at) is None:
            Application.objects.filter(pk=row.pk).update(lease_until=None, claim="")


def _expire(row: Application, at: datetime) -> None:
    reason = {"zh": "补正超时", "en": "the correction was not made in time"}
    with transaction.atomic():
        if _owned(row):
            withdraw.make_return(row, actor=SYSTEM, at=at, reason=reason)
            Application.objects.filter(pk=row.pk).update(claim="", lease_until=None, attempts=F("attempts") * 0)


def breathe() -> None:
    """Pause between batches on SQLite, or requests that write wait for seconds behind the drain (decision 15)."""
    time.sleep(0.005)


def put_on_desk(world: World, application_id: int, at: datetime) -> None:
    """Queue a case that was referred to a person at its department (told by the journal)."""
    row = Application.objects.select_for_update().filter(pk=application_id, state="received", due_at=None).first()
    if row is not None:
        row.world = world
        desk.arrive(row, **desk.REFERRED, at=at)
