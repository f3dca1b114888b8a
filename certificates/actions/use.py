"""The use log (用证日志): every use of a certificate, for its holder to see (domain.md B.4 step 7)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from certificates.models import Certificate, UseLog
from govsim.core import clock
from govsim.core.errors import NotFound
from govsim.core.models import World


@dataclass(frozen=True, slots=True)
class Use:
    """One use. `result` is the code of the verdict (VALID, EXPIRED …); `fields` the names that were read."""

    identifier: str
    actor: str
    department: str
    purpose: str
    result: str
    at: datetime  # world time
    item_key: str = ""
    case_number: str = ""
    consent_id: int | None = None
    fields: Sequence[str] = ()


def log(world: World, rows: Sequence[Use]) -> int:
    """Record many uses in the caller's transaction; return how many. Two statements. Raises NotFound."""
    if not rows:
        return 0
    wanted = {row.identifier for row in rows}
    found = Certificate.objects.filter(world=world, identifier__in=wanted)
    known = {
        identifier: (pk, holder) for pk, identifier, holder in found.values_list("pk", "identifier", "holder_code")
    }
    if missing := wanted - known.keys():
        raise NotFound(f"没有查到证照 {min(missing)}", f"No such certificate: {min(missing)}")
    wall = clock.wall()
    UseLog.objects.bulk_create(
        UseLog(
            world=world,
            certificate_id=known[row.identifier][0],
            holder_code=known[row.identifier][1],
            actor=row.actor,
            department=row.department,
            item_key=row.item_key,
            case_number=row.case_number,
            purpose=row.purpose,
            consent_id=row.consent_id,
            fields=list(row.fields),
            result=row.result,
            at=row.at,
            recorded_at=wall,
        )
        for row in rows
    )
    return len(rows)
