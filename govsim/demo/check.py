"""`demo --check`: every walk-through against a running demo, reported step by step."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.db import connections

from govsim.walkthroughs.report import Report, as_data


@dataclass
class Check:
    """One run of all walk-throughs; made to be run in a thread beside the supervisor, which keeps the main one."""

    url: str
    seed: int | None
    outcome: Report | None = None
    error: BaseException | None = None
    seconds: float = 0.0

    def run(self) -> None:
        from govsim.walkthroughs import runner  # it needs the settings of a started stack

        started = time.perf_counter()
        try:
            self.outcome = runner.run_all(base_url=self.url, seed=self.seed)
        except BaseException as error:  # raised again in the main thread
            self.error = error
        finally:
            self.seconds = time.perf_counter() - started
            connections.close_all()

    @property
    def held(self) -> bool:
        """Whether something was checked and all of it passed."""
        return self.outcome is not None and self.outcome.failed == 0 and self.outcome.passed > 0


def as_json(check: Check) -> str:
    """The report for programs: one JSON object with the packs, their steps and the totals."""
    told = as_data(check.outcome) if check.outcome else {"passed": 0, "failed": 0, "packs": []}
    report = {"ok": check.held, "url": check.url, "seconds": round(check.seconds, 2), **told}
    return json.dumps(report, ensure_ascii=False, indent=2)


def as_table(check: Check, good: Callable[[str], str], bad: Callable[[str], str]) -> str:
    """The report for people. `good` and `bad` colour a mark, or leave it plain."""
    lines: list[str] = []
    outcome = check.outcome
    for pack in outcome.packs if outcome else []:
        lines.append(f"{good('✓') if pack.passed else bad('✗')} {pack.city} · {pack.name}  [{pack.row}]")
        for step in pack.steps:
            mark = good("✓") if step.passed else bad("✗")
            lines.append(f"    {mark} {step.seconds:6.2f} s  {step.title_zh} · {step.title_en}")
            if step.detail and not step.passed:
                lines.append(f"               {step.detail}")
    passed, failed = (outcome.passed, outcome.failed) if outcome else (0, 0)
    lines.append(f"通过 / passed {passed} · 未通过 / failed {failed} · {check.seconds:.1f} s · {check.url}")
    return "\n".join(lines)
