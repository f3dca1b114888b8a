"""The processes of one stack: how they are marked, found again, and ended.

Every process of a stack carries a mark in its environment, which its own children inherit. So a web worker whose
parent was killed, or a pool child of a dead worker, is found as surely as the processes that the supervisor knows.
"""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

MARK = "GOVSIM_STACK"
STOP_ORDER = ("web", "worker", "sweeper", "broker")  # first no new requests, last the doorbell


@dataclass(frozen=True)
class Member:
    pid: int
    token: str
    role: str


def mark(var: Path, token: str, role: str) -> dict[str, str]:
    """The environment that makes a process and its descendants a member of the stack `token` of `var`."""
    return {MARK: f"{token}:{role}:{var}"}


def members(var: Path, token: str | None = None) -> list[Member]:
    """The living processes of the stacks of `var`, or of the one stack `token`; zombies do not count."""
    pattern = re.compile(rf"(?:^|[\0 ]){MARK}=(\w+):(\w+):{re.escape(str(var))}(?:[\0 ]|$)")
    found = (
        Member(pid, match[1], match[2])
        for pid, environment in environments()
        if pid != os.getpid() and (match := pattern.search(environment))
    )
    return [member for member in found if token is None or member.token == token]


def environments() -> list[tuple[int, str]]:
    """The environment of every process that this user may look at, as (pid, text)."""
    seen: list[tuple[int, str]] = []
    if sys.platform == "linux":
        for name in filter(str.isdigit, os.listdir("/proc")):
            try:
                seen.append((int(name), Path("/proc", name, "environ").read_text(errors="replace")))
            except OSError:
                continue  # another user's, or gone
    else:
        listing = ["/bin/ps", "-axww", "-E", "-o", "pid=,command="]
        for line in subprocess.run(listing, capture_output=True, text=True, check=False).stdout.splitlines():  # noqa: S603
            pid, _, rest = line.strip().partition(" ")
            seen.append((int(pid), rest))
    return seen


def end(remaining: Callable[[], list[Member]], grace: float) -> int:
    """End what `remaining` lists, role by role: SIGTERM, up to `grace` seconds each, SIGKILL. Return how many."""
    ended = {member.pid for member in remaining()}
    for role in STOP_ORDER:

        def of_role(role: str = role) -> list[Member]:
            return [member for member in remaining() if member.role == role]

        deadline = time.monotonic() + grace
        send(of_role(), signal.SIGTERM)
        while of_role() and time.monotonic() < deadline:
            time.sleep(0.05)
        while left := of_role():  # again and again: a dying parent may have started another
            send(left, signal.SIGKILL)
            time.sleep(0.05)
    return len(ended)


def send(to: list[Member], number: signal.Signals) -> None:
    for member in to:
        try:
            os.kill(member.pid, number)
        except ProcessLookupError:
            continue
