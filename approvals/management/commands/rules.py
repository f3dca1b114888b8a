"""`manage.py rules`: try an item's rules on facts from a file, list its facts, run its examples, export a rule set.

Nothing is stored. Exit codes: 0 done, 1 an example does not hold, 2 wrong usage or a bad file.
"""

import argparse
import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from approvals import passport
from approvals.management import rulebook
from approvals.management.rulebook import Book, Unusable
from approvals.queries.rule_sets import as_yaml, sources
from approvals.rules import derive, engine, examples
from approvals.rules.facts import MISSING, UNKNOWN, Fact, to_data
from approvals.rules.parameters import day
from approvals.rules.ruleset import RuleSet
from govsim.core import world as worlds
from govsim.core.errors import GovsimError
from services import queries

MARKS = {"PASS": "✓", "FAIL": "✗", "UNKNOWN": "?"}
OUTCOMES = {"GRANT": "自动批准 / granted", "REJECT": "不予批准 / refused", "MANUAL": "转人工 / to a person"}


class Command(BaseCommand):
    """See the module."""

    help = "规则：试算、列出事实、运行样例、导出 · rules: try, list facts, run examples, export"
    requires_system_checks: list[str] = []  # noqa: RUF012  # Django's own attribute; works without a database

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        attempt = verbs.add_parser("try", help="用文件中的事实试算，不保存 · judge the facts of a file, store nothing")
        attempt.add_argument("item")
        attempt.add_argument("--facts", required=True, metavar="FILE", help="平面 JSON 对象 · a flat JSON object")
        attempt.add_argument("--as-of", metavar="DATE", help="决定日期，默认取样例日期 · day of the decision")
        attempt.add_argument(
            "--parameters", metavar="FILE", help="代替现行标准的 JSON · figures instead of those in force"
        )
        attempt.add_argument(
            "--unavailable",
            nargs="+",
            action="extend",
            default=[],
            metavar="SOURCE",
            help="不可用的数据集或部门 · down",
        )
        facts = verbs.add_parser("facts", help="列出事项的事实和样例 · list an item's facts and an example")
        facts.add_argument("item")
        for each in (attempt, facts):
            each.add_argument("--json", action="store_true", dest="as_json")
        run = verbs.add_parser("examples", help="运行全部样例 · run all worked examples")
        run.add_argument("item", nargs="?")
        export = verbs.add_parser("export", help="导出现行规则集为 YAML · write the rule set in force as YAML")
        export.add_argument("item")
        export.add_argument("--world", metavar="NAME", help="取该仿真世界的规则集 · the rule set of this world")
        export.add_argument("--as-of", metavar="DATE")
        export.add_argument("--output", metavar="FILE")
        for each in (attempt, facts, run, export):
            each.add_argument("--catalogue", metavar="PATH", help="改用该目录或文件 · read this folder or file instead")

    def handle(self, *args: Any, **options: Any) -> None:
        book = rulebook.read(options["catalogue"])
        try:
            getattr(self, f"_{options['verb']}")(book, options)
        except GovsimError as error:  # a rule set that cannot be made, a world that does not exist
            raise Unusable(error.zh, error.en) from error

    # --- try ---------------------------------------------------------------------------------------------------------

    def _try(self, book: Book, options: Mapping[str, Any]) -> None:
        body = book.item(options["item"])
        as_of = _day(options["as_of"] or body["examples"][0]["as_of"])
        ruleset = _ruleset(book, body, as_of, options["parameters"])
        departments = sources(body, book.standing)
        known = derive.from_flat(ruleset, _flat(ruleset, options["facts"]), sources=departments)
        known = derive.unavailable(_complete(ruleset, known, departments), _down(options["unavailable"], departments))
        made = passport.with_nearest(passport.build(ruleset, engine.evaluate(ruleset, known, as_of)), ruleset)
        if options["as_json"]:
            self._json(made)
        else:
            self._tell(made)

    def _tell(self, made: Mapping[str, Any]) -> None:
        self.stdout.write(f"{made['item']}  {made['as_of']}  {OUTCOMES[made['outcome']]}")
        for rule in made["rules"]:
            self.stdout.write(f" {MARKS[rule['verdict']]} {rule['id']:4} {_both(rule['sentence'])}")
            for entry in rule["values"]:
                shown = json.dumps(entry["value"], ensure_ascii=False) if "why" not in entry else entry["why"]
                self.stdout.write(f"        {entry['fact']} = {shown}  ({entry['dataset']}, {entry['source']})")
        for key, value in made["result"].items():
            self.stdout.write(f" = {key}: {value}")
        for part in ("result_fault", "remedy", "nearest"):
            if made[part]:
                self.stdout.write(f" → {_both(made[part])}")

    # --- facts -------------------------------------------------------------------------------------------------------

    def _facts(self, book: Book, options: Mapping[str, Any]) -> None:
        body = book.item(options["item"])
        ruleset = engine.load(body, book.standing)
        departments = sources(body, book.standing)
        listed = [
            {
                "name": name,
                "type": declared.type,
                "choices": sorted(declared.choices),
                "source": departments.get(declared.dataset, ""),
                "dataset": declared.dataset,
                "absence": declared.absence,
            }
            for name, declared in ruleset.declarations.items()
        ]
        example = {name: to_data(value) for name, value in examples.granting(body, book.standing).items()}
        if options["as_json"]:
            self._json({"item": body["key"], "facts": listed, "example": example})
            return
        self.stdout.write(f"{body['key']}  {_both(body['name'])}")
        for each in listed:
            columns = f"{each['name']:28} {each['type']:8} {each['source']:12} {each['dataset']:22} {each['absence']:8}"
            self.stdout.write(f"  {columns} {json.dumps(example.get(str(each['name'])), ensure_ascii=False)}")

    # --- examples ----------------------------------------------------------------------------------------------------

    def _examples(self, book: Book, options: Mapping[str, Any]) -> None:
        bodies = [book.item(options["item"])] if options["item"] else list(book.items.values())
        broken = 0
        for body in bodies:
            found = examples.broken(body, book.standing)
            broken += self._report(body["key"], len(body.get("examples") or ()), found)
        if not options["item"]:
            found = examples.broken_standing(book.standing)
            broken += self._report("standing", len(book.standing.get("examples") or ()), found)
        if broken:
            raise CommandError(f"{broken} 个样例不成立 / {broken} examples do not hold", returncode=1)

    def _report(self, key: str, count: int, found: list[examples.Ran]) -> int:
        self.stdout.write(f"{'✗' if found else '✓'} {key}: {count - len(found)}/{count}")
        for each in found:
            self.stdout.write(f"    {_both(each.name)}")
            for part, expected in each.expected.items():
                if each.found[part] != expected:
                    self.stdout.write(f"      {part}: {expected} ≠ {each.found[part]}")
        return len(found)

    # --- export ------------------------------------------------------------------------------------------------------

    def _export(self, book: Book, options: Mapping[str, Any]) -> None:
        body = book.item(options["item"])
        number, sha256 = 0, engine.load(body, book.standing).sha256
        if book.published:
            world = worlds.current(options["world"]) if options["world"] else None
            on = _day(options["as_of"] or body["examples"][0]["as_of"])
            version = queries.current_rule_set(body["key"], world.pk if world else None, on)
            decides = {part: value for part, value in version.body.items() if part != "standing"}
            body, number, sha256 = {**body, **decides}, version.version, version.sha256
        elif options["world"]:
            raise Unusable("目录尚未发布，没有仿真世界的规则集", "nothing is published, so no world has rule sets")
        text = as_yaml(body, version=number, sha256=sha256)
        if options["output"]:
            try:
                Path(options["output"]).write_text(text, encoding="utf-8")
            except OSError as error:
                raise Unusable(f"无法写入 {options['output']}", f"{options['output']} cannot be written") from error
        else:
            self.stdout.write(text)

    def _json(self, data: Mapping[str, Any]) -> None:
        self.stdout.write(json.dumps(data, ensure_ascii=False, indent=2))


