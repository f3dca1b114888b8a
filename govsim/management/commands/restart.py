"""`manage.py restart`: web and workers of the running demo begin anew, with no failed request and no lost case."""

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from govsim.demo import CannotStart, handover, instance

NOT_HELD, CANNOT_START, INTERRUPTED = 1, 3, 130
PATIENCE = 60.0  # seconds for a demo that is still starting
LONGEST = 3 * (handover.PATIENCE + handover.FINISH)  # seconds


class Command(BaseCommand):
    help = (
        "滚动重启：新进程就绪后旧进程才退出，不中断请求，不丢件 / rolling restart of the running demo: successors work "
        "before the former processes leave. Exit status: 0 restarted, 1 a successor did not come up and the former "
        "processes go on, 3 nothing runs or it cannot be done here, 130 interrupted (the demo goes on with it)."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="以 JSON 输出 / print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            told = ask(settings.VAR)
        except CannotStart as reason:
            self.stderr.write(f"govsim: {reason}")
            sys.exit(CANNOT_START)
        except KeyboardInterrupt:
            sys.exit(INTERRUPTED)
        if options["json"]:
            self.stdout.write(json.dumps(told, ensure_ascii=False))
        else:
            for each in told.get("replaced", ()):
                self.stdout.write(f"✓ {each['role']:<8} {each['seconds']} s")
            if not told["ok"]:
                self.stdout.write(
                    f"✗ 未重启，原进程继续工作 / not restarted, the former processes go on: {told['why']}"
                )
        if not told["ok"]:
            sys.exit(NOT_HELD)


def ask(var: Path) -> dict[str, Any]:
    """Have the demo of `var` renew its programs; return what its supervisor tells.

    Raises CannotStart when none runs, when it ends meanwhile, and where the port cannot be handed over.
    """
    if not handover.possible():
        raise CannotStart("只能在 Linux 上不中断地重启 / without a gap it can be restarted on Linux only")
    running = instance.find(var, PATIENCE)
    if running is None:
        raise CannotStart(f"此目录没有运行中的演示 / no demo runs in {var}")
    path = handover.report(var)
    path.unlink(missing_ok=True)
    os.kill(running.pid, handover.ASK)
    deadline = time.monotonic() + LONGEST
    while not path.exists():
        if instance.announced(var) != running or time.monotonic() > deadline:
            raise CannotStart(f"演示没有答复 / the demo did not answer; see {var / 'logs' / 'supervisor.log'}")
        time.sleep(0.1)
    told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return told
