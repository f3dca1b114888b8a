"""Chance that does not depend on the order of execution: every draw is a function of a seed and a key.

Adding a draw somewhere never changes another one, so the same seed gives the same world and the same outcomes
(law 3; decision 12).
"""

import hashlib
import math
import random
from collections.abc import Sequence

_SPAN = float(1 << 53)


def _hash(seed: int, key: tuple[object, ...]) -> "hashlib.blake2b":
    return hashlib.blake2b("\x1f".join(map(str, (seed, *key))).encode(), digest_size=8)


def _fraction(hashed: "hashlib.blake2b") -> float:
    return (int.from_bytes(hashed.digest()) >> 11) / _SPAN


def uniform(seed: int, *key: object) -> float:
    """Return a number in [0, 1)."""
    return _fraction(_hash(seed, key))


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
    radius = _hash(seed, (*key, ""))  # two draws under one key, which is written down once
    angle = radius.copy()
    radius.update(b"radius")
    angle.update(b"angle")
    first = max(_fraction(radius), 1e-12)
    return median * math.exp(sigma * math.sqrt(-2 * math.log(first)) * math.cos(2 * math.pi * _fraction(angle)))


def text(alphabet: str, length: int, seed: int, *key: object) -> str:
    """Return `length` characters of `alphabet`."""
    return "".join(pick(alphabet, seed, *key, position) for position in range(length))


def stream(seed: int, *key: object) -> random.Random:
    """Return a generator of its own for bulk work under this key."""
    return random.Random(int.from_bytes(_hash(seed, key).digest()))  # noqa: S311 - simulation, not secrets
