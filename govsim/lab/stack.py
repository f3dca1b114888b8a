"""Real processes over a database of their own: broker, Celery workers, sweeper, web. Whatever happens, none is left."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from govsim.demo import broker
from govsim.demo.supervisor import answers, programs

ROOT = Path(__file__).resolve().parents[2]
WORKER = ("-m", "celery", "-A", "govsim", "worker", "--concurrency=1", "-Q", "drain", "--loglevel=WARNING")
QUIET = ("--without-gossip", "--without-mingle", "--without-heartbeat")


class Stack:
    """The processes of one experiment; `kill` is SIGKILL to a whole process group, as a power cut of that process.

    `var` is their state folder, `environ` is added to their environment (DATABASE_URL for another database).
    """

    def __init__(self, var: Path, **environ: str) -> None:
        self.var = var
        self.environ = {
            **os.environ,
            "GOVSIM_VAR": str(var),
            "BROKER_URL": broker.url(var),
            "PYTHONPATH": str(ROOT),
            "DJANGO_SETTINGS_MODULE": "govsim.settings",
            **environ,
        }
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str, *command: str | Path) -> None:
        with (self.var / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                command, cwd=ROOT, env=self.environ, stdout=log, stderr=log, start_new_session=True
            )

    def start_broker(self) -> None:
        self.start("broker", *broker.command(self.var))
        wait(lambda: broker.answers(broker.socket_path(self.var)), seconds=10)

    def start_worker(self, name: str = "worker") -> None:
        self.start(name, sys.executable, *WORKER, *QUIET, "-n", f"{name}@test")

    def start_sweeper(self) -> None:
        self.start("sweeper", sys.executable, "manage.py", "sweep")

    def start_web(self, port: int, *, workers: int = 1) -> None:
        """Start the web server as the demo does, or with so many processes, and wait until it answers."""
        sqlite = "DATABASE_URL" not in self.environ
        stack = programs("127.0.0.1", port, sqlite=sqlite, broker=None, web_workers=workers)
        web = next(each for each in stack if each.role == "web")
        self.environ["PUBLIC_URL"] = f"http://127.0.0.1:{port}"
        self.start("web", *web.command)
        wait(lambda: answers("127.0.0.1", port), seconds=30)

    def kill(self, name: str) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.running[name].pid, signal.SIGKILL)
        self.running.pop(name).wait()

    def run(self, *command: str, timeout: int = 120) -> subprocess.CompletedProcess[str]:
        """Run one command of the project to its end."""
        return subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT, env=self.environ, capture_output=True, text=True, timeout=timeout, check=False,
        )  # fmt: skip

    def work(self, verb: str, *, timeout: int = 300, module: str = "govsim.lab.work", **given: Any) -> dict[str, Any]:
        """Do one of the deeds of `module` inside the installation. Raises RuntimeError with its error."""
        done = subprocess.run(
            [sys.executable, "-m", module, verb, json.dumps(given)],
            cwd=ROOT, env=self.environ, capture_output=True, text=True, timeout=timeout, check=False,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(done.stderr[-2000:])
        told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return told

    def python(self, code: str, timeout: int = 120) -> str:
        """Run a few lines with Django ready, and return what they print. Raises RuntimeError with their error."""
        done = subprocess.run(
            [sys.executable, "-c", f"import django; django.setup()\n{code}"],
            cwd=ROOT, env=self.environ, capture_output=True, text=True, timeout=timeout, check=False,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(done.stderr)
        return done.stdout.strip()


def children(pid: int) -> list[int]:
    """Return the processes whose parent is `pid`."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # it has ended meanwhile
            own, _, rest = entry.read_text().partition(" (")
            if int(rest.rpartition(") ")[2].split()[1]) == pid:
                found.append(int(own))
    return sorted(found)


def wait(done: Callable[[], Any], *, seconds: float, every: float = 0.05) -> None:
    """Wait until `done()` says so. Raises TimeoutError."""
    end = time.monotonic() + seconds
    while not done():
        if time.monotonic() > end:
            raise TimeoutError(f"not within {seconds} s")
        time.sleep(every)


@contextlib.contextmanager
def stack(var: Path, **environ: str) -> Iterator[Stack]:
    """Yield a stack with nothing started, and leave no process behind."""
    made = Stack(var, **environ)
    try:
        yield made
    finally:
        for name in list(made.running):
            made.kill(name)
