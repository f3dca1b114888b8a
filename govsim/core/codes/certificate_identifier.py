"""电子证照标识, e-certificate identifier: GB/T 36904-2018 (domain.md C.5).

An identifier is root . type code . issuer . serial . version . check, the check being ISO 7064 MOD 37,36
over the four parts between, without root and dots.
"""

import re
from dataclasses import dataclass
from datetime import date

from govsim.core.codes import credit, iso7064, regions, shape
from govsim.core.codes.errors import CodeError

ROOT = "1.2.156.3005.2"

_ZH, _EN = "电子证照标识", "e-certificate identifier"
_PATTERN = re.compile(
    rf"{re.escape(ROOT)}\.(?P<type_code>[0-9A-Z]{{18}}[0-9]{{3}})\.(?P<issuer>[0-9A-Z]{{18}}|[0-9]{{6}})"
    r"\.(?P<serial>[0-9A-Z]{1,32})\.(?P<version>[0-9]{3})\.(?P<check>[0-9A-Z])"
)
# A serial has 1 to 32 characters (32 is the longest seen in use), an issuer 6 or 18.
_LENGTHS = range(len(ROOT) + 5 + 21 + 6 + 1 + 3 + 1, len(ROOT) + 5 + 21 + 18 + 32 + 3 + 1 + 1)
_RANDOM = re.compile(r"[0-9A-Z]*")


@dataclass(frozen=True, slots=True)
class CertificateIdentifier:
    """What an e-certificate identifier says."""

    type_code: str
    issuer: str
    serial: str
    version: int


def make(type_code: str, issuer: str, serial: str, version: int) -> str:
    """The identifier of a certificate. (GB/T 36904-2018, C.5)

    `type_code` is the defining authority's credit code and 3 digits, `issuer` a credit code (or a region),
    `serial` 1 to 32 digits and capital letters, `version` 1 for the first and one more at each change.
    Raises CodeError as `parse` does.
    """
    number = shape.digits(version, 3)
    check = iso7064.mod_37_36(type_code + issuer + serial + number)
    identifier = ".".join((ROOT, type_code, issuer, serial, number, check))
    parse(identifier)
    return identifier


def parse(identifier: str) -> CertificateIdentifier:
    """What an identifier says. (GB/T 36904-2018, C.5)

    Raises CodeError `bad_length`, `bad_character`, what the credit codes in it raise (`bad_region` for an issuer
    written as a region), `bad_version` (000) or `bad_check_digit`.
    """
    part = shape.fields(_PATTERN, identifier, lengths=_LENGTHS, zh=_ZH, en=_EN)
    type_code, issuer, serial, version = (part[name] for name in ("type_code", "issuer", "serial", "version"))
    credit.parse(type_code[:18])
    if len(issuer) == 18:
        credit.parse(issuer)
    else:  # some systems write the issuer's region instead
        regions.expect_plausible(issuer)
    if version == "000":
        raise CodeError("bad_version", "证照版本号从001开始", "The first version is 001")
    expected = iso7064.mod_37_36(type_code + issuer + serial + version)
    shape.expect_check(expected, part["check"], zh=_ZH, en=_EN)
    return CertificateIdentifier(type_code, issuer, serial, int(version))


def new_serial(on: date, random_text: str) -> str:
    """A serial of 20 characters: the day, then 12 digits and capital letters that the caller drew at random. (C.5)

    Raises CodeError `bad_length` or `bad_character`.
    """
    shape.fields(_RANDOM, random_text, lengths={12}, zh="流水号随机部分", en="random part of the serial")
    return f"{shape.compact(on)}{random_text}"
