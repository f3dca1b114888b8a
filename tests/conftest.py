"""What every test may ask for: a world with a fixed seed, its clock stopped at the simulation's first morning."""

import pytest

from govsim.core import world as worlds
from govsim.core.models import World


@pytest.fixture
def world(db: None) -> World:
    return worlds.create(name="test", seed=20211201, mode=World.Mode.STEP)
