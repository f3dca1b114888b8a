"""Present a certificate to somebody who asks (亮证): a request with a nonce, and one answer to it (F50)."""

import secrets
from datetime import timedelta

from django.db.models import Q

from certificates.models import Challenge
from certificates.queries.verification import verify
from certificates.verdicts import Verdict, verdict
from govsim.core import clock
from govsim.core.models import World

LIFE = timedelta(minutes=5)


def ask(*, world: World, audience: str) -> str:
    """Make a request to present, on behalf of `audience`, and return its nonce: good once, for five minutes."""
    nonce, wall = secrets.token_urlsafe(24), clock.wall()
    Challenge.objects.create(world=world, nonce=nonce, audience=audience, made_at=wall, expires_at=wall + LIFE)
    return nonce


def present(*, world: World, presented: str, nonce: str, type_key: str | None = None) -> Verdict:
    """Judge a presentation that answers the request `nonce`. The nonce is used up whatever the answer."""
    wall = clock.wall()
    mine = Challenge.objects.filter(world=world, nonce=nonce)
    if mine.filter(used_at=None, expires_at__gt=wall).update(used_at=wall) != 1:
        known = mine.first()
        if known is None:
            return verdict("nonce_unknown")
        return verdict("nonce_used" if known.used_at else "nonce_expired")
    audience = mine.values_list("audience", flat=True).get()
    at = clock.now(world)
    return verify(presented, world=world, at=at, wall=wall, nonce=nonce, audience=audience, type_key=type_key)


def forget(*, world: World) -> int:
    """Delete requests that are over; return how many."""
    old = Challenge.objects.filter(Q(expires_at__lt=clock.wall() - LIFE), world=world)
    return old.delete()[0]
