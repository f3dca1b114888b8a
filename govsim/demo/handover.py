"""A rolling restart: the successor of a program works before the former one leaves, so nobody is ever without one.

Several processes may listen on one port (SO_REUSEPORT): a second web server answers beside the first. The first then
closes each connection with the answer that it gives on it (`govsim.wsgi`), and ends when nobody speaks to it any more.
A Celery worker finishes the batch in its hands. What is cut all the same is offered again by lease and sweep (law 1).
"""

import contextlib
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from govsim.demo import CannotStart
from govsim.demo.supervisor import Program, Stack, kill_group, log, stop

ASK: Final = signal.SIGUSR1  # to the supervisor: renew the programs
LEAVE: Final = signal.SIGWINCH  # to a web server that is being replaced; whoever does not know it ignores it
ROLES: Final = ("web", "worker", "sweeper")  # the broker only rings, and all hear it again when it starts
READY: Final = {"web": "Started worker-", "worker": " ready."}  # what a program says once for each process that works
PATIENCE: Final = 60.0  # seconds for a successor to be ready
FAREWELL: Final = 3.0  # seconds in which clients learn that a web server leaves
FINISH: Final = 40.0  # seconds for what is being done: a task may take 30, a request as long as a walk-through's step


def renew(stack: Stack, *, farewell: float = FAREWELL, finish: float = FINISH) -> list[dict[str, Any]]:
    """Replace web, worker and sweeper, one after the other; return each role with the seconds that it took.

    Raises CannotStart when a successor does not come up: it is ended, and the former program goes on working.
    """
    done = []
    for role in ROLES:
        if role in stack.programs:
            began = time.monotonic()
            _replace(stack, stack.programs[role], farewell, finish)
            done.append({"role": role, "seconds": round(time.monotonic() - began, 1)})
    return done


def _replace(stack: Stack, program: Program, farewell: float, finish: float) -> None:
    former = replace(program)
    path = stack.log_file(program.role)
    said = path.stat().st_size if path.exists() else 0
    stack.start(program.role)
    try:
        stack.wait(lambda: _ready(path, said, program), PATIENCE)
    except CannotStart:
        if former.running():
            kill_group(program)
            program.process, program.started = former.process, former.started
        raise
    program.failures, program.due = 0, 0.0
    if former.process is None:
        return
    if program.role == "web":
        with contextlib.suppress(ProcessLookupError):
            os.killpg(former.process.pid, LEAVE)
        time.sleep(farewell)
    stop(former, finish)
    log.info("%s replaced, pid %s ended", program.role, former.process.pid)


def _ready(path: Path, before: int, program: Program) -> bool:
    """Say whether a program has told in its log, behind the first `before` bytes, that all its processes work."""
    words = READY.get(program.role)
    if words is None:
        return True
    with path.open("rb") as file:
        file.seek(before)
        told = file.read().decode(errors="replace")
    processes = int(program.command[program.command.index("--workers") + 1]) if "--workers" in program.command else 1
    return told.count(words) >= processes


# --- how the command and the supervisor talk ---------------------------------------------------------------------


@contextlib.contextmanager
def asked() -> Iterator[list[int]]:
    """Yield a list that holds something while somebody has asked for a restart; empty it when it is done."""
    wishes: list[int] = []
    before = signal.signal(ASK, lambda number, _: wishes.append(number))
    try:
        yield wishes
    finally:
        signal.signal(ASK, before)


def answer(stack: Stack, prepare: Callable[[], object]) -> None:
    """Renew the stack and write what came of it to `var/run/restart.json`; a failure is told and changes nothing.

    `prepare` makes ready what new programs need of this installation.
    """
    log.info("rolling restart")
    try:
        prepare()
        told: dict[str, Any] = {"ok": True, "replaced": renew(stack)}
    except (CannotStart, OSError) as reason:
        log.warning("滚动重启未完成，原进程继续工作 / not restarted, the former processes go on: %s", reason)
        told = {"ok": False, "why": str(reason)}
    path = report(stack.var)
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(told), encoding="utf-8")
    fresh.replace(path)


def report(var: Path) -> Path:
    """Return where a supervisor tells how a restart went."""
    return var / "run" / "restart.json"


def possible() -> bool:
    """Say whether two web servers can share the port here: the kernel deals out connections on Linux only."""
    return sys.platform == "linux"
