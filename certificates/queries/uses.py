"""What became of a certificate: who has used it (用证日志), and how its state has changed."""

from dataclasses import dataclass
from datetime import datetime

from certificates.models import UseLog
from certificates.queries.audited import KIND
from certificates.queries.holdings import one
from govsim.core import journal
from govsim.core.models import World
from govsim.core.places import Place, older


@dataclass(frozen=True, slots=True)
class UseLine:
    """One line of 我的用证记录."""

    identifier: str
    type_key: str
    actor: str
    department: str
    item_key: str
    case_number: str
    purpose: str
    consent_id: int | None
    fields: tuple[str, ...]
    result: str
    at: datetime
    place: Place


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that happened to a certificate. `event` is the name of the journal: CertificateRevoked …"""

    at: datetime
    event: str
    reason: str
    actor: str
    replaced_by: str


def use_log(
    world: World,
    holder: str,
    *,
    limit: int = 100,
    identifier: str = "",
    department: str = "",
    before: Place | None = None,
) -> list[UseLine]:
    """Return who used a holder's certificates, newest first (B.4 step 7): all, of one certificate, by one department;
    `before` is the place of the last line that was seen."""
    rows = UseLog.objects.filter(world=world, holder_code=holder).select_related("certificate")
    if identifier:
        rows = rows.filter(certificate__identifier=identifier)
    if department:
        rows = rows.filter(department=department)
    return [
        UseLine(
            identifier=row.certificate.identifier,
            type_key=row.certificate.type_key,
            actor=row.actor,
            department=row.department,
            item_key=row.item_key,
            case_number=row.case_number,
            purpose=row.purpose,
            consent_id=row.consent_id,
            fields=tuple(row.fields),
            result=row.result,
            at=row.at,
            place=Place(row.at, row.pk),
        )
        for row in older(rows, before).order_by("-at", "-pk")[:limit]
    ]


def uses_under(world: World, holder: str, consent_id: int, *, limit: int = 20) -> list[str]:
    """Return the numbers of cases in which certificates were used on a consent of the holder."""
    rows = UseLog.objects.filter(world=world, holder_code=holder, consent_id=consent_id).exclude(case_number="")
    return sorted(set(rows.order_by("-at").values_list("case_number", flat=True)[:limit]))


def changes(world: World, identifier: str) -> list[Change]:
    """Return what happened to a certificate after its issue, newest first. Raises NotFound."""
    found = journal.history(world.pk, KIND, one(world, identifier).pk)
    return [
        Change(at=each.at, event=each.event, reason=each.data.get("reason", ""), actor=each.actor,
               replaced_by=each.data.get("replaced_by", ""))
        for each in reversed(found)
    ]  # fmt: skip
