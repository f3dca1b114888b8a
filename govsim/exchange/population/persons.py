"""What the registers know of one person (B.2). Pure.

Every register draws from a stream of its own, so changing or adding one leaves all the others as they were. The
shares are choices of this simulation: each mechanism of B.2 must find people whom it grants, refuses and doubts.
"""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from govsim.core.codes import contacts, regions
from govsim.exchange.population import words
from govsim.exchange.population.people import AS_OF, Person, pick, weighted

type Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Known:
    """What a register may look at: the person, what they do, a pick of employers, and the registers before it."""

    person: Person
    occupation: str
    employer: Callable[[float], str]  # a credit code of the person's city for a number in [0, 1)
    before: Mapping[str, list[Body]]

    def has(self, dataset: str) -> bool:
        """Say whether an earlier register has a record."""
        return bool(self.before.get(dataset))


type Register = Callable[[Known, random.Random], list[Body]]


def ago(days: float) -> str:
    """Return the day so many days before AS_OF, YYYY-MM-DD."""
    return (AS_OF - timedelta(days=int(days))).isoformat()


def years_after(day: date, years: int) -> date:
    """Return the same day of a later year; 29 February becomes 28 February."""
    return day.replace(year=day.year + years, day=28 if (day.month, day.day) == (2, 29) else day.day)


def serial(known: Known, kind: str) -> str:
    """Return a document number that is one person's: letters and the digits of no real document."""
    return f"SIM{kind}{known.person.index:010d}"


def other_name(known: Known, rng: random.Random) -> str:
    """Return a name that differs from the person's by the last character."""
    name = known.person.name
    others = [stem for stem in words.STEMS if not name.endswith(stem)]
    return name[:-1] + pick(rng, others)


def occupation(person: Person, rng: random.Random) -> str:
    """Return child, student, employed, unemployed, retired, enlisted, abroad or none."""
    mark = rng.random()
    if person.age < 16:
        return "child"
    if person.age < 22 and not person.graduate:
        return "student" if mark < 0.75 else "employed"
    if person.age >= (60 if person.sex == "male" else 55):
        return "retired" if mark < 0.93 else "employed"
    if person.graduate:
        return "employed" if mark < 0.55 else "none"
    return weighted(rng, (("employed", 76), ("unemployed", 14), ("none", 7), ("enlisted", 1.5), ("abroad", 1.5)))


def population(known: Known, rng: random.Random) -> list[Body]:
    """Return the household record; a few people are in no register, or in two that differ."""
    person = known.person
    body: Body = {
        "name": person.name,
        "pinyin": person.pinyin,
        "sex": person.sex,
        "birth_date": person.birth.isoformat(),
        "household_city": person.household_city,
        "household_region": person.household_region,
        "registered_on": person.registered_on.isoformat(),
        "address": person.address,
        "address_en": person.address_en,
        "spouse": person.spouse,
        "household": person.household,
        "guardian": person.guardian,
    }
    if rng.random() < 0.006:
        return [body, {**body, "registered_on": ago(rng.random() * 200)}]
    return [body]


def identity_library(known: Known, rng: random.Random) -> list[Body]:
    mark, face = rng.random(), rng.random()
    if mark > (0.985 if known.person.age >= 16 else 0.6):
        return []
    name = other_name(known, rng) if mark < 0.012 else known.person.name
    return [{"name": name, "level": "face" if face < 0.85 else "real_name"}]


def residence_permit(known: Known, rng: random.Random) -> list[Body]:
    person, mark, since, end = known.person, rng.random(), rng.random(), rng.random()
    if person.household_city == person.city or person.age < 16 or mark > 0.75:
        return []
    until = AS_OF + timedelta(days=int(end * 900) - 150)
    start = until - timedelta(days=365 * (1 + int(since * 4)))
    return [
        {
            "number": serial(known, "RP"),
            "city": person.city,
            "valid_from": start.isoformat(),
            "valid_until": until.isoformat(),
        }
    ]


def deaths(known: Known, rng: random.Random) -> list[Body]:
    mark, when = rng.random(), rng.random()
    share = 0.05 if known.person.age >= 80 else 0.02 if known.person.age >= 60 else 0.0
    return [{"died_on": ago(1 + when * 300)}] if mark < share else []


