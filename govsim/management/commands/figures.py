"""`manage.py figures`: reported figures with their source row, and the simulation's own counts, apart."""

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from govsim import figures
from govsim.core import reported
from govsim.core import world as worlds
from govsim.core.errors import NotFound


class Command(BaseCommand):
    help = (
        "报道数据与模拟数据，分开列出 / reported and simulated figures, apart. Exit status: 0 printed, 2 no such world."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="以 JSON 输出 / print JSON")
        parser.add_argument("--world", metavar="NAME", help="同时统计这个模拟世界的办件 / count this world's cases too")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            world = worlds.current(options["world"]) if options["world"] else None
        except NotFound as missing:
            self.stderr.write(str(missing))
            sys.exit(2)
        found = figures.figures(world)
        if options["json"]:
            self.stdout.write(json.dumps(found, ensure_ascii=False, indent=2))
            return
        source = reported.source()
        self.stdout.write(f"报道数据 · reported figures\n  {source['zh']} · {source['en']}")
        for each in found["reported"]:
            before = reported.QUALIFIERS[each["qualifier"]]
            value = str(each["value"]) if each["unit"]["en"] == "year" else f"{each['value']:,}"
            zh = f"{each['label']['zh']} {before[0]}{value} {each['unit']['zh']}"
            en = f"{each['label']['en']}: {before[1]}{value} {each['unit']['en']}"
            self.stdout.write(f"  [{each['row']}] {zh} · {en}  ({each['key']})")
        self.stdout.write("\n模拟数据 · simulated figures")
        for each in found["simulated"]:
            value = "—" if each["value"] is None else f"{each['value']:,}"
            of = "" if each["numerator"] is None else f" = {each['numerator']:,} ÷ {each['denominator']:,}"
            name = f"{each['label']['zh']} · {each['label']['en']}"
            how = f"{each['formula']['zh']} · {each['formula']['en']}"
            self.stdout.write(f"  {name}: {value} {each['unit']['en']}{of}  ({each['key']}; {how})")
