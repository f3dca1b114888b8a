"""A backup is taken while writes happen and comes back whole; a changed, cut, foreign or newer one changes nothing."""

import contextlib
import json
import os
import shutil
import sqlite3
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from govsim.demo import instance
from govsim.lab.postgres import server
from govsim.lab.stack import Stack, stack

pytestmark = [pytest.mark.stack, pytest.mark.timeout(240)]
CASES = 40
HEADS = "SELECT world_id, shard, links, hash FROM core_audithead ORDER BY 1, 2"
DECIDED = "SELECT number, state FROM approvals_application ORDER BY number"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A state folder with a world and decided cases, and a backup of it: `good.zip`, with the keys in `keys.zip`."""
    var = tmp_path_factory.mktemp("made")
    with stack(var) as lab:
        lab.work("prepare", people=600)
        lab.work("fill", count=CASES)
        assert lab.run("sweep", "--once").returncode == 0
        for name, *more in (("good.zip",), ("keys.zip", "--with-keys")):
            done = lab.run("backup", str(var / name), *more)
            assert done.returncode == 0, done.stderr
        assert "不含密钥" in lab.run("backup", str(var / "again.zip")).stdout
        yield var


@pytest.fixture
def lab(made: Path, tmp_path: Path) -> Iterator[Stack]:
    """The same installation on its own, with more cases than the backup."""
    shutil.copytree(made / "secrets", tmp_path / "secrets")
    shutil.copy(made / "db.sqlite3", tmp_path)
    with stack(tmp_path) as lab:
        lab.work("fill", count=3)
        yield lab


def test_a_restored_backup_is_the_database_of_then(made: Path, lab: Stack) -> None:
    with stack(made) as former:
        heads, cases = former.rows(HEADS), former.rows(DECIDED)
    assert len(lab.rows(DECIDED)) == CASES + 3
    done = lab.run("restore", str(made / "good.zip"), "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["books"]["ok"] is True
    assert (lab.rows(HEADS), lab.rows(DECIDED)) == (heads, cases)
    with contextlib.closing(sqlite3.connect(told["kept"])) as kept:
        assert kept.execute("SELECT count(*) FROM approvals_application").fetchone()[0] == CASES + 3
    assert oct((made / "good.zip").stat().st_mode)[-3:] == "600"


def test_the_manifest_tells_what_is_in_it(made: Path) -> None:
    with zipfile.ZipFile(made / "good.zip") as archive:
        told = json.loads(archive.read("manifest.json"))
        assert {each.filename for each in archive.infolist()} == {"manifest.json", "db.sqlite3"}
    (world,) = told["worlds"]
    assert len(world["heads"]) == 1  # one shard on SQLite
    assert world["heads"][0]["links"] > 0
    assert told["counts"]["approvals_application"] == CASES
    assert told["keys"] == {}


@pytest.mark.long
def test_one_that_is_taken_while_writes_happen_holds(made: Path, lab: Stack) -> None:
    lab.start_broker()
    lab.start_worker()
    lab.start_sweeper()
    lab.start("writer", *_python("fill", count=2000))
    taken = []
    for turn in range(3):
        path = lab.var / f"{turn}.zip"
        done = lab.run("backup", str(path), "--json")
        assert done.returncode == 0, done.stderr
        taken.append(json.loads(done.stdout)["counts"]["approvals_application"])
    assert taken[-1] > taken[0], "writes have to happen meanwhile"
    refused = lab.run("restore", str(lab.var / "2.zip"))
    assert (refused.returncode, "还有程序在使用" in refused.stderr) == (3, True)
    for name in list(lab.running):
        lab.kill(name)
    for turn in (0, 2):
        done = lab.run("restore", str(lab.var / f"{turn}.zip"))
        assert done.returncode == 0, done.stderr
        assert lab.rows("SELECT count(*) FROM approvals_application") == [(taken[turn],)]


def _python(verb: str, **given: Any) -> list[str]:
    return [sys.executable, *_module(verb, given)]


def _module(verb: str, given: dict[str, Any]) -> list[str]:
    return ["-m", "govsim.lab.work", verb, json.dumps(given)]


def changed(made: Path, target: Path, name: str, change: Any) -> Path:
    """Copy a backup with one of its parts changed, and everything else that a zip file keeps put right."""
    with zipfile.ZipFile(made / "good.zip") as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made_new:
        for each in source.namelist():
            content = source.read(each)
            made_new.writestr(each, change(content) if each == name else content)
    return target


def _other_outcome(content: bytes) -> bytes:
    at = content.index(b"granted")
    return content[:at] + b"refused" + content[at + 7 :]


def _manifest(**new: Any) -> Any:
    return lambda content: json.dumps(json.loads(content) | new).encode()


def _newer(content: bytes) -> bytes:
    told = json.loads(content)
    return json.dumps(told | {"version": "9.0", "migrations": [*told["migrations"], "core.0999_later"]}).encode()


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("db.sqlite3", _other_outcome, "does not fit its manifest"),
        ("db.sqlite3", lambda content: content[:-4096], "does not fit its manifest"),
        ("manifest.json", _manifest(at="2031-01-01"), "signature of the manifest"),
        ("manifest.json", _manifest(format=2), "no backup of govsim"),
        ("manifest.json", _manifest(vendor="postgresql"), "The backup is of postgresql"),
        ("manifest.json", _newer, "made by govsim 9.0"),
        ("manifest.json", lambda _: b"[", "cut, damaged or no backup"),
    ],
    ids=["one word", "shorter", "another time", "format", "vendor", "newer", "no JSON"],
)
@pytest.mark.long
def test_a_changed_backup_changes_nothing(made: Path, tmp_path: Path, name: str, change: Any, said: str) -> None:
    refuses(made, tmp_path, changed(made, tmp_path / "bad.zip", name, change), said)


@pytest.mark.parametrize("left", [0, 100, 20_000])
@pytest.mark.long
def test_a_cut_backup_changes_nothing(made: Path, tmp_path: Path, left: int) -> None:
    cut = tmp_path / "cut.zip"
    cut.write_bytes((made / "good.zip").read_bytes()[:left])
    refuses(made, tmp_path, cut, "cut, damaged or no backup")


def refuses(made: Path, folder: Path, backup: Path, said: str) -> None:
    """Restore, in an installation of its own, what cannot be; and see that nothing is another."""
    var = folder / "var"
    shutil.copytree(made / "secrets", var / "secrets")
    shutil.copy(made / "db.sqlite3", var)
    before = (var / "db.sqlite3").read_bytes()
    with stack(var) as lab:
        done = lab.run("restore", str(backup))
    assert done.returncode == 1, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert (var / "db.sqlite3").read_bytes() == before
    assert not list(var.glob("*before*")) + list(var.glob(".restore*"))


@pytest.mark.long
def test_a_running_demo_is_not_restored_under(made: Path, lab: Stack) -> None:
    with instance.claim(lab.var):
        instance.announce(lab.var, instance.Running("http://127.0.0.1:8123", os.getpid(), "aa"))
        done = lab.run("restore", str(made / "good.zip"))
    assert done.returncode == 3
    assert "http://127.0.0.1:8123" in done.stderr
    assert len(lab.rows(DECIDED)) == CASES + 3


@pytest.mark.long
def test_elsewhere_it_needs_the_keys(made: Path, tmp_path: Path) -> None:
    with stack(tmp_path) as other:
        done = other.run("restore", str(made / "good.zip"))
        assert (done.returncode, "--with-keys" in done.stderr) == (1, True)
        assert not (tmp_path / "db.sqlite3").exists()
        done = other.run("restore", str(made / "keys.zip"), "--json")
        assert done.returncode == 0, done.stderr
        assert Path(json.loads(done.stdout)["kept_keys"]).is_dir()
        assert other.run("verify").returncode == 0
    for each in (made / "secrets").iterdir():
        there = tmp_path / "secrets" / each.name
        assert there.read_bytes() == each.read_bytes()
        assert oct(there.stat().st_mode)[-3:] == "600"


@pytest.mark.long
def test_on_postgresql_by_pg_dump(tmp_path: Path) -> None:
    with server() as postgres, stack(tmp_path, DATABASE_URL=postgres.url) as lab:
        lab.work("prepare", people=300)
        lab.work("fill", count=CASES, elders=False)
        assert lab.run("sweep", "--once").returncode == 0
        here = lab.environ["PATH"]
        lab.environ["PATH"] = str(tmp_path)
        missing = lab.run("backup", str(tmp_path / "b.zip"))
        assert (missing.returncode, "pg_dump is not there" in missing.stderr) == (3, True)
        lab.environ["PATH"] = f"{Path(postgres.command[0]).parent}:{here}"
        done = lab.run("backup", str(tmp_path / "b.zip"), "--json")
        assert done.returncode == 0, done.stderr
        heads = [head for world in json.loads(done.stdout)["worlds"] for head in world["heads"]]
        assert len(heads) > 1, "every shard"
        lab.work("fill", count=5, elders=False)
        done = lab.run("restore", str(tmp_path / "b.zip"), "--json")
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["kept"].startswith("before_")
        counted = "from approvals.models import Application\nprint(Application.objects.count())"
        assert lab.python(counted) == str(CASES)
        assert lab.run("backup", str(tmp_path / "c.zip")).returncode == 0  # without the tables that are kept


def test_what_does_not_hold_after_restoring_is_taken_back(lab: Stack) -> None:
    with contextlib.closing(sqlite3.connect(lab.database, isolation_level=None)) as database:
        first = "(SELECT min(number) FROM approvals_application WHERE state IN ('granted', 'refused'))"
        assert (
            database.execute(f"UPDATE approvals_application SET state = 'voided' WHERE number = {first}").rowcount == 1
        )
    path = lab.var / "altered.zip"
    assert lab.run("backup", str(path)).returncode == 0
    lab.work("fill", count=2)
    before = lab.rows(DECIDED)
    done = lab.run("restore", str(path))
    assert (done.returncode, "taken back" in done.stderr) == (1, True), done.stderr
    assert lab.rows(DECIDED) == before
    assert not list(lab.var.glob("*before*"))
