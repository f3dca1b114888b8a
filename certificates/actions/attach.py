"""Attach a certificate to a case in place of a paper (免提交): the named fields and its hash, with consent, logged."""

from collections.abc import Sequence

from django.db import transaction

from certificates.actions import use
from certificates.queries.holdings import Retrieved, retrieve
from govsim.core import clock
from govsim.core.actors import Actor
from govsim.core.errors import Refused
from govsim.core.models import World


def attach(
    *,
    world: World,
    identifier: str,
    fields: Sequence[str],
    consent_id: int | None,
    purpose: str,
    department: str,
    item_key: str,
    case_number: str,
    actor: Actor,
) -> Retrieved:
    """Return what the case may store of a certificate, and log the use in the same transaction (B.4 steps 3 to 7).

    Raises Refused without a consent of the holder that is in force and wide enough, or when the certificate is not
    valid (that attempt is logged too); NotFound, BadInput for a field that the type has not.
    """
    at = clock.now(world)
    with transaction.atomic():
        found = retrieve(world, identifier, fields, consent_id=consent_id, at=at)
        row = use.Use(
            identifier=identifier,
            actor=str(actor),
            department=department,
            purpose=purpose,
            result=found.verdict.code,
            at=at,
            item_key=item_key,
            case_number=case_number,
            consent_id=consent_id,
            fields=tuple(fields) if found.verdict.is_valid else (),
        )
        use.log(world, [row])
    if not found.verdict.is_valid:
        raise Refused(found.verdict.zh, found.verdict.en, found.verdict.reason)
    return found
