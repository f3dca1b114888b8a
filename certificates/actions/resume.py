"""Resume a suspended certificate (解除暂扣): it counts again."""

from datetime import datetime

from certificates.actions.change import change
from certificates.events import CertificateResumed
from certificates.models import Certificate
from govsim.core.actors import Actor
from govsim.core.models import World


def resume(*, world: World, identifier: str, reason: str, actor: Actor, at: datetime | None = None) -> Certificate:
    """Resume a suspended certificate (解除暂扣): it counts again. One transaction; `at` is world time,
    by default now.

    Raises NotFound, NotAllowed, BadInput without a reason, Conflict from another state or when somebody was first.
    """
    return change("resume", CertificateResumed, world=world, identifier=identifier, reason=reason, actor=actor, at=at)
