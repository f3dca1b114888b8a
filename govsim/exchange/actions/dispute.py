"""Open and resolve data disputes (数据异议, B.3): a correction by the subject never changes the source by itself."""

from datetime import datetime
from typing import Any

from django.db import transaction

from govsim.core import clock, journal
from govsim.core.actors import SYSTEM, Actor
from govsim.core.errors import BadInput, Conflict, NotFound, Refused
from govsim.core.models import World
from govsim.exchange import catalogue
from govsim.exchange.events import DataDisputeOpened, DataDisputeResolved
from govsim.exchange.models import DataDispute, Record


def open(
    *,
    world: World,
    subject: str,
    dataset: str,
    field: str,
    source_value: Any,
    claimed_value: Any,
    number: str,
    at: datetime,
) -> DataDispute:
    """Tell the department that keeps a register that a value of `subject` is said to be wrong, in case `number`.

    Values are as records store them (dates YYYY-MM-DD). The same field in the same case is one dispute: asking
    again returns it. Raises BadInput for an unknown dataset or field.
    """
    kind = catalogue.datasets().get(dataset)
    if kind is None or field not in kind.fields:
        raise BadInput({field: (f"没有字段“{dataset}.{field}”", f"There is no field “{dataset}.{field}”")})
    kept = Record.objects.filter(world=world, dataset=dataset, key=subject).values_list("source", flat=True).first()
    source = kept or kind.source(catalogue.prefix_of(subject) or "sz")
    with transaction.atomic():
        dispute, made = DataDispute.objects.get_or_create(
            world=world,
            number=number,
            subject=subject,
            dataset=dataset,
            field=field,
            defaults={
                "source": source,
                "source_value": source_value,
                "claimed_value": claimed_value,
                "opened_at": at,
                "recorded_at": clock.wall(),
            },
        )
        if made:
            event = DataDisputeOpened(subject=subject, dataset=dataset, field=field, number=number, source=source)
            journal.record(world.pk, "dispute", dispute.pk, 1, event, actor=Actor("applicant", subject), at=at)
    return dispute


def resolve(
    *, world: World, dispute_id: int, corrected: bool, note: str = "", at: datetime, actor: Actor = SYSTEM
) -> DataDispute:
    """Answer a dispute: the register is corrected to what the subject said, or found right as it is.

    Raises NotFound, Conflict when it has been answered, Refused when the register cannot hold the claimed value or
    has no record to correct.
    """
    with transaction.atomic():
        dispute = DataDispute.objects.select_for_update().filter(world=world, pk=dispute_id).first()
        if dispute is None:
            raise NotFound("没有这份数据异议", "There is no such dispute")
        if dispute.state != DataDispute.State.OPEN:
            raise Conflict("这份数据异议已经答复", "This dispute has been answered")
        if corrected:
            _correct(world, dispute)
        dispute.state = DataDispute.State.CORRECTED if corrected else DataDispute.State.UPHELD
        dispute.note, dispute.resolved_at = note, at
        dispute.save(update_fields=["state", "note", "resolved_at"])
        event = DataDisputeResolved(
            subject=dispute.subject,
            dataset=dispute.dataset,
            field=dispute.field,
            number=dispute.number,
            corrected=corrected,
        )
        journal.record(world.pk, "dispute", dispute.pk, 2, event, actor=actor, at=at)
    return dispute


def _correct(world: World, dispute: DataDispute) -> None:
    field = catalogue.datasets()[dispute.dataset].fields[dispute.field]
    if fault := field.fault(dispute.claimed_value):
        raise Refused(*fault)
    records = list(Record.objects.select_for_update().filter(world=world, dataset=dispute.dataset, key=dispute.subject))
    wrong = [record for record in records if record.body.get(dispute.field) == dispute.source_value]
    if not wrong:
        raise Refused("登记中没有可更正的记录", "The register has no record to correct")
    for record in wrong:
        record.body = {**record.body, dispute.field: dispute.claimed_value}
    Record.objects.bulk_update(wrong, ["body"])
