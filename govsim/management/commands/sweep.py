"""`manage.py sweep`: rings the doorbell for whatever is due in the database, and drains itself when nobody can hear it.

The database is the truth, the broker a doorbell (law 1 of the house): this one process notices due rows, wakes the
workers, and notices again whatever they did not finish. It keeps no record of its own.
"""

import contextlib
import json
import logging
import os
import queue
import signal
import threading
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import Error, close_old_connections, connection

from approvals import queries, tasks
from approvals.actions import drain as drains
from approvals.actions import tally
from govsim.celery import app
from govsim.core import clock
from govsim.core import world as worlds
from govsim.core.models import World
from govsim.core.timelimit import limit

log = logging.getLogger("govsim.sweep")

TICK = 0.05  # seconds between two looks while something happens
IDLE_TICK = 0.25  # the same when nothing has been due for a while: a demo that nobody uses is quiet
QUIET = 5.0  # seconds without anything due, after which the sweeper looks less often
SHORTEST = 0.2  # seconds between two rings, when something new is due
AGAIN = 1.0  # seconds after which the same due work is announced again; also one heartbeat
DEAF = 5.0  # seconds that the same work may stay due, with nobody at it, before the sweeper does some itself
PATIENCE = 3.0  # seconds without an answer of the broker, after which the sweeper drains itself
RING_TIMEOUT = 2.0  # seconds that one ring may take
STALE_RING = 10  # seconds after which a worker ignores a ring: the sweeper has rung again meanwhile
REMOVED = 1000  # rows of worlds that were reset, removed in one beat in which nothing is due
KEPT = timedelta(minutes=10)  # how long a world that was reset can still be looked at
INLINE_BATCH = 50  # rows of one claim when the sweeper drains, so that SIGTERM is heard within a second

type Due = tuple[tuple[int, datetime], ...]


class Bell:
    """Rings in a thread of its own: whatever the broker does, the sweeper's loop is never held up."""

    def __init__(self) -> None:
        self._asked: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._waiting_since: float | None = None
        self.silent_since: float | None = None  # when the broker was first asked in vain
        threading.Thread(target=self._serve, name="bell", daemon=True).start()

    def ring(self) -> None:
        """Ask for one ring, unless the one before is still under way."""
        if self._waiting_since is None:
            self._waiting_since = time.monotonic()
            self._asked.put(None)

    def silent_for(self) -> float:
        """Return for how many seconds the broker has been asked in vain; 0 when it answered last."""
        now, waiting = time.monotonic(), self._waiting_since
        if self.silent_since is None and waiting is not None and now - waiting > RING_TIMEOUT:
            self.silent_since = waiting
        return now - self.silent_since if self.silent_since is not None else 0.0

    def _serve(self) -> None:
        while True:
            self._asked.get()
            started = time.monotonic()
            try:
                app.send_task("approvals.drain", ignore_result=True, retry=False, expires=STALE_RING)
            except Exception as error:  # whatever the transport raises: nobody could be woken
                if self.silent_since is None:
                    self.silent_since = started
                    log.debug("the broker does not answer: %s", error)
            else:
                self.silent_since = None
            self._waiting_since = None


