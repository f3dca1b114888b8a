"""All records of a population, one after the other. Pure."""

import random
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from functools import cache
from typing import Any, NamedTuple

from govsim.core import draws
from govsim.exchange import catalogue
from govsim.exchange.population import firms
from govsim.exchange.population.people import Person, people
from govsim.exchange.population.persons import PEOPLE, Known, Register, occupation
from govsim.exchange.population.work_and_home import WORK_AND_HOME

REGISTERS: dict[str, Register] = PEOPLE | WORK_AND_HOME
# Enough people of each city to own all its enterprises, and no more, so that memory stays bounded.
OWNERS = 5_000


class Row(NamedTuple):
    """One record: its dataset, its subject, the department that keeps it, and its content."""

    dataset: str
    key: str
    source: str
    body: dict[str, Any]


def rows(seed: int, *, persons: int, enterprises: int, taken: AbstractSet[str] = frozenset()) -> Iterator[Row]:
    """Yield every record of a population of `persons` people and `enterprises` enterprises, without keeping any.

    Numbers in `taken` belong to people who exist already and are not used. Raises ValueError for more enterprises
    than there are codes.
    """
    owners: dict[str, list[str]] = {}
    for block, members in enumerate(people(seed, persons=persons, taken=taken)):
        streams = {name: draws.stream(seed, "population", name, block) for name in (*REGISTERS, "occupation", "work")}
        for person in members:
            yield from _of_person(person, streams, enterprises)
            able = owners.setdefault(person.city, [])
            if 25 <= person.age < 65 and len(able) < OWNERS:
                able.append(person.number)
    for dataset, key, city, body in firms.records(seed, enterprises=enterprises, owners=owners):
        yield Row(dataset, key, _source(dataset, city), body)


def _of_person(person: Person, streams: dict[str, random.Random], enterprises: int) -> Iterator[Row]:
    nearby = firms.indexes_of(person.city, enterprises)

    def employer(mark: float) -> str:
        return firms.code_of(nearby[int(mark * len(nearby))]) if nearby else ""

    before: dict[str, list[dict[str, Any]]] = {}
    known = Known(person, occupation(person, streams["occupation"]), employer, before)
    home = person.city if person.household_city == "other" else person.household_city
    for dataset, register in REGISTERS.items():
        before[dataset] = register(known, streams[dataset])
        for body in before[dataset]:
            city = body.get("city") or (home if dataset in ("population", "identity_library") else person.city)
            yield Row(dataset, person.number, _source(dataset, city), body)


@cache
def _source(dataset: str, city: str) -> str:
    prefix = catalogue.prefix_of(city)
    if prefix is None:
        raise ValueError(f"no register of {dataset} in {city}")
    return catalogue.datasets()[dataset].source(prefix)
