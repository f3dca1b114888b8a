"""`manage.py doctor`: could it run here, and if not, what has to be done?"""

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from govsim import operations


class Command(BaseCommand):
    help = "检查运行环境 / look at the machine and the installation. Exit status: 0 all well, 1 something is not."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="以 JSON 输出 / print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        findings = list(operations.doctor())
        if options["json"]:
            self.stdout.write(json.dumps(operations.as_data(findings), ensure_ascii=False, indent=2))
        else:
            for each in findings:
                self.stdout.write(f"{'✓' if each.good else '✗'} {each.name:<11}{each.zh} / {each.en}")
        if not all(each.good for each in findings):
            sys.exit(1)
