"""Figures as the report has them, and as the simulation counts them. The two never stand in one list (law 5)."""

from typing import Any

from govsim.core import reported
from govsim.core.models import World
from govsim.figures import simulated


def figures(world: World | None = None) -> dict[str, list[dict[str, Any]]]:
    """Return `{"reported": […], "simulated": […]}`; without a world only the catalogue is counted."""
    return {
        "reported": [reported.as_data(each) for each in reported.registry()],
        "simulated": simulated.all_figures(world),
    }
