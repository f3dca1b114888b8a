"""Compact JWS with one algorithm, and the strict reading of JSON and base64url that everything signed goes through."""

import base64
import binascii
import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import orjson
from joserfc import jws
from joserfc.jwk import ECKey

ALG = "ES256"
SKEW_SECONDS = 60

_ES256 = jws.default_registry.get_alg(ALG)
_URL_SAFE = bytes.maketrans(b"+/", b"-_")
_BASE64URL = re.compile(r"[A-Za-z0-9_-]+")
_KEY_IN_HEADER = ("jwk", "jku", "x5u", "x5c", "x5t", "x5t#S256")


def encode_json(value: Any) -> bytes:
    """Return JSON data as bytes without spaces, names in the order given."""
    return orjson.dumps(value)


class TokenRefused(Exception):
    """The token is not accepted; `reason` is a key of `verdicts.REASONS`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Signer:
    """One ES256 private key, with the headers that it writes encoded once."""

    def __init__(self, key: ECKey, kid: str) -> None:
        self.key = key
        self.kid = kid
        self._heads: dict[str, str] = {}

    def compact(self, claims: Mapping[str, Any], typ: str) -> str:
        """Return the claims as a compact JWS of this `typ`."""
        head = self._heads.get(typ)
        if head is None:
            head = self._heads[typ] = encode(encode_json({"alg": ALG, "typ": typ, "kid": self.kid}))
        message = f"{head}.{encode(encode_json(claims))}"
        return f"{message}.{encode(_ES256.sign(message.encode(), self.key))}"


def encode(data: bytes) -> str:
    """Return base64url without padding."""
    return binascii.b2a_base64(data, newline=False).translate(_URL_SAFE).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """Return the bytes of base64url text. Refuses padding, foreign characters and spare bits (`bad_base64`)."""
    if not _BASE64URL.fullmatch(text) or len(text) % 4 == 1:
        raise TokenRefused("bad_base64")
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if encode(data) != text:
        raise TokenRefused("bad_base64")
    return data


def open_jws(text: str, *, keys: Callable[[str], ECKey | None], typ: str) -> tuple[str, dict[str, Any]]:
    """Return `kid` and claims of a compact JWS signed with ES256 by a key of the list, else refuse."""
    if text.count(".") != 2:
        raise TokenRefused("not_a_token")
    head, body, signature = text.split(".")
    kid = check_header(read_object(decode(head)), typ)
    key = keys(kid)
    if key is None:
        raise TokenRefused("kid_unknown")
    if not signature or not good(f"{head}.{body}", decode(signature), key):
        raise TokenRefused("bad_signature")
    return kid, read_object(decode(body))


def check_times(claims: Mapping[str, Any], wall: datetime) -> None:
    """Refuse a token outside its technical life. All three claims are seconds of wall time (RFC 7519 §4.1)."""
    now = wall.timestamp()
    for name in ("iat", "nbf", "exp"):
        value = claims.get(name, 0)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise TokenRefused("claims_missing")
    if "iat" not in claims or "exp" not in claims:
        raise TokenRefused("claims_missing")
    if claims["iat"] > now + SKEW_SECONDS:
        raise TokenRefused("issued_in_future")
    if claims.get("nbf", 0) > now + SKEW_SECONDS:
        raise TokenRefused("token_not_yet")
    if claims["exp"] <= now - SKEW_SECONDS:
        raise TokenRefused("token_expired")


def check_header(header: Mapping[str, Any], typ: str, *, kid_needed: bool = True) -> str:
    """Return `kid` of a header that names our algorithm and this `typ`, brings no key and demands nothing else."""
    alg = header.get("alg")
    if isinstance(alg, str) and alg.lower() == "none":
        raise TokenRefused("alg_none")
    if isinstance(alg, str) and alg.startswith("HS"):
        raise TokenRefused("alg_symmetric")
    if alg != ALG:
        raise TokenRefused("alg_not_allowed")
    if "crit" in header or "b64" in header:
        raise TokenRefused("crit_unknown")
    if any(name in header for name in _KEY_IN_HEADER):
        raise TokenRefused("key_in_header")
    if header.get("typ") != typ:
        raise TokenRefused("wrong_typ")
    kid = header.get("kid")
    if not isinstance(kid, str):
        if kid_needed or kid is not None:
            raise TokenRefused("kid_missing")
        return ""
    return kid


def good(message: str, signature: bytes, key: ECKey) -> bool:
    """Say whether a signature is the key's over the message."""
    return len(signature) == 64 and _ES256.verify(message.encode(), signature, key)


def read_object(data: bytes) -> dict[str, Any]:
    """Return a JSON object, else refuse (`bad_json`, `duplicate_claim`, `too_deep`)."""
    value = read_json(data)
    if not isinstance(value, dict):
        raise TokenRefused("bad_json")
    return value


def read_json(data: bytes) -> Any:
    """Return JSON data; no claim may stand twice and no number may be infinite."""
    try:
        return json.loads(data.decode(), object_pairs_hook=_no_duplicates, parse_constant=_no_constant)
    except RecursionError:
        raise TokenRefused("too_deep") from None
    except ValueError:
        raise TokenRefused("bad_json") from None


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):  # two readers could see two different claims
        raise TokenRefused("duplicate_claim")
    return value


def _no_constant(name: str) -> None:
    raise TokenRefused("bad_json")
