"""What an issuer publishes: its addresses, its keys, its types, and the status of its certificates.

Every address carries the world (`/w/demo-1/…`). `base` is the address of the site without a final slash; tokens are
made with the one of the settings.
"""

from datetime import datetime
from typing import Any

from django.conf import settings

from certificates import schema, status
from certificates.models import Certificate, StatusList
from certificates.queries import keys
from certificates.states import CANCELLED, REVOKED, SUPERSEDED, SUSPENDED, VALID
from govsim.core.errors import NotFound
from govsim.core.models import World
from govsim.core.world import address

VCT = "urn:govsim:certificate:"
_ENTRY = {
    REVOKED: status.INVALID,
    CANCELLED: status.INVALID,
    SUSPENDED: status.SUSPENDED,
    SUPERSEDED: status.SUPERSEDED,
}


def issuer_address(world: World, base: str | None = None) -> str:
    """Return `iss`: the address of the issuer of a world."""
    return f"{base or settings.PUBLIC_URL}/w/{address(world)}"


def status_list_address(world: World, number: int, base: str | None = None) -> str:
    """Return the address under which a status list is published."""
    return f"{issuer_address(world, base)}/status-lists/{number}"


def verification_address(world: World, identifier: str, base: str | None = None) -> str:
    """Return the address that a certificate's QR code shows."""
    return f"{issuer_address(world, base)}/verify/{identifier}"


def issuer_metadata(world: World, base: str | None = None) -> dict[str, Any]:
    """Return the document for `/.well-known/jwt-vc-issuer/w/<world>` (SD-JWT VC, issuer metadata)."""
    return {"issuer": issuer_address(world, base), "jwks": keys.jwks()}


def type_metadata(type_key: str) -> dict[str, Any]:
    """Return the type metadata document of a certificate type (SD-JWT VC §6). Raises NotFound."""
    kind = type_of(type_key)
    labels = {**schema.STANDING, **{key: {"zh": f.label.zh, "en": f.label.en} for key, f in kind.fields.items()}}
    return {
        "vct": VCT + kind.key,
        "name": kind.name.zh,
        "display": [{"locale": "zh-CN", "name": kind.name.zh}, {"locale": "en", "name": kind.name.en}],
        "claims": [
            {
                "path": [key],
                "sd": "always",
                "display": [{"locale": "zh-CN", "label": label["zh"]}, {"locale": "en", "label": label["en"]}],
            }
            for key, label in labels.items()
        ],
    }


def certificate_types() -> dict[str, schema.CertificateType]:
    """Return all certificate types by key, in the order of the catalogue."""
    return schema.types()


def type_of(key: str) -> schema.CertificateType:
    """Return one certificate type. Raises NotFound."""
    try:
        return schema.types()[key]
    except KeyError:
        raise NotFound(f"证照目录中没有 {key}", f"The catalogue has no certificate type {key}") from None


def status_list_token(world: World, number: int, *, wall: datetime, base: str | None = None) -> str:
    """Return the signed status list of a world for publication. Raises NotFound, SigningFailed.

    Two statements whatever the size: only entries that are not valid are read.
    """
    if not StatusList.objects.filter(world=world, number=number).exists():
        raise NotFound("没有这份状态名单", "There is no such status list")
    rows = Certificate.objects.filter(world=world, status_list=number).exclude(state=VALID)
    entries = {index: _ENTRY[state] for index, state in rows.values_list("status_index", "state")}
    uri = status_list_address(world, number, base)
    return status.publish(uri, status.pack(entries), signer=keys.signer(), wall=wall)
