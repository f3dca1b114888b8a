"""`manage.py verify`: are the invariants held by everything that is stored?"""

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from govsim import verify
from govsim.core import world as worlds
from govsim.core.errors import NotFound


class Command(BaseCommand):
    help = (
        "核对全部不变量 I1–I6 / check the invariants I1 to I6. "
        "Exit status: 0 all held, 1 one is not, 2 no such world or file."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="以 JSON 输出 / print JSON")
        parser.add_argument("--world", metavar="NAME", help="只核对这个模拟世界 / only the living world of this name")

        parser.add_argument(
            "--heads", metavar="FILE",
            help="以前由 world heads 保存的链尾，也须相符 / signed heads kept from `world heads` have to fit as well",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        kept: list[dict[str, Any]] = []
        if options["heads"]:
            try:
                kept = [dict(head) for head in json.loads(Path(options["heads"]).read_text(encoding="utf-8"))]
            except (OSError, ValueError, TypeError) as error:
                self.stderr.write(f"无法读取链尾文件 / the file of heads cannot be read: {error}")
                sys.exit(2)
        try:
            chosen = [worlds.current(options["world"])] if options["world"] else None
        except NotFound as missing:
            self.stderr.write(str(missing))
            sys.exit(2)
        found = verify.check(chosen, kept=kept)
        if options["json"]:
            self.stdout.write(json.dumps(found, ensure_ascii=False, indent=2))
        else:
            self._tell(found)
        if not found["ok"]:
            sys.exit(1)

    def _tell(self, found: dict[str, Any]) -> None:
        for name, each in found["invariants"].items():
            zh, en = verify.MEANING[name]
            self.stdout.write(f"{'✓' if each['held'] else '✗'} {name} {zh} · {en} ({each['checked']})")
            if not each["held"]:
                self.stdout.write(f"    {each['first_bad']}")
                if each["bad"] > 1:
                    self.stdout.write(f"    另有 / and {each['bad'] - 1} more")
        self.stdout.write(f"模拟世界 / worlds: {found['worlds']}")
