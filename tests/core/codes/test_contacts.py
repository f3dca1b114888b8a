import pytest
from hypothesis import given
from hypothesis import strategies as st

from govsim.core.codes import contacts, safety
from govsim.core.codes.errors import CodeError


@given(st.integers(0, 99_999_999))
def test_made_mobiles_are_safe(number):
    mobile = contacts.mobile(number)
    assert len(mobile) == 11
    assert contacts.is_safe_mobile(mobile)
    safety.refuse_real(mobile, "mobile")


def test_examples():
    assert contacts.mobile(1) == "10100000001"
    assert contacts.hong_kong_phone(1) == "+852 0000 0001"
    assert contacts.macao_phone(12) == "+853 0000 0012"
    assert contacts.landline(1) == "0000-00000001"
    assert contacts.bank_account(1) == "SIM0000000000000001"
    assert contacts.email("chen.yang") == "chen.yang@example.com"


@pytest.mark.parametrize("text", ["13800000000", "1010000000", "101000000010", "1010000000１", "10100000001\n"])
def test_other_mobiles_are_not_safe(text):
    assert not contacts.is_safe_mobile(text)


def test_bank_accounts():
    assert contacts.is_safe_bank_account(contacts.bank_account(7))
    assert not contacts.is_safe_bank_account("6222000000000000")


def test_what_is_not_made():
    for make in (
        lambda: contacts.mobile(10**8),
        lambda: contacts.hong_kong_phone(-1),
        lambda: contacts.bank_account(10**16),
        lambda: contacts.email("Chen Yang"),
        lambda: contacts.email(""),
    ):
        with pytest.raises(CodeError):
            make()