class Sweeper:
    """One loop over all living worlds, until `stop` is set."""

    def __init__(self, stop: threading.Event, heartbeat: Path) -> None:
        self.stop = stop
        self.heartbeat = heartbeat
        self.bell = Bell()
        self.draining = False
        self._announced: Due = ()
        self._rung = 0.0
        self._unchanged_since = 0.0
        self._deaf = False  # the broker takes our rings, but no worker hears them: it reconnects, or is dead
        self._beat = 0.0
        self._last_due = 0.0
        self._started = clock.wall()

    def run(self) -> None:
        """Look again and again; a database that fails is asked again a second later, with a fresh connection."""
        while not self.stop.is_set():
            try:
                self.tick()
                pause = TICK if time.monotonic() - self._last_due < QUIET else IDLE_TICK
            except Error:
                log.exception("数据库暂时不可用 / the database does not answer; looking again")
                connection.close()
                pause = 1.0
            self.stop.wait(pause)

    def tick(self) -> None:
        """Look once: announce what is due, drain it when nobody can be told, and say that we live."""
        now = time.monotonic()
        beats = now - self._beat >= AGAIN
        if beats:
            close_old_connections()
            self._write_heartbeat()
            self._beat = now
            _count()
        due = due_worlds()
        if due:
            self._last_due = now
        if beats and not due:
            _remove_the_reset()
        self._announce(tuple((world.pk, moment) for world, moment in due), now)
        self._take_over_or_give_back()
        if self.draining:
            self._drain([world for world, _ in due])
        elif self._deaf or (due and now - self._unchanged_since > DEAF):
            left = [world for world, _ in due if not queries.somebody_works(world.pk, clock.wall())]
            self._deaf = len(left) == len(due) > 0
            self._drain(left)

    def _announce(self, due: Due, now: float) -> None:
        """Ring for what is due: at once when it is new, again after a while when it is not."""
        waited = now - self._rung
        if not due:
            self._announced = ()
        elif waited >= AGAIN or (due != self._announced and waited >= SHORTEST):
            if due != self._announced:
                self._unchanged_since = now
            self.bell.ring()
            self._announced, self._rung = due, now

    def _take_over_or_give_back(self) -> None:
        silent = self.bell.silent_for()
        if not self.draining and silent >= PATIENCE:
            self.draining = True
            log.warning("消息中间件无响应，改由巡检进程直接办理 / the broker is silent; the sweeper drains by itself")
        elif self.draining and silent == 0.0:
            self.draining = False
            log.warning("消息中间件已恢复 / the broker answers again; ringing as before")

    def _drain(self, found: list[World]) -> None:
        for world in found:
            if self.stop.is_set():
                return
            with limit(settings.TASK_SECONDS):  # a case that is never done would hold up the sweeper for ever
                drains.drain(world, limit=INLINE_BATCH)
            if settings.SQLITE:
                drains.breathe()

    def _write_heartbeat(self) -> None:
        beat = {
            "pid": os.getpid(),
            "started": self._started.isoformat(),
            "beat": clock.wall().isoformat(),
            "draining": self.draining,
        }
        fresh = self.heartbeat.with_suffix(".new")
        with contextlib.suppress(OSError):  # the disk is full: `status` tells that the heartbeat is old
            self.heartbeat.parent.mkdir(parents=True, exist_ok=True)
            fresh.write_text(json.dumps(beat), encoding="utf-8")
            fresh.replace(self.heartbeat)


def _count() -> None:
    """Count what is new for the command centre; whatever goes wrong there, cases go on."""
    try:
        tally.count()
    except Error:
        raise
    except Exception:
        log.exception("指挥中心的计数未完成 / the tallies of the command centre were not counted")


def _remove_the_reset() -> None:
    """Remove some rows of the world that was reset first; a reset itself waits for nothing (decision 8)."""
    long_ago = clock.wall() - KEPT
    for world in [each for each in worlds.retired() if each.retired_at and each.retired_at < long_ago][:1]:
        worlds.purge(world, limit=REMOVED)


def due_worlds() -> list[tuple[World, datetime]]:
    """Return the living worlds with work that is due by their own clocks and that no worker holds, with its moment."""
    found = []
    for world, due_at, told_at in queries.waiting_worlds(clock.wall()):
        if told_at is not None:
            found.append((world, told_at))  # the journal is told at once, whatever the world's time
        elif due_at is not None and due_at <= clock.now(world):
            found.append((world, due_at))
    return found


def sweep_once() -> int:
    """Work through all that is due now in every living world, in this process; return how many rows were handled."""
    handled = 0
    while due := due_worlds():
        turn = tasks.drain_worlds([world for world, _ in due])
        if not turn:
            break  # what is left waits for its next attempt
        handled += turn
    return handled


class Command(BaseCommand):
    help = (
        "巡检：发现到期的事项并唤醒办理进程 / find what is due and wake the workers; with --once work through it here. "
        "Exit status: 0 ended in order."
    )
    requires_system_checks = ()  # they ask the database; one that is locked must not keep this process away

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="在本进程内办完到期事项后退出 / drain here and end")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["once"]:
            self.stdout.write(f"已处理 / handled {sweep_once()}")
            return
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        Sweeper(stop, settings.VAR / "run" / "sweeper.heartbeat").run()
