"""Take a backup, and restore one: everything is checked before anything is touched, and again afterwards."""

import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection

from govsim import verify
from govsim.backup import BadBackup, Unable, archive, manifest
from govsim.backup.databases import OLD, database
from govsim.core import clock, heads
from govsim.demo import CannotStart, instance, processes

PERSONAL: Final = 0o600


def default_name(var: Path) -> Path:
    """Return where a backup goes when nobody says."""
    return var / "backups" / f"govsim-{clock.wall():%Y%m%d-%H%M%S}.zip"


def backup(path: Path, *, with_keys: bool) -> dict[str, Any]:
    """Write a backup of the database as it is now, whoever works on it; return its manifest.

    Raises FileExistsError, OSError, Unable.
    """
    if path.exists():
        raise FileExistsError(path)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    store = database()
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=path.parent) as folder:
        copy = Path(folder, store.payload)
        try:
            found = store.copy(copy)
        except DatabaseError as error:
            raise Unable(f"数据库不可用：{error}", f"The database cannot be used: {error}") from error
        payload = {"name": store.payload, "bytes": copy.stat().st_size, "sha256": archive.sha256(copy)}
        heads.public_key()  # made now, if it was never needed, so that it is among the keys
        keys = sorted(each for each in (settings.VAR / "secrets").iterdir() if each.is_file()) if with_keys else []
        told = manifest.signed(found, payload=payload, keys={each.name: archive.sha256(each) for each in keys})
        archive.write(path, told, copy, keys)
    return told


@dataclass(frozen=True)
class Restored:
    """What a restoring did: the manifest, where the former database and keys are kept, what the books say."""

    manifest: dict[str, Any]
    kept: str
    kept_keys: str
    books: dict[str, Any]


def restore(path: Path) -> Restored:
    """Put the database of a backup in the place of the present one, and check it.

    Raises BadBackup or Unable with nothing changed: what does not hold after restoring is taken back.
    """
    var, store = settings.VAR, database()
    with ExitStack() as exits:
        claimed(exits, var)
        beside = Path(settings.DATABASE["NAME"]).parent if settings.SQLITE else var
        folder = Path(exits.enter_context(tempfile.TemporaryDirectory(prefix=".restore-", dir=beside)))
        opened = exits.enter_context(archive.reading(path))
        told = archive.manifest(opened)
        manifest.check(told)
        keys = archive.secrets(opened, told["keys"])
        _check_signature(told, keys)
        copy = folder / store.payload
        archive.unpack(opened, told["payload"], copy)
        store.alone()
        kept = store.replace(copy)
        kept_keys = ""
        try:
            kept_keys = _keys_in_place(var, keys)
            books = _books(told)
        except BaseException:
            store.put_back(kept)
            _keys_back(var, kept_keys)
            raise
    return Restored(told, kept, kept_keys, books)


def claimed(exits: ExitStack, var: Path) -> None:
    """Hold the state folder, so that no demo works in it or begins to. Raises Unable."""
    try:
        exits.enter_context(instance.claim(var))
    except CannotStart as running:
        raise Unable("请先停止演示", f"stop the demo first: {running}") from running
    left = processes.members(var)
    if left:
        pids = ", ".join(str(each.pid) for each in left)
        raise Unable(f"此目录还有进程在运行：{pids}", f"Processes of {var} still run: {pids}")


def _check_signature(told: dict[str, Any], keys: dict[str, bytes]) -> None:
    """Check who signed the manifest: this installation, or the one whose keys the backup carries."""
    own = told["key"] == heads.public_key()
    if not own and heads.KEY not in keys:
        raise BadBackup(
            "此备份由另一安装签名，且不含它的密钥：证照与审计链在这里无法验证。请先放回该安装的 var/secrets，"
            "或用 backup --with-keys 重新备份",
            "Another installation signed this backup, and its keys are not in it: here, neither certificates nor the "
            "audit chain could be checked. Put back that installation's var/secrets first, or take the backup "
            "with --with-keys",
        )
    if not heads.genuine(told, None if own else keys[heads.KEY]):
        raise BadBackup("清单的签名不符：被改动", "The signature of the manifest does not fit: it was changed")


def _keys_in_place(var: Path, keys: dict[str, bytes]) -> str:
    """Put the keys of a backup in place, unless they are there already; return where the former ones are."""
    folder = var / "secrets"
    if not keys or all((folder / name).exists() and (folder / name).read_bytes() == keys[name] for name in keys):
        return ""
    kept = folder.rename(var / f"secrets.{OLD}_{clock.wall():%Y%m%d_%H%M%S}")
    folder.mkdir(mode=0o700)
    for name, content in keys.items():
        path = folder / name
        path.touch(mode=PERSONAL)
        path.write_bytes(content)
    return str(kept)


def _keys_back(var: Path, kept: str) -> None:
    if kept:
        for each in (var / "secrets").iterdir():
            each.unlink()
        (var / "secrets").rmdir()
        Path(kept).rename(var / "secrets")


def _books(told: dict[str, Any]) -> dict[str, Any]:
    """Hold the restored database against its manifest and check every invariant. Raises BadBackup."""
    call_command("migrate", interactive=False, verbosity=0)  # nothing, unless the backup is of an older version
    with connection.cursor() as cursor:
        fault = manifest.differs(told, manifest.facts(cursor))
    if fault:
        raise BadBackup(f"恢复后与清单不符，已撤回：{fault}", f"Not as the manifest says, taken back: {fault}")
    books = verify.check(kept=manifest.kept(told), oldest=timedelta.max)  # what was due then has waited since
    bad = [f"{name} {each['first_bad']}" for name, each in books["invariants"].items() if not each["held"]]
    if bad:
        raise BadBackup(f"恢复后不变量不成立，已撤回：{bad[0]}", f"The books do not hold, taken back: {bad[0]}")
    return books
