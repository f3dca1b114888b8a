"""`manage.py load run | knee | compare`: real load on the approval flow, with figures that can be trusted."""

import json
import sys
import threading
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import connections

from govsim.core import clock
from govsim.demo import CannotStart, instance
from govsim.load import LoadError, drawing, expect, knee, profile, report
from govsim.load.knee import Step
from govsim.load.run import Look, Run
from govsim.management.commands.demo import CANNOT_START, INTERRUPTED, PATIENCE
from govsim.management.commands.demo import Command as Demo

USAGE, NOT_HELD = 2, 4


class Command(BaseCommand):
    help = (
        "对审批流程施压 / put load on the approval flow. "
        "Exit status: 0 ran and held, 2 usage, 3 cannot start, 4 an expectation did not hold, 130 interrupted."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        run = verbs.add_parser("run", help="运行一次 / run once: load run --rate 200 --seconds 60 --expect lost==0")
        plain = profile.Profile()
        run.add_argument("--rate", type=float, default=plain.rate, help="每秒申报数 / applications a second")
        run.add_argument("--seconds", type=float, default=plain.seconds, help="测量时长 / how long to measure")
        run.add_argument("--warm-up", type=float, default=plain.warm_up, help="预热秒数 / seconds before measuring")
        run.add_argument("--shape", choices=profile.SHAPES, default=plain.shape, help="到达曲线 / how the rate moves")
        run.add_argument("--seed", type=int, default=plain.seed, help="种子 / seed")
        run.add_argument("--people", type=int, default=plain.people, help="申请人数 / how many people there are")
        run.add_argument("--generators", type=int, default=plain.generators, help="生成器进程数 / generator processes")
        run.add_argument(
            "--human", type=float, default=plain.human, help="人工办理份额 / share that asks for an officer"
        )
        run.add_argument("--retries", type=int, default=plain.retries, help="拒收后重试次数 / tries after a refusal")
        run.add_argument("--personas", help="applicant=0.8,careful=0.2,reader=0.1,verifier=0.05,officer=0.02")
        run.add_argument("--items", help="sz.old_age_allowance=0.5,sz.senior_citizen_card=0.5")
        run.add_argument("--expect", action="append", default=[], help='"decided.p99<2s", lost==0, duplicates==0')
        run.add_argument("--out", type=Path, help="报告目录 / folder of the report")
        run.add_argument("--json", action="store_true", help="在标准输出打印报告 / print the report as JSON")
        search = verbs.add_parser("knee", help="搜索饱和点 / find the highest rate that is taken as it comes")
        search.add_argument("--first", type=float, default=knee.FIRST, help="起始速率 / the first rate")
        search.add_argument("--seconds", type=float, default=15.0, help="每步时长 / how long each step is measured")
        search.add_argument("--warm-up", type=float, default=5.0, help="每步预热 / warm-up of each step")
        search.add_argument("--seed", type=int, default=plain.seed, help="种子 / seed")
        search.add_argument("--people", type=int, default=plain.people, help="申请人数 / how many people there are")
        search.add_argument("--generators", type=int, default=plain.generators, help="生成器进程数 / generators")
        search.add_argument("--out", type=Path, help="报告目录 / folder of the report")
        search.add_argument("--json", action="store_true", help="在标准输出打印 / print JSON")
        both = verbs.add_parser("compare", help="对比两份报告 / compare two reports")
        both.add_argument("one", type=Path)
        both.add_argument("other", type=Path)
        both.add_argument("--out", type=Path, help="HTML")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            status = getattr(self, options["verb"])(**options)
        except LoadError as reason:
            self.stderr.write(f"govsim: {reason}")
            status = USAGE
        except CannotStart as reason:
            self.stderr.write(f"govsim: {reason}")
            status = CANNOT_START
        except KeyboardInterrupt:
            status = INTERRUPTED
        if status:
            sys.exit(status)

    def run(self, **options: Any) -> int:
        names = ("rate", "seconds", "warm_up", "shape", "seed", "people", "generators", "human", "retries")
        chosen: dict[str, Any] = {name: options[name] for name in names}
        chosen |= {name: profile.shares(options[name]) for name in ("personas", "items") if options[name]}
        wanted = profile.Profile(**chosen)
        expected = [expect.read(each) for each in options["expect"]]
        folder = options["out"] or settings.VAR / "load" / f"{clock.wall():%Y%m%d-%H%M%S}"
        told = self.measure(wanted, folder)
        verdicts = expect.judge(expected, told)
        told["expectations"] = [asdict(each) for each in verdicts]
        report.keep_page(folder, told)
        self.stdout.write(json.dumps(told, ensure_ascii=False, indent=1) if options["json"] else summary(told, folder))
        return 0 if all(each.held for each in verdicts) else NOT_HELD

    def measure(self, wanted: profile.Profile, folder: Path) -> dict[str, Any]:
        """Run once, and return the report's figures."""
        return self.on_a_stack(lambda url: Run(wanted, url, folder, tell=self.tell).make())

    def on_a_stack(self, work: Callable[[str], dict[str, Any]]) -> dict[str, Any]:
        """Do work at the address of the demo that is running here, else of one of its own that ends with it."""
        running = instance.find(settings.VAR, PATIENCE)
        if running:
            return work(running.url)
        with Demo().stack(port=0, lan=False, seed=None) as (stack, url):
            return beside(stack.watch, lambda: work(url))

    def knee(self, *, first: float, out: Path | None, json: bool, **options: Any) -> int:
        """Search, and write knee.json and knee.html; each step has a folder of its own."""
        folder = out or settings.VAR / "load" / f"{clock.wall():%Y%m%d-%H%M%S}-knee"
        told = self.on_a_stack(lambda url: self.search(url, first, folder, options))
        folder.mkdir(parents=True, exist_ok=True)
        text = dumped(told)
        (folder / "knee.json").write_text(text, encoding="utf-8")
        heading = f"{told['machine']['database']} · {told['machine']['cores']} cores · seed {told['seed']}"
        (folder / "knee.html").write_text(knee.page(told, heading=heading, note=told["command"]), encoding="utf-8")
        self.stdout.write(text if json else f"拐点 knee {told['knee']:.1f}/s\n{folder / 'knee.html'}")
        return 0

    def search(self, url: str, first: float, folder: Path, options: dict[str, Any]) -> dict[str, Any]:
        """Make the steps of a search, and return its data."""
        chosen = {name: options[name] for name in ("seconds", "warm_up", "seed", "people", "generators")}

        def step(rate: float) -> Step:
            wanted = profile.Profile(rate=rate, **chosen)
            return knee.judge(rate, Run(wanted, url, folder / f"{rate:.1f}", tell=self.tell).make())

        steps = knee.search(step, first=first, tell=self.tell_step)
        command = (
            f"python3 manage.py load knee --first {first:g} --seconds {chosen['seconds']:g} --seed {chosen['seed']}"
        )
        return knee.as_data(steps) | {"command": command, "machine": report.machine()} | chosen

    def tell_step(self, step: Step) -> None:
        mark = "✓" if step.held else f"✗ {step.why_not}"
        self.stderr.write(
            f"\r{step.rate:8.1f}/s  受理 {step.accepted:.1f}  决定 {step.decided:.1f}  p95 {step.p95:.3f} s  {mark}"
        )

    def tell(self, look: Look) -> None:
        if self.stderr.isatty():
            self.stderr.write(f"\r{look.at:6.0f} s  待办 waiting {look.waiting:6d}  {look.oldest:5.1f} s ", ending="")

    def compare(self, *, one: Path, other: Path, out: Path | None, **_: Any) -> int:
        told = [read_report(each) for each in (one, other)]
        target = out or other.parent / "comparison.html"
        target.write_text(drawing.comparison(*told), encoding="utf-8")
        self.stdout.write(str(target))
        return 0


def dumped(told: Any) -> str:
    """Return data as JSON for programs."""
    return json.dumps(told, ensure_ascii=False, indent=1)


def beside(watch: Callable[[], None], work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Do `work` in a thread while the supervisor keeps the main one; return what it returns, raise what it raises."""
    made: dict[str, Any] = {}
    failed: list[BaseException] = []

    def whole() -> None:
        try:
            made.update(work())
        except BaseException as error:  # raised again in the main thread
            failed.append(error)
        finally:
            connections.close_all()

    thread = threading.Thread(target=whole, daemon=True)
    thread.start()
    while thread.is_alive():
        watch()
        thread.join(0.2)
    if failed:
        raise failed[0]
    return made


def read_report(path: Path) -> dict[str, Any]:
    """Return a report.json, or that of the folder. Raises LoadError."""
    file = path / "report.json" if path.is_dir() else path
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise LoadError(f"无法读取报告 / no report can be read: {file}: {error}") from None
    if not isinstance(told, dict) or told.get("version") != report.VERSION:
        raise LoadError(f"不是本版本的报告 / not a report of this version: {file}")
    return told


def summary(told: dict[str, Any], folder: Path) -> str:
    """Return the few lines that one wants to see at once."""
    lines = [
        f"计划 offered {told['offered']['rate']:.1f}/s  受理 accepted {told['accepted']['rate']:.1f}/s  "
        f"决定 decided {told['decided']['rate']:.1f}/s",
        *(
            f"{name:<9} n={told[name]['n']:<7} p50 {drawing.seconds(told[name].get('p50')):>9}  "
            f"p95 {drawing.seconds(told[name].get('p95')):>9}  p99 {drawing.seconds(told[name].get('p99')):>9}"
            for name in ("accepted", "decided", "reads", "refused")
        ),
        f"丢失 lost {told['lost']}  重复 duplicates {told['duplicates']}  双重决定 doubled {told['doubled']}  "
        f"未决 undecided {told['undecided']}  拒收 shed {told['shed']}  失败 failed {told['failed']}",
    ]
    if told["recovered_s"] is not None:
        lines.append(f"高峰后恢复 recovered after the rush {drawing.seconds(told['recovered_s'])}")
    if told["generator"]["bottleneck"]:
        lines.append("注意：生成器是瓶颈 / warning: the generator was the bottleneck")
    lines += [
        f"{'✓' if each['held'] else '✗'} {each['text']}  ({each['found']})" for each in told.get("expectations", ())
    ]
    return "\n".join([*lines, str(folder / "report.html")])