def _both(words: Mapping[str, str]) -> str:
    return f"{words['zh']} / {words['en']}"


def _day(text: object) -> date:
    try:
        return day(text)
    except ValueError as error:
        raise Unusable(
            f"日期无法识别：{text}，应为 2021-12-01 的形式", f"{text} is no date such as 2021-12-01"
        ) from error


def _ruleset(book: Book, body: Mapping[str, Any], as_of: date, parameters: str | None) -> RuleSet:
    """Return the rule set in force on a day, or the item's own with other figures in it."""
    if parameters is not None:
        return engine.load(rulebook.with_parameters(body, parameters), book.standing)
    if not book.published:
        return engine.load(body, book.standing)
    version = queries.current_rule_set(body["key"], None, as_of)
    return engine.load({**body, **version.body}, book.standing, version=version.version, sha256=version.sha256)


def _flat(ruleset: RuleSet, path: str) -> dict[str, Any]:
    flat, text = rulebook.json_object(path)
    for name in flat:
        if name not in ruleset.declarations:
            line = rulebook.line_of(text, name)
            raise Unusable(f"{path}:{line}：事项没有事实 {name}", f"{path}:{line}: the item has no fact {name}")
    return flat


def _complete(ruleset: RuleSet, known: Mapping[str, Fact], departments: Mapping[str, str]) -> dict[str, Fact]:
    """Return the facts with those that the file leaves out as missing, from where they would have come."""
    return {
        name: known.get(name) or Fact(name, UNKNOWN, MISSING, departments.get(declared.dataset, ""), declared.dataset)
        for name, declared in ruleset.declarations.items()
    }


def _down(names: list[str], departments: Mapping[str, str]) -> set[str]:
    """Return the datasets that are down: named themselves, or by their department with or without its city."""
    down: set[str] = set()
    for name in names:
        meant = {
            dataset
            for dataset, department in departments.items()
            if name in (dataset, department, department.partition(".")[2])
        }
        if not meant:
            known = ", ".join(sorted({*departments, *departments.values()}))
            raise Unusable(f"事项不用数据源 {name}，可选：{known}", f"the item uses no source {name}; it uses: {known}")
        down |= meant
    return down
