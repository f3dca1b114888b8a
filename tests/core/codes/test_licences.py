import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.iso7064 import mod_11_10

from govsim.core.codes import licences, regions
from govsim.core.codes.errors import CodeError
from tests.core.codes.changes import one_change

numbers = st.builds(
    licences.registration_number, st.sampled_from(sorted(regions.SIMULATED)), st.integers(0, 99_999_999)
)


@pytest.mark.parametrize(("number", "says"), [("440399000000013", ("440399", 1)), ("440799000000024", ("440799", 2))])
def test_registration_numbers(number, says):
    assert licences.parse_registration_number(number) == licences.RegistrationNumber(*says)
    assert licences.registration_number(*says) == number


@given(numbers)
def test_what_is_made_is_read(number):
    parsed = licences.parse_registration_number(number)
    assert licences.registration_number(parsed.region, parsed.sequence) == number
    assert mod_11_10.is_valid(number)


@given(numbers.flatmap(lambda number: one_change(number, "0123456789")))
def test_one_changed_digit_is_noticed(number):
    with pytest.raises(CodeError):
        licences.parse_registration_number(number)


def test_real_regions_are_never_made():
    with pytest.raises(CodeError) as refusal:
        licences.registration_number("440300", 1)
    assert refusal.value.code == "real_looking"


def test_plates():
    assert [licences.plate(city, 1) for city in ("03", "07", "12")] == ["粤B·SIM01", "粤J·SIM01", "粤H·SIM01"]
    assert licences.is_safe_plate("粤B·SIM01")
    assert not licences.is_safe_plate("粤B·A1234")
    with pytest.raises(CodeError):
        licences.plate("03", 100)
