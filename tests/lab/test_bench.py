"""The arithmetic of `bench`, and one small run of the real thing on SQLite."""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any, cast

import pytest
from django.core.management import call_command

from govsim.lab import bench
from govsim.lab.bench import loaded, multiply, run
from govsim.lab.bench.bed import QUICK, Bed, Failed, Sizes


def test_a_ratio_is_formed_within_its_round_and_the_median_is_of_the_ratios() -> None:
    found = {"stored": [100.0, 400.0, 900.0], "noop": [100.0, 100.0, 100.0]}
    told = bench.ratios(found, database="postgresql")["stored_per_noop"]
    assert told == {"median": 4.0, "rounds": [1.0, 4.0, 9.0], "spread": 2.0, "goal": ">= 4", "met": True}
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
@pytest.mark.long
def test_a_small_run_on_sqlite(tmp_path: Path) -> None:
    small = Sizes(noop=200, stored=100, single=20, http=40, batch=40, in_process=40, warm_up=20)
    made = run.Run(["sqlite"], 1, 7, small, ["stored_per_noop"])
    told = made.make()
    assert told["failures"] == []
    assert set(told["ratios_sqlite"]) == {"stored_per_noop"}
    assert all(each["rounds"][0] > 0 for each in told["ratios_sqlite"].values())
    json.dumps(told)


@pytest.mark.stack
@pytest.mark.long
def test_growth_is_measured_before_and_after_real_cases_are_multiplied() -> None:
    small = Sizes(grown_from=400, grown_to=2000, cost=20, warm_up=20)
    told = run.Run(["sqlite"], 1, 7, small, ["cost_1m_per_10k", "list_p95_1m_per_10k"]).make()
    assert told["failures"] == []
    assert told["unmeasured"] == {"sqlite": []}
    assert set(told["ratios_sqlite"]) == {"cost_1m_per_10k", "list_p95_1m_per_10k"}
    assert told["rates"]["sqlite"]["grown_stored"]["median"] >= 2000
    assert told["rates"]["sqlite"]["cpu_10k"]["median"] > 0


def test_all_that_a_ratio_needs_is_chosen_and_nothing_else() -> None:
    def chosen(*only: str, quick: bool = False, peers: bool = False) -> list[str]:
        return run.Run(["sqlite", "postgresql"], 1, 1, QUICK if quick else Sizes(), only, peers)._chosen()

    assert chosen("doubled") == ["kills"]
    assert chosen("list_p95_1m_per_10k") == ["growth"]
    assert chosen("stored_per_single_task") == ["stored", "single_task"]
    assert chosen("exchange_per_copy") == ["exchange"]
    assert "growth" in chosen()
    assert "growth" not in chosen(quick=True)
    assert "viewflow" in chosen(peers=True)
    assert "viewflow" not in chosen()


def test_a_ratio_that_was_asked_for_and_not_measured_is_told() -> None:
    made = run.Run(["sqlite"], 1, 1, Sizes(), ["stored_per_noop", "lost"])
    made.found = {"sqlite": {"stored": [100.0], "noop": [None], "lost": [0.0]}}
    assert made._unmeasured("sqlite") == ["stored_per_noop"]


class Answering:
    """A bed on which a load finds what a platform with a knee at 100 applications a second would show."""

    sizes, var, url = QUICK, Path("nowhere"), "http://127.0.0.1:1"

    def __init__(self, *, undecided: int = 0) -> None:
        self.rates: list[float] = []
        self.undecided = undecided

    @contextmanager
    def workers(self, **_: bool) -> Iterator[None]:
        yield

    def deed(self, verb: str, *, profile: dict[str, Any], **_: Any) -> dict[str, Any]:
        rate = profile["rate"]
        self.rates.append(rate)
        return {
            "offered": {"n": 10, "rate": rate}, "accepted": {"rate": min(rate, 100.0), "p95": 0.01, "p99": 0.1},
            "decided": {"rate": min(rate, 100.0), "p99": 0.3}, "backlog": {"drained": 0.0},
            "generator": {"bottleneck": False}, "statuses": {"submit 202": 10},
            "lost": 0, "undecided": self.undecided, "failed": 0, "shed": 0,
        }  # fmt: skip


def test_the_knee_is_searched_for_once_and_a_quarter_of_it_is_measured_each_round() -> None:
    bed = Answering()
    quarter = loaded.Quarter(cast("Bed", bed), first=80, seed=1)
    first = quarter()
    assert 70 <= first["knee"] <= 106
    assert bed.rates[-1] == pytest.approx(first["knee"] / 4, abs=0.01)
    assert (first["decided_p99"], first["accepted_p99"]) == (0.3, 0.1)
    searched = len(bed.rates)
    assert quarter() == first
    assert len(bed.rates) == searched + 1
    assert max(bed.rates[searched - 1 :]) < 30


def test_a_latency_is_not_told_when_something_was_left_undecided() -> None:
    with pytest.raises(Failed, match="quarter"):
        loaded.Quarter(cast("Bed", Answering(undecided=1)), first=80, seed=1)()


def test_copies_keep_to_their_case() -> None:
    """What points at a copied row points at the copy, under a number of its own."""
    application, decision = multiply.TABLES[1], multiply.TABLES[2]
    tops = {table.name: 10 for table in multiply.TABLES}
    told = multiply._statement(decision, 3, tops)
    assert "application_id + 30" in told
    assert "application_id <= 10" in told
    assert "'A003' || substr(\"number\", 5)" in multiply._statement(application, 3, tops)


MEASURED = {"seconds": 1.0, "failures": [], "rates": {}, "ratios_sqlite": {}, "unmeasured": {"sqlite": []}}
MISSED = {"median": 1.0, "rounds": [1.0], "spread": 0.0, "goal": ">= 2", "met": False}


@pytest.mark.parametrize(
    ("told", "words", "status"),
    [
        ({"ratios_sqlite": {"stored_per_noop": MISSED}}, [], 0),
        ({"ratios_sqlite": {"stored_per_noop": MISSED}}, ["--strict"], 4),
        ({"ratios_sqlite": {"stored_per_noop": MISSED | {"met": True}}}, ["--strict"], 0),
        ({"unmeasured": {"sqlite": ["lost"]}}, [], 0),
        ({"unmeasured": {"sqlite": ["lost"]}}, ["--strict"], 4),
        ({"unmeasured": {"sqlite": ["lost"]}}, ["--only", "lost"], 4),
    ],
)
def test_the_exit_status_tells_what_was_missed(
    told: dict[str, Any], words: list[str], status: int, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.setattr(run.Run, "make", lambda self: {**MEASURED, **told})
    with pytest.raises(SystemExit, check=lambda ended: ended.code == status) if status else nullcontext():
        call_command("bench", "--database", "sqlite", *words)
    shown = capsys.readouterr().out
    assert ("missed" in shown) == any(not each["met"] for each in told.get("ratios_sqlite", {}).values())
    assert ("could not be measured" in shown) == bool(told.get("unmeasured"))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--only", "speed"], "stored_per_noop"),
        (["--quick", "--only", "cost_1m_per_10k"], "--quick"),
        (["--only", "inprocess_per_viewflow"], "--peers"),
        (["--database", "sqlite", "--only", "exchange_per_copy"], "PostgreSQL"),
        (["--rounds", "0"], "round"),
    ],
)
def test_what_cannot_be_measured_is_a_mistake_in_the_command(words: list[str], said: str, capsys: Any) -> None:
    with pytest.raises(SystemExit) as ended:
        call_command("bench", *words)
    assert ended.value.code == 2
    assert said in capsys.readouterr().err
