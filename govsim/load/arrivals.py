"""When who arrives and what they are going to do: planned from the seed before anything is sent. Pure.

A session's steps have planned moments of their own (think times are drawn here), so a latency is counted from the
moment at which somebody wanted something, not from the moment at which the generator got round to it.
"""

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from govsim.load.profile import DAY, SPIKE, STEPS, SURGE, Profile

# What each persona does, with the mean think time in seconds before each step.
SCRIPTS: Final[dict[str, tuple[tuple[str, float], ...]]] = {
    "applicant": (("submit", 0.0),),
    "careful": (("guide", 0.0), ("prefill", 1.0), ("submit", 2.0), ("look", 2.0)),
    "reader": (("home", 0.0), ("guide", 1.0)),
    "verifier": (("verify", 0.0),),
    "officer": (("inbox", 0.0), ("inbox", 2.0)),
}
SUBMITTING: Final = frozenset({"applicant", "careful"})


@dataclass(frozen=True, slots=True)
class Session:
    """One visit: `steps` are (what, planned second of the run); `seat` and `item` are drawn for it."""

    number: int
    persona: str
    seat: int
    item: str
    human: bool
    steps: tuple[tuple[str, float], ...]


def intensity(profile: Profile, at: float) -> float:
    """Return the rate at second `at` of the run, relative to the profile's rate."""
    progress = max(0.0, (at - profile.warm_up) / profile.seconds)
    match profile.shape:
        case "day":
            return DAY[min(int(progress * len(DAY)), len(DAY) - 1)]
        case "steps":
            return STEPS[min(int(progress * len(STEPS)), len(STEPS) - 1)]
        case "spike":
            return SPIKE if 1 / 3 <= progress < 2 / 3 else 1.0
        case "surge":
            return SURGE[min(int(progress * len(SURGE)), len(SURGE) - 1)]
    return 1.0


def _gap(profile: Profile, drawn: random.Random, rate: float) -> float:
    return 1 / rate if profile.shape == "constant" else -math.log(1.0 - drawn.random()) / rate


def sessions(profile: Profile, *, part: int = 0, parts: int = 1) -> Iterator[Session]:
    """Yield the sessions of a run in order of their arrival; with `parts`, every so-manieth from `part` on.

    The same profile gives the same sessions, however many generators share them. Other shapes than constant are
    thinned Poisson streams, so that the rate may change at any moment.
    """
    drawn = random.Random(profile.seed)  # noqa: S311 — a simulation
    applying = sum(share for name, share in profile.personas.items() if name in SUBMITTING)
    names, weights = zip(*((name, share / applying) for name, share in profile.personas.items() if share), strict=True)
    items, item_weights = tuple(profile.items), tuple(profile.items.values())
    most = profile.rate * sum(weights) * max(DAY + STEPS + (SPIKE,) if profile.shape in ("day", "spike") else (1.0,))
    at, number = 0.0, 0
    while True:
        at += _gap(profile, drawn, most)
        if at >= profile.whole:
            return
        kept = drawn.random() * most <= profile.rate * sum(weights) * intensity(profile, at)
        persona = drawn.choices(names, weights)[0]
        item = drawn.choices(items, item_weights)[0]
        seat, human = drawn.randrange(profile.people), drawn.random() < profile.human
        thoughts = tuple(drawn.expovariate(1 / mean) if mean else 0.0 for _, mean in SCRIPTS[persona])
        if not kept:
            continue
        if number % parts == part:
            yield Session(number, persona, seat, item, human, _steps(persona, at, thoughts))
        number += 1


def _steps(persona: str, at: float, thoughts: tuple[float, ...]) -> tuple[tuple[str, float], ...]:
    planned = []
    for (what, _), thought in zip(SCRIPTS[persona], thoughts, strict=True):
        at += thought
        planned.append((what, at))
    return tuple(planned)
