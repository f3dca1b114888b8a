"""The first run is whole or not there: a demo that was killed in it must start the next time."""

import pytest

from govsim.core.models import World
from govsim.demo import first_run

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def test_a_world_that_was_not_finished_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    class KilledError(Exception):
        pass

    def killed(**_: object) -> None:
        raise KilledError

    monkeypatch.setattr(first_run, "populate", killed)
    with pytest.raises(KilledError):
        first_run.make_demo_world(seed=7)
    assert not World.objects.filter(name=first_run.DEMO_WORLD).exists()
