"""`manage.py demo` for real: killed at any moment, the next start works and no process is left."""

import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from govsim.demo import instance, processes
from tests.demo.test_supervisor import eventually

pytestmark = [pytest.mark.stack, pytest.mark.timeout(300)]
ROOT = Path(__file__).resolve().parent.parent.parent
START = 60  # seconds


@pytest.fixture(scope="module")
def var(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    var = tmp_path_factory.mktemp("var")
    yield var
    processes.end(lambda: processes.members(var), grace=0)


def start(var: Path, *arguments: str) -> subprocess.Popen[str]:
    ours = ("DATABASE_URL", "BROKER_URL", "PUBLIC_URL", "GOVSIM_")
    environment = {key: value for key, value in os.environ.items() if not key.startswith(ours)}
    return subprocess.Popen(
        [sys.executable, "manage.py", "demo", "--port", "0", *arguments],
        cwd=ROOT, env=environment | {"GOVSIM_VAR": str(var)},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip


def address(var: Path, demo: subprocess.Popen[str]) -> str:
    """Where the demo listens, once it has said so itself: a killed one may have left its own word."""

    def announced() -> bool:
        running = instance.announced(var)
        return running is not None and running.pid == demo.pid

    assert eventually(announced, START)
    running = instance.announced(var)
    assert running
    return running.url


def gone(var: Path) -> bool:
    return eventually(lambda: not processes.members(var), seconds=8)


@pytest.mark.parametrize("moment", [0.4, 1.2, 2.5, 4.0])
def test_sigkill_during_the_first_start_leaves_nothing(var: Path, moment: float) -> None:
    with start(var) as demo:
        time.sleep(moment)
        demo.kill()
    assert gone(var)


def test_sigkill_in_service_leaves_nothing_and_the_next_start_works(var: Path) -> None:
    for end in (signal.SIGKILL, signal.SIGTERM):
        with start(var) as demo:
            url = address(var, demo)
            with urllib.request.urlopen(f"{url}/readyz", timeout=10) as answer:
                assert answer.status == 200
            assert {member.role for member in processes.members(var)} == set(processes.STOP_ORDER)
            demo.send_signal(end)
            said = demo.communicate(timeout=30)[0]
        assert gone(var)
        with contextlib.closing(sqlite3.connect(var / "db.sqlite3")) as database:
            assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert demo.returncode == 0  # asked to stop, it stopped
    assert said.count(f"  {url}\n") == 1
    assert not (var / "run" / "demo.json").exists()


def test_a_second_demo_names_the_first_one_and_leaves_it_alone(var: Path) -> None:
    with start(var) as first:
        try:
            url = address(var, first)
            with start(var) as second:
                said = second.communicate(timeout=30)[0]
            assert second.returncode == 3
            assert url in said
            assert said.count("\n") == 1
            with urllib.request.urlopen(f"{url}/readyz", timeout=10) as answer:
                assert answer.status == 200
        finally:
            first.terminate()
            first.communicate(timeout=30)
    assert gone(var)
