"""The use log (用证日志): every use of a certificate, for its holder to see (domain.md B.4 step 7)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from certificates.models import Certificate, UseLog
from govsim.core import bulk, clock
from govsim.core.errors import NotFound
from govsim.core.models import World

COLUMNS = (
    "world_id", "certificate_id", "holder_code", "actor", "department", "item_key", "case_number", "purpose",
    "consent_id", "fields", "result", "at", "recorded_at",
)  # fmt: skip


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
    return bulk.insert(
        UseLog,
        COLUMNS,
        (
            (world.pk, *known[row.identifier], row.actor, row.department, row.item_key, row.case_number, row.purpose,
             row.consent_id, list(row.fields), row.result, row.at, wall)
            for row in rows
        ),
    )  # fmt: skip
