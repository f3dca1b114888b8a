"""`manage.py test`: everything that must hold before a change is good, or, with arguments, pytest alone."""

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from django.core.management.base import BaseCommand

from govsim.demo import chromium

ROOT = Path(__file__).resolve().parent.parent.parent.parent
PYTHON = sys.executable
MANAGE = (PYTHON, "manage.py")
PYTEST = (PYTHON, "-m", "pytest")
OURS = ("DATABASE_URL", "BROKER_URL", "PUBLIC_URL", "GOVSIM_")  # settings of the user's own installation
PUBLIC = {"PUBLIC_URL": "https://govsim.example", "GOVSIM_ALLOWED_HOSTS": "govsim.example", "GOVSIM_DEMO": "0"}


@dataclass(frozen=True)
class Gate:
    """One thing that has to pass: a name, a command, what its environment adds, and whether it needs a browser."""

    name: str
    command: tuple[str, ...]
    environment: dict[str, str] | None = None
    browser: bool = False


GATES = (
    Gate("ruff check", (PYTHON, "-m", "ruff", "check", ".")),
    Gate("ruff format", (PYTHON, "-m", "ruff", "format", "--check", ".")),
    Gate("mypy", (PYTHON, "-m", "mypy")),
    Gate("import contracts", (str(Path(PYTHON).with_name("lint-imports")),)),
    Gate("templates", (PYTHON, "-m", "djlint", "govsim", "services", "approvals", "certificates", "--lint")),
    Gate("migrations", (*MANAGE, "makemigrations", "--check", "--dry-run")),
    Gate("API schema", (*MANAGE, "spectacular", "--validate", "--fail-on-warn", "--file", os.devnull)),
    Gate("deployment", (*MANAGE, "check", "--deploy", "--fail-level", "WARNING"), PUBLIC),
    Gate("tests on SQLite", (*PYTEST, "-n", "2", "-m", "not stack and not browser and not interop")),
    Gate("tests with the stack", (*PYTEST, "-m", "stack and not long")),
    Gate("browser smoke", (*PYTEST, "-m", "smoke"), browser=True),
    Gate("tests on PostgreSQL", (PYTHON, "-m", "govsim.lab.postgres", *PYTEST, "-n", "2", "-m", "database")),
)


class Command(BaseCommand):
    help = (
        "无参数：代码检查、类型、契约与全部测试；有参数：仅运行 pytest。 / Without arguments: lint, types, contracts "
        "and all tests. With arguments pytest alone: test tests/core, test -m browser, test -m interop, test -m long, "
        "test -k name."
    )

    def run_from_argv(self, argv: list[str]) -> NoReturn:
        arguments = argv[2:]
        if arguments in (["--help"], ["-h"]):
            self.print_help(argv[0], argv[1])
            sys.exit(0)
        try:
            sys.exit(self.pytest(arguments) if arguments else self.everything())
        except KeyboardInterrupt:
            sys.exit(130)

    def pytest(self, arguments: list[str]) -> int:
        asked = arguments[arguments.index("-m") + 1 :][:1] if "-m" in arguments else []
        if asked not in (["browser"], ["smoke"]):
            return run_pytest(arguments, dict(os.environ))
        if not chromium.installed():
            self.stderr.write(chromium.MISSING)
            return 3
        with tempfile.TemporaryDirectory(prefix="govsim-browser-") as var:  # these start a demo; the user's own stays
            return run_pytest(arguments, clean_environment() | {"GOVSIM_VAR": var})

    def everything(self) -> int:
        """Run every gate, also after one has failed; return 1 if one did."""
        summary: list[str] = []
        good = True
        with tempfile.TemporaryDirectory(prefix="govsim-test-") as var:  # the user's demo stays as it is
            clean = clean_environment()
            for gate in GATES:
                if gate.browser and not chromium.installed():
                    self.stderr.write(f"\n── {gate.name}\n{chromium.MISSING}")
                    summary.append(f"–          {gate.name:<22}未运行：没有 Chromium / not run: no Chromium")
                    continue
                self.stdout.write(self.style.MIGRATE_HEADING(f"\n── {gate.name}"))
                self.stdout.flush()
                started = time.perf_counter()
                environment = clean | {"GOVSIM_VAR": var} | (gate.environment or {})
                status, last = echo(gate.command, environment)
                passed = status == 0
                good = good and passed
                mark = self.style.SUCCESS("✓") if passed else self.style.ERROR("✗")
                closing = last if "pytest" in gate.command else "" if passed else f"exit {status}"
                summary.append(f"{mark} {time.perf_counter() - started:6.1f} s  {gate.name:<22}{closing}".rstrip())
        self.stdout.write("\n" + "\n".join(summary))
        return 0 if good else 1


def run_pytest(arguments: list[str], environment: dict[str, str]) -> int:
    command = [*PYTEST, *arguments]  # what whoever types it may run anyway
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode  # noqa: S603 — see above


def clean_environment() -> dict[str, str]:
    """The environment without the settings of the user's own installation."""
    return {key: value for key, value in os.environ.items() if not key.startswith(OURS)}


def echo(command: tuple[str, ...], environment: dict[str, str]) -> tuple[int, str]:
    """Run a command, passing on what it prints; return its status and its last line."""
    last = ""
    with subprocess.Popen(  # noqa: S603 — one of GATES
        command,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as process:
        assert process.stdout is not None  # noqa: S101 — asked for above
        for line in process.stdout:
            sys.stdout.write(line)
            sys.stdout.flush()
            last = line.strip() or last
    return process.returncode, last
