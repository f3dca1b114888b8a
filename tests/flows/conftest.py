"""A world with people, certificates and a published catalogue, for stories told through the actions."""

from collections.abc import Callable
from typing import Any

import pytest

from certificates.actions import seed
from govsim.core import world as worlds
from govsim.core.models import World
from govsim.exchange.actions import load_cast, populate
from services.actions import publish

ELDER = "440399194803150028"


@pytest.fixture
def make_world(db: None) -> Callable[..., World]:
    """Return a maker of worlds: `make_world(seed=7, cast={…}, persons=40)`."""

    def make(*, name: str = "story", seed_: int = 7, cast: Any = None, persons: int = 40, **settings: Any) -> World:
        publish()
        world = worlds.create(name=name, seed=seed_, mode=World.Mode.STEP, settings=settings)
        if cast is not None:
            load_cast(world=world, data=cast)
        populate(world=world, persons=persons, enterprises=5)
        seed(world=world)
        return world

    return make
