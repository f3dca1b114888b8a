"""Starts, watches, restarts and stops the processes of the stack. It runs in the main thread only, without Django."""

# ruff: noqa: S603 — every command is one of `programs`

import contextlib
import http.client
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from govsim.demo import CannotStart, processes

log = logging.getLogger("govsim.demo")

ROOT = Path(__file__).resolve().parent.parent.parent
GRACE = 10.0  # seconds for an orderly end before SIGKILL
ORPHAN_GRACE = 3.0  # the same when the supervisor is gone: nobody waits for an orderly end any more
LONGEST_PAUSE = 30.0  # seconds between two attempts to start a program that keeps failing
STEADY = 60.0  # a program that ran this long has not failed at the start
SQLITE_THREADS, THREADS = 192, 64  # of a web process: what the gate holds by default (settings), and a few to refuse
CONNECTIONS = 4096  # of a web process; idle ones count, and whoever comes after them waits until one is closed
LONGEST_LOG = 5_000_000  # bytes; then it is set aside once


@dataclass
class Program:
    """One program of the stack, and how it is doing."""

    role: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    failures: int = 0
    due: float = field(default=0.0)  # when to start it again

    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None


def programs(host: str, port: int, *, sqlite: bool, broker: list[str] | None, web_workers: int = 1) -> list[Program]:
    """The stack: web, worker and sweeper, and the embedded broker unless another one is configured.

    One web process is the default; `web_workers` is for machines with more cores. Its threads are more than its gate
    holds (`govsim.web.gate`), so that whoever comes too much is told so at once.
    """
    python = sys.executable
    web = [python, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port), "--no-ws"]
    web += ["--workers", str(web_workers), "--blocking-threads", str(SQLITE_THREADS if sqlite else THREADS)]
    web += ["--backlog", str(CONNECTIONS), "--backpressure", str(CONNECTIONS)]
    web += ["--respawn-failed-workers"]
    web += ["--workers-kill-timeout", "35"]  # longer than any request; who stops the stack does not wait so long
    worker = [python, "-m", "celery", "-A", "govsim", "-q", "worker", "-Q", "drain", "--loglevel", "INFO"]
    worker += [f"--concurrency={1 if sqlite else 2}", "--without-gossip", "--without-mingle", "--without-heartbeat"]
    return [
        *([Program("broker", broker)] if broker else []),
        Program("web", [*web, "govsim.wsgi:application"]),
        Program("worker", worker),
        Program("sweeper", [python, str(ROOT / "manage.py"), "sweep"]),
    ]


