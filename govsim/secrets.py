"""Secrets of one installation: made on first use, kept in `var/secrets/`, never in the repository."""

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path


def read_or_create(var: Path, name: str, make: Callable[[], bytes]) -> bytes:
    """Return the secret `name` of the installation whose state folder is `var`, making it once.

    Several processes may ask at the same moment: the file is written apart and linked into place, so that the
    first one wins and nobody reads half a secret. Raises PermissionError when others can read the file.
    """
    folder = var / "secrets"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / name
    if not path.exists():
        draft = folder / f".{name}.{os.getpid()}"
        draft.unlink(missing_ok=True)  # left by a process that was killed and had the same number
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(make())
            with suppress(FileExistsError):  # another process was first; its secret is the one that counts
                os.link(draft, path)
        finally:
            draft.unlink()
    if path.stat().st_mode & 0o077:
        raise PermissionError(f"{path} 可被他人读取，请执行 chmod 600 / is readable by others: chmod 600 it")
    return path.read_bytes()
