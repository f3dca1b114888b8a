"""Cancel a certificate (注销): its holder or issuer gives it up, for good."""

from datetime import datetime

from certificates.actions.change import change
from certificates.events import CertificateCancelled
from certificates.models import Certificate
from govsim.core.actors import Actor
from govsim.core.models import World


def cancel(*, world: World, identifier: str, reason: str, actor: Actor, at: datetime | None = None) -> Certificate:
    """Cancel a certificate (注销): its holder or issuer gives it up, for good. One transaction; `at` is world time,
    by default now.

    Raises NotFound, NotAllowed, BadInput without a reason, Conflict from another state or when somebody was first.
    """
    return change("cancel", CertificateCancelled, world=world, identifier=identifier, reason=reason, actor=actor, at=at)
