"""Give a populated world the certificates that its people and firms hold already, from the registers."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from itertools import batched

from django.db import transaction

from certificates import population, schema
from certificates.actions.allocate import allocate
from certificates.actions.issue import new_row
from certificates.models import Certificate
from certificates.queries import audited
from govsim.core import audit, clock
from govsim.core.models import World
from govsim.exchange import queries as exchange

EVERYBODY = 10_000_000
HOURS = time(9, 0)  # of the day on which a held certificate was issued


def seed(*, world: World, chunk: int = 1000) -> int:
    """Store one row for every certificate that the registers imply and that its holder has not yet; return how many.

    Rows have no token: it is signed at first use (decision 16). Each chunk is one transaction with its audit link,
    so an interrupted seed is completed by seeding again.
    """
    today = clock.now(world).date()
    present = set(Certificate.objects.filter(world=world).values_list("holder_code", "type_key"))
    count = 0
    for drafts in batched(_drafts(world, today), chunk, strict=False):
        missing = [draft for draft in drafts if (draft.holder_code, draft.type_key) not in present]
        count += _store(world, missing)
    return count


def _store(world: World, drafts: Sequence[population.Draft]) -> int:
    if not drafts:
        return 0
    entries, wall = allocate(world, len(drafts)), clock.wall()
    rows = [_row(world, draft, entry, wall) for draft, entry in zip(drafts, entries, strict=True)]
    with transaction.atomic():
        Certificate.objects.bulk_create(rows)
        audit.append(world.pk, [audited.leaf(row) for row in rows], shard_key=rows[0].pk)
    return len(rows)


def _row(world: World, draft: population.Draft, entry: tuple[int, int], wall: datetime) -> Certificate:
    kind = schema.types()[draft.type_key]
    row = new_row(
        world,
        kind,
        entry,
        holder=(draft.holder_code, draft.holder_name),
        issuer_key=kind.issuer_in(draft.city),
        number=draft.number,
        fields=draft.fields,
        valid=(draft.valid_from, draft.valid_until),
        at=datetime.combine(draft.valid_from, HOURS, clock.ZONE),
        wall=wall,
        origin=Certificate.Origin.SEED,
    )
    row.state = draft.state
    return row


def _drafts(world: World, today: date) -> Iterator[population.Draft]:
    people = exchange.sample_persons(world, limit=EVERYBODY)
    names = {each.number: each.name for each in people}
    for some in batched(people, 2000, strict=False):
        yield from _of_people(world, some, names, today)
    firms = [firm for status in ("active", "revoked", "cancelled") for firm in _firms(world, status)]
    for some_firms in batched(firms, 2000, strict=False):
        yield from _of_firms(world, some_firms)


def _firms(world: World, status: str) -> Iterable[exchange.FirmView]:
    return exchange.sample_firms(world, status=status, limit=EVERYBODY)


def _of_people(
    world: World, people: Sequence[exchange.PersonView], names: dict[str, str], today: date
) -> Iterator[population.Draft]:
    numbers = [each.number for each in people]
    found: dict[str, dict[str, list[population.Body]]] = {number: {} for number in numbers}
    for dataset in ("population", *population.PERSON):
        for record in exchange.records(world, dataset, numbers):
            found[record["key"]].setdefault(dataset, []).append(record)
    seen = set()
    for view in people:
        if view.number in seen:  # two records of one person that differ
            continue
        seen.add(view.number)
        person = population.Person(
            number=view.number,
            name=view.name,
            sex=view.sex,
            birth=view.birth_date,
            city=view.city,
            household_city=view.household_city,
            address=view.address,
            spouse=view.spouse if view.spouse in names else "",
            spouse_name=names.get(view.spouse, ""),
            household=view.household,
            registered_on=found[view.number]["population"][0].get("registered_on"),
            records=found[view.number],
        )
        yield from population.of_person(world.seed, person, today)


def _of_firms(world: World, firms: Sequence[exchange.FirmView]) -> Iterator[population.Draft]:
    records = {each["key"]: each for each in exchange.records(world, "enterprises", [firm.code for firm in firms])}
    places = exchange.records(world, "address_codes", [firm.address_code for firm in firms])
    premises = {each["key"]: each["address"] for each in places}
    owners = exchange.people(world, {firm.legal_representative for firm in firms if firm.legal_representative})
    for view in firms:
        owner = owners.get(view.legal_representative)
        firm = population.Firm(
            code=view.code,
            name=view.name,
            city=view.city,
            representative=owner.name if owner else "样例代表",
            premises=premises.get(view.address_code, view.address_code),
            record=records[view.code],
        )
        yield from population.of_firm(world.seed, firm)
