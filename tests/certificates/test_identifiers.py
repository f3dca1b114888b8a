"""The vectors of domain.md C.5, by the room's own maker."""

import pytest

from certificates import identifiers
from govsim.core.codes.errors import CodeError

AMR = "11440399MN1000014K"


@pytest.mark.parametrize(
    ("parts", "identifier"),
    [
        (
            (f"{AMR}001", AMR, "0" * 19 + "1", 1),
            f"1.2.156.3005.2.{AMR}001.{AMR}.00000000000000000001.001.T",
        ),
        (
            (f"{AMR}001", AMR, "0" * 19 + "1", 2),
            f"1.2.156.3005.2.{AMR}001.{AMR}.00000000000000000001.002.R",
        ),
        (
            ("11440799MN10000223012", "11440799MN10000223", "202112010000A7", 1),
            "1.2.156.3005.2.11440799MN10000223012.11440799MN10000223.202112010000A7.001.A",
        ),
        (
            ("11441299MN1000030G003", "11441299MN1000030G", "2021120100000042", 1),
            "1.2.156.3005.2.11441299MN1000030G003.11441299MN1000030G.2021120100000042.001.5",
        ),
    ],
)
def test_the_vectors(parts, identifier):
    assert identifiers.make(*parts) == identifier
    said = identifiers.parse(identifier)
    assert (said.type_code, said.issuer, said.serial, said.version) == parts


def test_the_next_version_keeps_the_serial_and_gets_its_own_check_character():
    first = f"1.2.156.3005.2.{AMR}001.{AMR}.00000000000000000001.001.T"
    assert identifiers.next_version(first) == f"1.2.156.3005.2.{AMR}001.{AMR}.00000000000000000001.002.R"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (f"1.2.156.3005.2.{AMR}001.{AMR}.00000000000000000001.001.U", "bad_check_digit"),
        ("1.2.156.3005.2", "bad_length"),
        (f"1.2.156.3005.2.{AMR}001.{AMR}.0000000000000000000a.001.T", None),
    ],
)
def test_what_is_not_an_identifier_is_refused(text, code):
    with pytest.raises(CodeError) as refusal:
        identifiers.parse(text)
    assert code in (None, refusal.value.code)


@pytest.mark.parametrize(("serial", "version"), [("", 1), ("A.B", 1), ("A" * 33, 1), ("A", 0), ("A", 1000)])
def test_a_serial_or_version_that_does_not_fit_is_refused(serial, version):
    with pytest.raises(CodeError):
        identifiers.make(f"{AMR}001", AMR, serial, version)


def test_a_serial_has_twenty_characters_and_begins_with_the_day(wall):
    serial = identifiers.new_serial(wall.date(), identifiers.RANDOM_SPAN - 1)
    assert serial == f"{wall:%Y%m%d}" + "Z" * 12
    assert identifiers.base36(35, 3) == "00Z"
