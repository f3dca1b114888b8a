"""Which certificates people and firms hold already, from what the registers say of them. Pure.

Every draw is keyed by the world's seed, the holder and the type, so a larger population holds the same certificates.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from certificates import states
from certificates.schema import add_years
from govsim.core import draws

SEX = {"male": "男", "female": "女"}
CITY = {"shenzhen": "深圳市", "jiangmen": "江门市", "zhaoqing": "肇庆市"}
LEVEL = {"college": "专科", "bachelor": "本科", "master": "硕士研究生", "doctor": "博士研究生"}
DEGREE = {"bachelor": "学士", "master": "硕士", "doctor": "博士"}
KIND = {"company": "有限责任公司", "individual": "个体工商户", "sole": "个人独资企业"}

type Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Person:
    """What has to be known of a person; `records` are those of the datasets in PERSON, oldest first."""

    number: str
    name: str
    sex: str
    birth: date
    city: str
    household_city: str
    address: str
    spouse: str
    spouse_name: str
    household: str
    registered_on: date | None
    records: Mapping[str, Sequence[Body]]


@dataclass(frozen=True, slots=True)
class Firm:
    """What has to be known of an enterprise; `record` is the business register's."""

    code: str
    name: str
    city: str
    representative: str
    premises: str
    record: Body


@dataclass(frozen=True, slots=True)
class Draft:
    """One certificate to be stored. `city` says whose department issued it."""

    type_key: str
    holder_code: str
    holder_name: str
    city: str
    fields: Mapping[str, Any]
    valid_from: date
    valid_until: date | None = None
    number: str | None = None
    state: str = states.VALID


def of_person(seed: int, person: Person, today: date) -> Iterator[Draft]:
    """Yield what a person holds on `today`, a day of the world."""
    yield _identity_card(seed, person, today)
    if person.household_city in CITY and person.registered_on is not None:
        yield _household(seed, person)
    if person.spouse:  # each of the two has a copy
        yield from _marriage(seed, person, today)
    for dataset, make in PERSON.items():
        for record in person.records.get(dataset, ())[-3:]:
            yield from make(seed, person, record, today)


def of_firm(seed: int, firm: Firm) -> Iterator[Draft]:
    """Yield what an enterprise holds: its licence, and the record of its seals."""
    record = firm.record
    state = {"active": states.VALID, "revoked": states.REVOKED, "cancelled": states.CANCELLED}[record["status"]]
    founded = record["established_on"]
    licence = {
        "kind": KIND[record["kind"]],
        "legal_representative": firm.representative,
        "registered_capital_fen": record["capital_fen"],
        "scope": record["scope"],
        "premises": firm.premises,
        "established_on": founded,
    }
    yield Draft("business_licence", firm.code, firm.name, firm.city, licence, founded, number=firm.code, state=state)
    if state == states.VALID and record["kind"] == "company":
        day = founded + timedelta(days=draws.integer(1, 9, seed, "seal_record", firm.code))
        seals = {"seals": ["公章"], "seal_unit": "模拟安信印章制作中心", "recorded_on": day}
        yield Draft("seal_record", firm.code, firm.name, firm.city, seals, day)
    if state == states.VALID and record["food_sales"] and draws.uniform(seed, "food_licence", firm.code) < 0.5:
        day = founded + timedelta(days=draws.integer(10, 60, seed, "food_licence_day", firm.code))
        food = {"legal_representative": firm.representative, "premises": firm.premises, "scope": "预包装食品销售"}
        yield Draft("food_business_licence", firm.code, firm.name, firm.city, food, day, add_years(day, 5))


def _identity_card(seed: int, person: Person, today: date) -> Draft:
    """Terms by age as the law on identity cards has them: 5, 10 or 20 years, from 46 on for good. A few ran out."""
    city = person.household_city if person.household_city in CITY else person.city
    days = draws.integer(1, 1800, seed, "identity_card", person.number)
    issued = max(today - timedelta(days=days), person.birth + timedelta(days=30))
    issued = min(issued, today)
    age = issued.year - person.birth.year - ((issued.month, issued.day) < (person.birth.month, person.birth.day))
    term = 5 if age < 16 else 10 if age < 26 else 20 if age < 46 else 0
    if term == 10 and draws.uniform(seed, "identity_card_expired", person.number) < 0.03:
        issued = add_years(issued, -10)
    fields = {"sex": SEX[person.sex], "birth_date": person.birth, "address": person.address}
    return _draft(person, "resident_identity_card", city, fields, issued, add_years(issued, term) if term else None,
                  number=person.number)  # fmt: skip


def _household(seed: int, person: Person) -> Draft:
    head = person.household == person.number or not person.household
    relation = "户主" if head else "配偶" if person.spouse == person.household else "家庭成员"
    fields = {
        "household_number": f"SIMHH{draws.integer(0, 99_999_999, seed, 'household', person.household):08d}",
        "relation": relation,
        "address": person.address,
        "household_city": CITY[person.household_city],
        "registered_on": person.registered_on,
    }
    day = person.registered_on or person.birth
    return _draft(person, "household_register", person.household_city, fields, day)


