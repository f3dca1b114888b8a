"""One way to write data as bytes, so that equal data has equal hashes on every machine."""

import hashlib
import json
from datetime import date, datetime
from typing import Any

import orjson


def _plain(value: object) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    raise TypeError(f"not canonical data: {type(value).__name__}")


_OPTIONS = orjson.OPT_SORT_KEYS | orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS
_encoder = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False, default=_plain)


def dumps(value: object) -> bytes:
    """Return `value` (JSON data, dates and bytes allowed) as UTF-8 JSON with sorted keys and no spaces.

    Raises TypeError for data of other types.
    """
    try:
        return orjson.dumps(value, _plain, _OPTIONS)
    except orjson.JSONEncodeError:  # whole numbers beyond 64 bits, say, which the slower encoder knows
        return _encoder.encode(value).encode()


def digest(value: object) -> bytes:
    """Return the SHA-256 of the canonical bytes of `value`."""
    return hashlib.sha256(dumps(value)).digest()
