"""The keys of the installation: which one signs, which ones are trusted. Files in `var/secrets/`, never rows.

`signing_es256.json` is the private key, `trusted_es256.json` the list of all public keys, old ones included. A key
that is not on the list does not sign: whoever swaps the file cannot make the installation issue (F32).
"""

import json
import os
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from certificates import sdjwt
from govsim.core.errors import Busy
from govsim.secrets import read_or_create

SIGNING_FILE = "signing_es256.json"
TRUSTED_FILE = "trusted_es256.json"
_PROOF = {"proof": "govsim"}


class SigningFailed(Busy):
    """No certificate can be signed now. Nothing was stored; the case waits for its certificate."""

    code = "signing_failed"

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"暂时无法签发电子证照：{zh}", f"Certificates cannot be signed now: {en}", retry_after=60)


def signer() -> sdjwt.Signer:
    """Return the key that signs, proved by a test signature whenever its file has changed. Raises SigningFailed."""
    try:
        _first_run()
        signing, trusted_list = _path(SIGNING_FILE), _path(TRUSTED_FILE)
        return _proved(signing, _stamp(signing), trusted_list, _stamp(trusted_list))
    except OSError as error:
        raise SigningFailed("签名密钥无法读取", "the signing key cannot be read") from error


def trusted() -> Mapping[str, ECKey]:
    """Return kid → public key of every key that ever signed here and is still trusted; empty when unreadable."""
    try:
        _first_run()
        path = _path(TRUSTED_FILE)
        return _trusted(path, _stamp(path))
    except (OSError, SigningFailed):
        return {}


def jwks() -> dict[str, Any]:
    """Return the public keys for publication (RFC 7517)."""
    return {"keys": [public_jwk(key, kid) for kid, key in trusted().items()]}


def public_jwk(key: ECKey, kid: str) -> dict[str, Any]:
    """Return the public half of a key as it is published."""
    return {**key.as_dict(private=False), "kid": kid, "alg": sdjwt.ALG, "use": "sig"}


def public_of(key: ECKey) -> ECKey:
    """Return the public half as a key."""
    return ECKey.import_key(key.as_dict(private=False))


def new_key() -> bytes:
    """Return a new private key as the signing file holds it; its `kid` is its RFC 7638 thumbprint."""
    key = ECKey.generate_key("P-256", private=True)
    return json.dumps({**key.as_dict(private=True), "kid": key.thumbprint()}).encode()


def read_key(raw: bytes) -> tuple[ECKey, str]:
    """Return key and kid of a signing file. Raises SigningFailed when it is not a private key for ES256."""
    try:
        data = json.loads(raw)
        key, kid = ECKey.import_key(data), data["kid"]
    except (ValueError, KeyError, TypeError, JoseError) as error:
        raise SigningFailed("签名密钥文件损坏", "the signing key file is damaged") from error
    if key.curve_name != "P-256" or not key.is_private:
        raise SigningFailed("签名密钥不适用于 ES256", "the signing key is not one for ES256")
    return key, kid


def prove(key: ECKey, kid: str, public: ECKey | None) -> sdjwt.Signer:
    """Return a signer after one test signature that the trusted public key accepts. Raises SigningFailed."""
    if public is None:
        raise SigningFailed("签名密钥不在信任名单内", "the signing key is not on the list of trusted keys")
    made = sdjwt.Signer(key, kid)
    try:
        sdjwt.open_jws(made.compact(_PROOF, "proof+jwt"), keys={kid: public}.get, typ="proof+jwt")
    except (sdjwt.TokenRefused, ValueError) as error:
        raise SigningFailed("签名密钥未通过试签", "the signing key failed its test signature") from error
    return made


def _path(name: str) -> Path:
    return Path(settings.VAR) / "secrets" / name


def _stamp(path: Path) -> tuple[int, int, int]:
    stat = os.stat(path)
    return stat.st_mtime_ns, stat.st_size, stat.st_ino


def _first_run() -> None:
    """Make key and list once. A key that vanished later is not replaced: the list shows that there was one."""
    if not _path(TRUSTED_FILE).exists():
        key, kid = read_key(read_or_create(settings.VAR, SIGNING_FILE, new_key))
        read_or_create(settings.VAR, TRUSTED_FILE, lambda: json.dumps({"keys": [public_jwk(key, kid)]}).encode())


@lru_cache(maxsize=4)
def _proved(
    path: Path, stamp: tuple[int, int, int], trusted_path: Path, trusted_stamp: tuple[int, int, int]
) -> sdjwt.Signer:
    key, kid = read_key(path.read_bytes())
    return prove(key, kid, _trusted(trusted_path, trusted_stamp).get(kid))


@lru_cache(maxsize=4)
def _trusted(path: Path, stamp: tuple[int, int, int]) -> dict[str, ECKey]:
    try:
        return {entry["kid"]: ECKey.import_key(entry) for entry in json.loads(path.read_bytes())["keys"]}
    except (ValueError, KeyError, TypeError, JoseError) as error:
        raise SigningFailed("信任名单损坏", "the list of trusted keys is damaged") from error
