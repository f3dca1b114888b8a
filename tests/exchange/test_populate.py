from datetime import date

import pytest

from govsim.core.errors import BadInput, Conflict, NotFound
from govsim.exchange import actions, population, queries
from govsim.exchange.models import Record
from tests.exchange.conftest import AT, CHEN, HETIAN

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def test_the_registers_hold_what_the_generator_made(world):
    rows = list(population.rows(7, persons=300, enterprises=40))
    assert actions.populate(world=world, persons=300, enterprises=40, chunk=700) == len(rows)
    stored = Record.objects.filter(world=world).order_by("id")
    assert list(stored.values_list("dataset", "key", "source", "body")) == [tuple(row) for row in rows]
    assert sum(queries.sizes(world).values()) == len(rows)


def test_a_world_is_populated_once(world, neighbour):
    actions.populate(world=world, persons=20, enterprises=5)
    with pytest.raises(Conflict):
        actions.populate(world=world, persons=20, enterprises=5)
    assert actions.populate(world=neighbour, persons=20, enterprises=5)


@pytest.mark.parametrize(
    "sizes", [{"persons": 0}, {"persons": 10_000_001}, {"enterprises": -1}, {"enterprises": 100_001}]
)
def test_impossible_sizes_are_refused(world, sizes):
    with pytest.raises(BadInput):
        actions.populate(world=world, **sizes)


def test_people_whom_a_file_named_keep_their_numbers(world):
    first = next(population.people(7, persons=1))[0]
    actions.load_cast(world=world, data={"people": [{"number": first.number, "name": "陈样甲"}]})
    actions.populate(world=world, persons=50, enterprises=5)
    assert queries.person(world, first.number).name == "陈样甲"


def test_people_for_a_story_are_found(world):
    actions.populate(world=world, persons=600, enterprises=40)
    old = queries.sample_persons(world, household_city="shenzhen", min_age=70, lacking=["allowance_roll", "deaths"])
    assert old
    assert all(person.household_city == "shenzhen" for person in old)
    assert all(person.age_on(AT.date()) >= 70 for person in old)
    savers = queries.sample_persons(world, city="jiangmen", having=["housing_fund"], lacking=["real_estate"], limit=3)
    assert len(savers) == 3
    assert all(person.city == "jiangmen" for person in savers)
    everybody = queries.sample_persons(world, limit=10_000)
    assert len({person.number for person in everybody}) == len(everybody) == 600
    young = queries.sample_persons(world, max_age=17)
    assert all(person.age_on(AT.date()) <= 17 and person.guardian for person in young)
    shops = queries.sample_firms(world, city="zhaoqing", food_sales=True)
    assert shops
    assert {shop.city for shop in shops} == {"zhaoqing"}
    for place in queries.free_addresses(world, "shenzhen", limit=5):
        assert place["registered"] < place["limit"]


def test_one_person_and_one_firm(cast):
    chen = queries.person(cast, CHEN)
    assert (chen.name, chen.pinyin, chen.sex, chen.birth_date) == ("陈样甲", "Chen Yangjia", "male", date(1940, 3, 15))
    assert chen.address_en.endswith("Yangli Road, Nanshan, Shenzhen")
    assert queries.firm(cast, HETIAN).city == "shenzhen"
    with pytest.raises(NotFound):
        queries.person(cast, "440399200201010050")
    with pytest.raises(NotFound):
        queries.firm(cast, "91440399MN0000020R")
