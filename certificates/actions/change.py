"""The one road by which a stored certificate changes its state: guarded, told to the journal, vouched for last."""

from datetime import datetime

from django.db import transaction

from certificates import states
from certificates.events import CertificateChanged
from certificates.models import Certificate
from certificates.queries import audited
from govsim.core import audit, clock, moves
from govsim.core.actors import Actor
from govsim.core.errors import BadInput, NotAllowed, NotFound
from govsim.core.models import World


def change(
    verb: str,
    event: type[CertificateChanged],
    *,
    world: World,
    identifier: str,
    reason: str,
    actor: Actor,
    at: datetime | None,
) -> Certificate:
    """Make one move of the table in one transaction and return the row.

    Raises NotFound, NotAllowed (role, or another department's certificate), BadInput without a reason, Conflict when
    the state does not allow it or somebody was first.
    """
    at = at or clock.now(world)
    with transaction.atomic():
        row = find(world, identifier)
        move(row, verb, event, reason=reason, actor=actor, at=at)
        audit.append(world.pk, [audited.leaf(row)], shard_key=row.pk)
    return row


def find(world: World, identifier: str) -> Certificate:
    """Return the row of a certificate. Raises NotFound."""
    row = Certificate.objects.filter(world=world, identifier=identifier).first()
    if row is None:
        raise NotFound("没有查到这个证照", "No such certificate was found")
    return row


def move(
    row: Certificate,
    verb: str,
    event: type[CertificateChanged],
    *,
    reason: str,
    actor: Actor,
    at: datetime,
    **said: str,
) -> None:
    """Make one move in the caller's transaction, without the audit leaf."""
    if not reason.strip():
        raise BadInput({"reason": ("请说明理由", "Give a reason")})
    expect_own(row, actor)
    moves.make(
        row,
        states.TABLE,
        verb,
        event=event(
            identifier=row.identifier,
            type_key=row.type_key,
            holder_code=row.holder_code,
            reason=reason.strip(),
            **said,
        ),
        actor=actor,
        at=at,
        due=True,
    )


def expect_own(row: Certificate, actor: Actor) -> None:
    """Raise NotAllowed unless the certificate is the applicant's own, or the officer's department issued it."""
    foreign = actor.role == "certificate_officer" and actor.department not in ("", row.issuer_key)
    if foreign or (actor.role == "applicant" and actor.key != row.holder_code):
        raise NotAllowed("这不是您可以处理的证照", "This certificate is not yours to change")
