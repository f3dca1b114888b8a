from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.iso7064 import mod_11_10

from govsim.core.codes import project
from govsim.core.codes.errors import CodeError
from tests.core.codes.changes import one_change

VALID = {
    "2112-440399-04-01-100012": (date(2021, 12, 1), "440399", "04", "01", 10001),
    "2112-440799-04-01-200028": (date(2021, 12, 1), "440799", "04", "01", 20002),
    "2110-441299-04-01-300035": (date(2021, 10, 1), "441299", "04", "01", 30003),
}

codes = st.builds(
    project.make,
    st.dates(date(2000, 1, 1), date(2099, 12, 31)),
    st.sampled_from(["440399", "440799", "441299"]),
    st.from_regex(r"[0-9]{2}", fullmatch=True),
    st.from_regex(r"[0-9]{2}", fullmatch=True),
    st.integers(0, 99_999),
)


@pytest.mark.parametrize(("code", "says"), VALID.items())
def test_valid_codes(code, says):
    assert project.parse(code) == project.ProjectCode(*says)
    assert project.make(*says) == code


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("2112-440399-04-01-100013", "bad_check_digit"),
        ("2113-440399-04-01-100012", "bad_date"),
        ("2112-990399-04-01-100012", "bad_region"),
        ("2112440399040110001200000", "bad_length"),
        ("211244039904011000120000", "bad_character"),
        ("2112-440399-04-01-10001X", "bad_character"),
    ],
)
def test_invalid_codes(code, reason):
    with pytest.raises(CodeError) as refusal:
        project.parse(code)
    assert refusal.value.code == reason


@given(codes)
def test_what_is_made_is_read(code):
    parsed = project.parse(code)
    again = project.make(parsed.month, parsed.region, parsed.department, parsed.project_type, parsed.number)
    assert again == code
    assert mod_11_10.is_valid(code.replace("-", ""))


@given(codes.flatmap(lambda code: one_change(code, "0123456789")))
def test_one_changed_digit_is_noticed(code):
    with pytest.raises(CodeError):
        project.parse(code)


def test_real_regions_are_never_made():
    with pytest.raises(CodeError) as refusal:
        project.make(date(2021, 12, 1), "440305", "04", "01", 1)
    assert refusal.value.code == "real_looking"
