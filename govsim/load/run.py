"""One run: a world of its own, generator processes, a look at the backlog each second, and the check at the end."""

# ruff: noqa: S603 — every command is one of ours

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from approvals import queries as approvals
from govsim.core import clock
from govsim.core import world as worlds
from govsim.core.models import World
from govsim.load import LoadError, check, folders, records, report, town
from govsim.load.profile import Profile

LEAD: Final = 1.5  # seconds for the generators to start before second 0
DRAIN: Final = 60.0  # seconds after the last call in which everything due has to be done
TICK: Final = 1.0
MOST_WAITING: Final = 100_000  # to which a backlog is counted


@dataclass(frozen=True)
class Look:
    """One look at the platform, at a second of the run."""

    at: float
    waiting: int
    oldest: float  # seconds for which the oldest due application has been waiting


@dataclass
class Run:
    """A run on a platform whose database this process can read too.

    `watch` is called several times a second and may raise to end the run, `tell` with the newest look.
    """

    profile: Profile
    base_url: str
    folder: Path
    watch: Callable[[], None] = lambda: None
    tell: Callable[[Look], None] = lambda look: None
    looks: list[Look] = field(default_factory=list)

    def make(self) -> dict[str, Any]:
        """Run it to the end and return the report's figures. Raises LoadError."""
        built = town.build(self.profile, base_url=self.base_url)
        try:
            with tempfile.TemporaryDirectory(prefix="govsim-load-") as scratch:
                return self._measure(built, Path(scratch))
        finally:
            worlds.retire(built.world)

    def _measure(self, built: town.Town, scratch: Path) -> dict[str, Any]:
        manifest = scratch / "manifest.json"
        manifest.touch(mode=0o600)
        manifest.write_text(json.dumps(built.manifest), encoding="utf-8")
        start, wall = time.monotonic() + LEAD, clock.wall().timestamp() + LEAD
        files = [scratch / f"calls-{part}.jsonl" for part in range(self.profile.generators)]
        with generators(manifest, start, files) as running:
            while any(each.poll() is None for each in running):
                self._look(built.world, start)
            cpu = [_cpu(each) for each in running]
        ended = time.monotonic() - start
        while approvals.due_now(built.world.pk, clock.now(built.world)) and time.monotonic() - start < ended + DRAIN:
            self._look(built.world, start)
        drained = time.monotonic() - start - ended
        calls = list(records.read(files))
        found = check.check(built.world, calls)
        figures = report.figures_of(
            self.profile, calls, found, [asdict(each) for each in self.looks], wall=wall, drained=drained, cpu=cpu
        )
        self.folder.mkdir(parents=True, exist_ok=True)
        report.keep(self.folder, figures, calls)
        return figures

    def _look(self, world: World, start: float) -> None:
        """Look once a second, and let the caller watch its processes in between."""
        at = time.monotonic() - start
        if not self.looks or at - self.looks[-1].at >= TICK:
            now = clock.now(world)
            waiting = approvals.backlog(world.pk, now, most=MOST_WAITING)
            due = approvals.earliest_due(world.pk)
            oldest = max(0.0, (now - due).total_seconds()) if due is not None else 0.0
            self.looks.append(Look(at, waiting, oldest))
            folders.show(self.folder, self.profile, [asdict(each) for each in self.looks])
            self.tell(self.looks[-1])
        self.watch()
        time.sleep(0.1)


@contextmanager
def generators(manifest: Path, start: float, files: list[Path]) -> Iterator[list[subprocess.Popen[str]]]:
    """Run one generator for each file; whatever happens, none is left."""
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "govsim.load.generator", manifest, str(part), str(len(files)), str(start), path],
            cwd=Path(__file__).parents[2], env=os.environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for part, path in enumerate(files)
    ]  # fmt: skip
    try:
        yield running
    finally:
        for each in running:
            each.kill()
            each.wait()


def _cpu(generator: subprocess.Popen[str]) -> float:
    """Return the seconds of CPU that a generator took. Raises LoadError with its words when it failed."""
    said, complaint = generator.communicate()
    if generator.returncode:
        raise LoadError(f"负载生成器失败 / a generator failed: {complaint.strip()[-400:]}")
    return float(json.loads(said)["cpu"])
