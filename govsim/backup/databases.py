"""How a database is copied while it is used, and replaced by such a copy while nobody uses it; the old one is kept."""

import contextlib
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, Protocol

from django.conf import settings
from django.db import DatabaseError, connection, connections, transaction

from govsim.backup import BadBackup, Unable, manifest
from govsim.core import clock

OLD: Final = "before"  # in the name of a database that a restored one replaced


class Database(Protocol):
    """One kind of database. Everything raises Unable when it cannot be done here, with nothing changed."""

    payload: str  # its name in a backup

    def copy(self, target: Path) -> dict[str, Any]:
        """Write the database as it is at one moment to `target`; return the facts of that very moment."""

    def alone(self) -> None:
        """Return when nobody else has the database open. Raises Unable."""

    def replace(self, source: Path) -> str:
        """Put the copy in the place of the database, which is kept; return where. Raises BadBackup."""

    def put_back(self, kept: str) -> None:
        """Undo `replace`."""


def database() -> Database:
    """Return the database of this installation."""
    return Sqlite(Path(settings.DATABASE["NAME"])) if settings.SQLITE else Postgres(settings.DATABASE)


def _stamp() -> str:
    return f"{OLD}_{clock.wall():%Y%m%d_%H%M%S}"


class Sqlite:
    """A file: the online backup API reads one state of it, whoever writes meanwhile."""

    payload: str = "db.sqlite3"

    def __init__(self, path: Path) -> None:
        self.path = path

    def copy(self, target: Path) -> dict[str, Any]:
        if not self.path.exists():
            raise Unable(f"没有数据库 {self.path}", f"There is no database {self.path}")
        try:
            with (
                contextlib.closing(sqlite3.connect(f"file:{self.path}?mode=ro", uri=True, timeout=20)) as live,
                contextlib.closing(sqlite3.connect(target)) as made,
            ):
                live.backup(made, pages=-1)  # in one go: in steps, it would begin anew with every write
                made.execute("PRAGMA journal_mode=DELETE")  # one file without a journal beside it
                return manifest.facts(made.cursor())
        except sqlite3.Error as error:
            raise Unable(f"数据库无法备份：{error}", f"The database cannot be backed up: {error}") from error

    def alone(self) -> None:
        connections.close_all()
        if not self.path.exists():
            return
        try:
            with contextlib.closing(sqlite3.connect(self.path, timeout=1)) as probe:
                mode = probe.execute("PRAGMA journal_mode=DELETE").fetchone()[0]  # refused to all but the only one
        except sqlite3.DatabaseError as error:
            if "not a database" in str(error) or "malformed" in str(error):
                return  # damaged: what a backup is there for
            mode = str(error)
        if mode != "delete":
            raise Unable(f"还有程序在使用 {self.path}，请先停止", f"Some program still uses {self.path}: stop it first")

    def replace(self, source: Path) -> str:
        kept = self.path.with_name(f"{self.path.name}.{_stamp()}")
        for end in ("", "-wal", "-shm"):  # the last two are there when the old one is damaged
            with contextlib.suppress(FileNotFoundError):
                Path(f"{self.path}{end}").rename(f"{kept}{end}")
        try:
            source.replace(self.path)
            self._to_disk()
        except OSError:
            self.put_back(str(kept))
            raise
        return str(kept)

    def put_back(self, kept: str) -> None:
        connections.close_all()
        for end in ("", "-wal", "-shm"):
            Path(f"{self.path}{end}").unlink(missing_ok=True)
            with contextlib.suppress(FileNotFoundError):
                Path(f"{kept}{end}").rename(f"{self.path}{end}")
        self._to_disk()

    def _to_disk(self) -> None:
        folder = os.open(self.path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


class Postgres:
    """pg_dump reads one snapshot; the old tables are kept beside the restored ones in a schema of their own."""

    payload: str = "database.pgdump"

    def __init__(self, told: dict[str, Any]) -> None:
        given = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGDATABASE": "NAME"}
        known = {name: str(told[key]) for name, key in given.items() if told.get(key)}
        self.environ = {**os.environ, **known}  # a password does not belong in a command line

    def copy(self, target: Path) -> dict[str, Any]:
        program = _program("pg_dump")
        with _snapshot() as name:
            found = manifest.facts(connection.cursor())
            done = self._run(
                program, "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={name}",
                f"--exclude-schema={OLD}_*", f"--file={target}",
            )  # fmt: skip
        if done.returncode:
            raise Unable(f"pg_dump：{done.stderr.strip()}", f"pg_dump: {done.stderr.strip()}")
        return found

    def alone(self) -> None:
        _program("pg_restore")
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
                "AND backend_type = 'client backend'"
            )
            others = cursor.fetchone()[0]
        if others:
            raise Unable(
                f"还有 {others} 个连接在使用数据库，请先停止",
                f"{others} sessions still use the database: stop them first",
            )

    def replace(self, source: Path) -> str:
        kept = _stamp()
        program = _program("pg_restore")
        _execute(f"ALTER SCHEMA public RENAME TO {kept}", "CREATE SCHEMA public")
        connections.close_all()
        done = self._run(
            program, "--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error",
            f"--dbname={self.environ['PGDATABASE']}", str(source),
        )  # fmt: skip
        if done.returncode:
            self.put_back(kept)
            raise BadBackup(f"pg_restore：{done.stderr.strip()}", f"pg_restore: {done.stderr.strip()}")
        return kept

    def put_back(self, kept: str) -> None:
        connections.close_all()
        _execute("DROP SCHEMA public CASCADE", f"ALTER SCHEMA {kept} RENAME TO public")

    def _run(self, *command: str) -> subprocess.CompletedProcess[str]:
        # The programs are PostgreSQL's own, found in the PATH, and no argument is anybody's text.
        return subprocess.run(command, env=self.environ, capture_output=True, text=True, check=False)  # noqa: S603


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise Unable(
            f"找不到 {name}：请安装 PostgreSQL 客户端程序，并放进 PATH",
            f"{name} is not there: install the client programs of PostgreSQL and have them in the PATH",
        )
    return found


@contextlib.contextmanager
def _snapshot() -> Iterator[str]:
    """Hold one state of the database for this session and, under the name that is yielded, for pg_dump."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SELECT pg_export_snapshot()")
        yield str(cursor.fetchone()[0])


def _execute(*statements: str) -> None:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            for each in statements:
                cursor.execute(each)
    except DatabaseError as error:
        said = str(error).strip()
        raise Unable(f"数据库拒绝：{said}", f"The database refuses: {said}") from error
