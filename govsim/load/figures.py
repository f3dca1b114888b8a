"""The arithmetic of a report: percentiles from all samples, throughput, Little's law. Pure."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

SHARES: Final = {"p50": 0.5, "p90": 0.9, "p95": 0.95, "p99": 0.99, "p999": 0.999}
ENOUGH: Final = {"p999": 10_000}  # samples below which a percentile says nothing

CALM: Final = 5.0  # seconds without trouble after which a platform counts as recovered


def percentile(ordered: Sequence[float], share: float) -> float:
    """Return the smallest sample that is not below `share` of all (nearest rank). `ordered` is sorted, not empty."""
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def spread(samples: Iterable[float]) -> dict[str, Any]:
    """Return count, mean, percentiles and maximum, in the samples' unit; only the count when there is none."""
    ordered = sorted(samples)
    if not ordered:
        return {"n": 0}
    found: dict[str, Any] = {"n": len(ordered), "mean": sum(ordered) / len(ordered)}
    for name, share in SHARES.items():
        found[name] = percentile(ordered, share) if len(ordered) >= ENOUGH.get(name, 1) else None
    return found | {"max": ordered[-1]}


def little(*, in_system: float, arrivals_per_second: float, mean_seconds: float) -> dict[str, float | None]:
    """Return Little's law: how many were in the system, how many rate × time says, and the gap as a share.

    A large gap means a measuring fault, or a system that was not steady.
    """
    said = arrivals_per_second * mean_seconds
    gap = abs(in_system - said) / max(in_system, said) if max(in_system, said) > 0 else None
    return {"measured": in_system, "rate_times_time": said, "gap": gap}


def recovered(bad: Iterable[float], *, end: float, whole: float) -> float | None:
    """Return the seconds from `end` until CALM seconds began in which nothing went wrong; None when none did.

    `bad` are the moments of what went wrong, `whole` is the moment at which the run ended.
    """
    since = end
    for moment in sorted(each for each in bad if each >= end):
        if moment - since > CALM:
            break
        since = moment
    return since - end if whole - since >= CALM else None


def per_second(moments: Iterable[float], *, seconds: int) -> list[int]:
    """Count moments (seconds of the run) in each whole second."""
    counted = [0] * seconds
    for moment in moments:
        if 0 <= moment < seconds:
            counted[int(moment)] += 1
    return counted


def tally(values: Iterable[str]) -> dict[str, int]:
    """Count equal words, the most frequent first."""
    counted: dict[str, int] = {}
    for value in values:
        counted[value] = counted.get(value, 0) + 1
    return dict(sorted(counted.items(), key=lambda each: (-each[1], each[0])))


def at(figures: Mapping[str, Any], path: str) -> float | None:
    """Return the figure that a dotted path names. Raises KeyError when there is no such figure."""
    found: Any = figures
    for part in path.split("."):
        found = found[part]
    if found is None or isinstance(found, int | float):
        return found
    raise KeyError(path)
