import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.iso7064 import mod_11_2, mod_11_10, mod_37_36

from govsim.core.codes import iso7064
from govsim.core.codes.errors import CodeError

digits = st.text(iso7064.DIGITS, min_size=1, max_size=40)


@given(digits)
def test_mod_11_2_agrees_with_stdnum(text):
    assert iso7064.mod_11_2(text) == mod_11_2.calc_check_digit(text)


@given(digits)
def test_mod_11_10_agrees_with_stdnum(text):
    assert iso7064.mod_11_10(text) == mod_11_10.calc_check_digit(text)


@given(st.text(iso7064.ALPHANUMERIC, min_size=1, max_size=60))
def test_mod_37_36_agrees_with_stdnum(text):
    assert iso7064.mod_37_36(text) == mod_37_36.calc_check_digit(text)


def test_published_example():
    assert iso7064.mod_37_36("A12425GABC1234002") == "M"


@pytest.mark.parametrize("function", [iso7064.mod_11_2, iso7064.mod_11_10, iso7064.mod_37_36])
@pytest.mark.parametrize("text", ["12-3", "12３", "ab", "१२"])
def test_other_characters_are_refused(function, text):
    with pytest.raises(CodeError) as refusal:
        function(text)
    assert refusal.value.code == "bad_character"
