"""Give and withdraw consent (decision 10)."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import transaction

from govsim.core import bulk, clock, journal
from govsim.core.actors import Actor
from govsim.core.errors import BadInput, Conflict, NotFound
from govsim.core.models import World
from govsim.exchange import catalogue
from govsim.exchange.events import ConsentGiven, ConsentWithdrawn
from govsim.exchange.models import Consent


def give(
    *,
    world: World,
    subject: str,
    purpose: str,
    datasets: Iterable[str] = (),
    certificate_types: Iterable[str] = (),
    fields: Iterable[str] = (),
    until: datetime,
    at: datetime,
) -> Consent:
    """Record that `subject` allows the use of data and certificates until a moment of the world's time.

    Raises BadInput when it names nothing, no purpose, an unknown dataset, or ends before it begins.
    """
    allowed, types = sorted(set(datasets)), sorted(set(certificate_types))
    _check(purpose, allowed, types, until, at)
    with transaction.atomic(savepoint=False):
        consent = Consent(
            world=world,
            subject=subject,
            purpose=purpose,
            datasets=allowed,
            certificate_types=types,
            fields=sorted(set(fields)),
            given_at=at,
            until=until,
            recorded_at=clock.wall(),
        )
        bulk.add(consent)
        event = ConsentGiven(subject=subject, purpose=purpose, datasets=allowed, certificate_types=types)
        journal.record(world.pk, "consent", consent.pk, 1, event, actor=Actor("applicant", subject), at=at)
    return consent


class Wanted(NamedTuple):
    """One consent of many: who allows what, for which purpose, until when."""

    subject: str
    purpose: str
    datasets: list[str]
    certificate_types: list[str]
    fields: list[str]
    until: datetime


def give_many(*, world: World, wanted: Sequence[Wanted], at: datetime) -> list[int]:
    """Record many consents in the caller's transaction; return their ids in the same order. Raises BadInput."""
    for each in wanted:
        _check(each.purpose, each.datasets, each.certificate_types, each.until, at)
    recorded = clock.wall()
    rows = [Consent(world=world, given_at=at, recorded_at=recorded, **each._asdict()) for each in wanted]
    bulk.add_all(rows)
    journal.save([
        journal.entry(
            world.pk, "consent", row.pk, 1,
            ConsentGiven(row.subject, row.purpose, row.datasets, row.certificate_types),
            actor=Actor("applicant", row.subject), at=at,
        )
        for row in rows
    ])  # fmt: skip
    return [row.pk for row in rows]


def _check(purpose: str, datasets: list[str], types: list[str], until: datetime, at: datetime) -> None:
    problems: dict[str, tuple[str, str]] = {}
    if not purpose.strip():
        problems["purpose"] = ("请说明用途", "Say what it is for")
    if not datasets and not types:
        problems["datasets"] = ("请选择要授权的数据或证照", "Choose the data or certificates")
    unknown = [key for key in datasets if key not in catalogue.datasets()]
    if unknown:
        problems["datasets"] = (f"没有数据集“{unknown[0]}”", f"There is no dataset “{unknown[0]}”")
    if until <= at:
        problems["until"] = ("授权期限应晚于现在", "The consent must end later than now")
    if problems:
        raise BadInput(problems)


def withdraw(*, world: World, consent_id: int, subject: str, at: datetime) -> Consent:
    """Take a consent back; what was decided under it stays. Withdrawing twice is the same as once.

    Raises NotFound when the subject gave no such consent, Conflict when it has run out.
    """
    with transaction.atomic():
        consent = Consent.objects.select_for_update().filter(world=world, pk=consent_id, subject=subject).first()
        if consent is None:
            raise NotFound("没有找到这份授权", "There is no such consent")
        if consent.withdrawn_at is not None:
            return consent
        if consent.until <= at:
            raise Conflict("这份授权已到期", "This consent has ended already")
        consent.withdrawn_at = at
        consent.save(update_fields=["withdrawn_at"])
        event = ConsentWithdrawn(subject=subject)
        journal.record(world.pk, "consent", consent.pk, 2, event, actor=Actor("applicant", subject), at=at)
    return consent
