"""Signed heads of the audit chain: a chain that was cut or written anew does not fit a head that somebody kept.

The key is not the one that signs certificates, so whoever can issue cannot also rewrite the evidence.
"""

import base64
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from govsim.core import clock
from govsim.core.canonical import dumps
from govsim.core.models import AuditHead, AuditLink
from govsim.secrets import read_or_create

KEY = "audit_ed25519"


def _key(var: Path) -> Ed25519PrivateKey:
    raw = read_or_create(var, KEY, lambda: Ed25519PrivateKey.generate().private_bytes_raw())
    return Ed25519PrivateKey.from_private_bytes(raw)


def public_key() -> str:
    """Return the public key that heads are checked with, in base64url."""
    return base64.urlsafe_b64encode(_key(settings.VAR).public_key().public_bytes_raw()).decode()


def sign(head: AuditHead) -> dict[str, Any]:
    """Return a head as signed data: world, shard, number of links, hash of the last one, wall time, key, signature."""
    content = {
        "world": head.world_id,
        "shard": head.shard,
        "links": head.links,
        "hash": head.hash,
        "at": clock.wall().isoformat(),
    }
    return signed_content(content)


def signed_content(content: dict[str, Any]) -> dict[str, Any]:
    """Return plain data with the public key of this installation's audit chain and a signature over all of it."""
    content = {**content, "key": public_key()}
    signature = _key(settings.VAR).sign(dumps(content))
    return {**content, "signature": base64.urlsafe_b64encode(signature).decode()}


def signed(world_id: int) -> list[dict[str, Any]]:
    """Return the signed heads of a world as they are now, to be kept elsewhere."""
    return [sign(head) for head in AuditHead.objects.filter(world_id=world_id).order_by("shard")]


def genuine(signed_head: dict[str, Any], private: bytes | None = None) -> bool:
    """Say whether this installation signed the head, or other signed content; or one that has the key `private`."""
    content = {name: value for name, value in signed_head.items() if name != "signature"}
    try:
        key = (_key(settings.VAR) if private is None else Ed25519PrivateKey.from_private_bytes(private)).public_key()
        if content.get("key") != base64.urlsafe_b64encode(key.public_bytes_raw()).decode():
            return False
        key.verify(base64.urlsafe_b64decode(signed_head.get("signature", "")), dumps(content))
    except (InvalidSignature, ValueError):
        return False
    return True


def fits(signed_head: dict[str, Any]) -> bool:
    """Say whether the chain still goes through a head that somebody kept: it was neither cut nor written anew.

    Of a world whose rows are removed after a reset only the signed end is left: it has to lie behind the kept head.
    """
    world, shard, links = signed_head["world"], signed_head["shard"], signed_head["links"]
    if (
        links == 0
        or AuditLink.objects.filter(world_id=world, shard=shard, number=links, hash=signed_head["hash"]).exists()
    ):
        return True
    if AuditLink.objects.filter(world_id=world, shard=shard).exists():
        return False
    ends = AuditHead.objects.filter(world_id=world, shard=shard, closed__isnull=False).values_list("closed", flat=True)
    return any(end is not None and genuine(end) and end["links"] >= links for end in ends)


def close(world_id: int) -> None:
    """End the chains of a world for good with a signed closing head each; nothing can be added afterwards."""
    for head in AuditHead.objects.select_for_update().filter(world_id=world_id, closed__isnull=True).order_by("shard"):
        AuditHead.objects.filter(pk=head.pk).update(closed=sign(head))
