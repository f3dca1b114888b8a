"""Look into the registers: people, enterprises, records, and who would do for a story."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import batched
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet

from govsim.core import journal
from govsim.core.codes import citizen, regions
from govsim.core.errors import NotFound
from govsim.core.models import World
from govsim.exchange import catalogue
from govsim.exchange.models import Leader, Record
from govsim.exchange.population import AS_OF


@dataclass(frozen=True, slots=True)
class PersonView:
    """A person as the household register knows them; `city` is the pilot city of their number."""

    number: str
    name: str
    pinyin: str
    sex: str
    birth_date: date
    city: str
    household_city: str
    address: str
    address_en: str
    spouse: str
    household: str
    guardian: str

    def age_on(self, day: date) -> int:
        """Return the completed years of life on a day."""
        return day.year - self.birth_date.year - ((day.month, day.day) < (self.birth_date.month, self.birth_date.day))


@dataclass(frozen=True, slots=True)
class FirmView:
    """An enterprise as the business register knows it."""

    code: str
    name: str
    name_en: str
    kind: str
    status: str
    city: str
    legal_representative: str
    address_code: str


def catalogue_entries() -> tuple[catalogue.Dataset, ...]:
    """Return every dataset of the shared-data catalogue."""
    return tuple(catalogue.datasets().values())


def records(world: World, dataset: str, keys: Iterable[str]) -> list[dict[str, Any]]:
    """Return the records of these subjects, oldest first, with `key` and `source` beside the fields (dates as date)."""
    kind = catalogue.datasets()[dataset]
    found: list[dict[str, Any]] = []
    for part in batched(sorted(set(keys)), 10_000):
        rows = Record.objects.filter(world=world, dataset=dataset, key__in=part).order_by("id")
        for key, source, body in rows.values_list("key", "source", "body"):
            found.append({**kind.typed(body), "key": key, "source": source})
    return found


def records_on(world: World, subject: str, *, limit: int = 500) -> dict[str, list[dict[str, Any]]]:
    """Return what every register holds on one subject, by dataset in the order of the catalogue; as `records` does."""
    kinds = catalogue.datasets()
    found: dict[str, list[dict[str, Any]]] = {key: [] for key in kinds}
    rows = Record.objects.filter(world=world, dataset__in=list(kinds), key=subject).order_by("id")
    for dataset, key, source, body in rows.values_list("dataset", "key", "source", "body")[:limit]:
        found[dataset].append({**kinds[dataset].typed(body), "key": key, "source": source})
    return {dataset: kept for dataset, kept in found.items() if kept}


def people(world: World, numbers: Iterable[str]) -> dict[str, PersonView]:
    """Return the people with these numbers whom the household register knows."""
    return {each["key"]: _person(each["key"], each) for each in records(world, "population", numbers)}


def person(world: World, number: str) -> PersonView:
    """Return one person. Raises NotFound."""
    found = people(world, [number]).get(number)
    if found is None:
        raise NotFound("户籍登记中没有此人", "The household register does not know this person")
    return found


def firm(world: World, code: str) -> FirmView:
    """Return one enterprise. Raises NotFound."""
    found = records(world, "enterprises", [code])
    if not found:
        raise NotFound("商事登记中没有此主体", "The business register does not know this enterprise")
    return _firm(found[-1])


def firms_led_by(world: World, number: str, *, limit: int = 20) -> list[FirmView]:
    """Return the enterprises whose legal representative has this citizen number, newest first."""
    rows = Record.objects.alias(leader=Leader("body")).filter(world=world, leader=number, dataset="enterprises")
    return [_firm({**body, "key": key}) for key, body in rows.order_by("-id").values_list("key", "body")[:limit]]


def sample_persons(
    world: World,
    *,
    city: str | None = None,
    household_city: str | None = None,
    min_age: int | None = None,
    max_age: int | None = None,
    having: Sequence[str] = (),
    lacking: Sequence[str] = (),
    on: date = AS_OF,
    limit: int = 20,
) -> list[PersonView]:
    """Return the first people of a world who fit: where they live or are registered, age on a day, and datasets
    in which they have or lack records (`having=["housing_fund"], lacking=["real_estate"]`). Nobody is named twice.
    """
    rows = _having(Record.objects.filter(world=world, dataset="population"), having, lacking)
    if city is not None:
        rows = rows.filter(key__startswith=regions.city(city).simulated)
    if household_city is not None:
        rows = rows.filter(body__household_city=household_city)
    if min_age is not None:
        rows = rows.filter(body__birth_date__lte=_years_before(on, min_age).isoformat())
    if max_age is not None:
        rows = rows.filter(body__birth_date__gt=_years_before(on, max_age + 1).isoformat())
    kind = catalogue.datasets()["population"]
    found: dict[str, PersonView] = {}
    for key, body in rows.order_by("id").values_list("key", "body").iterator(min(limit, 2000)):
        found.setdefault(key, _person(key, kind.typed(body)))
        if len(found) == limit:
            break
    return list(found.values())


def sample_firms(
    world: World,
    *,
    city: str | None = None,
    status: str = "active",
    food_sales: bool | None = None,
    limit: int = 20,
) -> list[FirmView]:
    """Return the first enterprises of a world that fit."""
    rows = Record.objects.filter(world=world, dataset="enterprises", body__status=status)
    if food_sales is not None:
        rows = rows.filter(body__food_sales=food_sales)
    if city is not None:
        region = regions.city(city).simulated
        rows = rows.filter(key__regex=f"^..{region}")
    return [_firm({**body, "key": key}) for key, body in rows.order_by("id").values_list("key", "body")[:limit]]


def free_addresses(world: World, city: str, *, limit: int = 20) -> list[dict[str, Any]]:
    """Return addresses of a city at which an enterprise may still register, as `records` does."""
    rows = Record.objects.filter(world=world, dataset="address_codes", body__city=city, body__status="normal").order_by(
        "-key"
    )
    found: list[dict[str, Any]] = []
    for key, source, body in rows.values_list("key", "source", "body").iterator(500):
        if body["registered"] < body["limit"]:
            found.append({**body, "key": key, "source": source})
        if len(found) == limit:
            break
    return found


def sizes(world: World) -> dict[str, int]:
    """Return how many records each dataset of the catalogue holds in this world."""
    counted = Record.objects.filter(world=world).values_list("dataset").annotate(rows=Count("id"))
    rows = dict(counted.values_list("dataset", "rows"))
    return {key: rows.get(key, 0) for key in catalogue.datasets()}


def populated(world: World) -> tuple[int, int]:
    """Return with how many people and enterprises a world was made; none for one that was not populated."""
    made = journal.history(world.pk, "registers", world.pk)
    return (made[0].data["persons"], made[0].data["enterprises"]) if made else (0, 0)


def _having(rows: QuerySet[Record], having: Sequence[str], lacking: Sequence[str]) -> QuerySet[Record]:
    for dataset, has in [(each, True) for each in having] + [(each, False) for each in lacking]:
        other = Exists(Record.objects.filter(world=OuterRef("world"), dataset=dataset, key=OuterRef("key")))
        rows = rows.filter(other if has else ~other)
    return rows


def _years_before(day: date, years: int) -> date:
    return day.replace(year=day.year - years, day=28 if (day.month, day.day) == (2, 29) else day.day)


def _person(number: str, body: dict[str, Any]) -> PersonView:
    home = regions.city_of(number)
    facts = citizen.parse(number)
    return PersonView(
        number=number,
        name=body.get("name", ""),
        pinyin=body.get("pinyin", ""),
        sex=body.get("sex") or facts.sex,
        birth_date=body.get("birth_date") or facts.birth,
        city=home.slug if home else "",
        household_city=body.get("household_city", ""),
        address=body.get("address", ""),
        address_en=body.get("address_en", ""),
        spouse=body.get("spouse", ""),
        household=body.get("household", ""),
        guardian=body.get("guardian", ""),
    )


def _firm(body: dict[str, Any]) -> FirmView:
    home = regions.city_of(body["key"][2:])
    return FirmView(
        code=body["key"],
        name=body.get("name", ""),
        name_en=body.get("name_en", ""),
        kind=body.get("kind", ""),
        status=body.get("status", ""),
        city=home.slug if home else "",
        legal_representative=body.get("legal_representative", ""),
        address_code=body.get("address_code", ""),
    )
