"""Of two who want the same name one gets it, for two months (N9, N12)."""

import threading
from datetime import datetime, timedelta

import pytest
from django.db import connection

from govsim.core import clock
from govsim.core import world as worlds
from govsim.core.errors import BadInput, Conflict
from govsim.exchange import actions, queries
from tests.exchange.conftest import AT, CHEN, LIN

NAME = "深圳市模拟云舟科技有限公司"


def reserve(world, by=CHEN, name=NAME, at=AT, city="shenzhen"):
    return actions.reserve_name(world=world, name=name, city=city, by=by, at=at)


@pytest.mark.django_db
@pytest.mark.database
class TestOneAfterTheOther:
    def test_a_name_is_kept_for_two_months(self, world):
        reservation = reserve(world)
        assert reservation.until == datetime(2022, 2, 1, tzinfo=clock.ZONE)
        assert queries.taken_names(world, "shenzhen", AT) == [NAME]
        assert queries.taken_names(world, "jiangmen", AT) == []
        assert queries.taken_names(world, "shenzhen", AT, by=CHEN) == []
        assert queries.taken_names(world, "shenzhen", AT, by=LIN) == [NAME]

    def test_asking_again_is_the_same_reservation(self, world):
        assert reserve(world) == reserve(world, name=f" {NAME} ")

    def test_somebody_else_is_refused_until_it_is_given_up(self, world):
        reserve(world)
        with pytest.raises(Conflict):
            reserve(world, by=LIN)
        assert not actions.release_name(world=world, name=NAME, by=LIN, at=AT)
        assert actions.release_name(world=world, name=NAME, by=CHEN, at=AT)
        assert reserve(world, by=LIN).by == LIN

    def test_somebody_else_gets_it_after_it_has_run_out(self, world):
        until = reserve(world).until
        with pytest.raises(Conflict):
            reserve(world, by=LIN, at=until - timedelta(seconds=1))
        assert queries.taken_names(world, "shenzhen", until) == []
        assert reserve(world, by=LIN, at=until).by == LIN

    def test_another_world_is_another_registrar(self, world, neighbour):
        reserve(world)
        assert reserve(neighbour, by=LIN).by == LIN

    def test_a_registered_name_is_taken(self, cast):
        with pytest.raises(Conflict):
            reserve(cast, name="深圳市模拟禾田科技有限公司")
        assert "深圳市模拟禾田科技有限公司" in queries.taken_names(cast, "shenzhen", AT)

    @pytest.mark.parametrize(("name", "city"), [("", "shenzhen"), ("字" * 61, "shenzhen"), (NAME, "atlantis")])
    def test_an_empty_name_or_an_unknown_city_is_refused(self, world, name, city):
        with pytest.raises(BadInput):
            reserve(world, name=name, city=city)


@pytest.mark.django_db(transaction=True)
@pytest.mark.database
def test_of_many_at_the_same_moment_only_one_gets_it():
    world = worlds.create(name="race", seed=1, mode="frozen", at=AT)
    start, won, lost = threading.Barrier(4), [], []

    def want(by):
        start.wait()
        try:
            won.append(reserve(world, by=by).by)
        except Conflict:
            lost.append(by)
        finally:
            connection.close()

    threads = [threading.Thread(target=want, args=(f"applicant-{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
    assert len(lost) == 3
    assert [each.by for each in queries.reservations(world, "shenzhen", AT)] == won