class Stack:
    """The programs of one demo under one guardian. Use it as a context: leaving it leaves no process.

    `var` is the state folder (its logs are written to `var/logs`), `token` tells this stack from an earlier one,
    `environment` is added to the environment of every program, `grace` is the time for an orderly end.
    """

    def __init__(
        self, var: Path, token: str, environment: dict[str, str], stack: Iterable[Program], grace: float = GRACE
    ) -> None:
        self.var, self.token, self.environment, self.grace = var, token, environment, grace
        self.programs = {program.role: program for program in stack}
        self.logs = var / "logs"
        self.logs.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.guardian: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Stack":
        stale = processes.end(self.others, ORPHAN_GRACE)
        if stale:
            log.warning("结束了上次遗留的进程 / ended %s processes that an earlier demo had left", stale)
        grace = str(min(self.grace, ORPHAN_GRACE))
        guardian = [sys.executable, "-m", "govsim.demo.guardian", str(self.var), self.token, grace]
        with self.log_file("supervisor").open("ab") as output:
            self.guardian = subprocess.Popen(
                guardian, stdin=subprocess.PIPE, stdout=output, stderr=output, cwd=ROOT, start_new_session=True
            )
        return self

    def __exit__(self, *_: object) -> None:
        try:
            for role in processes.STOP_ORDER:
                if role in self.programs:
                    stop(self.programs[role], self.grace)
        except KeyboardInterrupt:  # told twice: at once
            log.warning("立即停止 / stopping at once")
        finally:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            for program in self.programs.values():
                kill_group(program)
            processes.end(self.own, grace=0.0)
            if self.guardian and self.guardian.stdin:
                self.guardian.stdin.close()
                self.guardian.wait()

    def own(self) -> list[processes.Member]:
        return processes.members(self.var, self.token)

    def others(self) -> list[processes.Member]:
        return [member for member in processes.members(self.var) if member.token != self.token]

    def start(self, *roles: str) -> None:
        """Start the programs of these roles, where the stack has them."""
        for role in roles:
            if role in self.programs:
                self._start(self.programs[role])

    def _start(self, program: Program) -> None:
        environment = os.environ | self.environment | processes.mark(self.var, self.token, program.role)
        wrapper = [sys.executable, "-IS", str(Path(__file__).with_name("child.py")), str(os.getpid())]
        with self.log_file(program.role).open("ab") as output:
            program.process = subprocess.Popen(
                wrapper + program.command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=ROOT,
                env=environment | {"PYTHONUNBUFFERED": "1"},
                start_new_session=True,  # Ctrl-C is for the supervisor, which keeps the order
            )
        program.started = time.monotonic()
        log.info("%s started, pid %s", program.role, program.process.pid)

    def watch(self) -> None:
        """Look once: start again what has ended, later each time that it fails."""
        now = time.monotonic()
        for program in self.programs.values():
            if program.process is not None and program.process.poll() is not None:
                kill_group(program)  # its children may hold the port or a lease
                program.failures = 0 if now - program.started > STEADY else program.failures + 1
                pause = min(LONGEST_PAUSE, 0.25 * 2**program.failures)
                log.warning(
                    "%s 意外结束，%.1f 秒后重启 / ended unexpectedly (status %s), starts again in %.1f s",
                    program.role, pause, program.process.returncode, pause,
                )  # fmt: skip
                program.due, program.process = now + pause, None
            elif program.process is None and program.due and now >= program.due:
                program.due = 0.0
                self._start(program)

    def wait(self, ready: Callable[[], bool], seconds: float) -> None:
        """Return when `ready` says so. Raises CannotStart when a program ends meanwhile or the time is over."""
        deadline = time.monotonic() + seconds
        while not ready():
            for program in self.programs.values():
                if program.process is not None and program.process.poll() is not None:
                    raise CannotStart(f"{program.role} 启动失败 / did not start: {self.last_line(program.role)}")
            if time.monotonic() > deadline:
                raise CannotStart(f"{seconds:.0f} 秒内未就绪 / not ready within {seconds:.0f} s; see {self.logs}")
            time.sleep(0.05)

    def log_file(self, role: str) -> Path:
        """The log of a role; a long one is set aside once, under the name `….log.1`."""
        path = self.logs / f"{role}.log"
        if path.exists() and path.stat().st_size > LONGEST_LOG:
            path.replace(path.with_suffix(".log.1"))
        return path

    def last_line(self, role: str) -> str:
        path = self.logs / f"{role}.log"
        lines = path.read_text(errors="replace").split("\n") if path.exists() else []
        return f"{next((line for line in reversed(lines) if line.strip()), '')} ({path})"


def stop(program: Program, grace: float) -> None:
    """End one program in order: SIGTERM to it, then SIGKILL to its whole group after the grace."""
    if program.process is None:
        return
    program.process.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        program.process.wait(grace)
    kill_group(program)


def kill_group(program: Program) -> None:
    if program.process is None:
        return
    with contextlib.suppress(ProcessLookupError, PermissionError):  # macOS refuses for a group of zombies
        os.killpg(program.process.pid, signal.SIGKILL)
    program.process.wait()


def answers(host: str, port: int, path: str = "/readyz") -> bool:
    """Whether the web server says that it is ready."""
    connection = http.client.HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
