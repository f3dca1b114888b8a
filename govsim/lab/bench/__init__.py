"""`bench`: this project and its yardsticks, measured side by side in one run. This file is the arithmetic. Pure.

A figure of one machine and one minute says little, so what counts are ratios within one run: every round measures
everything once, in an order that turns round each time, and a ratio is formed within its round. A median is told of
the rounds in which both sides could be measured.
"""

import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

type Rounds = Mapping[str, Sequence[float | None]]  # what was found of a quantity in each round; None: not measured


@dataclass(frozen=True)
class Goal:
    """One line of what has to be shown: `over` ÷ `under` (or `over` alone), at least or at most so much."""

    key: str
    over: str
    under: str
    zh: str
    en: str
    least: float = 0.0
    most: float | None = None
    least_sqlite: float | None = None  # where the embedded default has a goal of its own
    only_postgresql: bool = False

    def bound(self, database: str) -> tuple[str, float]:
        """Return the goal as (sign, figure)."""
        if self.most is not None:
            return "<=", self.most
        own = self.least_sqlite if database == "sqlite" else None
        return ">=", self.least if own is None else own


GOALS: Final = (
    Goal("stored_per_noop", "stored", "noop", "办结已存申报 ÷ Celery 空任务",
         "stored ones decided ÷ raw Celery no-op", least=4, least_sqlite=2),
    Goal("stored_per_single_task", "stored", "single_task", "同上 ÷ 一件一任务", "the same ÷ one task per application",
         least=10),
    Goal("http_per_submit_only", "http", "submit_only", "逐件提交并办结 ÷ 只提交", "decided over HTTP ÷ only submitted",
         least=0.7),
    Goal("http_per_noop", "http", "noop", "逐件提交并办结 ÷ 空任务", "decided over HTTP ÷ no-op", least=0.5),
    Goal("batch_per_noop", "batch", "noop", "批量提交并办结 ÷ 空任务",
         "decided through the batch door ÷ no-op", least=2),
    Goal("inprocess_per_viewflow", "inprocess", "viewflow", "单进程办结 ÷ django-viewflow",
         "in one process ÷ django-viewflow", least=8),
    Goal("decided_p99_per_accepted_p99", "decided_p99", "accepted_p99", "四分之一拐点处办结 p99 ÷ 受理 p99",
         "decided p99 ÷ accepted p99 at a quarter of the knee", most=5),
    Goal("cost_1m_per_10k", "cpu_1m", "cpu_10k", "百万件时每件 CPU ÷ 一万件时",
         "CPU each with 1,000,000 ÷ 10,000 stored", most=1.2),
    Goal("list_p95_1m_per_10k", "list_p95_1m", "list_p95_10k", "百万件时列表 p95 ÷ 一万件时",
         "list p95 with 1,000,000 ÷ 10,000 stored", most=1.5),
    Goal("exchange_per_copy", "exchange", "copy", "经交换平台入库 ÷ 裸 COPY", "through the exchange ÷ bare COPY",
         least=0.5, only_postgresql=True),
    Goal("lost", "lost", "", "强杀后丢失", "lost after kills", most=0),
    Goal("doubled", "doubled", "", "强杀后重复决定", "decided twice after kills", most=0),
)  # fmt: skip


def ratios(found: Rounds, *, database: str) -> dict[str, dict[str, Any]]:
    """Return {"median", "rounds", "spread", "goal", "met"} for every goal that the quantities of one run can judge.

    The spread is the largest less the smallest round, as a share of the median; None when that is 0.
    """
    told: dict[str, dict[str, Any]] = {}
    for goal in GOALS:
        if goal.only_postgresql and database == "sqlite":
            continue
        each = _of_rounds(found, goal)
        if not each:
            continue
        median, (sign, figure) = statistics.median(each), goal.bound(database)
        met = median >= figure if sign == ">=" else median <= figure
        spread = (max(each) - min(each)) / median if median else None
        told[goal.key] = {
            "median": median, "rounds": each, "spread": spread, "goal": f"{sign} {figure:g}", "met": met,
        }  # fmt: skip
    return told


def _of_rounds(found: Rounds, goal: Goal) -> list[float]:
    over = found.get(goal.over, ())
    if not goal.under:
        return [each for each in over if each is not None]
    pairs = zip(over, found.get(goal.under, ()), strict=False)
    return [one / other for one, other in pairs if one is not None and other]


def rates(found: Rounds) -> dict[str, dict[str, Any]]:
    """Return {"median", "rounds"} for every quantity that was measured at least once."""
    told = {}
    for name, rounds in found.items():
        known = [each for each in rounds if each is not None]
        if known:
            told[name] = {"median": statistics.median(known), "rounds": list(rounds)}
    return told


def missed(told: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Return the keys whose goal is not met."""
    return [key for key, each in told.items() if not each["met"]]


def order[T](names: Sequence[T], rounds: int) -> Iterator[tuple[int, T]]:
    """Yield (round, name): each round has every name once, every other round from the last to the first.

    So no measure always follows the same one, and a machine that gets slower during the run slows all of them.
    """
    for number in range(rounds):
        for name in names if number % 2 == 0 else reversed(names):
            yield number, name
