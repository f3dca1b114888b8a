"""Suspend a certificate (暂扣): it cannot be used until it is resumed."""

from datetime import datetime

from certificates.actions.change import change
from certificates.events import CertificateSuspended
from certificates.models import Certificate
from govsim.core.actors import Actor
from govsim.core.models import World


def suspend(*, world: World, identifier: str, reason: str, actor: Actor, at: datetime | None = None) -> Certificate:
    """Suspend a certificate (暂扣): it cannot be used until it is resumed. One transaction; `at` is world time,
    by default now.

    Raises NotFound, NotAllowed, BadInput without a reason, Conflict from another state or when somebody was first.
    """
    return change(
        "suspend", CertificateSuspended, world=world, identifier=identifier, reason=reason, actor=actor, at=at
    )
