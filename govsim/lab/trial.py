"""One trial of one fault: a throwaway installation, the proof that the fault was reached, and what held."""

import contextlib
import json
import os
import shutil
import subprocess
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings

from govsim.core.timelimit import limit
from govsim.lab import faults, templates
from govsim.lab.stack import Stack, stack

if TYPE_CHECKING:
    from govsim.lab.postgres import Server

PATIENCE: Final = 120.0  # wall seconds in which an installation has to be well again, on a machine that is busy
LONGEST: Final = 300.0  # wall seconds of one trial; what takes longer has not held


class NotHeld(AssertionError):
    """Something that has to hold under a fault did not."""


class CannotTry(NotHeld):
    """The machine does not let this fault be tried; the reason is told."""


@dataclass
class Trial:
    """What a fault works with. `seed` is for every draw that it makes; `hook` changes the product (`Stack.hook`)."""

    fault: faults.Fault
    seed: int
    hook: str = ""
    proofs: list[str] = field(default_factory=list)
    held: list[str] = field(default_factory=list)
    recovered_s: float | None = None
    _postgres: "Server | None" = None
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
            from govsim.lab.postgres import server  # a development tool: the fault names it in `modules`

            self._postgres = self._exits.enter_context(server(durable=True))
            environ["DATABASE_URL"] = self._postgres.url
        return self._lab(self.folder(), **environ)

    def _lab(self, folder: Path, **environ: str) -> Stack:
        lab = self._exits.enter_context(stack(folder, **environ))
        self._exits.push(lambda kind, *_: self._keep_logs(lab) if kind else None)
        if self.hook:
            lab.hook(self.hook)
        return lab

    def _keep_logs(self, lab: Stack) -> None:
        """Keep the logs of an installation in which something did not hold."""
        kept = logs_of(self.fault)
        kept.mkdir(parents=True, exist_ok=True)
        for each in lab.logs.glob("*.log"):
            with contextlib.suppress(OSError):
                shutil.copy(each, kept)

    def town(
        self, *, cases: int = 0, people: int = 600, on: str = "sqlite", folder: Path | None = None, **environ: str
    ) -> Stack:
        """Return an installation with a world of people with tokens (`manifest`) and stored applications (`numbers`).

        The embedded one is a copy of what the first trial of a run makes; `folder` is where it goes.
        """
        if on == "postgresql":
            lab = self.stack(on=on, **environ)
            lab.manifest = lab.work("prepare", people=people, seed=self.seed)
            lab.numbers = lab.work("fill", count=cases)["numbers"] if cases else []
            return lab
        lab = self._lab(folder or self.folder(), **environ)
        told = templates.town(lab, people=people, seed=self.seed, cases=cases)
        lab.manifest, lab.numbers = told["manifest"], told["numbers"]
        return lab

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

    def need_root(self) -> None:
        """Raise CannotTry where the fault takes a superuser."""
        if os.geteuid() != 0:
            raise CannotTry("需要超级用户 / only a superuser can do this here")

    def small_disk(self, megabytes: int, path: Path | None = None) -> Path:
        """Return a new folder on a disk of so many megabytes. Raises CannotTry where nothing can be mounted."""
        self.need_root()
        if shutil.which("mount") is None:
            raise CannotTry("本机没有 / not on this machine: mount")
        path = path or self.folder()
        options = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(path)]
        done = subprocess.run(options, capture_output=True, text=True, check=False)
        if done.returncode:
            raise CannotTry(f"无法挂载 / cannot mount: {done.stderr.strip()}")
        self._exits.callback(subprocess.run, ["umount", "-l", str(path)], check=False)
        return path

    def remount(self, disk: Path, how: str) -> None:
        """Change a `small_disk`: its size (`size=64m`), or whether it can be written (`ro`, `rw`)."""
        options = ["mount", "-o", f"remount,{how}", str(disk)]
        subprocess.run(options, check=True)

    def database(self) -> "Server":
        """Return the PostgreSQL of this trial. Raises RuntimeError when it has none."""
        if self._postgres is None:
            raise RuntimeError("this trial runs on the embedded database")
        return self._postgres

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

    def verify(self, installation: Stack, numbers: Sequence[str] | None = None) -> None:
        """Check every invariant of the installation, and with `numbers` that none of them is lost, left or doubled.

        Raises NotHeld with the first that is broken.
        """
        if numbers is not None:
            found = installation.work("checked", numbers=list(numbers))
            good = not (found["lost"] or found["undecided"] or found["doubled"])
            self.hold("nothing is lost, undecided or decided twice", good, found=found)
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
    tried: bool  # False: this machine lacks what the fault takes
    seed: int
    seconds: float
    proofs: list[str]


def logs_of(fault: faults.Fault) -> Path:
    """Return the folder where the logs of the last trial of a fault that did not hold are kept."""
    return Path(settings.VAR) / "faults" / fault.id


def run(fault: faults.Fault, *, seed: int, hook: str = "") -> Outcome:
    """Make one trial and clean up after it, whatever happened. With `hook` the product is changed for it."""
    trial, began, why, tried = Trial(fault, seed, hook), time.monotonic(), "", True
    missing = [each for each in fault.needs if shutil.which(each) is None]
    missing += [each for each in fault.modules if find_spec(each) is None]
    shutil.rmtree(logs_of(fault), ignore_errors=True)
    try:
        if missing:
            raise CannotTry(f"本机没有 / not on this machine: {', '.join(missing)}")
        with trial._exits, limit(LONGEST):
            fault.deed(trial)
    except CannotTry as reason:
        why, tried = str(reason), False
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
        fault.id, fault.zh, fault.en, reached, held, trial.recovered_s, why, tried, seed, spent, trial.proofs
    )  # fmt: skip


def _where(error: BaseException) -> str:
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{Path(last.filename).name}:{last.lineno}"


def run_all(chosen: Sequence[faults.Fault], *, seed: int) -> Iterator[Outcome]:
    """Make the trials one after another, and yield each outcome as it comes."""
    for fault in chosen:
        yield run(fault, seed=seed)
