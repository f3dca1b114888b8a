"""The file of a backup: written whole or not at all, for its owner only; read with every byte held against its hash."""

import hashlib
import json
import os
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final

from govsim.backup import BadBackup

MANIFEST: Final = "manifest.json"
SECRETS: Final = "secrets/"
BLOCK: Final = 1 << 20
LONGEST: Final = 50_000_000  # bytes of a manifest or a key that are read at most


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write(path: Path, manifest: dict[str, Any], payload: Path, secrets: list[Path]) -> None:
    """Write a backup under a name that nothing has. Raises FileExistsError, OSError."""
    draft = path.with_name(path.name + ".part")
    draft.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
                archive.writestr(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))
                archive.write(payload, manifest["payload"]["name"])
                for secret in secrets:
                    archive.write(secret, SECRETS + secret.name)
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)  # never over another backup
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def reading(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open a backup. Raises BadBackup, and OSError when the file itself cannot be opened."""
    with path.open("rb") as file:
        with _whole():
            archive = zipfile.ZipFile(file)
        with archive:
            yield archive


@contextmanager
def _whole() -> Iterator[None]:
    """Raise BadBackup for what zipfile and json raise on bytes that they were not given when they were written."""
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, ValueError, RuntimeError, OSError) as error:
        raise BadBackup(
            f"备份文件不完整或不是备份：{error}", f"The file is cut, damaged or no backup: {error}"
        ) from error  # fmt: skip


def manifest(archive: zipfile.ZipFile) -> Any:
    """Return the manifest as it stands. Raises BadBackup."""
    with _whole():
        return json.loads(_small(archive, MANIFEST))


def secrets(archive: zipfile.ZipFile, wanted: dict[str, str]) -> dict[str, bytes]:
    """Return the keys that a backup carries, each held against its hash. Raises BadBackup."""
    found = {}
    for name, digest in wanted.items():
        with _whole():
            content = _small(archive, SECRETS + name)
        if "/" in name or name.startswith(".") or hashlib.sha256(content).hexdigest() != digest:
            raise BadBackup(f"备份中的密钥 {name} 被改动", f"The key {name} in the backup was changed")
        found[name] = content
    return found


def _small(archive: zipfile.ZipFile, name: str) -> bytes:
    if archive.getinfo(name).file_size > LONGEST:
        raise BadBackup(f"{name} 太大", f"{name} is too big")
    return archive.read(name)


def unpack(archive: zipfile.ZipFile, told: dict[str, Any], target: Path) -> None:
    """Write the database of a backup to a file. Raises BadBackup when it is not as long, or not the one, that it
    should be, and OSError when it cannot be written."""
    digest, length = hashlib.sha256(), 0
    with _new(target) as file:
        for block in _blocks(archive, told["name"]):
            digest.update(block)
            length += len(block)
            if length > told["bytes"]:
                break
            file.write(block)
        file.flush()
        os.fsync(file.fileno())
    if (length, digest.hexdigest()) != (told["bytes"], told["sha256"]):
        raise BadBackup(
            "备份中的数据库与清单不符：被改动或被截断",
            "The database in the backup does not fit its manifest: it was changed or cut",
        )


def _blocks(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    with _whole():
        source = archive.open(name)
    with source:
        while True:
            with _whole():
                block = source.read(BLOCK)
            if not block:
                return
            yield block


def _new(path: Path) -> IO[bytes]:
    path.unlink(missing_ok=True)
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
