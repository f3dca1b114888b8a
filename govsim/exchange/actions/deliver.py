"""Take in a delivery of shared records from a department: checked against the catalogue, stored, reconciled, logged."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import batched
from typing import Any

from django.db import transaction

from govsim.core import clock, journal, numbers
from govsim.core.actors import SYSTEM, Actor
from govsim.core.errors import Conflict, NotFound
from govsim.core.models import World
from govsim.exchange import catalogue, population
from govsim.exchange.actions.populate import write
from govsim.exchange.events import RecordsDelivered
from govsim.exchange.models import Record

CHUNK = 10_000
MOST_REFUSED = 100  # refused records that are named


@dataclass
class _Count:
    sent: int = 0
    refused: list[str] = field(default_factory=list)  # key and reason, of the first ones
    wrong: int = 0
    digest: Any = field(default_factory=hashlib.sha256)


def deliver(
    *, world: World, dataset: str, source: str, records: Iterable[tuple[str, Mapping[str, Any]]], actor: Actor = SYSTEM
) -> RecordsDelivered:
    """Add records (subject code, body) of one dataset to the registers, and return what the log keeps of it.

    A record that does not fit the catalogue is refused and counted, the others are stored. In the same transaction
    the stored rows are counted again: sent = stored + refused, or everything is undone (Conflict). Memory stays
    bounded. Raises NotFound for a dataset that the catalogue does not have.
    """
    kind = catalogue.datasets().get(dataset)
    if kind is None:
        raise NotFound(f"没有数据集“{dataset}”", f"There is no dataset “{dataset}”")
    count = _Count()
    rows = Record.objects.filter(world=world, dataset=dataset)
    with transaction.atomic():
        before = rows.order_by("-pk").values_list("pk", flat=True).first() or 0
        stored = sum(write(world.pk, part) for part in batched(_fit(kind, source, records, count), CHUNK))
        there = rows.filter(pk__gt=before, source=source).count()
        if not there == stored == count.sent - count.wrong:
            zh, en = (
                f"对账不符：送 {count.sent}，存 {there}",
                f"Reconciliation failed: {count.sent} sent, {there} stored",
            )
            raise Conflict(zh, en)
        event = RecordsDelivered(
            dataset=dataset, source=source, sent=count.sent, stored=stored, refused=count.wrong,
            reasons=count.refused, checksum=count.digest.hexdigest(),
        )  # fmt: skip
        seq = numbers.take(world.pk, "journal:delivery")
        journal.record(world.pk, "delivery", world.pk, seq, event, actor=actor, at=clock.now(world))
    return event


def _fit(
    kind: catalogue.Dataset, source: str, records: Iterable[tuple[str, Mapping[str, Any]]], count: _Count
) -> Iterator[population.Row]:
    """Yield the rows that fit the catalogue, and count what is sent and what is refused."""
    fields = kind.fields
    for key, body in records:
        count.sent += 1
        count.digest.update(key.encode())
        fault = next((name for name, value in body.items() if name not in fields or fields[name].fault(value)), None)
        if fault is None:
            yield population.Row(kind.key, key, source, dict(body))
            continue
        count.wrong += 1
        if len(count.refused) < MOST_REFUSED:
            count.refused.append(f"{key}: {fault}")
