"""Which worker prepares which claim, seen from inside the workers; and one that stops itself in the middle of it.

To ask the database who holds a claim is not enough: it may be the sweeper, and between claiming a row and reading it a
worker that is stopped is not late but empty-handed.
"""

import contextlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from govsim.lab.stack import Stack, wait

_HOOK: Final = """
import os, pathlib, signal
def watched(module):
    honest, seen = module.assess, pathlib.Path({seen!r})
    def assess(world, rows, moments):
        first = not seen.exists()
        with seen.open("a") as log:
            log.write(f"{{os.getpid()}} {{rows[0].claim}} {{max(row.attempts for row in rows)}}\\n")
        if first and {stop}:
            os.kill(os.getpid(), signal.SIGSTOP)
        return honest(world, rows, moments)
    module.assess = assess
after_import("approvals.actions.assess", watched)
"""


@dataclass(frozen=True)
class Turn:
    """One batch in preparation: the process, the mark of its claim, and the attempts of its rows."""

    pid: int
    claim: str
    attempts: int


class Watch:
    """Lets the processes of an installation that are started from now on write down every batch that they prepare.

    `hook` is what the product is changed with besides; with `stop` the very first one stops itself (SIGSTOP), alone,
    after claiming and before recording. No time limit of a task ends it there, however slow the machine is.
    """

    def __init__(self, lab: Stack, *, hook: str = "", stop: bool = False) -> None:
        self.lab = lab
        self._seen = lab.var / "turns"
        if stop:
            lab.environ["GOVSIM_TASK_SECONDS"] = "300"
        lab.hook(hook + _HOOK.format(seen=str(self._seen), stop=stop))

    def turns(self) -> list[Turn]:
        """Return every batch so far, oldest first."""
        if not self._seen.exists():
            return []
        lines = self._seen.read_text().splitlines(keepends=True)
        told = [line.split() for line in lines if line.endswith("\n")]
        return [Turn(int(pid), claim, int(attempts)) for pid, claim, attempts in told]

    def stopped(self, *, seconds: float = 60.0) -> Turn:
        """Wait until the first one has stopped itself. Raises TimeoutError."""
        wait(lambda: (found := self.turns()) and _state(found[0].pid) == "T", seconds=seconds)
        return self.turns()[0]

    def held(self, turn: Turn) -> int:
        """Return how many rows still carry the mark of a claim and are not decided."""
        asked = "SELECT count(*) FROM approvals_application WHERE claim = ? AND due_at IS NOT NULL"
        return int(self.lab.rows(asked, turn.claim)[0][0])


def _state(pid: int) -> str:
    """Return the state of a process as Linux tells it (`T`: stopped), "" when there is none."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0]
    return ""
