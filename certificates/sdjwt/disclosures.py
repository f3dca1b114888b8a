"""Disclosures: what stands behind the digests of a token (RFC 9901 §4.2 and §7.1)."""

import hashlib
from typing import Any

from certificates.sdjwt.jws import TokenRefused, decode, encode, read_json

MAX_DEPTH = 8
# A holder could leave a disclosed claim away unseen, so what validity hangs on is never hidden (SD-JWT VC §3.2.2.2).
_REGISTERED = frozenset({"iss", "iat", "nbf", "exp", "cnf", "vct", "vct#integrity", "status", "aud"})
_OURS = frozenset({"identifier", "type_code", "issuing_authority", "valid_from", "valid_until"})
PLAIN = _REGISTERED | _OURS
RESERVED = frozenset({"_sd", "...", "_sd_alg"})


def digest(disclosure: str) -> str:
    """Return the digest that stands for a disclosure in the token."""
    return encode(hashlib.sha256(disclosure.encode()).digest())


def read_disclosure(text: str) -> list[Any]:
    """Return [salt, name, value] or, for an array element, [salt, value]. Refuses anything else."""
    parts = read_json(decode(text))
    if not isinstance(parts, list) or len(parts) not in (2, 3) or not isinstance(parts[0], str):
        raise TokenRefused("disclosure_malformed")
    if len(parts) == 3 and not isinstance(parts[1], str):
        raise TokenRefused("disclosure_malformed")
    return parts


def reveal(payload: dict[str, Any], disclosures: list[str]) -> tuple[dict[str, Any], frozenset[str]]:
    """Put the disclosed claims back (RFC 9901 §7.1 steps 2 to 5); return all claims and the disclosed names."""
    if payload.get("_sd_alg", "sha-256") != "sha-256":
        raise TokenRefused("sd_alg_unknown")
    if len(set(disclosures)) != len(disclosures):
        raise TokenRefused("disclosure_duplicate")
    by_digest = {digest(text): read_disclosure(text) for text in disclosures}
    walk = _Walk(by_digest)
    claims = walk.visit_object({name: value for name, value in payload.items() if name != "_sd_alg"}, 0)
    left_over = len(disclosures) - len(walk.used)
    if left_over:
        # More than the digests without a disclosure could stand for: something was added, not altered.
        raise TokenRefused("disclosure_appended" if left_over > len(walk.seen - walk.used) else "disclosure_altered")
    return claims, frozenset(parts[1] for parts in by_digest.values() if len(parts) == 3)


class _Walk:
    """One pass over the signed claims that puts each disclosure where its digest stands."""

    def __init__(self, by_digest: dict[str, list[Any]]) -> None:
        self.by_digest = by_digest
        self.seen: set[str] = set()
        self.used: set[str] = set()

    def visit(self, node: Any, depth: int) -> Any:
        if depth > MAX_DEPTH:
            raise TokenRefused("too_deep")
        if isinstance(node, dict):
            return self.visit_object(node, depth)
        if isinstance(node, list):
            return [value for item in node for value in self.visit_item(item, depth)]
        return node

    def visit_object(self, node: dict[str, Any], depth: int) -> dict[str, Any]:
        if "..." in node or "_sd_alg" in node:
            raise TokenRefused("claim_name_forbidden")
        out = {name: self.visit(value, depth + 1) for name, value in node.items() if name != "_sd"}
        digests = node.get("_sd", [])
        if not isinstance(digests, list):
            raise TokenRefused("disclosure_malformed")
        for mark in digests:
            found = self.find(mark, parts=3)
            if found is None:
                continue
            _, name, value = found
            if name in RESERVED:
                raise TokenRefused("claim_name_forbidden")
            if name in out:
                raise TokenRefused("claim_overwritten")
            if name in PLAIN:
                raise TokenRefused("claim_must_be_plain")
            out[name] = self.visit(value, depth + 1)
        return out

    def visit_item(self, item: Any, depth: int) -> list[Any]:
        if not (isinstance(item, dict) and "..." in item):
            return [self.visit(item, depth + 1)]
        if len(item) != 1:
            raise TokenRefused("claim_name_forbidden")
        found = self.find(item["..."], parts=2)
        return [] if found is None else [self.visit(found[1], depth + 1)]

    def find(self, mark: Any, parts: int) -> list[Any] | None:
        if not isinstance(mark, str):
            raise TokenRefused("disclosure_malformed")
        if mark in self.seen:
            raise TokenRefused("digest_duplicate")
        self.seen.add(mark)
        found = self.by_digest.get(mark)
        if found is None:
            return None
        if len(found) != parts:
            raise TokenRefused("disclosure_malformed")
        self.used.add(mark)
        return found
