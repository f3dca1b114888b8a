"""`manage.py world`: list the simulated worlds, make or reset one, and print the signed heads of its audit chain."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from certificates.actions import seed as hold_certificates
from govsim.core import clock, faults, heads
from govsim.core import world as worlds
from govsim.core.errors import GovsimError
from govsim.core.models import World
from govsim.exchange.actions import populate


class Command(BaseCommand):
    help = "模拟世界：列出、重置、审计链尾签名 / simulated worlds: list, reset or make one, signed audit heads"

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("list", help="列出 / list living worlds")
        reset = verbs.add_parser("reset", help="重置为同名的新一代，没有则新建 / the next generation under this name")
        reset.add_argument("name")
        reset.add_argument("--seed", type=int, default=20211201)
        reset.add_argument("--persons", type=int, default=2000)
        reset.add_argument("--enterprises", type=int, default=300)
        reset.add_argument("--mode", choices=World.Mode.values, default=World.Mode.PACED)
        reset.add_argument("--pace", type=float, default=240.0)
        verbs.add_parser("heads", help="链尾签名 / signed heads").add_argument("name")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            getattr(self, options["verb"])(options)
        except GovsimError as error:
            for each in faults.of(error):
                self.stderr.write(f"{each['zh']} / {each['en']}")
            raise SystemExit(2) from error

    def list(self, options: dict[str, Any]) -> None:
        if not worlds.living():
            self.stdout.write("还没有模拟世界 / there is no simulated world yet")
        for world in worlds.living():
            now = clock.now(world)
            self.stdout.write(f"{world}  {now:%Y-%m-%d %H:%M}  {world.mode} ×{world.pace:g}  seed {world.seed}")

    def reset(self, options: dict[str, Any]) -> None:
        world = worlds.create(name=options["name"], seed=options["seed"], mode=options["mode"], pace=options["pace"])
        records = populate(world=world, persons=options["persons"], enterprises=options["enterprises"])
        held = hold_certificates(world=world)
        self.stdout.write(f"{world}: {records} 条登记、{held} 张证照 / {records} records, {held} certificates")

    def heads(self, options: dict[str, Any]) -> None:
        world = worlds.current(options["name"])
        self.stdout.write(json.dumps(heads.signed(world.pk), ensure_ascii=False, indent=2))