def _marriage(seed: int, person: Person, today: date) -> Iterator[Draft]:
    city = person.household_city if person.household_city in CITY else person.city
    couple = sorted((person.number, person.spouse))  # both copies show one date
    younger = max(date.fromisoformat(f"{code[6:10]}-{code[10:12]}-{code[12:14]}") for code in couple)
    day = add_years(younger, 23) + timedelta(days=draws.integer(0, 700, seed, "marriage", *couple))
    if day > today:
        return
    fields = {"spouse_name": person.spouse_name, "spouse_code": person.spouse, "registered_on": day}
    yield _draft(person, "marriage_certificate", city, fields, day)


def _residence_permit(seed: int, person: Person, record: Body, today: date) -> Iterator[Draft]:
    fields = {"city": CITY[record["city"]], "address": person.address, "first_issued_on": record["valid_from"]}
    span = record["valid_from"], record["valid_until"]
    yield _draft(person, "residence_permit", record["city"], fields, *span, number=record["number"])


def _social_security_card(seed: int, person: Person, record: Body, today: date) -> Iterator[Draft]:
    day = today - timedelta(days=draws.integer(30, 3200, seed, "social_security_card", person.number))
    day = max(day, person.birth + timedelta(days=60))
    fields = {"bank": record["bank"], "account": record["account"], "city": CITY[person.city]}
    yield _draft(person, "social_security_card", person.city, fields, day, add_years(day, 10), number=record["number"])


def _degree(seed: int, person: Person, record: Body, today: date) -> Iterator[Draft]:
    day, about = record["graduated_on"], {"school": record["school"], "major": record["major"]}
    diploma = {**about, "level": LEVEL[record["level"]], "graduated_on": day}
    name, number = record["holder_name"], record["number"]
    yield Draft("diploma", person.number, name, person.city, diploma, day, number=number)
    if record["level"] in DEGREE:
        degree = {**about, "degree": DEGREE[record["level"]], "conferred_on": day}
        yield Draft("degree_certificate", person.number, name, person.city, degree, day, number=f"{number}D")


def _title(seed: int, person: Person, record: Body, today: date) -> Iterator[Draft]:
    fields = {
        "unit_code": record["unit_code"],
        "area_m2": record["area_m2"],
        "right": "国有建设用地使用权/房屋所有权",
        "registered_on": record["obtained_on"],
    }
    yield _draft(person, "title_certificate", record["city"], fields, record["obtained_on"])


def _lease(seed: int, person: Person, record: Body, today: date) -> Iterator[Draft]:
    fields = {"contract": record["contract"], "monthly_rent_fen": record["monthly_rent_fen"]}
    span = record["valid_from"], record["valid_until"]
    yield _draft(person, "lease_record", person.city, fields, *span, number=record["contract"])


def _driving_licence(seed: int, person: Person, record: Body, today: date) -> Iterator[Draft]:
    fields = {"licence_class": record["licence_class"], "first_issued_on": record["first_issued_on"]}
    state = states.SUSPENDED if record["status"] == "suspended" else states.VALID
    start = min(max(add_years(record["valid_until"], -10), record["first_issued_on"]), record["valid_until"])
    yield _draft(person, "driving_licence", person.city, fields, start, record["valid_until"], state=state,
                 number=record["number"])  # fmt: skip


def _driver_permit(seed: int, person: Person, record: Body, today: date) -> Iterator[Draft]:
    state = states.VALID if record["status"] == "active" else states.CANCELLED
    start = add_years(record["valid_until"], -3)
    yield _draft(person, "ride_hailing_driver_permit", record["city"], {"city": CITY[record["city"]]}, start,
                 record["valid_until"], state=state, number=record["number"])  # fmt: skip


def _senior_card(seed: int, person: Person, record: Body, today: date) -> Iterator[Draft]:
    state = states.VALID if record["status"] == "active" else states.CANCELLED
    fields = {"city": CITY[record["city"]], "birth_date": person.birth}
    start = min(add_years(person.birth, 60), today)
    yield _draft(person, "senior_citizen_card", record["city"], fields, start, state=state, number=record["number"])


def _draft(
    person: Person,
    type_key: str,
    city: str,
    fields: Body,
    valid_from: date,
    valid_until: date | None = None,
    *,
    number: str | None = None,
    state: str = states.VALID,
) -> Draft:
    return Draft(type_key, person.number, person.name, city, fields, valid_from, valid_until, number, state)


# dataset → the certificates that a record of it stands for
PERSON: Mapping[str, Callable[[int, Person, Body, date], Iterator[Draft]]] = {
    "residence_permit": _residence_permit,
    "social_security_card": _social_security_card,
    "degrees": _degree,
    "real_estate": _title,
    "leases": _lease,
    "driving_licence": _driving_licence,
    "driver_permits": _driver_permit,
    "senior_cards": _senior_card,
}
