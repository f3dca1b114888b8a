"""A test bed: one throwaway installation on one database, started as the demo does, with people for all rounds."""

import contextlib
import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import redis

from govsim.core import clock
from govsim.demo import address, broker
from govsim.demo.supervisor import Program, programs
from govsim.lab.stack import ROOT, Stack

LEAD: Final = 1.5  # seconds for a pump to start before second 0
CONNECTIONS: Final = 8
PATIENCE: Final = 120.0
HELD: Final = "-held"  # a queue that nobody reads; it is renamed when the time is measured


class Failed(RuntimeError):
    """A measure could not be made; the message says why."""


@dataclass(frozen=True)
class Sizes:
    """How much is done in one round of each measure."""

    noop: int = 4000
    stored: int = 4000
    single: int = 500
    http: int = 1500
    batch: int = 3000
    in_process: int = 2000
    warm_up: int = 200
    records: int = 50_000
    grown_from: int = 10_000  # real cases, and ...
    grown_to: int = 1_000_000  # ... how many there are when they are copied; 0: not measured
    cost: int = 400  # applications of which the CPU is measured at once
    open_seconds: float = 10.0  # of one step under an open load
    close: float = 1.15  # how near the search comes to the knee: a rate that fails ÷ one that holds

    @property
    def elders(self) -> int:
        """How many people one round uses up: nobody is granted the allowance twice."""
        return self.stored + self.single + 2 * self.http + self.batch + self.in_process + 8 * self.warm_up


QUICK: Final = Sizes(
    noop=2000, stored=1200, single=200, http=400, batch=800, in_process=600, warm_up=100, records=20_000,
    open_seconds=5.0, close=1.5, grown_to=0,
)  # fmt: skip


class Bed(Stack):
    """A prepared installation. `use` hands out people who have not applied yet; `deed` works inside."""

    def __init__(self, var: Path, database: str, sizes: Sizes, **environ: str) -> None:
        super().__init__(
            var,
            GOVSIM_MOST_WAITING="1000000",  # a closed loop with workers stopped stores more than is let in otherwise
            GOVSIM_LOG_LEVEL="WARNING",
            **environ,
        )
        self.vendor, self.sizes = database, sizes
        self.port = 0
        self.url = ""
        self.tokens: list[str] = []
        self.window = self.handler = ""
        self._used = 0
        self.servers: list[int] = []  # database servers that run for this bed, by process id
        self.delivered = 0  # shared records that were loaded; their subjects come after the elders

    @property
    def sqlite(self) -> bool:
        return self.vendor == "sqlite"

    def settle(self, *, elders: int, seed: int) -> None:
        """Make the world with so many elders, and start the broker and the web server, which stay."""
        made = self.deed("settle", people=500, elders=elders, tokens=elders, seed=seed, timeout=900)
        self.tokens, self.window, self.handler = made["elders"], made["window"], made["handler"]
        self.start_broker()
        self.port = address.free_port("127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self.port}"
        self.start_web(self.port)

    def deed(self, verb: str, *, timeout: int = 400, **given: Any) -> dict[str, Any]:
        """Do one of the deeds of `bench` inside the installation. Raises Failed with the end of its error."""
        try:
            return self.work(verb, timeout=timeout, module="govsim.lab.bench.deeds", **given)
        except (RuntimeError, subprocess.TimeoutExpired) as error:
            raise Failed(str(error).strip()[-400:]) from None

    def use(self, count: int) -> int:
        """Return the place of the first of `count` elders who have not applied yet. Raises Failed if there are none."""
        first, self._used = self._used, self._used + count
        if self._used > len(self.tokens):
            raise Failed(f"{self._used} elders were asked for, there are {len(self.tokens)}")
        return first

    @contextlib.contextmanager
    def workers(self, *, sweeper: bool, warm: bool = True) -> Iterator[None]:
        """Run workers as the demo starts them, warmed up, with or without the sweeper that rings for them."""
        self.forget_messages()
        worker = next(each for each in self.programs(self.port) if each.role == "worker")
        self.start("worker", *worker.command)
        try:
            if warm:
                self.warm()
            if sweeper:
                self.start_sweeper()
            yield
        finally:
            for name in ("sweeper", "worker"):
                if name in self.running:
                    self.end(name)

    def warm(self) -> None:
        """Have the workers decide a few applications; return when they have fallen asleep again."""
        count = self.sizes.warm_up
        self.deed("store", first=self.use(count), count=count)
        self.deed("catch_up", count=count, rings=self.pool)
        time.sleep(1.0)  # longer than a worker lingers

    @property
    def pool(self) -> int:
        """How many worker processes decide."""
        return 1 if self.sqlite else 2

    def programs(self, port: int) -> list[Program]:
        """Return the programs of a demo on this database, with the web server at a port."""
        return programs("127.0.0.1", port, sqlite=self.sqlite, broker=None)

    def end(self, name: str) -> None:
        """End one process in order, so that it leaves no message half done."""
        with contextlib.suppress(ProcessLookupError):
            self.running[name].send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.running[name].wait(10)
        self.kill(name)

    def end_all(self) -> None:
        """Leave no process."""
        for name in list(self.running):
            self.kill(name)

    def forget_messages(self) -> None:
        """Empty the broker: what an ended worker left unacknowledged would come back in the middle of a measure."""
        self.redis().flushall()

    def redis(self) -> redis.Redis:
        return redis.Redis(unix_socket_path=str(broker.socket_path(self.var)))

    def start_celery(
        self, name: str, application: str, queue: str, *options: str, without_django: bool = False
    ) -> None:
        """Start one of the yardsticks' workers: prefork with two processes."""
        command = [sys.executable, "-m", "celery", "-A", application, "worker", "-Q", queue, "-c", "2", *options]
        command += ["--loglevel", "WARNING", "--without-gossip", "--without-mingle", "--without-heartbeat"]
        if without_django:
            command = ["env", "-u", "DJANGO_SETTINGS_MODULE", *command]
        self.start(name, *command)

    def release(self, queue: str, *, prefix: str, seconds: float) -> float:
        """Hand held messages to the workers at once; return the seconds until none is queued or unacknowledged."""
        asked = self.redis()
        names = f"{prefix}{queue}", f"{prefix}unacked"
        began = time.perf_counter()
        asked.rename(f"{prefix}{queue}{HELD}", names[0])
        while asked.llen(names[0]) or asked.hlen(names[1]):
            if time.perf_counter() - began > seconds:
                raise Failed(f"{asked.llen(names[0])} messages still queued after {seconds:.0f} s")
            time.sleep(0.01)
        return time.perf_counter() - began

    def pump(
        self, calls: list[list[Any]], *, connections: int = CONNECTIONS, port: int | None = None
    ) -> tuple[dict[str, Any], float]:
        """Send calls in a closed loop; return what the pump says and the wall moment of its start. Raises Failed."""
        job, start, wall = self.var / "pump.json", time.monotonic() + LEAD, clock.wall().timestamp() + LEAD
        job.touch(mode=0o600)
        base = f"http://127.0.0.1:{port or self.port}"
        job.write_text(json.dumps({"base": base, "start": start, "connections": connections, "calls": calls}))
        done = subprocess.run(
            [sys.executable, "-m", "govsim.lab.bench.pump", str(job)],
            cwd=ROOT, env=self.environ, capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip
        if done.returncode:
            raise Failed(done.stderr.strip()[-400:])
        told: dict[str, Any] = json.loads(done.stdout)
        wrong = {status: n for status, n in told["statuses"].items() if not status.startswith("2")}
        if wrong:
            raise Failed(f"answers of the web server: {wrong}")
        return told, wall
