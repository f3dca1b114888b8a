"""The audit chain: any edit of a decision, certificate or package shows (decision 17).

Each transaction adds one link per shard: the Merkle root over the hashes of what it wrote, chained to the link
before. Leaf hashes are prefixed 0x00, node hashes 0x01, as in certificate-transparency logs.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection

from govsim.core import bulk, clock, heads
from govsim.core.canonical import digest as digest  # re-exported: rooms hash their rows with it
from govsim.core.canonical import dumps
from govsim.core.models import AuditEntry, AuditHead, AuditLink

GENESIS = "0" * 64


@dataclass(frozen=True)
class Leaf:
    """What is vouched for: the kind of row, its reference, and the hash of its content."""

    kind: str
    ref: str
    content_hash: bytes

    def hash(self) -> bytes:
        """Return the hash of this leaf in the tree."""
        return _leaf_hash(self.kind, self.ref, self.content_hash.hex())


def _leaf_hash(kind: str, ref: str, content: str) -> bytes:
    """Hash a stored leaf as it stands, whatever somebody may have written into its content."""
    return hashlib.sha256(b"\x00" + dumps([kind, ref, content])).digest()


type Recompute = Callable[[int, Sequence[str] | None], Iterable[tuple[str, bytes]]]
_auditable: dict[str, Recompute] = {}


def auditable(kind: str) -> Callable[[Recompute], Recompute]:
    """Register how the hashes of one kind of row are computed again: (world id, refs or None) → (ref, hash)."""

    def register(recompute: Recompute) -> Recompute:
        _auditable[kind] = recompute
        return recompute

    return register


def kinds() -> dict[str, Recompute]:
    """Return what is registered."""
    return dict(_auditable)


def merkle_root(hashes: Sequence[bytes]) -> bytes:
    """Return the Merkle root; an odd node at the end of a level moves up as it is."""
    level = list(hashes)
    while len(level) > 1:
        paired = [hashlib.sha256(b"\x01" + level[at] + level[at + 1]).digest() for at in range(0, len(level) - 1, 2)]
        level = paired + level[len(paired) * 2 :]
    return level[0]


def inclusion_proof(hashes: Sequence[bytes], leaf: int) -> list[tuple[str, str]]:
    """Return the sister hashes ("left" or "right", hex) that lead from one leaf to the root."""
    proof: list[tuple[str, str]] = []
    level, at = list(hashes), leaf
    while len(level) > 1:
        sister = at ^ 1
        if sister < len(level):
            proof.append(("left" if sister < at else "right", level[sister].hex()))
        paired = [hashlib.sha256(b"\x01" + level[i] + level[i + 1]).digest() for i in range(0, len(level) - 1, 2)]
        level = paired + level[len(paired) * 2 :]
        at //= 2
    return proof


def shard_of(key: int) -> int:
    """Return the shard that a row with this id belongs to."""
    return key % int(settings.AUDIT_SHARDS)


def _link_hash(link: AuditLink) -> str:
    return digest(
        [link.world_id, link.shard, link.number, link.previous, link.root, link.leaves, link.at.isoformat()]
    ).hex()


def append(world_id: int, leaves: Iterable[Leaf], *, shard_key: int) -> None:
    """Add one link that vouches for `leaves`. Call it last in the transaction: the head stays locked until commit.

    Raises RuntimeError outside a transaction, or when the world's chain has been closed.
    """
    entries = list(leaves)
    if not entries:
        return
    if not connection.in_atomic_block:
        raise RuntimeError("the audit chain is written in the transaction that it vouches for")
    shard = shard_of(shard_key)
    head = _locked_head(world_id, shard)
    if head.closed is not None:
        raise RuntimeError("this world's chain is closed")
    link = AuditLink(
        world_id=world_id,
        shard=shard,
        number=head.links + 1,
        previous=head.hash,
        root=merkle_root([leaf.hash() for leaf in entries]).hex(),
        leaves=len(entries),
        at=clock.wall(),
    )
    link.hash = _link_hash(link)
    link.save(force_insert=True)
    bulk.insert(
        AuditEntry,
        ("link_id", "leaf", "world_id", "kind", "ref", "content"),
        ((link.pk, at, world_id, leaf.kind, leaf.ref, leaf.content_hash.hex()) for at, leaf in enumerate(entries)),
    )
    AuditHead.objects.filter(pk=head.pk).update(links=link.number, hash=link.hash)


def _locked_head(world_id: int, shard: int) -> AuditHead:
    heads = AuditHead.objects.select_for_update().filter(world_id=world_id, shard=shard)
    found = heads.first()
    if found is None:
        AuditHead.objects.bulk_create([AuditHead(world_id=world_id, shard=shard, hash=GENESIS)], ignore_conflicts=True)
        found = heads.get()
    return found


@dataclass(frozen=True)
class Fault:
    """The first bad place that a check found."""

    place: str
    zh: str
    en: str


def check_chain(world_id: int) -> Iterator[Fault | None]:
    """Yield None for each link that is right, a Fault for each that is not."""
    for head in AuditHead.objects.filter(world_id=world_id).order_by("shard"):
        previous, number = GENESIS, 0
        for link in AuditLink.objects.filter(world_id=world_id, shard=head.shard).order_by("number").iterator(500):
            place = f"audit link {world_id}/{head.shard}/{link.number}"
            number += 1
            stored = list(link.entries.order_by("leaf"))
            leaves = [_leaf_hash(each.kind, each.ref, each.content) for each in stored]
            if link.number != number or link.previous != previous:
                yield Fault(place, "审计链断开：缺少或调换了环节", "the chain is broken: a link is missing or moved")
            elif [each.leaf for each in stored] != list(range(link.leaves)) or not leaves:
                yield Fault(place, "审计条目缺失", "audit entries are missing")
            elif merkle_root(leaves).hex() != link.root:
                yield Fault(place, "审计条目被改动", "an audit entry was altered")
            elif _link_hash(link) != link.hash:
                yield Fault(place, "审计环节被改动", "an audit link was altered")
            else:
                yield None
            number, previous = link.number, link.hash
        if head.closed is not None and not (
            heads.genuine(head.closed) and (head.closed["links"], head.closed["hash"]) == (head.links, head.hash)
        ):
            yield Fault(f"audit head {world_id}/{head.shard}", "链尾签名不符", "the signed closing head does not fit")
        if (head.links, head.hash) != (number, previous):
            yield Fault(f"audit head {world_id}/{head.shard}", "审计链尾被截断", "the tail of the chain was cut")


def latest(world_id: int, kind: str) -> dict[str, str]:
    """Return ref → newest audited content hash of all rows of one kind."""
    found = AuditEntry.objects.filter(world_id=world_id, kind=kind).order_by("id").values_list("ref", "content")
    return dict(found.iterator(2000))


def proof(world_id: int, kind: str, ref: str) -> dict[str, Any] | None:
    """Return the newest inclusion proof of one row: link, root, leaf and the sister hashes; None if never audited."""
    found = (
        AuditEntry.objects.filter(world_id=world_id, kind=kind, ref=ref).order_by("-id").select_related("link").first()
    )
    if found is None:
        return None
    stored = found.link.entries.order_by("leaf")
    leaves = [_leaf_hash(each.kind, each.ref, each.content) for each in stored]
    return {
        "shard": found.link.shard,
        "link": found.link.number,
        "link_hash": found.link.hash,
        "root": found.link.root,
        "leaf": found.leaf,
        "content": found.content,
        "path": inclusion_proof(leaves, found.leaf),
    }
