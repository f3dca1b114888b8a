"""`manage.py status`: is it running, is it well, what waits?"""

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError

from govsim import operations

NOT_WELL, NO_DATABASE = 1, 3


class Command(BaseCommand):
    help = (
        "查看运行状态 / how it is doing: processes, worlds, backlog, incidents. "
        "Exit status: 0 well, 1 not running or not well, 3 the database cannot be used."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="以 JSON 输出 / print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            told = operations.status()
        except DatabaseError as error:
            said = str(error).splitlines()[0]
            self.stderr.write(f"数据库不可用；若尚未启动过，请运行 manage.py demo / no database yet? run demo: {said}")
            sys.exit(NO_DATABASE)
        well = operations.well(told)
        if options["json"]:
            self.stdout.write(json.dumps({"well": well, **told}, ensure_ascii=False, indent=2))
        else:
            self.tell(told)
        if not well:
            sys.exit(NOT_WELL)

    def tell(self, told: dict[str, Any]) -> None:
        self.stdout.write(f"地址 address   {told['url'] or '未运行 / not running: manage.py demo'}")
        counted = "  ".join(f"{role} {count}" for role, count in told["processes"].items())
        self.stdout.write(f"进程 processes {counted}")
        self.stdout.write(f"消息 broker    {'✓' if told['broker'] else '✗'}")
        beat = told["sweeper_seconds"]
        self.stdout.write(f"巡检 sweeper   {'–' if beat is None else f'{beat} s 前 / ago'}")
        for each in told["worlds"]:
            bad = each["incidents"] or each["oldest_seconds"] >= operations.OLD
            self.stdout.write(
                f"{'✗' if bad else '✓'} {each['world']}  {each['now']} ({each['mode']} ×{each['pace']:g})  "
                f"待办 due {each['due']}  最久 oldest {each['oldest_seconds']} s  异常 incidents {each['incidents']}"
            )
