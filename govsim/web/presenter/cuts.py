"""Where a show stops: the opening, the steps of its cut, the closing. Pure."""

from collections.abc import Sequence

from govsim.walkthroughs.story import Pack

OPENING = 0


def closing(pack: Pack) -> int:
    """Return the position after the last step."""
    return len(pack.steps) + 1


def stops(pack: Pack, cut: int) -> list[int]:
    """Return the positions at which a show of so many minutes stops, in order."""
    steps = [at for at, step in enumerate(pack.steps, start=1) if step.cut <= cut]
    return [OPENING, *steps, closing(pack)]


def after(found: Sequence[int], position: int) -> int | None:
    """Return the stop that follows a position, or None at the end."""
    return next((each for each in found if each > position), None)


def before(found: Sequence[int], position: int) -> int | None:
    """Return the stop that comes before a position, or None at the beginning."""
    return next((each for each in reversed(found) if each < position), None)
