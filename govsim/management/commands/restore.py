"""`manage.py restore FILE`: the database of a backup in the place of the present one, which is kept."""

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from govsim.backup import BadBackup, Unable, actions

NOT_HELD, USAGE, UNABLE = 1, 2, 3


class Command(BaseCommand):
    help = (
        "从备份恢复；先核对，后动手，原数据库保留 / restore a backup: checked before anything is touched and again "
        "afterwards; the present database is kept. Exit status: 0 restored, 1 the backup is cut, changed or does not "
        "fit and nothing was changed, 2 no such file, 3 a demo runs or the database is in use, or no pg_restore."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="备份文件 / the backup")
        parser.add_argument("--json", action="store_true", help="以 JSON 输出 / print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(options["file"])
        if not path.is_file():
            self.stderr.write(f"没有这个文件 / no such file: {path}")
            sys.exit(USAGE)
        try:
            done = actions.restore(path)
        except OSError as error:
            self.stderr.write(f"无法读写 / cannot read or write: {error}")
            sys.exit(USAGE)
        except (BadBackup, Unable) as reason:
            self.stderr.write(f"govsim: {reason}")
            sys.exit(NOT_HELD if isinstance(reason, BadBackup) else UNABLE)
        told = done.manifest
        if options["json"]:
            found = {"file": str(path), "at": told["at"], "kept": done.kept, "kept_keys": done.kept_keys}
            self.stdout.write(json.dumps({**found, "books": done.books}, ensure_ascii=False, indent=2))
            return
        self.stdout.write(f"✓ 已恢复到 / restored to {told['at']}  govsim {told['version']}")
        self.stdout.write(
            "✓ 审计链尾与清单一致，不变量全部成立 / the audit heads are those of the manifest, all invariants hold"
        )
        self.stdout.write(f"原数据库 / the former database: {done.kept}")
        if done.kept_keys:
            self.stdout.write(f"原密钥 / the former keys: {done.kept_keys}")
