"""Real processes over a database of their own: broker, Celery workers, sweeper, web. Whatever happens, none is left."""

import contextlib
import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from govsim.demo import broker, processes
from govsim.demo.supervisor import answers, programs

ROOT = Path(__file__).resolve().parents[2]
WORKER = ("-m", "celery", "-A", "govsim", "-q", "worker", "--concurrency=1", "-Q", "drain", "--loglevel=WARNING")
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
        self.logs = var
        self.manifest: dict[str, Any] = {}  # what clients need, once there is a world
        self.numbers: list[str] = []  # applications that were stored before the trial began
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self._commands: dict[str, tuple[tuple[str | Path, ...], dict[str, str]]] = {}

    def start(self, name: str, *command: str | Path, **environ: str) -> None:
        """Start a program under a name; `environ` is for it alone."""
        with (self.logs / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                command, cwd=ROOT, env=self.environ | environ, stdout=log, stderr=log, start_new_session=True
            )
        self._commands[name] = command, environ

    def revive(self) -> list[str]:
        """Start again what has ended by itself, as the supervisor of a demo does; return the names."""
        ended = [name for name, process in self.running.items() if process.poll() is not None]
        for name in ended:
            self.kill(name)  # its children, too
            command, environ = self._commands[name]
            self.start(name, *command, **environ)
        return ended

    def start_broker(self) -> None:
        self.start("broker", *broker.command(self.var))
        wait(lambda: broker.answers(broker.socket_path(self.var)), seconds=30)

    def start_worker(self, name: str = "worker", *options: str, before: tuple[str, ...] = ()) -> None:
        """Start a Celery worker with more options; `before` are words that its command begins with."""
        self.start(name, *before, sys.executable, *WORKER, *QUIET, "-n", f"{name}@test", *options)

    def start_sweeper(self, *, before: tuple[str, ...] = ()) -> None:
        self.start("sweeper", *before, sys.executable, "manage.py", "sweep")

    def start_web(
        self, port: int, *, name: str = "web", before: tuple[str, ...] = (), ready: bool = True,
        workers: int = 1,
    ) -> None:  # fmt: skip
        """Start the web server as the demo does, or with so many processes, and wait until it answers."""
        sqlite = "DATABASE_URL" not in self.environ
        stack = programs("127.0.0.1", port, sqlite=sqlite, broker=None, web_workers=workers)
        web = next(each for each in stack if each.role == "web")
        self.environ["PUBLIC_URL"] = f"http://127.0.0.1:{port}"
        self.start(name, *before, *web.command)
        if ready:
            wait(lambda: answers("127.0.0.1", port), seconds=60)

    def kill(self, name: str) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.running[name].pid, signal.SIGKILL)
        self.running.pop(name).wait()

    def signal(self, name: str, number: signal.Signals) -> None:
        """Send a signal to a whole process group."""
        os.killpg(self.running[name].pid, number)

    def said(self, name: str) -> str:
        """Return the log of a process."""
        path = self.logs / f"{name}.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def hook(self, code: str) -> None:
        """Let every process started from now on run `code` first, with `after_import` of `govsim.lab.hooks`."""
        folder = self.var / "hooks"
        folder.mkdir(exist_ok=True)
        (folder / "sitecustomize.py").write_text(f"from govsim.lab.hooks import after_import\n{code}")
        self.environ["PYTHONPATH"] = f"{folder}{os.pathsep}{ROOT}"

    def unhook(self) -> None:
        """Let processes started from now on be as they are in the product."""
        self.environ["PYTHONPATH"] = str(ROOT)

    @property
    def database(self) -> Path:
        """The file of the embedded database."""
        address = self.environ.get("DATABASE_URL", "")
        return Path(address.removeprefix("sqlite:///")) if address.startswith("sqlite") else self.var / "db.sqlite3"

    def rows(self, sql: str, *given: Any) -> list[tuple[Any, ...]]:
        """Read from the embedded database, without a new Python process."""
        with contextlib.closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=20)) as reading:
            return reading.execute(sql, given).fetchall()

    def due(self) -> int:
        """Return how many applications wait for a worker, on the embedded database; not those with a person."""
        waiting = "SELECT count(*) FROM approvals_application WHERE due_at IS NOT NULL AND state = 'submitted'"
        return int(self.rows(waiting)[0][0])

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


def free_port() -> int:
    """Return a port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


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
        end_strays(var)


def end_strays(var: Path) -> None:
    """End what belongs to a state folder and was never written down: an interruption may come just between the two."""
    sign = re.compile(rf"(?:^|[\0 ])GOVSIM_VAR={re.escape(str(var))}(?:[\0 ]|$)")
    for _ in range(100):  # a dying parent may have started another
        left = [pid for pid, told in processes.environments() if pid != os.getpid() and sign.search(told)]
        if not left:
            return
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.05)
