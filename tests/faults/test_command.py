"""`fault run`: what it says of faults that held, did not, broke the trial, or cannot be tried here; and Ctrl-C."""

import json
import os
import signal
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command

from govsim.lab import faults, trial
from govsim.lab.trial import CannotTry, NotHeld, Trial


def holds(made: Trial) -> None:
    made.reached("seen")


def fails(made: Trial) -> None:
    made.reached("seen")
    raise NotHeld("decided twice")


def breaks(_: Trial) -> None:
    raise ZeroDivisionError("by nought")


def unreached(_: Trial) -> None:
    """Nothing was broken."""


def impossible(_: Trial) -> None:
    raise CannotTry("only a superuser")


def hangs(_: Trial) -> None:
    time.sleep(30)


def interrupted(_: Trial) -> None:
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(30)


@pytest.fixture(autouse=True)
def signals() -> Iterator[None]:
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.getsignal(each) for each in numbers]
    yield
    for number, each in zip(numbers, before, strict=True):
        signal.signal(number, each)


def run(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    *deeds: Any,
    names: tuple[str, ...] = (),
    **more: Any,
) -> tuple[int, dict[str, dict[str, Any]], str]:  # fmt: skip
    """Run a matrix of these deeds; return the exit status, the faults of the JSON by their ids, and standard error."""
    found = {f"F{place}": faults.Fault(f"F{place}", "一", "one", deed, **more) for place, deed in enumerate(deeds, 1)}
    monkeypatch.setattr(faults, "matrix", lambda: found)
    status = 0
    try:
        call_command("fault", "run", *(names or ("--all",)), "--json")
    except SystemExit as ended:
        status = int(str(ended.code))
    said = capsys.readouterr()
    told = json.loads(said.out)["faults"] if said.out else []
    return status, {each["id"]: each for each in told}, said.err


def test_all_that_can_be_tried_held(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    status, told, table = run(monkeypatch, capsys, holds, impossible)
    assert status == 0
    assert (told["F1"]["reached"], told["F1"]["held"], told["F1"]["why_not"]) == (True, True, "")
    assert (told["F2"]["reached"], told["F2"]["held"], told["F2"]["tried"]) == (False, False, False)
    assert "superuser" in told["F2"]["why_not"]
    assert "1/1" in table
    assert all(each in table for each in faults.LATER), "none is skipped in silence"


@pytest.mark.parametrize(
    ("deed", "why"), [(fails, "decided twice"), (breaks, "by nought"), (unreached, "proved nothing")]
)
def test_one_that_does_not_hold_fails_the_run_and_the_next_goes_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], deed: Any, why: str
) -> None:
    status, told, _ = run(monkeypatch, capsys, deed, holds)
    assert status == 1
    assert why in told["F1"]["why_not"]
    assert not told["F1"]["held"]
    assert told["F2"]["held"]


def test_a_trial_has_a_time_limit(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(trial, "LONGEST", 0.2)
    status, told, _ = run(monkeypatch, capsys, hangs, holds)
    assert status == 1
    assert "not done within" in told["F1"]["why_not"]
    assert told["F2"]["held"]


def test_a_missing_tool_is_named(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    status, told, _ = run(monkeypatch, capsys, holds, needs=("no-such-tool",), modules=("no_such_module",))
    assert status == 3, "nothing could be tried"
    assert all(each in told["F1"]["why_not"] for each in ("no-such-tool", "no_such_module"))


def test_an_interruption_tells_what_was_done(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    status, told, table = run(monkeypatch, capsys, holds, interrupted, holds)
    assert status == 130
    assert list(told) == ["F1"]
    assert "1/3" in table


def test_an_unknown_name_is_told_with_the_list(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    status, told, said = run(monkeypatch, capsys, holds, fails, names=("F1", "F77"))
    assert (status, told) == (2, {})
    assert "F77" in said
    assert "F1 F2" in said
