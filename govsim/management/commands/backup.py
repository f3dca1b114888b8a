"""`manage.py backup [FILE]`: one file with the database as it is now, while everybody goes on working."""

import json
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from govsim.backup import Unable, actions, manifest

USAGE, UNABLE = 2, 3


class Command(BaseCommand):
    help = (
        "备份数据库与清单，运行中也可以 / back up the database with a manifest, also while the demo runs. "
        "Exit status: 0 written, 2 the file is there already or cannot be written, 3 no database, or no pg_dump."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", help="写到哪里，默认 var/backups/ / where to, var/backups/ unless given")
        parser.add_argument(
            "--with-keys", action="store_true",
            help="连同签名密钥：持有此文件的人可以以本平台名义签发证照 / with the keys: whoever has the file can sign "
                 "certificates and evidence as this installation",
        )  # fmt: skip
        parser.add_argument("--json", action="store_true", help="以 JSON 输出清单 / print the manifest as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(options["file"]) if options["file"] else actions.default_name(settings.VAR)
        try:
            told = actions.backup(path, with_keys=options["with_keys"])
        except FileExistsError:
            self.stderr.write(f"文件已存在，不覆盖 / the file is there already and is not written over: {path}")
            sys.exit(USAGE)
        except OSError as error:
            self.stderr.write(f"无法写入 / cannot write: {error}")
            sys.exit(USAGE)
        except Unable as reason:
            self.stderr.write(f"govsim: {reason}")
            sys.exit(UNABLE)
        if options["json"]:
            self.stdout.write(json.dumps({"file": str(path), **told}, ensure_ascii=False, indent=2))
        else:
            self.tell(path, told)

    def tell(self, path: Path, told: dict[str, Any]) -> None:
        shards, rows = len(manifest.kept(told)), sum(told["counts"].values())
        self.stdout.write(f"{path}  {path.stat().st_size / 1e6:.1f} MB  govsim {told['version']}  {told['vendor']}")
        self.stdout.write(
            f"{len(told['worlds'])} 个模拟世界、{shards} 个审计链尾、{rows} 行 / worlds, audit heads, rows"
        )
        if told["keys"]:
            self.stdout.write(
                "含密钥：持有此文件的人可以以本平台名义签发证照和证据，请像密钥一样保管\n"
                "The keys are in it: whoever has the file can sign certificates and evidence as this installation; "
                "keep it as you keep the keys"
            )
        else:
            self.stdout.write(
                "不含密钥：只能在保有 var/secrets 的安装上恢复；请另行保存 var/secrets，丢失后已签发的证照无法再验证\n"
                "The keys are not in it: it can be restored only where var/secrets is; keep that folder elsewhere, "
                "for without it no certificate that was issued can be verified any more"
            )
