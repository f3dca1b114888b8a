from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.iso7064 import mod_37_36

from govsim.core.codes import certificate_identifier
from govsim.core.codes.errors import CodeError
from govsim.core.codes.iso7064 import ALPHANUMERIC
from tests.core.codes.changes import one_change

ROOT = "1.2.156.3005.2"
VALID = [
    f"{ROOT}.11100000000013338W009.11330105002500287C.2025052201.002.0",
    f"{ROOT}.11100000000013338W011.11430000006122244L.20230000403.001.U",
    f"{ROOT}.11100000MB03271699022.340100.000000016.001.9",
    f"{ROOT}.11440399MN1000014K001.11440399MN1000014K.00000000000000000001.001.T",
    f"{ROOT}.11440399MN1000014K001.11440399MN1000014K.00000000000000000001.002.R",
    f"{ROOT}.11440799MN10000223012.11440799MN10000223.202112010000A7.001.A",
    f"{ROOT}.11441299MN1000030G003.11441299MN1000030G.2021120100000042.001.5",
]
LICENCE = VALID[3]

identifiers = st.builds(
    certificate_identifier.make,
    st.sampled_from(["11440399MN1000014K001", "11441299MN1000030G003"]),
    st.sampled_from(["11440799MN10000223", "11441299MN1000030G", "440399"]),
    st.text(ALPHANUMERIC, min_size=1, max_size=32),
    st.integers(1, 999),
)


@pytest.mark.parametrize("identifier", VALID)
def test_valid_identifiers(identifier):
    type_code, issuer, serial, version, _ = identifier.removeprefix(f"{ROOT}.").split(".")
    expected = certificate_identifier.CertificateIdentifier(type_code, issuer, serial, int(version))
    assert certificate_identifier.parse(identifier) == expected
    assert certificate_identifier.make(type_code, issuer, serial, int(version)) == identifier


@pytest.mark.parametrize(
    ("identifier", "reason"),
    [
        (LICENCE[:-1] + "U", "bad_check_digit"),
        (LICENCE.replace(".001.T", ".002.T"), "bad_check_digit"),
        (LICENCE.replace(".001.T", ".000.T"), "bad_version"),
        (LICENCE.replace("3005", "3006"), "bad_character"),
        (LICENCE.replace("1000014K001", "1000015K001"), "bad_organisation_check"),
        (LICENCE.lower(), "bad_character"),
        (LICENCE.replace(".", "-"), "bad_character"),
        (ROOT, "bad_length"),
        (f"{ROOT}.11440399MN1000014K001.990101.01.001.0", "bad_region"),
    ],
)
def test_invalid_identifiers(identifier, reason):
    with pytest.raises(CodeError) as refusal:
        certificate_identifier.parse(identifier)
    assert refusal.value.code == reason


@given(identifiers)
def test_what_is_made_is_read(identifier):
    parsed = certificate_identifier.parse(identifier)
    again = certificate_identifier.make(parsed.type_code, parsed.issuer, parsed.serial, parsed.version)
    assert again == identifier
    assert mod_37_36.is_valid(identifier.removeprefix(ROOT).replace(".", ""))


@given(identifiers.flatmap(one_change))
def test_one_changed_character_is_noticed(identifier):
    with pytest.raises(CodeError):
        certificate_identifier.parse(identifier)


@pytest.mark.parametrize(
    ("serial", "version", "reason"),
    [("", 1, "bad_character"), ("A" * 33, 1, "bad_length"), ("a1", 1, "bad_character"), ("A1", 0, "bad_version")],
)
def test_what_is_not_made(serial, version, reason):
    with pytest.raises(CodeError) as refusal:
        certificate_identifier.make("11440399MN1000014K001", "11440399MN1000014K", serial, version)
    assert refusal.value.code == reason


def test_a_serial_is_the_day_and_what_the_caller_drew():
    assert certificate_identifier.new_serial(date(2021, 12, 1), "0A1B2C3D4E5F") == "202112010A1B2C3D4E5F"
    for random_text, reason in {"0A1B2C": "bad_length", "0a1b2c3d4e5f": "bad_character"}.items():
        with pytest.raises(CodeError) as refusal:
            certificate_identifier.new_serial(date(2021, 12, 1), random_text)
        assert refusal.value.code == reason
