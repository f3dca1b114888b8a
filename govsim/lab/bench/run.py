"""One run of `bench`: beds for the chosen databases, rounds of measures, and what is told of them."""

import contextlib
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from govsim.lab import bench
from govsim.lab.bench import measures
from govsim.lab.bench.bed import Bed, Sizes
from govsim.lab.postgres import postgres

DATABASES: Final = ("sqlite", "postgresql")
KEYS: Final = {"postgresql": "ratios", "sqlite": "ratios_sqlite"}


@dataclass
class Run:
    """What is asked for and what was found. `tell` is given a line for people after each measure."""

    databases: Sequence[str]
    rounds: int
    seed: int
    sizes: Sizes
    only: Sequence[str] = ()
    tell: Callable[[str], None] = lambda line: None
    found: dict[str, dict[str, list[float | None]]] = field(default_factory=dict)
    failures: list[dict[str, Any]] = field(default_factory=list)

    def make(self) -> dict[str, Any]:
        """Measure everything and return it, whatever fails on the way."""
        began = time.monotonic()
        self.found = {database: {} for database in self.databases}
        with contextlib.ExitStack() as exits:
            beds = [exits.enter_context(bed(database, self.sizes)) for database in self.databases]
            for each in beds:
                each.settle(rounds=self.rounds, seed=self.seed)
                self.tell(f"{each.database}: 就绪 / ready, {time.monotonic() - began:.0f} s")
            for number, name in bench.order(self._chosen(), self.rounds):
                self._measure(number, name, beds if number % 2 == 0 else beds[::-1])
        told: dict[str, Any] = {"seconds": round(time.monotonic() - began, 1), "failures": self.failures, "rates": {}}
        for database in self.databases:
            told[KEYS[database]] = bench.ratios(self.found[database], database=database)
            told["rates"][database] = bench.rates(self.found[database])
        return told

    def _chosen(self) -> list[str]:
        """Return the measures that the wanted ratios need; all of them when nothing is said."""
        names = [*measures.SHARED, *measures.MEASURES]
        goals = [goal for goal in bench.GOALS if goal.key in self.only]
        needed = {side for goal in goals for side in (goal.over, goal.under)}
        return [name for name in names if not self.only or name in needed]

    def _measure(self, number: int, name: str, beds: Sequence[Bed]) -> None:
        shared = name in measures.SHARED
        for each in beds[:1] if shared else beds:
            began = time.monotonic()
            try:
                found = (measures.SHARED if shared else measures.MEASURES)[name](each)
            except Exception as error:  # a measure that fails says why, and the run goes on
                self.failures.append({
                    "measure": name, "database": each.database, "round": number + 1,
                    "why": f"{type(error).__name__}: {error}"[-600:],
                })  # fmt: skip
                self.tell(f"{number + 1} {name:<12} {each.database:<10} ✗ {error}")
                continue
            for database in self.databases if shared else (each.database,):
                self._keep(database, number, found)
            shown = "  ".join(f"{key} {value:,.4g}" for key, value in found.items())
            self.tell(f"{number + 1} {name:<12} {each.database:<10} {shown}  ({time.monotonic() - began:.0f} s)")

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
        environ = {"DATABASE_URL": exits.enter_context(postgres(durable=True))} if database == "postgresql" else {}
        made = Bed(var, database, sizes, **environ)
        exits.callback(made.end_all)
        yield made
