"""One trial of one fault: a throwaway installation, the proof that the fault was reached, and what held."""

import contextlib
import json
import shutil
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from govsim.lab import faults
from govsim.lab.postgres import postgres
from govsim.lab.stack import Stack, stack

PATIENCE: Final = 60.0  # wall seconds in which an installation has to be well again


class NotHeld(AssertionError):
    """Something that has to hold under a fault did not."""


@dataclass
class Trial:
    """What a fault works with. `seed` is for every draw that it makes."""

    fault: faults.Fault
    seed: int
    proofs: list[str] = field(default_factory=list)
    held: list[str] = field(default_factory=list)
    recovered_s: float | None = None
    _broken_at: float = 0.0
    _exits: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)

    def folder(self) -> Path:
        """Return a new folder that is removed after the trial."""
        path = Path(tempfile.mkdtemp(prefix=f"govsim-{self.fault.id}-"))
        self._exits.callback(shutil.rmtree, path, ignore_errors=True)
        return path

    def stack(self, *, on: str = "sqlite", **environ: str) -> Stack:
        """Return an installation with nothing started, on SQLite or PostgreSQL; it ends with the trial."""
        if on == "postgresql":
            environ["DATABASE_URL"] = self._exits.enter_context(postgres(durable=True))
        return self._exits.enter_context(stack(self.folder(), **environ))

    def keep(self, context: Any) -> Any:
        """Enter a context for as long as the trial lasts."""
        return self._exits.enter_context(context)

    def break_(self) -> None:
        """Say that the fault begins now: recovery is counted from the last such moment."""
        self._broken_at = time.monotonic()

    def reached(self, proof: str, *, unless: bool = False) -> None:
        """Say how one sees that the fault was really reached. Raises NotHeld when `unless` says that it was not."""
        if unless:
            raise NotHeld(f"the fault was not reached: {proof}")
        self.proofs.append(proof)

    def hold(self, what: str, good: bool, *, found: Any = None) -> None:
        """Judge one thing that has to hold. Raises NotHeld, with what was found instead."""
        if not good:
            raise NotHeld(f"{what}: {found}" if found is not None else what)
        self.held.append(what)

    def recovered(self, well: Callable[[], Any], *, seconds: float = PATIENCE) -> None:
        """Wait until all is well again, and keep how long it took since the fault. Raises NotHeld."""
        began = self._broken_at or time.monotonic()
        end = time.monotonic() + seconds
        while not well():
            if time.monotonic() > end:
                raise NotHeld(f"not well again within {seconds:.0f} s")
            time.sleep(0.05)
        self.recovered_s = round(time.monotonic() - began, 2)

    def verify(self, installation: Stack) -> None:
        """Check every invariant of the installation. Raises NotHeld with the first that is broken."""
        done = installation.run("verify", "--json")
        told = json.loads(done.stdout) if done.stdout.strip() else {"ok": False, "stderr": done.stderr[-400:]}
        self.hold("invariants I1–I6", bool(told["ok"]), found=done.stdout[-600:] or done.stderr[-400:])


@dataclass(frozen=True)
class Outcome:
    """What became of one trial. `why_not` is empty when the fault was reached and everything held."""

    id: str
    zh: str
    en: str
    reached: bool
    held: bool
    recovered_s: float | None
    why_not: str
    seed: int
    seconds: float
    proofs: list[str]


def run(fault: faults.Fault, *, seed: int) -> Outcome:
    """Make one trial and clean up after it, whatever happened."""
    trial, began, why = Trial(fault, seed), time.monotonic(), ""
    missing = [each for each in fault.needs if shutil.which(each) is None]
    try:
        if missing:
            why = f"not on this machine: {', '.join(missing)}"
        else:
            with trial._exits:
                fault.deed(trial)
    except NotHeld as reason:
        why = str(reason)
    except Exception as error:  # whatever breaks inside a trial is a fault that did not hold
        why = f"{type(error).__name__}: {error} · {_where(error)}"
    reached = bool(trial.proofs)
    if not why and not reached:
        why = "the trial proved nothing"
    held = not why
    spent = round(time.monotonic() - began, 1)
    return Outcome(
        fault.id, fault.zh, fault.en, reached, held, trial.recovered_s, why, seed, spent, trial.proofs
    )  # fmt: skip


def _where(error: BaseException) -> str:
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{Path(last.filename).name}:{last.lineno}"


def run_all(chosen: Sequence[faults.Fault], *, seed: int, tell: Callable[[Outcome], None]) -> Iterator[Outcome]:
    """Make the trials one after another, telling each outcome as it comes."""
    for fault in chosen:
        outcome = run(fault, seed=seed)
        tell(outcome)
        yield outcome
