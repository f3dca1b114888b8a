"""Sign a certificate that is only a row, at its first use (decision 16), or again with the holder's key bound in."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from certificates.actions import issue
from certificates.actions.change import find
from certificates.events import CertificateSigned
from certificates.models import Certificate
from certificates.queries import audited, keys
from certificates.queries.issuer import issuer_address
from govsim.core import audit, clock, journal
from govsim.core.actors import SYSTEM, Actor
from govsim.core.errors import BadInput, Conflict
from govsim.core.models import World


def sign_on_first_use(
    *, world: World, identifier: str, holder_key: Mapping[str, Any] | None = None, actor: Actor = SYSTEM
) -> str:
    """Return the token of a certificate, signing it when it has none; with `holder_key` (public JWK) always anew.

    Raises NotFound, BadInput for a key that is not a public P-256 key, SigningFailed.
    """
    row = find(world, identifier)
    if row.token and holder_key is None:
        return row.token
    public = _public(holder_key) if holder_key is not None else None
    at, wall = clock.now(world), clock.wall()
    before = row.version
    issue.sign(row, signer=keys.signer(), issuer=issuer_address(world), wall=wall, holder=public)
    issue.expect_good(row, wall)
    row.version = before + 1
    with transaction.atomic():
        mine = Certificate.objects.filter(pk=row.pk, version=before)
        if mine.update(token=row.token, kid=row.kid, version=row.version) != 1:
            return _of_the_first(row, holder_key is not None)
        event = CertificateSigned(identifier=identifier, kid=row.kid, bound=public is not None)
        journal.record(world.pk, audited.KIND, row.pk, row.version, event, actor=actor, at=at)
        audit.append(world.pk, [audited.leaf(row)], shard_key=row.pk)
    return row.token or ""


def _public(jwk: Mapping[str, Any]) -> dict[str, Any]:
    try:
        key = ECKey.import_key(dict(jwk))
    except (JoseError, ValueError, TypeError, KeyError):
        key = None
    if key is None or key.is_private or key.curve_name != "P-256":
        raise BadInput({"holder_key": ("须为 P-256 公钥（JWK）", "It must be a public P-256 key (JWK)")})
    return key.as_dict(private=False)


def _of_the_first(row: Certificate, binding: bool) -> str:
    """Somebody changed the row meanwhile: their token serves as well, unless ours had to carry a key."""
    token = Certificate.objects.values_list("token", flat=True).get(pk=row.pk)
    if binding or not token:
        raise Conflict("该证照刚刚被更新，请重试", "The certificate has just changed; try again")
    return token
