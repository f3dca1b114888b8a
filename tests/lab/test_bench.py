"""The arithmetic of `bench`, and one small run of the real thing on SQLite."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from govsim.lab import bench
from govsim.lab.bench import run
from govsim.lab.bench.bed import Sizes


def test_a_ratio_is_formed_within_its_round_and_the_median_is_of_the_ratios() -> None:
    found = {"stored": [100.0, 400.0, 900.0], "noop": [100.0, 100.0, 100.0]}
    told = bench.ratios(found, database="postgresql")["stored_per_noop"]
    assert told == {"median": 4.0, "rounds": [1.0, 4.0, 9.0], "goal": ">= 4", "met": True}
    swapped = bench.ratios({"stored": [100.0, 400.0], "noop": [50.0, 800.0]}, database="postgresql")
    assert swapped["stored_per_noop"]["rounds"] == [2.0, 0.5]  # not 250 ÷ 425


def test_a_round_in_which_one_side_failed_does_not_count() -> None:
    told = bench.ratios({"http": [80.0, None, 60.0], "submit_only": [100.0, 100.0, None]}, database="sqlite")
    assert told["http_per_submit_only"]["rounds"] == [0.8]
    assert bench.rates({"http": [80.0, None]})["http"] == {"median": 80.0, "rounds": [80.0, None]}
    assert bench.ratios({"http": [None], "submit_only": [1.0]}, database="sqlite") == {}
    assert bench.rates({"http": [None]}) == {}


def test_goals_at_least_at_most_and_those_of_sqlite() -> None:
    found = {
        "stored": [300.0],
        "noop": [100.0],
        "decided_p99": [0.6],
        "accepted_p99": [0.1],
        "lost": [0],
        "doubled": [1],
    }
    sqlite, postgresql = (bench.ratios(found, database=each) for each in ("sqlite", "postgresql"))
    assert sqlite["stored_per_noop"]["met"]
    assert not postgresql["stored_per_noop"]["met"]
    assert sqlite["decided_p99_per_accepted_p99"]["goal"] == "<= 5"
    assert bench.missed(sqlite) == ["decided_p99_per_accepted_p99", "doubled"]
    assert sqlite["lost"]["met"]


def test_copy_is_a_yardstick_of_postgresql_alone() -> None:
    found = {"exchange": [50.0], "copy": [100.0]}
    assert "exchange_per_copy" in bench.ratios(found, database="postgresql")
    assert bench.ratios(found, database="sqlite") == {}


def test_each_round_measures_everything_once_and_turns_round() -> None:
    order = list(bench.order(["a", "b", "c"], 3))
    assert [name for _, name in order] == ["a", "b", "c", "c", "b", "a", "a", "b", "c"]
    assert set(Counter(order).values()) == {1}


def test_a_measure_that_fails_says_why_and_ends_nothing() -> None:
    made, lines = run.Run(["sqlite"], 2, 1, Sizes()), list[str]()
    made.tell, made.found = lines.append, {"sqlite": {}}

    def broken() -> dict[str, float]:
        raise RuntimeError("no disk")

    made._try(0, "stored", "sqlite", broken)
    made._try(1, "stored", "sqlite", lambda: {"stored": 5.0})
    assert made.found["sqlite"]["stored"] == [None, 5.0]
    assert made.failures == [
        {"measure": "stored", "database": "sqlite", "round": 1, "why": "RuntimeError: no disk"}
    ]  # fmt: skip


@pytest.mark.stack
def test_a_small_run_on_sqlite(tmp_path: Path) -> None:
    small = Sizes(noop=200, stored=100, single=20, http=40, batch=40, in_process=40, warm_up=20)
    made = run.Run(["sqlite"], 1, 7, small, ["stored_per_noop"])
    told = made.make()
    assert told["failures"] == []
    assert set(told["ratios_sqlite"]) == {"stored_per_noop"}
    assert all(each["rounds"][0] > 0 for each in told["ratios_sqlite"].values())
    json.dumps(told)


def test_unknown_ratios_are_a_mistake_in_the_command() -> None:
    asked = [sys.executable, "manage.py", "bench", "--only", "speed"]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "stored_per_noop" in done.stderr
