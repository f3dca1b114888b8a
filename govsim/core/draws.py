"""Chance that does not depend on the order of execution: every draw is a function of a seed and a key.

Adding a draw somewhere never changes another one, so the same seed gives the same world and the same outcomes
(law 3; decision 12).
"""

import hashlib
import math
import random
from collections.abc import Sequence

_SPAN = float(1 << 53)


def _number(seed: int, key: tuple[object, ...]) -> int:
    text = "\x1f".join(map(str, (seed, *key)))
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest())


def uniform(seed: int, *key: object) -> float:
    """Return a number in [0, 1)."""
    return (_number(seed, key) >> 11) / _SPAN


def integer(low: int, high: int, seed: int, *key: object) -> int:
    """Return a whole number from `low` to `high`, both included."""
    return low + int(uniform(seed, *key) * (high - low + 1))


def pick[T](choices: Sequence[T], seed: int, *key: object) -> T:
    """Return one of `choices`, each as likely as another."""
    return choices[int(uniform(seed, *key) * len(choices))]


def weighted[T](choices: Sequence[tuple[T, float]], seed: int, *key: object) -> T:
    """Return the first part of one of `choices`, as likely as its second part says."""
    mark = uniform(seed, *key) * sum(weight for _, weight in choices)
    for choice, weight in choices:
        mark -= weight
        if mark < 0:
            return choice
    return choices[-1][0]


def lognormal(median: float, sigma: float, seed: int, *key: object) -> float:
    """Return a positive number around `median`; `sigma` is the standard deviation of its logarithm."""
    first = max(uniform(seed, *key, "radius"), 1e-12)
    second = uniform(seed, *key, "angle")
    return median * math.exp(sigma * math.sqrt(-2 * math.log(first)) * math.cos(2 * math.pi * second))


def text(alphabet: str, length: int, seed: int, *key: object) -> str:
    """Return `length` characters of `alphabet`."""
    return "".join(pick(alphabet, seed, *key, position) for position in range(length))


def stream(seed: int, *key: object) -> random.Random:
    """Return a generator of its own for bulk work under this key."""
    return random.Random(_number(seed, key))  # noqa: S311 - simulation, not secrets
