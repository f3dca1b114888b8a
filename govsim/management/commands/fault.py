"""`manage.py fault list | run NAME… | run --all`: break a throwaway installation and see what holds."""

import json
import sys
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from govsim.lab import faults, trial

NOT_HELD, USAGE, INTERRUPTED = 1, 2, 130
SEED = 20211201


class Command(BaseCommand):
    help = (
        "故障演练 / break a throwaway installation and see what holds. "
        "Exit status: 0 all reached and held, 1 one was not, 2 usage, 130 interrupted."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        listing = verbs.add_parser("list", help="列出故障 / list the faults")
        listing.add_argument("--json", action="store_true", help="以 JSON 输出 / print JSON")
        run = verbs.add_parser("run", help="演练 / run: fault run F1 F4, fault run --all")
        run.add_argument("names", nargs="*", metavar="F1", help="编号 / ids of the matrix")
        run.add_argument("--all", action="store_true", help="全部 / all of them")
        run.add_argument("--seed", type=int, default=SEED, help="种子 / seed of every draw")
        run.add_argument("--json", action="store_true", help="以 JSON 输出 / print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            status = self.show(**options) if options["verb"] == "list" else self.run(**options)
        except KeyboardInterrupt:
            status = INTERRUPTED
        if status:
            sys.exit(status)

    def show(self, *, json: bool, **_: Any) -> int:
        found = faults.matrix()
        if json:
            told = [{"id": each.id, "zh": each.zh, "en": each.en} for each in found.values()]
            self.stdout.write(dumped({"faults": told, "later": faults.LATER}))
            return 0
        for each in found.values():
            self.stdout.write(f"{each.id:<4} {each.zh} / {each.en}")
        for name, (zh, en) in faults.LATER.items():
            self.stdout.write(f"{name:<4} （未纳入 / not yet）{zh} / {en}")
        return 0

    def run(self, *, names: list[str], all: bool, seed: int, json: bool, **_: Any) -> int:
        found = faults.matrix()
        unknown = [each for each in names if each not in found]
        if unknown or all == bool(names):
            told = (
                f"没有这些故障 / no such faults: {', '.join(unknown)}"
                if unknown
                else "请给出编号或 --all / ids or --all"
            )
            self.stderr.write(told)
            return USAGE
        chosen = list(found.values()) if all else [found[each] for each in names]
        outcomes = list(trial.run_all(chosen, seed=seed, tell=self.tell))
        good = sum(each.reached and each.held for each in outcomes)
        if json:
            self.stdout.write(dumped({"faults": [asdict(each) for each in outcomes], "later": faults.LATER}))
        else:
            self.stdout.write(f"{good}/{len(outcomes)} 到达且成立 / reached and held · seed {seed}")
        return 0 if good == len(outcomes) else NOT_HELD

    def tell(self, each: trial.Outcome) -> None:
        mark = "✓" if each.held else "✗"
        recovered = "" if each.recovered_s is None else f" · {each.recovered_s:.1f} s"
        self.stderr.write(f"{mark} {each.id:<4} {each.zh} / {each.en}{recovered} ({each.seconds:.0f} s)")
        for proof in each.proofs:
            self.stderr.write(f"       {proof}")
        if each.why_not:
            self.stderr.write(f"       {each.why_not}")


def dumped(told: Any) -> str:
    """Return data as JSON for programs."""
    return json.dumps(told, ensure_ascii=False, indent=1)
