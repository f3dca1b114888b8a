"""Households and their members from a seed (domain.md C.1, C.2). Pure.

People are made in blocks of households, each block from a stream of its own, so memory stays bounded, and a larger
population begins with the same people as a smaller one.
"""

import random
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache

from govsim.core import draws
from govsim.core.codes import citizen, regions
from govsim.exchange.population import words

# "Today" of the simulation, on which the ages are right.
AS_OF = date(2021, 12, 1)
BLOCK = 100  # households
# Sequences below this are left to people whom files name (`registers load`, walk-throughs).
FIRST_SEQUENCE = 100

# Share of the households by city, by kind, and of those registered elsewhere, by the city in which they live.
CITIES = (("shenzhen", 50), ("jiangmen", 30), ("zhaoqing", 20))
KINDS = (
    ("elderly_couple", 13),
    ("elderly", 7),
    ("couple", 16),
    ("family", 26),
    ("three_generations", 9),
    ("single", 17),
    ("graduate", 12),
)
REGISTERED_ELSEWHERE = {"shenzhen": 0.4, "jiangmen": 0.1, "zhaoqing": 0.08}
ELSEWHERE = (("other", 80), ("jiangmen", 8), ("zhaoqing", 8), ("shenzhen", 4))


@dataclass(frozen=True, slots=True)
class Person:
    """One resident: `city` is where they live, `household_city` where they are registered."""

    index: int
    number: str
    name: str
    pinyin: str
    sex: str
    birth: date
    graduate: bool
    city: str
    household_city: str
    household_region: str
    registered_on: date
    address: str
    address_en: str
    spouse: str
    household: str
    guardian: str

    @property
    def age(self) -> int:
        """Return the completed years on AS_OF."""
        return AS_OF.year - self.birth.year - ((AS_OF.month, AS_OF.day) < (self.birth.month, self.birth.day))


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in a household that is being drawn: age in years with a fraction."""

    sex: str
    age: float
    role: str  # adult, spouse, child, parent, graduate


class Numbers:
    """Gives every person a number of their own; counts per region, birthday and sex, so memory stays bounded."""

    def __init__(self, taken: AbstractSet[str]) -> None:
        self._taken = taken
        self._next: dict[tuple[str, date, str], int] = {}

    def give(self, region: str, birth: date, sex: str) -> tuple[str, date]:
        """Return a free number, and the birthday, which moves back a day when all sequences of it are used."""
        while True:
            key = (region, birth, sex)
            sequence = self._next.get(key, FIRST_SEQUENCE + (sex == "male"))
            if sequence > 999:
                birth -= timedelta(days=1)
                continue
            self._next[key] = sequence + 2
            number = citizen.make(region, birth, sequence)
            if number not in self._taken:
                return number, birth


def pick[T](rng: random.Random, choices: Sequence[T]) -> T:
    """Return one of `choices`; unlike `Random.choice` it always takes one draw."""
    return choices[int(rng.random() * len(choices))]


def weighted[T](rng: random.Random, choices: Sequence[tuple[T, float]]) -> T:
    """Return the first part of one of `choices`, as likely as its second part says; one draw."""
    mark = rng.random() * sum(weight for _, weight in choices)
    for choice, weight in choices:
        mark -= weight
        if mark < 0:
            return choice
    return choices[-1][0]


def people(seed: int, *, persons: int, taken: AbstractSet[str] = frozenset()) -> Iterator[list[Person]]:
    """Yield `persons` people in blocks; numbers in `taken` are not used. The last household may be cut short."""
    numbers = Numbers(taken)
    made = block = 0
    while made < persons:
        rng = draws.stream(seed, "population", "people", block)
        found: list[Person] = []
        for _ in range(BLOCK):
            members = _members(rng)
            # The draws of a household that is cut short are the same as those of the whole one.
            found.extend(_household(rng, numbers, members, made + len(found))[: persons - made - len(found)])
        present = {person.number for person in found}
        yield [person if person.spouse in present else replace(person, spouse="") for person in found]
        made += len(found)
        block += 1


def _members(rng: random.Random) -> list[Member]:
    kind = weighted(rng, KINDS)
    sex = "male" if rng.random() < 0.5 else "female"
    other = "female" if sex == "male" else "male"
    gap = rng.random() * 8 - 3
    if kind in ("elderly", "elderly_couple"):
        age = 60 + 43 * rng.random() ** 2.2
        members = [Member(sex, age, "adult"), Member(other, min(max(age - gap, 56), 103), "spouse")]
        return members[: 2 if kind == "elderly_couple" else 1]
    if kind == "graduate":
        return [Member(sex, 21 + 5.5 * rng.random(), "graduate")]
    if kind == "single":
        return [Member(sex, 18 + 41 * rng.random() ** 1.2, "adult")]
    age = (25 + 34 * rng.random()) if kind == "couple" else (29 + 19 * rng.random())
    members = [Member(sex, age, "adult"), Member(other, max(age - gap, 23), "spouse")]
    if kind != "couple":
        for _ in range(1 + (rng.random() < 0.45)):
            child_sex = "male" if rng.random() < 0.52 else "female"
            members.append(Member(child_sex, rng.random() * min(17.9, age - 23), "child"))
    if kind == "three_generations":
        members.append(Member(pick(rng, ("male", "female")), min(age + 23 + 14 * rng.random(), 103), "parent"))
    return members


def _household(rng: random.Random, numbers: Numbers, members: list[Member], first: int) -> list[Person]:
    city = weighted(rng, CITIES)
    elsewhere = rng.random() < REGISTERED_ELSEWHERE[city]
    away = weighted(rng, ELSEWHERE)
    household_city = away if elsewhere else city
    region = "440000" if household_city == "other" else pick(rng, _districts(household_city))
    address, address_en = _address(region, 1 + int(rng.random() * 999))
    surnames = [pick(rng, tuple(words.SURNAMES)) for _ in range(2)]
    father = surnames[0] if members[0].sex == "male" else surnames[1]
    found: list[Person] = []
    for at, member in enumerate(members):
        surname = father if member.role == "child" else surnames[at % 2]
        name = f"{surname}样{pick(rng, words.GIVEN_NAMES)}"
        number, birth = numbers.give(
            regions.city(city).simulated, AS_OF - timedelta(days=1 + int(member.age * 365.2425)), member.sex
        )
        head = found[0] if found else None
        found.append(
            Person(
                index=first + at,
                number=number,
                name=name,
                pinyin=words.pinyin(name) or "",
                sex=member.sex,
                birth=birth,
                graduate=member.role == "graduate",
                city=city,
                household_city=household_city,
                household_region=region,
                registered_on=_registered_on(rng, birth, moved=household_city == city == "shenzhen"),
                address=address,
                address_en=address_en,
                spouse=head.number if head and member.role == "spouse" else "",
                household=head.number if head else number,
                guardian=head.number if head and member.role == "child" else "",
            )
        )
    if len(found) > 1 and members[1].role == "spouse":
        found[0] = replace(found[0], spouse=found[1].number)
    return found


def _registered_on(rng: random.Random, birth: date, *, moved: bool) -> date:
    stays, when = rng.random() < (0.35 if moved else 0.9), rng.random()
    return birth if stays else birth + timedelta(days=int((AS_OF - birth).days * when))


@cache
def _districts(city: str) -> tuple[str, ...]:
    return tuple(district.code for district in regions.city(city).districts)


@cache
def _address(region: str, number: int) -> tuple[str, str]:
    return words.address(region, number)
