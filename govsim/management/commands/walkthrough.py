"""`manage.py walkthrough`: the stories of the reported mechanisms, listed, checked and run."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from govsim.core.errors import BadInput
from govsim.exchange.actions.load_cast import check as check_cast
from govsim.walkthroughs import report, runner, schema, story

NOT_HELD, USAGE = 1, 2


class Command(BaseCommand):
    help = (
        "演练：list 列出，check 检查文件，run 运行 / walk-throughs: list, check the files, run. "
        "Exit status: 0 all passed, 1 one did not, 2 usage or a bad file."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        commands = parser.add_subparsers(dest="command", required=True, metavar="list|check|run")
        commands.add_parser("list", help="列出全部演练 / list what there is")
        commands.add_parser("check", help="检查演练文件 / check the pack files")
        run = commands.add_parser("run", help="运行演练 / run walk-throughs")
        run.add_argument("names", nargs="*", metavar="NAME")
        run.add_argument("--all", action="store_true", help="全部运行 / run all")
        run.add_argument("--seed", type=int, help="模拟世界的种子 / seed of the worlds")
        run.add_argument("--json", action="store_true", help="以 JSON 输出 / print JSON")
        run.add_argument("--url", metavar="BASE", help="对运行中的系统演练 / against a running stack on this database")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            packs = schema.packs()
        except schema.BadPack as bad:
            self.stderr.write(str(bad))
            sys.exit(USAGE)
        match options["command"]:
            case "list":
                self.stdout.write(report.listing(packs))
            case "check":
                self._check(packs)
            case _:
                self._run(packs, **options)

    def _check(self, packs: list[story.Pack]) -> None:
        faulty = False
        for pack in packs:
            try:
                if pack.cast is not None:
                    check_cast(pack.cast, path=pack.path)
            except BadInput as bad:
                faulty = True
                for place, (zh, en) in bad.fields.items():
                    self.stderr.write(f"{place}: {zh} / {en}")
        if faulty:
            sys.exit(USAGE)
        self.stdout.write(f"{len(packs)} 个演练文件正确 / pack files are right")

    def _run(self, packs: list[story.Pack], **options: Any) -> None:
        names: list[str] = options["names"]
        known = [pack.name for pack in packs]
        unknown = [name for name in names if name not in known]
        if unknown or bool(names) == options["all"]:
            wrong = f"没有演练 / no such walk-through: {', '.join(unknown)}" if unknown else "NAME… | --all"
            self.stderr.write(f"{wrong}\n{' '.join(known)}")
            sys.exit(USAGE)
        found = runner.run_all(base_url=options["url"], seed=options["seed"], names=names)
        self.stdout.write(report.as_json(found) if options["json"] else report.as_text(found))
        if found.failed:
            sys.exit(NOT_HELD)
