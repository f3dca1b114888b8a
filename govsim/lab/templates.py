"""Installations on the embedded database that are made once in a run of trials, and copied into each."""

import contextlib
import json
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from govsim.lab.stack import Stack, stack

type Maker = Callable[[Stack], dict[str, Any]]

TOLD: Final = "told.json"
_made = tempfile.TemporaryDirectory(prefix="govsim-templates-")  # removed when the process ends


def bare(lab: Stack) -> None:
    """Give an installation tables, secrets and the catalogue."""
    _put("bare", lab, lambda fresh: fresh.work("found"))


def town(lab: Stack, *, people: int, seed: int, cases: int = 0) -> dict[str, Any]:
    """Give an installation a world and stored applications; return its `manifest` and their `numbers`."""

    def make(fresh: Stack) -> dict[str, Any]:
        if cases:
            told = town(fresh, people=people, seed=seed)
            return told | {"numbers": fresh.work("fill", count=cases)["numbers"]}
        bare(fresh)
        return {"manifest": fresh.work("prepare", people=people, seed=seed), "numbers": []}

    return _put(f"{people}-{cases}-{seed}", lab, make)


def _put(name: str, lab: Stack, make: Maker) -> dict[str, Any]:
    """Copy what `make` has made, once, into an installation; return what it told."""
    path = Path(_made.name, name)
    if not (path / TOLD).exists():
        shutil.rmtree(path, ignore_errors=True)  # one that was begun when its trial ended
        path.mkdir()
        with stack(path) as fresh:
            told = make(fresh)
        with contextlib.closing(sqlite3.connect(fresh.database)) as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (path / TOLD).write_text(json.dumps(told))
    for folder in ("secrets", "static"):
        if (path / folder).exists():
            shutil.copytree(path / folder, lab.var / folder, dirs_exist_ok=True)
    shutil.copy(path / "db.sqlite3", lab.database)
    found: dict[str, Any] = json.loads((path / TOLD).read_text())
    return found
