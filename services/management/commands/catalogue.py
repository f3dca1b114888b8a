"""`manage.py catalogue check|publish|list`: the door to the catalogue files for people who edit them."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from services import actions, queries, schema


class Command(BaseCommand):
    """Exit codes: 0 ok, 1 the files have problems, 2 a file or folder cannot be read."""

    requires_system_checks = ()  # files can be checked before the rest of the house stands
    help = "检查、发布、列出事项目录 · check, publish or list the catalogue of service items"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the three things that can be done."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        check = verbs.add_parser("check", help="检查文件，逐条报告文件与行号 · report every problem with file and line")
        check.add_argument(
            "path", nargs="?", type=Path, help="文件或文件夹，默认整个目录 · file or folder, else everything"
        )
        verbs.add_parser("publish", help="发布新的版本 · publish what is new")
        listing = verbs.add_parser("list", help="列出已发布的事项和主题 · list what is published")
        listing.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do one of the three; leaves with the exit code when it is not 0."""
        match options["verb"]:
            case "check":
                code = self._check(options["path"])
            case "publish":
                code = self._publish()
            case _:
                code = self._list(as_json=options["as_json"])
        if code:
            sys.exit(code)

    def _check(self, path: Path | None) -> int:
        try:
            problems = queries.file_problems(path)
        except FileNotFoundError:
            self.stderr.write(f"{path}:1: 没有这个文件 / there is no such file")
            return 2
        return self._tell(problems)

    def _tell(self, problems: list[schema.Problem]) -> int:
        for each in problems:
            self.stderr.write(str(each))
        if not problems:
            self.stdout.write("目录没有问题 / the catalogue has no problems")
            return 0
        return 2 if any(each.unreadable for each in problems) else 1

    def _publish(self) -> int:
        try:
            report = actions.publish()
        except actions.CatalogueFaults as faults:
            return self._tell(faults.problems)
        for label, found in (
            ("事项 item", report.items),
            ("主题 theme", report.themes),
            ("规则 rules", report.rule_sets),
        ):
            for key, version in found:
                self.stdout.write(f"{label} {key} v{version}")
        for key in report.withdrawn:
            self.stdout.write(f"撤下 withdrawn {key}")
        if not report.changed:
            self.stdout.write("没有新的内容 / nothing new")
        return 0

    def _list(self, *, as_json: bool) -> int:
        kinds = (("item", queries.items()), ("theme", queries.themes()))
        rows = [
            {
                "kind": kind,
                "key": each.key,
                "version": each.version,
                "sha256": each.sha256,
                "name": each.body["name"],
                "city": each.body["city"],
                "department": each.body.get("department") or each.body.get("lead"),
                "route": each.body.get("route", ""),
            }
            for kind, found in kinds
            for each in found
        ]
        if as_json:
            self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=2))
            return 0
        for row in rows:
            self.stdout.write(f"{row['key']:40} v{row['version']:<3} {row['name']['zh']} / {row['name']['en']}")
        return 0
