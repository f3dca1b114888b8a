"""SD-JWT VC: issue, present, verify (RFC 9901; draft-ietf-oauth-sd-jwt-vc for `typ`, `vct` and the plain claims).

Stricter than the RFC where that costs an honest holder nothing: one algorithm, keys only from the caller's list,
no header may bring a key or an extension, every disclosure must be accounted for, sizes and depth are bounded.
A refusal is a `TokenRefused` with a stable reason; `verdicts` has the sentence for each.
"""

import os
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from certificates.sdjwt.disclosures import MAX_DEPTH, PLAIN, RESERVED, digest, read_disclosure, reveal
from certificates.sdjwt.jws import (
    ALG,
    SKEW_SECONDS,
    Signer,
    TokenRefused,
    check_header,
    check_times,
    decode,
    encode,
    encode_json,
    good,
    open_jws,
    read_object,
)

__all__ = [
    "ALG",
    "MAX_DEPTH",
    "PLAIN",
    "Content",
    "Signer",
    "TokenRefused",
    "bind",
    "check_times",
    "decode",
    "digest",
    "encode",
    "issue",
    "open_jws",
    "present",
    "split",
    "verify",
]

TYP = "dc+sd-jwt"
BINDING_TYP = "kb+jwt"
MAX_BYTES = 32_768
MAX_DISCLOSURES = 64
BINDING_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Content:
    """What a verified token says: all claims, disclosed ones put back; which names were disclosed; who signed."""

    claims: dict[str, Any]
    disclosed: frozenset[str]
    kid: str
    bound: bool  # the holder proved possession of the key in `cnf`


def issue(
    claims: Mapping[str, Any], hidden: Mapping[str, Any], *, signer: Signer, holder: Mapping[str, Any] | None = None
) -> str:
    """Return an SD-JWT VC with `claims` in plain sight and each of `hidden` behind a disclosure.

    `holder` is the holder's public key (JWK) when presentations must be bound to it. Values are JSON data.
    Raises ValueError for a hidden claim whose name must stay plain.
    """
    salts = os.urandom(16 * len(hidden)).hex()
    disclosures, digests = [], []
    for position, (name, value) in enumerate(hidden.items()):
        if name in PLAIN or name in claims or name in RESERVED:
            raise ValueError(f"claim {name!r} cannot be hidden")
        salt = salts[32 * position : 32 * position + 32]
        disclosure = encode(encode_json([salt, name, value]))
        disclosures.append(disclosure)
        digests.append(digest(disclosure))
    digests.sort()  # so that their order says nothing about the claims
    payload = {**claims, "_sd": digests, "_sd_alg": "sha-256"}
    if holder is not None:
        payload["cnf"] = {"jwk": dict(holder)}
    return "~".join((signer.compact(payload, TYP), *disclosures, ""))


def present(token: str, names: Collection[str]) -> str:
    """Return the token with only the named claims disclosed. Raises TokenRefused when it cannot be read."""
    signed, disclosures, _ = split(token)
    kept = [text for text in disclosures if read_disclosure(text)[1] in names]
    return "~".join((signed, *kept, ""))


def bind(presentation: str, *, signer: Signer, nonce: str, audience: str, wall: datetime) -> str:
    """Return the presentation with a key binding for one nonce and one audience, made with the holder's key."""
    claims = {"iat": int(wall.timestamp()), "aud": audience, "nonce": nonce, "sd_hash": digest(presentation)}
    return presentation + signer.compact(claims, BINDING_TYP)


def verify(
    token: str,
    *,
    keys: Callable[[str], ECKey | None],
    wall: datetime,
    nonce: str | None = None,
    audience: str | None = None,
) -> Content:
    """Check the signature, every disclosure, the wall-time claims and the key binding; return what the token says.

    `keys` answers a `kid` from the local trust list. A binding that is present is always checked; it is demanded
    when a nonce is given. Business validity (`valid_from`, `valid_until`) and status are the caller's to judge.
    """
    signed, disclosures, binding = split(token)
    kid, payload = open_jws(signed, keys=keys, typ=TYP)
    claims, disclosed = reveal(payload, disclosures)
    check_times(claims, wall)
    if not isinstance(claims.get("iss"), str) or not isinstance(claims.get("vct"), str):
        raise TokenRefused("claims_missing")
    if nonce is not None and not binding:
        raise TokenRefused("binding_missing")
    if binding:
        presentation = token[: len(token) - len(binding)]
        _check_binding(binding, presentation, claims.get("cnf"), wall=wall, nonce=nonce, audience=audience)
    return Content(claims, disclosed, kid, bound=bool(binding))


def split(token: str) -> tuple[str, list[str], str]:
    """Return the signed part, the disclosures and the key binding ("" without one), unverified."""
    if len(token) > MAX_BYTES:
        raise TokenRefused("too_large")
    signed, *rest = token.split("~")
    if not token.isascii() or not rest or signed.count(".") != 2:
        raise TokenRefused("not_a_token")
    disclosures, binding = rest[:-1], rest[-1]
    if len(disclosures) > MAX_DISCLOSURES:
        raise TokenRefused("too_large")
    return signed, disclosures, binding


def _check_binding(
    binding: str, presentation: str, cnf: Any, *, wall: datetime, nonce: str | None, audience: str | None
) -> None:
    """RFC 9901 §7.3 step 5: the holder signed this very presentation, for us, just now."""
    key = _holder_key(cnf)
    if binding.count(".") != 2:
        raise TokenRefused("binding_malformed")
    head, body, signature = binding.split(".")
    header, claims = read_object(decode(head)), read_object(decode(body))
    if header.get("typ") != BINDING_TYP:
        raise TokenRefused("binding_wrong_typ")
    check_header(header, BINDING_TYP, kid_needed=False)
    if not good(f"{head}.{body}", decode(signature), key):
        raise TokenRefused("binding_bad_signature")
    if claims.get("sd_hash") != digest(presentation):
        raise TokenRefused("binding_other_content")
    age = claims.get("iat")
    if isinstance(age, bool) or not isinstance(age, int | float):
        raise TokenRefused("binding_malformed")
    if not -SKEW_SECONDS <= wall.timestamp() - age <= BINDING_SECONDS:
        raise TokenRefused("binding_stale")
    if audience is not None and claims.get("aud") != audience:
        raise TokenRefused("binding_other_audience")
    if nonce is not None and claims.get("nonce") != nonce:
        raise TokenRefused("binding_other_nonce")


def _holder_key(cnf: Any) -> ECKey:
    jwk = cnf.get("jwk") if isinstance(cnf, dict) else None
    if not isinstance(jwk, dict):
        raise TokenRefused("binding_without_key")
    if "d" in jwk or jwk.get("crv") != "P-256":
        raise TokenRefused("binding_malformed")
    try:
        return ECKey.import_key(jwk)
    except (JoseError, ValueError, TypeError):
        raise TokenRefused("binding_malformed") from None
