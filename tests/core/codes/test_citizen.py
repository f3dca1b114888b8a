from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric
from stdnum.iso7064 import mod_11_2

from govsim.core.codes import citizen, regions
from govsim.core.codes.errors import CodeError
from tests.core.codes.changes import one_change

VALID = {
    "11010519491231002X": ("110105", date(1949, 12, 31), "female", 2),
    "440524188001010014": ("440524", date(1880, 1, 1), "male", 1),
    "440399194003150011": ("440399", date(1940, 3, 15), "male", 1),
    "44039919980620002X": ("440399", date(1998, 6, 20), "female", 2),
    "440799198511070157": ("440799", date(1985, 11, 7), "male", 15),
    "441299197202290366": ("441299", date(1972, 2, 29), "female", 36),
    "440399200201010050": ("440399", date(2002, 1, 1), "male", 5),
    "44039919900101019X": ("440399", date(1990, 1, 1), "male", 19),
    "810099199001010010": ("810099", date(1990, 1, 1), "male", 1),
    "820099198808080025": ("820099", date(1988, 8, 8), "female", 2),
}
INVALID = {
    "440399194003150012": "bad_check_digit",
    "440399199802300029": "bad_date",
    "440399200201010500": "bad_check_digit",  # sequence 005 typed as 050
    "990099194003150011": "bad_region",
    "44039919400315001": "bad_length",
    "": "bad_length",
    "44039919980620002x": "bad_character",
    "4403991998062０002X": "bad_character",
    "44039919980620002X\n": "bad_length",
    "44039919980620002\n": "bad_character",
    "440399190002290019": "bad_date",
}

numbers = st.builds(
    citizen.make,
    st.sampled_from(sorted(regions.SIMULATED)),
    st.dates(date(1880, 1, 1), date(2035, 12, 31)),
    st.integers(0, 999),
)


@pytest.mark.parametrize(("number", "says"), VALID.items())
def test_valid_numbers(number, says):
    assert citizen.parse(number) == citizen.CitizenNumber(*says)
    assert citizen.check_digit(number[:17]) == number[17]


@pytest.mark.parametrize(("number", "says"), [item for item in VALID.items() if regions.is_simulated(item[1][0])])
def test_simulated_numbers_are_made(number, says):
    region, birth, _, sequence = says
    assert citizen.make(region, birth, sequence) == number


@pytest.mark.parametrize(("number", "code"), INVALID.items())
def test_invalid_numbers(number, code):
    with pytest.raises(CodeError) as refusal:
        citizen.parse(number)
    assert refusal.value.code == code
    assert refusal.value.zh != refusal.value.en


def test_the_published_number_agrees_with_stdnum():
    assert ric.is_valid("11010519491231002X")


@given(st.sampled_from(sorted(regions.SIMULATED)), st.dates(), st.integers(0, 999))
def test_what_is_made_is_read(region, birth, sequence):
    number = citizen.make(region, birth, sequence)
    sex = "male" if sequence % 2 else "female"
    assert citizen.parse(number) == citizen.CitizenNumber(region, birth, sex, sequence)
    assert mod_11_2.is_valid(number)


@given(numbers.flatmap(lambda number: one_change(number, "0123456789X")))
def test_one_changed_character_is_noticed(number):
    with pytest.raises(CodeError):
        citizen.parse(number)


@given(st.text(max_size=20))
def test_any_text_is_read_or_refused(text):
    with suppress(CodeError):
        citizen.parse(text)


def test_real_regions_are_never_made():
    with pytest.raises(CodeError) as refusal:
        citizen.make("440305", date(1990, 1, 1), 1)
    assert refusal.value.code == "real_looking"


@pytest.mark.parametrize("sequence", [-1, 1000])
def test_the_sequence_has_three_digits(sequence):
    with pytest.raises(CodeError) as refusal:
        citizen.make("440399", date(1990, 1, 1), sequence)
    assert refusal.value.code == "bad_sequence"


def test_an_old_number_gets_its_century_and_check():
    assert citizen.upgrade("440399400315001") == "440399194003150011"
    assert citizen.upgrade("110105491231002") == "11010519491231002X"


@pytest.mark.parametrize(
    ("old", "code"),
    [("440399194003150011", "bad_length"), ("44039940031500X", "bad_character"), ("440399400230001", "bad_date")],
)
def test_old_numbers_are_checked_too(old, code):
    with pytest.raises(CodeError) as refusal:
        citizen.upgrade(old)
    assert refusal.value.code == code


def test_residence_permits_belong_to_hong_kong_macao_and_taiwan():
    assert citizen.parse_residence_permit("810099199001010010").sex == "male"
    assert citizen.parse_residence_permit("820099198808080025").birth == date(1988, 8, 8)
    with pytest.raises(CodeError) as refusal:
        citizen.parse_residence_permit("440399194003150011")
    assert refusal.value.code == "bad_region"
