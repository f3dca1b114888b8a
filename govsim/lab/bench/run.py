"""One run of `bench`: beds for the chosen databases, rounds of measures, and what is told of them."""

import contextlib
import functools
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from govsim.lab import bench
from govsim.lab.bench import growth, loaded, measures, peers
from govsim.lab.bench.bed import Bed, Sizes
from govsim.lab.postgres import server

DATABASES: Final = ("sqlite", "postgresql")
KEYS: Final = {"postgresql": "ratios", "sqlite": "ratios_sqlite"}
IN_ROUNDS: Final = measures.SHARED | measures.MEASURES | {"viewflow": peers.viewflow}
# What each measure finds that a ratio can be made of.
GIVES: Final[Mapping[str, tuple[str, ...]]] = {
    **{name: (name,) for name in IN_ROUNDS},
    "growth": ("cpu_10k", "cpu_1m", "list_p95_10k", "list_p95_1m"),
    "quarter": ("decided_p99", "accepted_p99"),
    "kills": ("lost", "doubled"),
}


@dataclass
class Run:
    """What is asked for and what was found. `tell` is given a line for people after each measure."""

    databases: Sequence[str]
    rounds: int
    seed: int
    sizes: Sizes
    only: Sequence[str] = ()
    peers: bool = False
    tell: Callable[[str], None] = lambda line: None
    found: dict[str, dict[str, list[float | None]]] = field(default_factory=dict)
    failures: list[dict[str, Any]] = field(default_factory=list)

    def make(self) -> dict[str, Any]:
        """Measure everything and return it, whatever fails on the way."""
        began = time.monotonic()
        self.found = {database: {} for database in self.databases}
        chosen = self._chosen()
        if in_rounds := [name for name in chosen if name in IN_ROUNDS]:
            self._in_rounds(in_rounds)
        if "growth" in chosen:
            for database in self.databases:
                self._try(0, "growth", database, functools.partial(self._growth, database))
        if "quarter" in chosen:
            self._at_a_quarter()
        if "kills" in chosen:
            for database in self.databases:
                self._try(0, "kills", database, functools.partial(loaded.kills, database, seed=self.seed))
        told: dict[str, Any] = {"seconds": round(time.monotonic() - began, 1), "failures": self.failures, "rates": {}}
        for database in self.databases:
            told[KEYS[database]] = bench.ratios(self.found[database], database=database)
            told["rates"][database] = bench.rates(self.found[database])
        told["unmeasured"] = {database: self._unmeasured(database) for database in self.databases}
        return told

    def withheld(self, key: str, database: str) -> str:
        """Return why this run does not measure a ratio on a database, or nothing when it does."""
        goal = next(each for each in bench.GOALS if each.key == key)
        if goal.only_postgresql and database == "sqlite":
            return "只在 PostgreSQL 上 / on PostgreSQL alone"
        if "viewflow" in (goal.over, goal.under) and not self.peers:
            return "须加 --peers / needs --peers"
        if goal.over in GIVES["growth"] and not self.sizes.grown_to:
            return "--quick 不测 / not with --quick"
        return ""

    def _wanted(self, database: str) -> list[bench.Goal]:
        """Return the ratios that this run shall find: those that are asked for, or all."""
        asked = [goal for goal in bench.GOALS if not self.only or goal.key in self.only]
        return [goal for goal in asked if not self.withheld(goal.key, database)]

    def _unmeasured(self, database: str) -> list[str]:
        found = bench.ratios(self.found[database], database=database)
        return [goal.key for goal in self._wanted(database) if goal.key not in found]

    def _chosen(self) -> list[str]:
        """Return the measures that the wanted ratios need; all of them when nothing is said."""
        wanted = [goal for database in self.databases for goal in self._wanted(database)]
        needed = {side for goal in wanted for side in (goal.over, goal.under)}
        if not self.only:
            needed.add("bare_view")
        return [name for name, given in GIVES.items() if needed & set(given)]

    def _growth(self, database: str) -> measures.Found:
        with bed(database, self.sizes) as made:
            made.settle(elders=growth.elders(made), seed=self.seed)
            return growth.growth(made)

    def _in_rounds(self, names: Sequence[str]) -> None:
        """Measure on beds that stay for the whole run, database after database within each measure."""
        with contextlib.ExitStack() as exits:
            beds = [exits.enter_context(bed(database, self.sizes)) for database in self.databases]
            for each in beds:
                each.settle(elders=self.rounds * self.sizes.elders, seed=self.seed)
                self.tell(f"{each.vendor}: 就绪 / ready")
            for number, name in bench.order(names, self.rounds):
                shared = name in measures.SHARED
                for each in beds[:1] if shared else beds if number % 2 == 0 else beds[::-1]:
                    deed = functools.partial(IN_ROUNDS[name], each)
                    self._try(number, name, "" if shared else each.vendor, deed)

    def _at_a_quarter(self) -> None:
        """Find the knee of each database, and measure the latencies at a quarter of it, round by round."""
        with contextlib.ExitStack() as exits:
            made = {}
            for database in self.databases:
                own = exits.enter_context(bed(database, self.sizes))
                own.settle(elders=0, seed=self.seed)
                closed = bench.rates(self.found[database]).get("http", {}).get("median", 0.0)
                made[database] = loaded.Quarter(own, first=closed, seed=self.seed)
            for number, database in bench.order(self.databases, self.rounds):
                self._try(number, "quarter", database, made[database])

    def _try(self, number: int, name: str, database: str, measure: Callable[[], measures.Found]) -> None:
        """Measure once and keep what is found; a measure that fails says why, and the run goes on."""
        began = time.monotonic()
        try:
            found = measure()
        except Exception as error:  # whatever it is, the other measures are still worth making
            why = f"{type(error).__name__}: {error}"[-600:]
            self.failures.append({"measure": name, "database": database, "round": number + 1, "why": why})
            self.tell(f"{number + 1} {name:<12} {database:<10} ✗ {why}")
            return
        for each in (database,) if database else self.databases:
            self._keep(each, number, found)
        shown = "  ".join(f"{key} {value:,.4g}" for key, value in found.items())
        self.tell(f"{number + 1} {name:<12} {database:<10} {shown}  ({time.monotonic() - began:.0f} s)")

    def _keep(self, database: str, number: int, found: measures.Found) -> None:
        for quantity, value in found.items():
            rounds = self.found[database].setdefault(quantity, [None] * self.rounds)
            rounds[number] = value


@contextlib.contextmanager
def bed(database: str, sizes: Sizes) -> Iterator[Bed]:
    """Yield an installation with nothing started; afterwards no process and no file of it is left."""
    var = Path(tempfile.mkdtemp(prefix="govsim-bench-"))
    with contextlib.ExitStack() as exits:
        exits.callback(shutil.rmtree, var, ignore_errors=True)
        environ, servers = {}, list[int]()
        if database == "postgresql":
            running = exits.enter_context(server(durable=True))
            environ["DATABASE_URL"], servers = running.url, [running.process.pid] if running.process else []
        made = Bed(var, database, sizes, **environ)
        made.servers = servers
        exits.callback(made.end_all)
        yield made