def allowance_roll(known: Known, rng: random.Random) -> list[Body]:
    person, mark, late = known.person, rng.random(), rng.random()
    start_age = 70 if person.household_city == "shenzhen" else 80
    if person.household_city == "other" or person.age < start_age or mark > 0.55:
        return []
    since = years_after(person.birth, start_age) + timedelta(days=int(late * 120))
    return [
        {
            "city": person.household_city,
            "district": regions.region(person.household_region).zh,
            "since": min(since, AS_OF).isoformat(),
        }
    ]


def social_security_card(known: Known, rng: random.Random) -> list[Body]:
    person, mark, state, whose, bank = known.person, rng.random(), rng.random(), rng.random(), rng.random()
    if mark > (0.97 if person.age >= 16 else 0.5):
        return []
    body = {
        "number": serial(known, "SC"),
        "bank": words.BANKS[int(bank * len(words.BANKS))],
        "account": contacts.bank_account(6_000_000_000 + person.index),
        "account_name": other_name(known, rng) if whose < 0.02 else person.name,
        "account_status": "active" if state < 0.93 else "frozen" if state < 0.975 else "closed",
    }
    if rng.random() < 0.006:
        return [body, {**body, "account_status": "frozen" if body["account_status"] == "active" else "active"}]
    return [body]


def degrees(known: Known, rng: random.Random) -> list[Body]:
    person, mark, whose, late = known.person, rng.random(), rng.random(), rng.random()
    level = weighted(rng, (("college", 38), ("bachelor", 47), ("master", 13), ("doctor", 2)))
    school, major = pick(rng, words.SCHOOLS), pick(rng, words.MAJORS)
    age = person.age
    share = 0.95 if person.graduate else 0.5 if age < 35 else 0.3 if age < 50 else 0.1 if age < 70 else 0.03
    if age < 21 or mark > share:
        return []
    if person.graduate:
        year = 2021 if late < 0.75 else 2020 if late < 0.9 else 2018
        level = "college" if age < 22 else "bachelor" if age < 24 and level in ("master", "doctor") else level
    else:
        level = level if age >= 30 else "bachelor" if age >= 24 else "college"
        year = min(person.birth.year + {"college": 21, "bachelor": 22, "master": 25, "doctor": 28}[level], 2021)
    return [
        {
            "number": serial(known, "DG"),
            "level": level,
            "school": school,
            "major": major,
            "graduated_on": date(year, 6, 30).isoformat(),
            "holder_name": other_name(known, rng) if whose < 0.025 else person.name,
        }
    ]


def criminal(known: Known, rng: random.Random) -> list[Body]:
    mark, when = rng.random(), rng.random()
    kind = weighted(
        rng, (("other", 40), ("dangerous_driving", 30), ("traffic_crime", 12), ("drug", 10), ("violent", 8))
    )
    if known.person.age < 20 or mark > 0.028:
        return []
    return [{"kind": kind, "on": ago(60 + when * min(3000, (known.person.age - 18) * 365))}]


def dishonest_persons(known: Known, rng: random.Random) -> list[Body]:
    mark, when = rng.random(), rng.random()
    if known.person.age < 22 or mark > 0.014:
        return []
    # Court 0399 does not exist: the number cannot be a real case.
    return [{"case_number": f"（2021）粤0399执{known.person.index:07d}号", "listed_on": ago(20 + when * 320)}]


def bad_credit(known: Known, rng: random.Random) -> list[Body]:
    mark, when, length = rng.random(), rng.random(), rng.random()
    kind = pick(rng, ("false_materials", "unpaid_fine", "false_commitment"))
    if known.person.age < 18 or mark > 0.03:
        return []
    since = AS_OF - timedelta(days=int(30 + when * 900))
    until = since + timedelta(days=365 * (1 + int(length * 3)))
    return [{"kind": kind, "listed_on": since.isoformat(), "until": until.isoformat()}]


PEOPLE: dict[str, Register] = {
    "population": population,
    "identity_library": identity_library,
    "residence_permit": residence_permit,
    "deaths": deaths,
    "allowance_roll": allowance_roll,
    "social_security_card": social_security_card,
    "degrees": degrees,
    "criminal": criminal,
    "dishonest_persons": dishonest_persons,
    "bad_credit": bad_credit,
}
