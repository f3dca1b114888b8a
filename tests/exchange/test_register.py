from datetime import date

import pytest

from govsim.exchange import queries
from govsim.exchange.actions import register
from tests.exchange.conftest import CHEN

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def test_a_decision_adds_to_the_register_of_the_deciding_city(cast):
    body = {"city": "jiangmen", "district": "蓬江区", "since": date(2022, 1, 1)}
    entries = [register.Entry("allowance_roll", CHEN, "jiangmen", body)]
    assert register.write(world=cast, entries=entries) == 1
    (record,) = queries.records(cast, "allowance_roll", [CHEN])
    assert record == {**body, "key": CHEN, "source": "jm.civil"}


def test_nothing_to_write_is_nothing_written(world):
    assert register.write(world=world, entries=[]) == 0
