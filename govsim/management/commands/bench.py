"""`manage.py bench`: measure this project and its yardsticks side by side in one run, and print the ratios."""

import json
import signal
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from govsim.lab import bench
from govsim.lab.bench import run
from govsim.lab.bench.bed import QUICK, Sizes
from govsim.load import report

USAGE, NOT_MET, INTERRUPTED = 2, 4, 130
SEED = 20211201
LEAST_ROUNDS = 5  # of which a median may be told


class Command(BaseCommand):
    help = (
        "性能基准 / measure this project and its yardsticks in one run. "
        "Exit status: 0 measured, 2 usage, 4 a goal is missed (with --strict) or a ratio could not be measured "
        "(with --strict or --only), 130 interrupted."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--rounds", type=int, default=LEAST_ROUNDS, help="轮数 / rounds")
        parser.add_argument("--quick", action="store_true", help="小规模，不含百万件 / less of everything, no million")
        parser.add_argument(
            "--peers", action="store_true", help="与同类比较 / compare with peers, in an environment of their own"
        )
        parser.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="both")
        parser.add_argument("--only", nargs="+", default=[], metavar="KEY", help="只测这些比值 / these ratios alone")
        parser.add_argument("--seed", type=int, default=SEED, help="种子 / seed")
        parser.add_argument("--strict", action="store_true", help="未达标则退出码 4 / exit 4 when a goal is missed")
        parser.add_argument("--json", action="store_true", help="以 JSON 输出 / print JSON")
        parser.add_argument("--out", type=Path, help="另存 JSON / also write the JSON to a file")

    def handle(self, *args: Any, **options: Any) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):  # one way to stop: the one that leaves no process
            signal.signal(number, signal.default_int_handler)
        try:
            status = self.measure(**options)
        except KeyboardInterrupt:
            status = INTERRUPTED
        if status:
            sys.exit(status)

    def measure(
        self, *, rounds: int, quick: bool, peers: bool, database: str, only: list[str], seed: int, strict: bool,
        json: bool, out: Path | None, **_: Any,
    ) -> int:  # fmt: skip
        chosen = run.DATABASES if database == "both" else (database,)
        sizes = QUICK if quick else Sizes()
        made = run.Run(chosen, rounds, seed, sizes, only, peers, self.stderr.write)
        if wrong := mistakes(made):
            self.stderr.write("\n".join(wrong))
            return USAGE
        told = made.make()
        told |= {"command": " ".join(["python3", *sys.argv]), "seed": seed, "quick": quick, "machine": report.machine()}
        text = dumped(told)
        if out:
            out.write_text(text, encoding="utf-8")
        self.stdout.write(text if json else table(told))
        missed = [key for name in run.KEYS.values() for key in bench.missed(told.get(name, {}))]
        unmeasured = any(told["unmeasured"].values())
        return NOT_MET if (strict and (missed or told["failures"])) or ((strict or only) and unmeasured) else 0


def mistakes(made: run.Run) -> list[str]:
    """Return what is wrong with what is asked for: no such ratio, or one that these options leave out."""
    known = [goal.key for goal in bench.GOALS]
    wrong = ["至少一轮 / at least one round"] if made.rounds < 1 else []
    if unknown := [each for each in made.only if each not in known]:
        wrong.append(f"没有这些比值 / no such ratios: {', '.join(unknown)}; {', '.join(known)}")
    for key in (each for each in made.only if each in known):
        reasons = [made.withheld(key, database) for database in made.databases]
        if all(reasons):
            wrong.append(f"{key}: {reasons[0]}")
    return wrong


def dumped(told: Any) -> str:
    """Return data as JSON for programs."""
    return json.dumps(told, ensure_ascii=False, indent=1)


def table(told: dict[str, Any]) -> str:
    """Return the ratios, what could not be measured and the failures as lines for people."""
    words = {goal.key: f"{goal.zh} / {goal.en}" for goal in bench.GOALS}
    lines = [f"  {'比值 ratio':<38} {'中位数 median':>10}  {'目标 goal':<12} {'各轮 rounds (离散 spread)'}"]
    for database, name in run.KEYS.items():
        for key, each in told.get(name, {}).items():
            rounds = " ".join(f"{value:.2f}" for value in each["rounds"])
            spread = f" ({each['spread']:.0%})" if each["spread"] is not None else ""
            mark, met = ("✓", "达到 met") if each["met"] else ("✗", "未达 missed")
            judged = f"{each['median']:>11.2f}  {each['goal']:<7} {met:<11}"
            lines.append(f"{mark} {database:<10} {key:<29} {judged} [{rounds}]{spread}")
            lines.append(f"    {words[key]}")
    for database, keys in told["unmeasured"].items():
        lines += [f"✗ {database:<10} {key:<29} 未能测得 / could not be measured" for key in keys]
    lines += [f"✗ {each['measure']} {each['database']} {each['round']}: {each['why']}" for each in told["failures"]]
    return "\n".join([*lines, f"用时 / took {told['seconds']:.0f} s"])
