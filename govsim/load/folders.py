"""The folders of runs under `var/load`: what is running, what has been measured. One run at a time."""

import contextlib
import fcntl
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from govsim.demo import processes
from govsim.load import LoadError
from govsim.load.profile import Profile

ROOT: Final = Path(__file__).resolve().parents[2]
NAME: Final = re.compile(r"[0-9]{8}-[0-9]{6}")
MARK: Final = "GOVSIM_LOAD"  # in the environment of a run that was started here: its folder
MOST: Final = 50  # runs that are listed


@dataclass(frozen=True)
class Folder:
    """One run: `state` is running, done or failed; `live` what is known so far, `report` the whole when it is done."""

    name: str
    path: Path
    state: str
    live: Mapping[str, Any]
    report: Mapping[str, Any]


def all_runs(var: Path) -> list[Folder]:
    """Return the runs, newest first."""
    home = var / "load"
    if not home.is_dir():
        return []
    names = sorted((each.name for each in home.iterdir() if NAME.fullmatch(each.name)), reverse=True)
    return [found for name in names[:MOST] if (found := one(var, name)) is not None]


def one(var: Path, name: str) -> Folder | None:
    """Return one run, or None."""
    path = var / "load" / name
    if not NAME.fullmatch(name) or not path.is_dir():
        return None
    live, report = _read(path / "live.json"), _read(path / "report.json")
    state = "done" if report else "running" if _processes(path) else "failed"
    return Folder(name, path, state, live, report)


def running(var: Path) -> Folder | None:
    """Return the run that is under way, if one is."""
    return next((each for each in all_runs(var) if each.state == "running"), None)


def start(var: Path, name: str, profile: Profile) -> None:
    """Start a run in a process of its own, which ends with the stack that it belongs to.

    Raises LoadError while another one is under way, also when two are asked for at once.
    """
    home = var / "load"
    home.mkdir(parents=True, exist_ok=True)
    with (home / "starting").open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        if running(var) is not None or (home / name).exists():
            raise LoadError("已有一次压测在运行 / a run is under way already")
        path = home / name
        path.mkdir()
        with (path / "log").open("ab") as log:
            made = subprocess.Popen(  # noqa: S603 — our own command, with numbers for arguments
                _command(path, profile), cwd=ROOT, env=os.environ | {MARK: str(path)}, stdin=subprocess.DEVNULL,
                stdout=log, stderr=log,
            )  # fmt: skip
        _children[:] = [each for each in [*_children, made] if each.poll() is None]


_children: list[subprocess.Popen[bytes]] = []  # started by this process, which has to take leave of them


def _command(path: Path, profile: Profile) -> list[str]:
    command, plain = [sys.executable, str(ROOT / "manage.py"), "load", "run", "--out", str(path)], Profile()
    for option in ("rate", "seconds", "warm_up", "shape", "seed", "people", "generators", "human", "retries"):
        if getattr(profile, option) != getattr(plain, option):
            command += [f"--{option.replace('_', '-')}", str(getattr(profile, option))]
    return command


def stop(found: Folder) -> None:
    """End a run that is under way; what it measured so far is not a report."""
    for pid in _processes(found.path):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGINT)


def show(path: Path, profile: Profile, looks: Sequence[Mapping[str, float]]) -> None:
    """Tell whoever watches how far a run is."""
    path.mkdir(parents=True, exist_ok=True)
    fresh = path / "live.new"
    fresh.write_text(json.dumps({"profile": profile.as_data(), "looks": list(looks)}), encoding="utf-8")
    fresh.replace(path / "live.json")


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _processes(path: Path) -> list[int]:
    """Return the processes of a run, known by their mark: a number alone could be somebody else's by now."""
    mark = f"{MARK}={path}"
    return [pid for pid, environment in processes.environments() if mark in re.split(r"[\0 ]", environment)]
