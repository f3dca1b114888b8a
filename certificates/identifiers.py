"""Identifiers and numbers of certificates (GB/T 36904-2018; domain.md C.5; decision 14)."""

from datetime import date
from functools import lru_cache

from govsim.core.codes import certificate_identifier, iso7064
from govsim.core.codes.errors import CodeError

RANDOM_SPAN = 36**12  # what `new_serial` can tell apart on one day
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def make(type_code: str, issuer_code: str, serial: str, version: int) -> str:
    """Return the identifier. Raises CodeError when a part is not well formed.

    The two credit codes are checked once per pair; a batch only pays for the check character.
    """
    prefix = _checked(type_code, issuer_code)
    if not 1 <= version <= 999 or not serial.isalnum() or not serial.isascii() or not 1 <= len(serial) <= 32:
        raise CodeError("bad_length", "证照标识的流水号或版本号不对", "The serial or version is not well formed")
    number = f"{version:03d}"
    check = iso7064.mod_37_36(f"{type_code}{issuer_code}{serial}{number}")
    return f"{prefix}{serial}.{number}.{check}"


@lru_cache(maxsize=1024)
def _checked(type_code: str, issuer_code: str) -> str:
    whole = certificate_identifier.make(type_code, issuer_code, "0", 1)
    return whole.rsplit(".", 3)[0] + "."  # without serial, version and check character


def parse(identifier: str) -> certificate_identifier.CertificateIdentifier:
    """Return what an identifier says. Raises CodeError when it is not one, for example by a wrong check character."""
    return certificate_identifier.parse(identifier)


def next_version(identifier: str) -> str:
    """Return the identifier of the version that replaces this one: same serial, next version, own check character."""
    said = parse(identifier)
    return make(said.type_code, said.issuer, said.serial, said.version + 1)


def new_serial(on: date, drawn: int) -> str:
    """Return a serial of 20 characters: the day, then 12 that stand for `drawn` (0 ≤ drawn < RANDOM_SPAN).

    Never from a counter: a restored backup would hand the same number out twice (decision 14).
    """
    return f"{on:%Y%m%d}{base36(drawn, 12)}"


def new_number(type_number: int, on: date, drawn: int) -> str:
    """Return a certificate number (证照编号) where the issuer brings none: SIM, type, day, six drawn characters."""
    return f"SIM{type_number:03d}{on:%Y%m%d}{base36(drawn, 6)}"


def base36(value: int, width: int) -> str:
    """Return the last `width` digits of `value` written in base 36."""
    digits = []
    for _ in range(width):
        value, digit = divmod(value, 36)
        digits.append(_ALPHABET[digit])
    return "".join(reversed(digits))
