"""`manage.py registers`: load a cast file, make a population, show what the registers hold."""

import argparse
import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from govsim.core import world as worlds
from govsim.core import yamlfile
from govsim.core.errors import BadInput, GovsimError
from govsim.core.models import World
from govsim.exchange import actions, queries


class Command(BaseCommand):
    help = "部门数据登记：装入、生成、查看 / Registers of the departments: load, populate, show"

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        load = verbs.add_parser("load", help="装入文件中的人、企业和记录 / load people, firms and records of a file")
        load.add_argument("file", type=Path)
        populate = verbs.add_parser("populate", help="由种子生成模拟人口 / make a population from a seed")
        populate.add_argument("--persons", type=int, default=2000)
        populate.add_argument("--enterprises", type=int, default=300)
        populate.add_argument("--seed", type=int, help="默认用模拟世界的种子 / the world's seed by default")
        show = verbs.add_parser("show", help="各数据集的记录数 / how many records each dataset holds")
        for verb in (load, populate, show):
            verb.add_argument("--world", default="", help="模拟世界的名称 / name of the world")
            verb.add_argument("--json", action="store_true", help="输出 JSON / print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        verb = {"load": self.load, "populate": self.populate, "show": self.show}[options["verb"]]
        try:
            answer, text = verb(_world(options["world"]), argparse.Namespace(**options))
        except BadInput as error:
            for place, (zh, en) in error.fields.items():
                self.stderr.write(f"{place}: {zh} / {en}")
            raise SystemExit(2) from None
        except yamlfile.YamlError as error:
            self.stderr.write(f"{error}")
            raise SystemExit(2) from None
        except GovsimError as error:
            self.stderr.write(f"{error.zh} / {error.en}")
            raise SystemExit(2 if error.code == "not_found" else 1) from None
        self.stdout.write(json.dumps(answer, ensure_ascii=False) if options["json"] else text)

    def load(self, world: World, options: argparse.Namespace) -> tuple[dict[str, Any], str]:
        path: Path = options.file
        if not path.is_file():
            raise BadInput({str(path): ("没有这个文件", "There is no such file")})
        found = actions.load_cast(world=world, data=read(path), path=path)
        return (
            {"world": str(world), **found.data()},
            f"已装入 {world}：{found.people} 人，{found.firms} 家企业，{found.records} 条记录 / "
            f"loaded into {world}: {found.people} people, {found.firms} firms, {found.records} records",
        )

    def populate(self, world: World, options: argparse.Namespace) -> tuple[dict[str, Any], str]:
        rows = actions.populate(
            world=world, persons=options.persons, enterprises=options.enterprises, seed=options.seed
        )
        return (
            {"world": str(world), "persons": options.persons, "enterprises": options.enterprises, "records": rows},
            f"已生成 {options.persons} 人、{options.enterprises} 家企业，共 {rows} 条记录 / "
            f"made {options.persons} people and {options.enterprises} enterprises, {rows} records",
        )

    def show(self, world: World, options: argparse.Namespace) -> tuple[dict[str, Any], str]:
        sizes = queries.sizes(world)
        lines = [f"{sizes[kind.key]:>10,}  {kind.key:<22} {kind.zh} / {kind.en}" for kind in queries.catalogue()]
        return {"world": str(world), "datasets": sizes}, "\n".join([f"{world}", *lines])


def read(path: Path) -> Any:
    """Return the content of a JSON or YAML file with places. Raises YamlError with file and line."""
    if path.suffix == ".json":
        try:
            plain = json.loads(path.read_text(encoding="utf-8"))
        except json.JSONDecodeError as error:
            raise yamlfile.YamlError(path, error.lineno, error.msg) from error
        except UnicodeDecodeError as error:
            raise yamlfile.YamlError(path, 1, "not UTF-8") from error
        try:
            return yamlfile.load(path)
        except yamlfile.YamlError:
            return plain  # JSON that is no YAML (tabs): the faults then have no line
    return yamlfile.load(path)


def _world(name: str) -> World:
    """Return the named world; without a name, the only one there is. Raises NotFound or BadInput."""
    if name:
        return worlds.current(name)
    living = worlds.living()
    if len(living) == 1:
        return living[0]
    names = "、".join(world.name for world in living) or "-"
    raise BadInput(
        {"--world": (f"请指明模拟世界（现有：{names}）", f"Say which world (there are: {names.replace('、', ', ')})")}
    )
