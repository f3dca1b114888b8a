"""Enterprises and the addresses at which they may register, from a seed (domain.md C.1, C.4, C.13). Pure."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache, lru_cache

from govsim.core import draws
from govsim.core.codes import credit, regions
from govsim.exchange.population import words
from govsim.exchange.population.people import AS_OF, pick, weighted
from govsim.exchange.population.persons import Body

# Organisation codes MN400000 to MN499999; those below are departments and firms that files name, those above are
# firms that are founded in the simulation.
FIRST_BODY = 400_000
MOST = 100_000
# Ten enterprises in a row: five in Shenzhen, three in Jiangmen, two in Zhaoqing; and what they are.
_CITIES = ("shenzhen", "jiangmen", "shenzhen", "zhaoqing", "shenzhen") * 2
_CITY_ROW = (*_CITIES[:8], "jiangmen", "jiangmen")
_KIND_ROW = ("company", "individual", "company", "company", "sole", "individual", "company")
# Addresses of each city that nobody uses yet, for those who open a company.
SPARE_ADDRESSES = 40
BLOCK = 500


@dataclass(frozen=True, slots=True)
class Firm:
    """One enterprise with its names; what else the register says is drawn apart."""

    index: int
    code: str
    kind: str
    city: str
    district: str
    name: str
    name_en: str
    scope: tuple[str, ...]
    food_sales: bool


def city_of(index: int) -> str:
    """Return the city of an enterprise; known without drawing, so that people can work there."""
    return _CITY_ROW[index % 10]


@cache
def indexes_of(city: str, count: int) -> Sequence[int]:
    """Return which of the first `count` enterprises are in a city."""
    return [index for index in range(count) if city_of(index) == city]


@lru_cache(maxsize=50_000)
def code_of(index: int) -> str:
    """Return the credit code of an enterprise. Raises ValueError beyond MOST."""
    if index >= MOST:
        raise ValueError(f"a population has at most {MOST} enterprises")
    category = "92" if _KIND_ROW[index % 7] == "individual" else "91"
    return credit.make(category, regions.city(city_of(index)).simulated, f"MN{FIRST_BODY + index:06d}")


def address_code(city: str, number: int) -> str:
    """Return the code of one address of a city: `DZ440399000001`."""
    return f"DZ{regions.city(city).simulated}{number:06d}"


def firm(seed: int, index: int) -> Firm:
    """Return one enterprise. No two have the same name: names count through the words, in an order of the seed."""
    city = regions.city(city_of(index))
    kind = _KIND_ROW[index % 7]
    zh, en, scope, food, form_zh, form_en = words.INDUSTRIES[index // 10 % len(words.INDUSTRIES)]
    trade, trade_en = _trade_name(seed, index)
    district = city.districts[draws.integer(0, len(city.districts) - 1, seed, "firm", "district", index)]
    if kind == "company":
        name, name_en = f"{city.zh}{trade}{zh}有限公司", f"{city.en} {trade_en} {en} Co., Ltd."
    else:
        name, name_en = f"{city.zh}{district.zh}{trade}{form_zh}", f"{trade_en} {form_en}, {district.en}, {city.en}"
    return Firm(index, code_of(index), kind, city.slug, district.code, name, name_en, scope, food)


def _trade_name(seed: int, index: int) -> tuple[str, str]:
    first, second, third = _word_order(seed)
    size = len(first)
    # Neighbours differ in all three characters, so a new name is rarely one character away from a registered one.
    a, rest = index % size, index // size
    b, rest = rest % size, rest // size
    c, again = rest % size, rest // size
    chosen = [first[a], second[(b + a) % size], third[(c + b + a) % size]]
    chosen += first[again - 1 : again] if again else []  # a fourth character when all threes are used
    return "模拟" + "".join(zh for zh, _ in chosen), "Moni " + "".join(en for _, en in chosen).capitalize()


@cache
def _word_order(seed: int) -> tuple[Sequence[tuple[str, str]], ...]:
    return tuple(_shuffled(draws.stream(seed, "firm", "words", at), each) for at, each in enumerate(words.TRADE_WORDS))


def _shuffled[T](rng: random.Random, choices: Sequence[T]) -> Sequence[T]:
    found = list(choices)
    rng.shuffle(found)
    return found


def enterprise(found: Firm, rng: random.Random, owners: Sequence[str]) -> Body:
    """Return the record of one enterprise; its legal representative is one of `owners`."""
    state, capital, age, shared, owner = (rng.random() for _ in range(5))
    status = "active" if state < 0.91 else "revoked" if state < 0.95 else "cancelled"
    most = {"company": 500, "individual": 10, "sole": 30}[found.kind]
    # One in ten shares the address of an earlier enterprise of its city.
    number = found.index // 10 * 5 + 1 if shared < 0.1 else found.index + 1
    return {
        "name": found.name,
        "name_en": found.name_en,
        "kind": found.kind,
        "status": status,
        "capital_fen": (1 + int(most * capital**2)) * 1_000_000,
        "scope": list(found.scope),
        "food_sales": found.food_sales,
        "address_code": address_code(found.city, number),
        "legal_representative": owners[int(owner * len(owners))] if owners else "",
        "established_on": (AS_OF - timedelta(days=int(30 + 6500 * age**1.5))).isoformat(),
    }


def address(city: str, number: int, rng: random.Random, *, used: bool) -> Body:
    """Return one entry of the address library; a few are blocked or full."""
    state, full, many = rng.random(), rng.random(), rng.random()
    limit = weighted(rng, ((1, 45), (3, 25), (5, 20), (50, 10)))
    district = pick(rng, regions.city(city).districts)
    zh, en = words.address(district.code, 1000 + number)
    registered = limit if full < 0.1 else max(int(limit * many * 0.9), int(used))
    return {
        "address": zh,
        "address_en": en,
        "city": city,
        "district": district.zh,
        "status": "blocked" if state < 0.06 else "normal",
        "registered": registered,
        "limit": limit,
    }


def records(
    seed: int, *, enterprises: int, owners: Mapping[str, Sequence[str]]
) -> Iterator[tuple[str, str, str, Body]]:
    """Yield (dataset, key, city, record) of all enterprises and of the address library.

    `owners` gives the people of each city who may be legal representatives.
    """
    for start in range(0, enterprises, BLOCK):
        rng = draws.stream(seed, "population", "enterprises", start)
        for index in range(start, min(start + BLOCK, enterprises)):
            found = firm(seed, index)
            yield "enterprises", found.code, found.city, enterprise(found, rng, owners.get(found.city, ()))
    for city in regions.CITIES:
        used = {index + 1 for index in indexes_of(city.slug, enterprises)}
        used |= {index // 10 * 5 + 1 for index in indexes_of(city.slug, enterprises)}
        for number in sorted(used) + [900_000 + spare for spare in range(SPARE_ADDRESSES)]:
            rng = draws.stream(seed, "population", "address_codes", city.slug, number)
            yield (
                "address_codes",
                address_code(city.slug, number),
                city.slug,
                address(city.slug, number, rng, used=number < 900_000),
            )
