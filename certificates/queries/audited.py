"""What the audit chain vouches for in a certificate, and how it is computed again (decisions 17 and 18, I4)."""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import UTC

from certificates.models import Certificate
from govsim.core import audit

KIND = "certificate"


def reference(row: Certificate) -> str:
    """Return the reference of a certificate in the audit chain; it stays the same while the state changes."""
    return f"{row.identifier}@{row.edition}"


def content_hash(row: Certificate) -> bytes:
    """Return the hash of everything about a certificate that matters, state and token included."""
    return audit.digest(
        {
            "identifier": row.identifier,
            "type": row.type_key,
            "holder": [row.holder_code, row.holder_name],
            "issuer": row.issuer_key,
            "number": row.number,
            "edition": row.edition,
            "state": row.state,
            "valid": [row.valid_from, row.valid_until],
            "issued_at": row.issued_at.astimezone(UTC),
            "fields": row.fields,
            "token": hashlib.sha256(row.token.encode()).hexdigest() if row.token else None,
            "kid": row.kid,
            "status": [row.status_list, row.status_index],
            "origin": row.origin,
            "case": row.case_number,
        }
    )


def leaf(row: Certificate) -> audit.Leaf:
    """Return the audit leaf of a certificate as it is now."""
    return audit.Leaf(KIND, reference(row), content_hash(row))


@audit.auditable(KIND)
def recompute(world_id: int, refs: Sequence[str] | None) -> Iterator[tuple[str, bytes]]:
    """Yield reference and hash of every certificate of a world, or of those that are named."""
    rows = Certificate.objects.filter(world_id=world_id).order_by("pk")
    if refs is not None:
        rows = rows.filter(identifier__in=[ref.rpartition("@")[0] for ref in refs])
    for row in rows.iterator(chunk_size=1000):
        yield reference(row), content_hash(row)
