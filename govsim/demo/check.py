"""`demo --check`: every walk-through against a running demo, reported step by step."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from django.db import connections


class Step(Protocol):
    title_zh: str
    title_en: str
    passed: bool
    detail: str
    seconds: float


class Pack(Protocol):
    name: str
    city: str
    row: str
    passed: bool
    steps: list[Step]


class Outcome(Protocol):
    passed: int
    failed: int
    packs: list[Pack]


@dataclass
class Check:
    """One run of all walk-throughs; made to be run in a thread beside the supervisor, which keeps the main one."""

    url: str
    seed: int | None
    outcome: Outcome | None = None
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
    outcome = check.outcome
    packs = [pack_dict(pack) for pack in outcome.packs] if outcome else []
    totals = {"passed": outcome.passed, "failed": outcome.failed} if outcome else {"passed": 0, "failed": 0}
    report = {"ok": check.held, "url": check.url, "seconds": round(check.seconds, 2), **totals, "packs": packs}
    return json.dumps(report, ensure_ascii=False, indent=2)


def pack_dict(pack: Pack) -> dict[str, Any]:
    steps = [
        {"title": {"zh": step.title_zh, "en": step.title_en}, "passed": step.passed, "detail": step.detail,
         "seconds": round(step.seconds, 3)}
        for step in pack.steps
    ]  # fmt: skip
    return {"name": pack.name, "city": pack.city, "row": pack.row, "passed": pack.passed, "steps": steps}


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
