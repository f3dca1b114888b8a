"""Replace a certificate by its next version (换发): same serial, next version number, the old one is superseded."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction

from certificates import identifiers, schema
from certificates.actions import issue
from certificates.actions.allocate import allocate
from certificates.actions.change import expect_own, find, move
from certificates.events import CertificateSuperseded
from certificates.models import Certificate
from certificates.queries import audited, keys
from certificates.queries.issuer import issuer_address
from certificates.states import TABLE
from govsim.core import audit, clock, moves
from govsim.core.actors import Actor
from govsim.core.errors import BadInput
from govsim.core.models import World


def supersede(
    *,
    world: World,
    identifier: str,
    fields: Mapping[str, Any],
    reason: str,
    actor: Actor,
    holder_name: str | None = None,
    valid_until: date | None = None,
    case_number: str | None = None,
) -> Certificate:
    """Issue the next version with `fields` changed (and name, end or case, when given); return the new row.

    The old version points nowhere any more: verifiers see SUPERSEDED. Signed before the one transaction begins.
    Raises NotFound, NotAllowed, BadInput, Conflict, SigningFailed.
    """
    at, wall = clock.now(world), clock.wall()
    old = find(world, identifier)
    moves.check(old, TABLE, "supersede", actor)
    expect_own(old, actor)
    kind = schema.types()[old.type_key]
    changed = {**old.fields, **fields}
    if faults := kind.faults(changed):
        raise BadInput(faults)
    [entry] = allocate(world, 1)
    new = issue.new_row(
        world,
        kind,
        entry,
        holder=(old.holder_code, holder_name or old.holder_name),
        issuer_key=old.issuer_key,
        number=old.number,
        fields=changed,
        valid=(at.date(), valid_until or old.valid_until),
        at=at,
        wall=wall,
        origin=old.origin,
        case_number=old.case_number if case_number is None else case_number,
    )
    new.identifier = identifiers.next_version(old.identifier)
    new.edition = old.edition + 1
    new.supersedes = old
    issue.sign(new, signer=keys.signer(), issuer=issuer_address(world), wall=wall)
    issue.expect_good(new, wall)
    with transaction.atomic():
        said = {"reason": reason, "replaced_by": new.identifier}
        move(old, "supersede", CertificateSuperseded, actor=actor, at=at, **said)
        new.save(force_insert=True)
        audit.append(world.pk, [audited.leaf(old), audited.leaf(new)], shard_key=old.pk)
    return new
