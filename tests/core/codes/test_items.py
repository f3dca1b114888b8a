from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govsim.core.codes import items
from govsim.core.codes.errors import CodeError
from tests.core.codes.changes import one_change

LICENCE = "11440399MN1000014K3440131001000"


@pytest.mark.parametrize(
    ("code", "says"),
    [
        (LICENCE, ("11440399MN1000014K", "3", "440131001000")),
        ("11440799MN100002233442014006001", ("11440799MN10000223", "3", "442014006001")),
        ("11441299MN1000030G4440109004000", ("11441299MN1000030G", "4", "440109004000")),
    ],
)
def test_implementation_codes(code, says):
    assert len(code) == 31
    assert items.parse_implementation(code) == items.ImplementationCode(*says)
    assert items.implementation_code(*says) == code


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("440131001000", ("44", "01", "31", 1, 0)),
        ("442014006001", ("44", "20", "14", 6, 1)),
        ("440109004000", ("44", "01", "09", 4, 0)),
        ("370117002011", ("37", "01", "17", 2, 11)),
        ("442199806003", ("44", "21", "99", 806, 3)),
        ("000131001000", ("00", "01", "31", 1, 0)),
    ],
)
def test_basic_codes(code, says):
    assert items.parse_basic(code) == items.BasicCode(*says)
    assert items.basic_code(*says) == code


def test_a_handling_code():
    assert items.handling_code(LICENCE, 1) == f"{LICENCE}01" == "11440399MN1000014K344013100100001"
    assert items.parse_handling(f"{LICENCE}01") == items.HandlingCode(LICENCE, 1)


def test_a_case_number():
    number = "11440399MN1000014K3440131001000202112010042"
    assert items.case_number(LICENCE, date(2021, 12, 1), 42) == number
    assert items.parse_case_number(number) == items.CaseNumber(LICENCE, date(2021, 12, 1), 42)


def test_a_short_case_number():
    assert items.short_case_number(date(2021, 12, 1), "03", 42) == "21120103000042"
    assert items.short_case_number(date(2021, 12, 1), "shenzhen", 42) == "21120103000042"
    assert items.parse_short_case_number("21120103000042") == items.ShortCaseNumber(date(2021, 12, 1), "03", 42)


@pytest.mark.parametrize(
    ("parse", "code", "reason"),
    [
        (items.parse_basic, "44013100100", "bad_length"),
        (items.parse_basic, "44013100100A", "bad_character"),
        (items.parse_basic, "990131001000", "bad_region"),
        (items.parse_implementation, LICENCE.replace("K3", "K8"), "bad_character"),
        (items.parse_implementation, LICENCE.replace("14K", "14L"), "bad_check_digit"),
        (items.parse_handling, LICENCE, "bad_length"),
        (items.parse_case_number, f"{LICENCE}20211201042", "bad_length"),
        (items.parse_case_number, f"{LICENCE}202113010042", "bad_date"),
        (items.parse_case_number, f"{LICENCE}20211201{'0' * 13}", "bad_length"),
        (items.parse_short_case_number, "21123203000042", "bad_date"),
        (items.parse_short_case_number, "21120101000042", "bad_city"),
        (items.parse_short_case_number, "2112010300004X", "bad_character"),
    ],
)
def test_invalid_codes(parse, code, reason):
    with pytest.raises(CodeError) as refusal:
        parse(code)
    assert refusal.value.code == reason


def test_what_is_not_made():
    for make, reason in [
        (lambda: items.basic_code("44", "01", "31", 1000), "bad_sequence"),
        (lambda: items.basic_code("44", "1", "31", 1), "bad_length"),
        (lambda: items.implementation_code("11440399MN1000014K", "9", "440131001000"), "bad_character"),
        (lambda: items.handling_code(LICENCE, 100), "bad_sequence"),
        (lambda: items.case_number(LICENCE, date(2021, 12, 1), 10_000), "bad_sequence"),
        (lambda: items.case_number(LICENCE, date(2021, 12, 1), 1, width=3), "bad_length"),
        (lambda: items.short_case_number(date(1999, 12, 1), "03", 1), "bad_date"),
        (lambda: items.short_case_number(date(2021, 12, 1), "03", 1_000_000), "bad_sequence"),
    ]:
        with pytest.raises(CodeError) as refusal:
            make()
        assert refusal.value.code == reason


@given(st.dates(date(1000, 1, 1)), st.integers(4, 12), st.data())
def test_case_numbers_are_read_again(on, width, data):
    sequence = data.draw(st.integers(0, 10**width - 1))
    number = items.case_number(LICENCE, on, sequence, width=width)
    assert len(number) == 39 + width
    assert items.parse_case_number(number) == items.CaseNumber(LICENCE, on, sequence)


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.sampled_from(["03", "07", "12"]), st.integers(0, 999_999))
def test_short_case_numbers_are_read_again(on, city, sequence):
    number = items.short_case_number(on, city, sequence)
    assert items.parse_short_case_number(number) == items.ShortCaseNumber(on, city, sequence)


@given(one_change(LICENCE, positions=range(18)))
def test_one_changed_character_of_the_authority_is_noticed(code):
    with pytest.raises(CodeError):
        items.parse_implementation(code)
