"""One demo per state folder: the claim on it, and what it tells other commands about itself."""

import contextlib
import fcntl
import json
import os
import secrets
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from govsim.demo import CannotStart


@dataclass(frozen=True)
class Running:
    """What `var/run/demo.json` says of the demo that runs."""

    url: str
    pid: int
    token: str


@contextlib.contextmanager
def claim(var: Path) -> Iterator[str]:
    """Hold the state folder for one supervisor; give its token. The kernel ends the claim with the process.

    Raises CannotStart, naming the address, when another demo holds it.
    """
    folder = var / "run"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / "demo.lock").open("a") as handle:
        if not lock(handle.fileno(), fcntl.LOCK_EX, patience=1.0):
            other = announced(var)
            where = other.url if other else "正在启动 / still starting"
            raise CannotStart(f"此目录的演示已在运行 / a demo already runs in {var}: {where}")
        withdraw(var)  # what a killed supervisor announced
        try:
            yield secrets.token_hex(8)
        finally:
            withdraw(var)


def announce(var: Path, running: Running) -> None:
    """Tell other commands that the demo is ready."""
    draft = var / "run" / "demo.json.new"
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(asdict(running), file)
    draft.replace(var / "run" / "demo.json")


def withdraw(var: Path) -> None:
    (var / "run" / "demo.json").unlink(missing_ok=True)


def announced(var: Path) -> Running | None:
    try:
        return Running(**json.loads((var / "run" / "demo.json").read_text()))
    except FileNotFoundError:
        return None


def find(var: Path, patience: float) -> Running | None:
    """The demo that runs in `var`, once it is ready; None when none runs.

    Raises CannotStart when one is starting and not ready within `patience` seconds.
    """
    path = var / "run" / "demo.lock"
    deadline = time.monotonic() + patience
    while path.exists():
        with path.open("a") as handle:
            if lock(handle.fileno(), fcntl.LOCK_SH, patience=0):
                return None
        if running := announced(var):
            return running
        if time.monotonic() > deadline:
            raise CannotStart("演示正在启动，尚未就绪 / a demo is starting and not ready yet")
        time.sleep(0.2)
    return None


def lock(descriptor: int, kind: int, patience: float) -> bool:
    """Whether the lock was taken. A claim is patient: a look of `find` holds the file for an instant."""
    deadline = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                return False
            time.sleep(0.05)
        else:
            return True
