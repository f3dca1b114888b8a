"""`manage.py fault list | run NAME… | run --all`: break a throwaway installation and see what holds."""

import json
import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from govsim.lab import faults, trial

NOT_HELD, USAGE, CANNOT_START, INTERRUPTED = 1, 2, 3, 130
SEED = 20211201


class Command(BaseCommand):
    help = (
        "故障演练 / break a throwaway installation and see what holds. "
        "Exit status: 0 all that this machine can try were reached and held, 1 one was not, 2 usage, "
        "3 none could be tried, 130 interrupted."
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
            wrong = f"没有这些故障 / no such faults: {', '.join(unknown)}"
            told = wrong if unknown else "请给出编号或 --all / ids or --all"
            self.stderr.write(f"{told}\n可选 / there are: {' '.join(found)}")
            return USAGE
        chosen = list(found.values()) if all else [found[each] for each in dict.fromkeys(names)]
        outcomes: list[trial.Outcome] = []
        interrupted = False
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, end_in_order)
        try:
            for outcome in trial.run_all(chosen, seed=seed):
                outcomes.append(outcome)
                self.tell(outcome, f"[{len(outcomes)}/{len(chosen)}]")
        except KeyboardInterrupt:
            interrupted = True
        lines = table(outcomes, later=faults.LATER if all else {})
        lines.append(f"{total(outcomes)} · seed {seed}")
        if interrupted:
            lines.append(f"已中断 / interrupted: {len(outcomes)}/{len(chosen)}")
        (self.stderr if json else self.stdout).write("\n".join(lines))
        if json:
            self.stdout.write(dumped({"faults": [asdict(each) for each in outcomes], "later": faults.LATER}))
        return INTERRUPTED if interrupted else status(outcomes)

    def tell(self, each: trial.Outcome, place: str) -> None:
        mark = "✓" if each.held else "✗" if each.tried else "–"
        recovered = "" if each.recovered_s is None else f" · {each.recovered_s:.1f} s"
        self.stderr.write(f"{place} {mark} {each.id:<4} {each.zh} / {each.en}{recovered} ({each.seconds:.0f} s)")
        for proof in each.proofs:
            self.stderr.write(f"       {proof}")
        if each.why_not:
            self.stderr.write(f"       {each.why_not}")


def end_in_order(*_: object) -> None:
    """Interrupt the trial that runs; a second signal does not hold up ending its processes."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def status(outcomes: Sequence[trial.Outcome]) -> int:
    """Return the exit status of a run that came to its end."""
    tried = [each for each in outcomes if each.tried]
    if not tried:
        return CANNOT_START
    return 0 if all(each.reached and each.held for each in tried) else NOT_HELD


def table(outcomes: Sequence[trial.Outcome], *, later: Mapping[str, tuple[str, str]]) -> list[str]:
    """Return the lines of the table at the end: every fault that was asked for, and those that come later."""
    lines = ["", f"{'id':<5}{'reached':<9}{'held':<6}{'recovered_s':>11}  why_not"]
    for each in outcomes:
        recovered = "" if each.recovered_s is None else f"{each.recovered_s:.1f}"
        why = " ".join(each.why_not.split())[:160]
        lines.append(f"{each.id:<5}{_yes(each.reached):<9}{_yes(each.held):<6}{recovered:>11}  {why}".rstrip())
    return lines + [f"{name:<5}{'–':<9}{'–':<6}{'':>11}  {zh} / {en}" for name, (zh, en) in later.items()]


def total(outcomes: Sequence[trial.Outcome]) -> str:
    """Return how many held, of how many that this machine can try."""
    tried = [each for each in outcomes if each.tried]
    good = sum(each.reached and each.held for each in tried)
    left = len(outcomes) - len(tried)
    return f"{good}/{len(tried)} 到达且成立 / reached and held · 此处无法试验 / cannot be tried here: {left}"


def _yes(good: bool) -> str:
    return "yes" if good else "no"


def dumped(told: Any) -> str:
    """Return data as JSON for programs."""
    return json.dumps(told, ensure_ascii=False, indent=1)
