"""The sweeper notices what is due, rings for it in measure, and does the work itself when nobody hears."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import OperationalError

from approvals.models import Application
from govsim.core import clock
from govsim.core import world as worlds
from govsim.core.models import JournalEntry, World
from govsim.demo import broker
from govsim.management.commands import sweep
from tests.approvals.conftest import GU, city, claim_allowance
from tests.broker import serve

__all__ = ["city", "claim_allowance"]  # fixtures of the neighbour
ROOT = Path(__file__).resolve().parents[2]
type Apply = Callable[..., Application]


class Bell:
    """Counts rings; `silence` is for how long the broker has not answered."""

    def __init__(self) -> None:
        self.rung = 0
        self.silence = 0.0

    def ring(self) -> None:
        self.rung += 1

    def silent_for(self) -> float:
        return self.silence


@pytest.fixture
def sweeper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> sweep.Sweeper:
    monkeypatch.setattr(sweep, "Bell", Bell)
    monkeypatch.setattr(sweep, "close_old_connections", lambda: None)  # it would lose the transaction of the test
    return sweep.Sweeper(threading.Event(), tmp_path / "run" / "sweeper.heartbeat")


def later(sweeper: sweep.Sweeper, seconds: float) -> None:
    """Let so many seconds have passed since the sweeper last did anything."""
    sweeper._rung -= seconds
    sweeper._unchanged_since -= seconds
    sweeper._beat -= seconds


def test_once_does_all_that_is_due(city: World, claim_allowance: Apply) -> None:
    row = claim_allowance(GU)
    told = StringIO()
    call_command("sweep", "--once", stdout=told)
    row.refresh_from_db()
    assert row.state == "granted"
    assert "handled" in told.getvalue()


def test_what_is_due_by_the_worlds_own_clock(city: World, claim_allowance: Apply) -> None:
    assert sweep.due_worlds() == []
    row = claim_allowance(GU)
    assert [world for world, _ in sweep.due_worlds()] == [city]
    rows = Application.objects.filter(pk=row.pk)
    rows.update(due_at=clock.now(city) + timedelta(minutes=1))
    assert sweep.due_worlds() == []  # later
    rows.update(due_at=clock.now(city), lease_until=clock.wall() + timedelta(minutes=1))
    assert sweep.due_worlds() == []  # a worker has it
    rows.update(lease_until=clock.wall() - timedelta(seconds=1))
    assert len(sweep.due_worlds()) == 1  # that worker is gone
    worlds.retire(city)
    assert sweep.due_worlds() == []


def test_an_entry_of_the_journal_that_nobody_was_told_of(city: World, claim_allowance: Apply) -> None:
    row = claim_allowance(GU)
    Application.objects.filter(pk=row.pk).update(due_at=None)
    entries = JournalEntry.objects.filter(kind="application", row=row.pk)
    entries.update(due=True)
    assert len(sweep.due_worlds()) == 1
    entries.update(retry_at=clock.wall() + timedelta(minutes=1))
    assert sweep.due_worlds() == []


def test_it_rings_at_once_for_new_work_and_again_every_second(
    city: World, claim_allowance: Apply, sweeper: sweep.Sweeper
) -> None:
    sweeper.tick()
    assert sweeper.bell.rung == 0
    claim_allowance(GU)
    for _ in range(3):
        sweeper.tick()
    assert sweeper.bell.rung == 1
    later(sweeper, 0.5)
    sweeper.tick()
    assert sweeper.bell.rung == 1
    later(sweeper, 0.6)
    sweeper.tick()
    assert sweeper.bell.rung == 2


def test_without_a_broker_it_drains_and_gives_back(city: World, claim_allowance: Apply, sweeper: sweep.Sweeper) -> None:
    row = claim_allowance(GU)
    sweeper.bell.silence = 1.0
    sweeper.tick()
    row.refresh_from_db()
    assert row.state == "submitted"
    sweeper.bell.silence = 3.5
    sweeper.tick()
    row.refresh_from_db()
    assert row.state == "granted"
    assert sweeper.draining
    sweeper.bell.silence = 0.0
    sweeper.tick()
    assert not sweeper.draining


def test_when_no_worker_hears_the_bell_it_works_itself(
    city: World, claim_allowance: Apply, sweeper: sweep.Sweeper
) -> None:
    row = claim_allowance(GU)
    sweeper.tick()
    later(sweeper, 4)
    sweeper.tick()
    row.refresh_from_db()
    assert row.state == "submitted"
    later(sweeper, 2)
    sweeper.tick()
    row.refresh_from_db()
    assert row.state == "granted"


def test_a_worker_at_work_is_left_alone(city: World, claim_allowance: Apply, sweeper: sweep.Sweeper) -> None:
    rows = [claim_allowance(GU), claim_allowance(GU)]
    Application.objects.filter(pk=rows[0].pk).update(lease_until=clock.wall() + timedelta(minutes=1))
    sweeper.tick()
    later(sweeper, 6)
    sweeper.tick()
    assert set(Application.objects.values_list("state", flat=True)) == {"submitted"}


def test_it_says_that_it_lives(db: None, sweeper: sweep.Sweeper) -> None:
    sweeper.tick()
    beat = json.loads(sweeper.heartbeat.read_text())
    assert beat["pid"] == os.getpid()
    assert beat["draining"] is False
    assert set(beat) == {"pid", "started", "beat", "draining"}


def test_a_full_disk_does_not_end_it(db: None, sweeper: sweep.Sweeper) -> None:
    sweeper.heartbeat.parent.write_text("a file where the folder should be")
    sweeper.tick()
    assert not sweeper.heartbeat.exists()


def test_a_case_that_is_never_done_counts_as_one_that_failed(
    city: World, claim_allowance: Apply, sweeper: sweep.Sweeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = claim_allowance(GU)
    monkeypatch.setattr(sweep.settings, "TASK_SECONDS", 0.2)
    monkeypatch.setattr("approvals.actions.assess.assess", lambda *_: time.sleep(3600))
    sweeper._drain([city])
    row.refresh_from_db()
    assert (row.state, row.attempts) == ("submitted", 1)
    assert signal.getitimer(signal.ITIMER_REAL)[1] == 0


def test_the_rows_of_a_world_that_was_reset_go_after_a_while(city: World, sweeper: sweep.Sweeper) -> None:
    worlds.retire(city)
    sweeper.tick()
    assert World.objects.filter(pk=city.pk).exists()
    World.objects.filter(pk=city.pk).update(retired_at=clock.wall() - timedelta(hours=1))
    for _ in range(20):
        later(sweeper, 2)
        sweeper.tick()
    assert not World.objects.filter(pk=city.pk).exists()


def test_a_database_that_fails_is_asked_again(
    db: None, sweeper: sweep.Sweeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def fail() -> None:
        asked.append(1)
        if len(asked) == 2:
            sweeper.stop.set()
        raise OperationalError("gone")

    monkeypatch.setattr(sweeper, "tick", fail)
    monkeypatch.setattr(sweep.connection, "close", lambda: None)
    monkeypatch.setattr(sweeper.stop, "wait", lambda seconds: None)
    sweeper.run()
    assert len(asked) == 2


def test_a_bell_whose_broker_hangs_does_not_hold_up_anybody(monkeypatch: pytest.MonkeyPatch) -> None:
    called, hanging, sent = threading.Event(), threading.Event(), threading.Event()

    def hang(*_: object, **__: object) -> None:
        called.set()
        hanging.wait(30)
        sent.set()

    monkeypatch.setattr(sweep.app, "send_task", hang)
    bell = sweep.Bell()
    bell.ring()
    bell.ring()
    assert bell.silent_for() == 0.0
    assert not sent.is_set()  # whoever rang did not wait for the broker
    bell._waiting_since = time.monotonic() - 2.5
    assert bell.silent_for() > 2.0
    assert called.wait(5)
    hanging.set()


def test_a_bell_whose_broker_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [OSError("refused"), None]

    def send(*_: object, **__: object) -> None:
        answer = answers.pop(0)
        if answer is not None:
            raise answer

    monkeypatch.setattr(sweep.app, "send_task", send)
    bell = sweep.Bell()

    def rung() -> float:
        bell.ring()
        deadline = time.monotonic() + 5
        while bell._waiting_since is not None and time.monotonic() < deadline:
            time.sleep(0.01)
        return bell.silent_for()

    assert rung() > 0.0
    assert rung() == 0.0


@pytest.mark.stack
def test_the_process_ends_when_it_is_told_to(tmp_path: Path) -> None:
    environment = {**os.environ, "GOVSIM_VAR": str(tmp_path), "BROKER_URL": broker.url(tmp_path)}
    environment.pop("DATABASE_URL", None)
    manage = [sys.executable, "-W", "ignore", str(ROOT / "manage.py")]
    subprocess.run([*manage, "migrate", "-v0"], env=environment, check=True, timeout=60)
    with serve(tmp_path):
        process = subprocess.Popen([*manage, "sweep"], env=environment)
        heartbeat = tmp_path / "run" / "sweeper.heartbeat"
        deadline = time.monotonic() + 30
        while not heartbeat.exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        assert heartbeat.exists()
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=5) == 0
