"""Revoke a certificate (吊销): the issuer withdraws it, for good."""

from datetime import datetime

from certificates.actions.change import change
from certificates.events import CertificateRevoked
from certificates.models import Certificate
from govsim.core.actors import Actor
from govsim.core.models import World


def revoke(*, world: World, identifier: str, reason: str, actor: Actor, at: datetime | None = None) -> Certificate:
    """Revoke a certificate (吊销): the issuer withdraws it, for good. One transaction; `at` is world time,
    by default now.

    Raises NotFound, NotAllowed, BadInput without a reason, Conflict from another state or when somebody was first.
    """
    return change("revoke", CertificateRevoked, world=world, identifier=identifier, reason=reason, actor=actor, at=at)
