"""What came of a run of walk-throughs, for people and for programs."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from govsim.walkthroughs.story import Pack


@dataclass
class StepReport:
    """How one step went. `detail` says what was expected and what came instead; `seconds` is wall time."""

    title_zh: str
    title_en: str
    passed: bool
    detail: str = ""
    seconds: float = 0.0


@dataclass
class PackReport:
    """How one pack went. `digest` is the hash of everything that happened in its world, without wall times."""

    name: str
    city: str
    row: str
    title_zh: str
    title_en: str
    seed: int
    steps: list[StepReport] = field(default_factory=list)
    digest: str = ""
    seconds: float = 0.0

    @property
    def passed(self) -> bool:
        """Whether every step was done and held."""
        return bool(self.steps) and all(step.passed for step in self.steps)


@dataclass
class Report:
    """How a run of packs went."""

    packs: list[PackReport] = field(default_factory=list)

    @property
    def passed(self) -> int:
        """How many packs passed."""
        return sum(pack.passed for pack in self.packs)

    @property
    def failed(self) -> int:
        """How many packs did not."""
        return len(self.packs) - self.passed


def as_data(report: Report) -> dict[str, Any]:
    """Return a run as plain data: the format that `walkthrough run --json` prints."""
    return {
        "passed": report.passed,
        "failed": report.failed,
        "packs": [
            {
                "name": pack.name,
                "city": pack.city,
                "row": pack.row,
                "passed": pack.passed,
                "title": {"zh": pack.title_zh, "en": pack.title_en},
                "seed": pack.seed,
                "digest": pack.digest,
                "seconds": round(pack.seconds, 3),
                "steps": [
                    {
                        "title": {"zh": step.title_zh, "en": step.title_en},
                        "passed": step.passed,
                        "detail": step.detail,
                        "seconds": round(step.seconds, 3),
                    }
                    for step in pack.steps
                ],
            }
            for pack in report.packs
        ],
    }


def as_json(report: Report) -> str:
    """Return a run as JSON text."""
    return json.dumps(as_data(report), ensure_ascii=False, indent=2)


def as_text(report: Report) -> str:
    """Return a run for people: one line a step, and why it failed."""
    lines: list[str] = []
    for pack in report.packs:
        mark = "✓" if pack.passed else "✗"
        lines.append(f"{mark} {pack.name} [{pack.row}] {pack.title_zh} · {pack.title_en}  {pack.seconds:.2f} s")
        for step in pack.steps:
            lines.append(f"    {'✓' if step.passed else '✗'} {step.title_zh} · {step.title_en}")
            if not step.passed:
                lines += [f"        {line}" for line in step.detail.splitlines()]
    lines.append(f"通过 / passed {report.passed} · 未通过 / failed {report.failed}")
    return "\n".join(lines)


def listing(packs: Sequence[Pack]) -> str:
    """Return what packs there are, for people."""
    lines = [
        f"{pack.name}  [{pack.row}] {pack.title.zh} · {pack.title.en}\n    {pack.aim.zh}\n    {pack.aim.en}"
        f"  ({pack.minutes} min, {len(pack.steps)} steps)"
        for pack in packs
    ]
    return "\n".join(lines)
