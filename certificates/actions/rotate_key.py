"""Change the signing key: new certificates carry the new one, old ones stay good because their key stays trusted."""

import json
import os
from pathlib import Path

from django.conf import settings

from certificates.queries import keys


def rotate_key() -> str:
    """Make a new signing key, prove it, trust it, then sign with it; return its `kid`. Raises SigningFailed.

    The list is written first: a crash between the two files leaves the old key signing and the new one trusted.
    """
    keys.signer()  # there is nothing to rotate from when the present key does not work
    raw = keys.new_key()
    key, kid = keys.read_key(raw)
    keys.prove(key, kid, keys.public_of(key))
    entries = [*keys.jwks()["keys"], keys.public_jwk(key, kid)]
    folder = Path(settings.VAR) / "secrets"
    _replace(folder / keys.TRUSTED_FILE, json.dumps({"keys": entries}).encode())
    _replace(folder / keys.SIGNING_FILE, raw)
    return keys.signer().kid


def _replace(path: Path, content: bytes) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(draft, path)
