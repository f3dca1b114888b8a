"""What a run shall be: how many apply, how the rate moves, who else is there, for how long. Pure.

The model is open: arrivals do not wait for answers, as citizens do not wait for each other.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from govsim.load import LoadError

SHAPES: Final = ("constant", "poisson", "day", "steps", "spike", "surge")
STEPS: Final = (0.25, 0.5, 0.75, 1.0)  # of the rate, each for a quarter of the time
SPIKE: Final = 3.0  # times the rate, in the middle third of the time
SURGE: Final = (1.0, 0.2)  # of the rate, each for half of the time: a rush, and what the platform does afterwards
# Where a shape's rush ends, as a share of the time.
RUSH_ENDS: Final = {"spike": 2 / 3, "surge": 1 / 2}
# The shape of a working day by hour from 08:30 (our choice): two peaks and a lunch, each relative to the rate.
DAY: Final = (0.9, 1.6, 1.4, 0.5, 0.7, 1.5, 1.3, 0.9, 0.4)

# Sessions per application that a persona adds to the load (our choice).
PERSONAS: Final[Mapping[str, float]] = {
    "applicant": 0.8,
    "careful": 0.2,
    "reader": 0.1,
    "verifier": 0.05,
    "officer": 0.02,
}
# Shares of the items that are applied for (our choice).
ITEMS: Final[Mapping[str, float]] = {
    "sz.old_age_allowance": 0.5, "sz.senior_citizen_card": 0.25, "sz.ride_hailing_driver_permit": 0.15,
    "sz.unemployment_benefit": 0.1,
}  # fmt: skip


@dataclass(frozen=True)
class Profile:
    """One run. `rate` counts applications per second; `seconds` is what is measured, after `warm_up` seconds."""

    rate: float = 50.0
    seconds: float = 60.0
    warm_up: float = 5.0
    shape: str = "poisson"
    seed: int = 1
    people: int = 2000
    generators: int = 1
    human: float = 0.0  # share of the applications that ask for an officer
    retries: int = 0  # how often a refused 429 or 503 is tried again, after its Retry-After
    personas: Mapping[str, float] = field(default_factory=lambda: dict(PERSONAS))
    items: Mapping[str, float] = field(default_factory=lambda: dict(ITEMS))

    def __post_init__(self) -> None:
        """Raise LoadError for what cannot be run."""
        bounds = {
            "rate": (0.1, 20_000), "seconds": (1, 86_400), "warm_up": (0, 3600), "people": (50, 1_000_000),
            "generators": (1, 64), "human": (0, 1), "retries": (0, 10),
        }  # fmt: skip
        for name, (least, most) in bounds.items():
            if not least <= getattr(self, name) <= most:
                raise LoadError(f"{name} 须在 {least} 与 {most} 之间 / must be between {least} and {most}")
        if self.shape not in SHAPES:
            raise LoadError(f"没有这种到达曲线 / no such shape: {self.shape}; {', '.join(SHAPES)}")
        for name, known in (("personas", PERSONAS), ("items", None)):
            shares = getattr(self, name)
            strange = set(shares) - set(known) if known is not None else set()
            if strange:
                raise LoadError(
                    f"没有这种角色 / no such {name}: {', '.join(sorted(strange))}; {', '.join(known or ())}"
                )
            if any(share < 0 for share in shares.values()) or not any(shares.values()):
                raise LoadError(f"{name} 的份额须为正 / shares must be positive")
        if not any(self.personas.get(each) for each in ("applicant", "careful")):
            raise LoadError("至少要有人申报 / somebody has to apply: applicant or careful")

    @property
    def whole(self) -> float:
        """The length of the run in seconds, warm-up included."""
        return self.warm_up + self.seconds

    @property
    def rush_ends(self) -> float | None:
        """The second of the run at which the rush of its shape is over; None for a shape without one."""
        share = RUSH_ENDS.get(self.shape)
        return None if share is None else self.warm_up + self.seconds * share

    def as_data(self) -> dict[str, Any]:
        """Return the profile as plain data, for reports."""
        return asdict(self)


def shares(text: str) -> dict[str, float]:
    """Read `name=share,name=share`. Raises LoadError."""
    found: dict[str, float] = {}
    for part in text.split(","):
        name, sign, share = part.partition("=")
        try:
            found[name.strip()] = float(share) if sign else 1.0
        except ValueError:
            raise LoadError(f"份额须为数字 / a share must be a number: {part}") from None
    return found
