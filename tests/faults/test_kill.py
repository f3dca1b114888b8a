"""SIGKILL of a worker amid 1,000 applications, and a broker that comes back empty: nothing is lost or doubled."""

import contextlib
import json
import shutil
import sqlite3
from pathlib import Path

import pytest

from govsim.lab.stack import Stack, stack, wait

pytestmark = pytest.mark.stack

CASES = 1000
PREPARE = f"""
from approvals.actions import submit
from certificates.actions import seed
from govsim.core import world as worlds
from govsim.core.actors import Actor
from govsim.exchange.actions import populate
from govsim.exchange.queries import records, sample_persons
world = worlds.create(name="kill", seed=4, mode="live")
populate(world=world, persons=1500, enterprises=5)
seed(world=world)
elders = sample_persons(world, household_city="shenzhen", min_age=62, having=["photos", "identity_library"], limit=500)
photos = records(world, "photos", [each.number for each in elders])
pictures = {{each["key"] for each in photos if each["meets_standard"]}}
people = [each for each in elders if each.number in pictures]
for index in range({CASES}):
    person = people[index % len(people)]
    submit.submit(
        world=world, actor=Actor("applicant", person.number), applicant_name=person.name,
        item_key="sz.senior_citizen_card", form={{"delivery_address": "深圳市样例路 1 号"}},
    )
"""


def _count(database: Path, sql: str) -> int:
    with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=20)) as reading:
        return int(reading.execute(sql).fetchone()[0])


def _settled(database: Path) -> int:
    """Return how many applications a worker has finished with: decided, or handed to a person."""
    return _count(database, "SELECT count(*) FROM approvals_application WHERE due_at IS NULL")


def _prepared(running: Stack) -> None:
    assert running.run("migrate", "-v0").returncode == 0
    assert running.run("catalogue", "publish").returncode == 0
    running.python(PREPARE)


def test_a_killed_worker_and_an_empty_broker_lose_nothing(tmp_path: Path) -> None:
    database = tmp_path / "db.sqlite3"
    with stack(tmp_path, GOVSIM_DRAIN_BATCH="20", GOVSIM_LEASE_SECONDS="3") as running:
        _prepared(running)
        running.start_broker()
        running.start_sweeper()
        running.start_worker()
        wait(lambda: _settled(database) > 60, seconds=30, every=0.01)
        running.kill("worker")
        at_first_kill = _settled(database)
        assert 0 < at_first_kill < CASES, "the kill has to hit the middle"

        running.start_worker("second")
        wait(lambda: _settled(database) > at_first_kill + 100, seconds=30, every=0.01)
        running.kill("second")
        running.kill("broker")  # and its memory with it
        shutil.rmtree(tmp_path / "broker")
        assert _settled(database) < CASES
        running.start_broker()
        running.start_worker("third")
        wait(lambda: _settled(database) == CASES, seconds=60)

        checked = running.run("verify", "--json")
        report = json.loads(checked.stdout)
        assert checked.returncode == 0, report
        assert report["ok"] is True
        decided = _count(database, "SELECT count(*) FROM approvals_decision")
        granted = _count(database, "SELECT count(*) FROM approvals_decision WHERE outcome = 'granted'")
        certified = _count(database, "SELECT count(*) FROM certificates_certificate WHERE origin = 'decision'")
        assert decided == CASES
        assert 0 < granted == certified < CASES
        twice = (
            "SELECT count(*) FROM (SELECT row FROM core_journalentry WHERE kind = 'application'"
            " AND event IN ('ApplicationGranted', 'ApplicationRefused') GROUP BY row HAVING count(*) > 1)"
        )
        assert _count(database, twice) == 0
