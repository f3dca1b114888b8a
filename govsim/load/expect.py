"""What a run has to show: `decided.p99<2s`, `lost==0`, `accepted.rate>=190`. Pure."""

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from govsim.load import LoadError, figures

COMPARE: Final[Mapping[str, Callable[[float, float], bool]]] = {
    "<=": operator.le, ">=": operator.ge, "==": operator.eq, "!=": operator.ne, "<": operator.lt, ">": operator.gt,
}  # fmt: skip
UNITS: Final = {"": 1.0, "s": 1.0, "ms": 0.001, "%": 0.01}
FORM: Final = re.compile(r"([a-z][a-z0-9_.]*)\s*(<=|>=|==|!=|<|>)\s*(-?\d+(?:\.\d+)?)\s*(s|ms|%|)")


@dataclass(frozen=True)
class Expectation:
    """One comparison of a figure of the report with a number (seconds, shares or counts)."""

    text: str
    path: str
    sign: str
    number: float


@dataclass(frozen=True)
class Verdict:
    """Whether an expectation held, and what was found; without a figure it did not hold."""

    text: str
    found: float | None
    held: bool


def read(text: str) -> Expectation:
    """Read one expectation. Raises LoadError when it is none."""
    match = FORM.fullmatch(text.strip())
    if match is None:
        raise LoadError(f"无法识别的期望 / not an expectation: {text} (e.g. decided.p99<2s, lost==0)")
    path, sign, number, unit = match.groups()
    return Expectation(text.strip(), path, sign, float(number) * UNITS[unit])


def judge(expected: Sequence[Expectation], told: Mapping[str, Any]) -> list[Verdict]:
    """Hold the figures of a run against what was expected. Raises LoadError for a figure that no report has."""
    verdicts = []
    for each in expected:
        try:
            found = figures.at(told, each.path)
        except (KeyError, TypeError):
            raise LoadError(f"报告中没有这个数字 / the report has no such figure: {each.path}") from None
        verdicts.append(Verdict(each.text, found, found is not None and COMPARE[each.sign](found, each.number)))
    return verdicts
