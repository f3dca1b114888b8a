"""Measures under an open load, each on an installation of its own: the knee, latencies at a quarter of it, kills."""

import contextlib
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from govsim.demo import address
from govsim.lab.bench.bed import Bed, Failed
from govsim.lab.postgres import postgres
from govsim.lab.stack import ROOT, Stack, stack
from govsim.load import knee

KILLS: Final = 20
VICTIMS: Final = ("worker", "broker", "web")
KILLED_RATE: Final = 15.0  # applications a second while processes are killed
PAUSE: Final = (1.0, 2.5)  # seconds between two kills, so that processes come up in between
PEOPLE: Final = 500
GUESS: Final = 40.0  # applications per second, where the search for the knee begins when nothing is known


@contextlib.contextmanager
def installation(database: str) -> Iterator[Stack]:
    """Yield an empty installation with nothing started, and leave nothing of it."""
    with contextlib.ExitStack() as exits:
        var = Path(exits.enter_context(tempfile.TemporaryDirectory(prefix="govsim-bench-", ignore_cleanup_errors=True)))
        environ = {"DATABASE_URL": exits.enter_context(postgres(durable=True))} if database == "postgresql" else {}
        yield exits.enter_context(stack(var, **environ))


class Quarter:
    """Latencies at a quarter of the knee, on a settled bed. The knee is searched for once, at the first round."""

    def __init__(self, bed: Bed, *, first: float = 0.0, seed: int) -> None:
        """Begin the search at the rate `first`, or at a guess."""
        self.bed, self.first, self.seed = bed, first or GUESS, seed
        self.knee = 0.0
        self._runs = 0

    def __call__(self) -> dict[str, float]:
        """Return the knee in applications per second and both p99 in seconds. Raises Failed."""
        with self.bed.workers(sweeper=True, warm=False):
            if not self.knee:
                steps = knee.search(self._step, first=self.first, close=self.bed.sizes.close, tell=lambda step: None)
                self.knee = knee.knee(steps)
            if not self.knee:
                raise Failed("no rate held: " + "; ".join(f"{each.rate:.1f}/s {each.why_not}" for each in steps))
            told = self._load(self.knee / 4, 2 * self.bed.sizes.open_seconds)
        if told["lost"] or told["undecided"] or told["failed"] or told["shed"]:
            raise Failed(f"at a quarter of the knee: {json.dumps(told['statuses'])}")
        return {
            "knee": self.knee, "decided_p99": told["decided"]["p99"], "accepted_p99": told["accepted"]["p99"],
        }  # fmt: skip

    def _step(self, rate: float) -> knee.Step:
        return knee.judge(rate, self._load(rate, self.bed.sizes.open_seconds))

    def _load(self, rate: float, seconds: float) -> dict[str, Any]:
        self._runs += 1
        wanted = {"rate": round(rate, 2), "seconds": seconds, "warm_up": 3, "people": PEOPLE, "seed": self.seed}
        folder = str(self.bed.var / "load" / str(self._runs))
        return self.bed.deed("load", base_url=self.bed.url, profile=wanted, folder=folder)


def kills(database: str, *, seed: int, count: int = KILLS) -> dict[str, float]:
    """SIGKILL workers, broker and web in turn under load; return what was accepted and not decided, or doubly."""
    drawn = random.Random(seed)  # noqa: S311 — a simulation
    with installation(database) as made:
        made.work("prepare", people=50)
        made.start_broker()
        port = address.free_port("127.0.0.1", 0)
        made.start_web(port)
        made.start_worker()
        made.start_sweeper()
        given = {"rate": KILLED_RATE, "seconds": count * 6.0, "people": PEOPLE, "seed": seed}
        with _loading(made, f"http://127.0.0.1:{port}", given) as load:
            time.sleep(8)  # its world is made and calls are on their way
            for place in range(count):
                if load.poll() is not None:
                    raise Failed(f"the load ended after {place} kills: {load.communicate()[1][-300:]}")
                victim = VICTIMS[place % len(VICTIMS)]
                made.kill(victim)
                match victim:
                    case "worker":
                        made.start_worker()
                    case "broker":
                        made.start_broker()
                    case _:
                        made.start_web(port)
                time.sleep(drawn.uniform(*PAUSE))
            said, complaint = load.communicate(timeout=count * 6 + 180)
        if load.returncode:
            raise Failed(complaint[-400:])
        told = json.loads(said.splitlines()[-1])
    return {
        "lost": told["lost"] + told["undecided"], "doubled": told["doubled"],
        "killed_accepted": told["accepted"]["n"], "killed_unanswered": told["unanswered"]["n"],
    }  # fmt: skip


@contextlib.contextmanager
def _loading(made: Stack, url: str, given: dict[str, Any]) -> Iterator[subprocess.Popen[str]]:
    words = json.dumps({"base_url": url, "profile": given, "folder": str(made.var / "load")})
    process = subprocess.Popen(
        [sys.executable, "-m", "govsim.lab.bench.deeds", "load", words],
        cwd=ROOT, env=made.environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.wait()
