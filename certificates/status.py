"""Token Status List: the status of many certificates in one small signed file (draft-ietf-oauth-status-list).

Two bits per certificate: 0 valid, 1 invalid (revoked or cancelled), 2 suspended, 3 ours: replaced by a newer version.
"""

import hashlib
import zlib
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from joserfc.jwk import ECKey

from certificates import sdjwt

VALID, INVALID, SUSPENDED, SUPERSEDED = range(4)
BITS = 2
WIDTH = 17
CAPACITY = 1 << WIDTH  # entries of one list: 32 KiB before compression
MAX_LIST_BYTES = 1 << 20  # what a foreign list may inflate to
TYP = "statuslist+jwt"
LIFE_SECONDS = 3600
TTL_SECONDS = 300

_MASK = CAPACITY - 1


class StatusUnknown(Exception):
    """The list does not say what the status is; `reason` is a key of `verdicts.REASONS`. Never read as valid."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def spread(counter: int, seed: int) -> int:
    """Return the index for the `counter`-th certificate of a list: each once, in an order that only the seed knows.

    An index that follows the order of issue would tell how many certificates came between two (§12.6 of the draft).
    """
    value = counter & _MASK
    for add, factor in _rounds(seed):  # each step can be undone, so no two counters meet
        value = (value ^ add) * factor & _MASK
        value ^= value >> 9
    return value


@lru_cache(maxsize=64)
def _rounds(seed: int) -> tuple[tuple[int, int], ...]:
    raw = hashlib.blake2b(str(seed).encode(), digest_size=24).digest()
    numbers = [int.from_bytes(raw[start : start + 4]) & _MASK for start in range(0, 24, 4)]
    return tuple((numbers[place], numbers[place + 3] | 1) for place in range(3))


def pack(statuses: Mapping[int, int], size: int = CAPACITY) -> str:
    """Return `lst`: the list of `size` entries, all VALID but those given, compressed (§4.1, lowest bits first)."""
    data = bytearray(-(-size * BITS // 8))
    for index, value in statuses.items():
        if not 0 <= index < size:
            raise ValueError(f"index {index} outside a list of {size}")
        data[index >> 2] |= (value & 3) << (index & 3) * BITS
    return sdjwt.encode(zlib.compress(bytes(data), 9))


def unpack(lst: str) -> bytes:
    """Return the bytes of `lst`. Raises StatusUnknown `status_list_bad` or, before inflating it all, `…_too_large`."""
    try:
        packed = sdjwt.decode(lst)
    except sdjwt.TokenRefused:
        raise StatusUnknown("status_list_bad") from None
    inflater = zlib.decompressobj()
    try:
        data = inflater.decompress(packed, MAX_LIST_BYTES + 1)
    except zlib.error:
        raise StatusUnknown("status_list_bad") from None
    if len(data) > MAX_LIST_BYTES:
        raise StatusUnknown("status_list_too_large")
    if not inflater.eof or inflater.unused_data:
        raise StatusUnknown("status_list_bad")
    return data


def pick(data: bytes, index: int, bits: int = BITS) -> int:
    """Return the status at `index`. Raises StatusUnknown `status_index_outside`."""
    per_byte = 8 // bits
    if not 0 <= index < len(data) * per_byte:
        raise StatusUnknown("status_index_outside")
    return data[index // per_byte] >> index % per_byte * bits & (1 << bits) - 1


def publish(uri: str, lst: str, *, signer: sdjwt.Signer, wall: datetime) -> str:
    """Return the signed status list for the address `uri`, good for an hour."""
    now = int(wall.timestamp())
    claims = {"sub": uri, "iat": now, "exp": now + LIFE_SECONDS, "ttl": TTL_SECONDS}
    return signer.compact({**claims, "status_list": {"bits": BITS, "lst": lst}}, TYP)


def read(token: str, *, uri: str, index: int, keys: Callable[[str], ECKey | None], wall: datetime) -> int:
    """Return the status at `index` from a published list. Raises StatusUnknown for anything less than certain."""
    if len(token) > 2 * MAX_LIST_BYTES:
        raise StatusUnknown("status_list_too_large")
    try:
        _, claims = sdjwt.open_jws(token, keys=keys, typ=TYP)
    except sdjwt.TokenRefused as refusal:
        forged = refusal.reason in ("bad_signature", "kid_unknown", "alg_none", "alg_symmetric", "key_in_header")
        raise StatusUnknown("status_list_forged" if forged else "status_list_bad") from None
    try:
        sdjwt.check_times(claims, wall)
    except sdjwt.TokenRefused as refusal:
        late = refusal.reason == "token_expired"
        raise StatusUnknown("status_list_expired" if late else "status_list_bad") from None
    if claims.get("sub") != uri:
        raise StatusUnknown("status_list_swapped")
    bits, lst = _members(claims.get("status_list"))
    return pick(unpack(lst), index, bits)


def _members(entry: Any) -> tuple[int, str]:
    bits = entry.get("bits") if isinstance(entry, dict) else None
    lst = entry.get("lst") if isinstance(entry, dict) else None
    if isinstance(bits, bool) or bits not in (1, 2, 4, 8) or not isinstance(lst, str):
        raise StatusUnknown("status_list_bad")
    return bits, lst
