"""What every test may ask for: a published catalogue, a world with a fixed seed, people and firms to act in it."""

from typing import Any

import pytest

from certificates.actions import seed as hold_certificates
from govsim.core import world as worlds
from govsim.core.models import World
from govsim.exchange.actions import populate
from services import queries as catalogue
from services.actions import publish


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Publish the catalogue once: it belongs to the installation, not to a test's world."""
    with django_db_blocker.unblock():
        publish()


@pytest.fixture
def published(db: None) -> None:
    """Publish again where a test with real transactions has emptied the tables."""
    if not catalogue.items():
        publish()


@pytest.fixture
def world(db: None) -> World:
    """A world without people, its clock standing at the simulation's first morning."""
    return worlds.create(name="test", seed=20211201, mode=World.Mode.STEP)


@pytest.fixture
def town(published: None, world: World) -> World:
    """The same world with 300 people and 20 firms, who hold the certificates that their registers imply."""
    populate(world=world, persons=300, enterprises=20)
    hold_certificates(world=world)
    return world
