import pytest

from govsim.core.codes import documents
from govsim.core.codes.errors import CodeError


@pytest.mark.parametrize(
    ("number", "says"),
    [
        ("H00000001", ("hong_kong", "00000001", None)),
        ("M00000002", ("macao", "00000002", None)),
        ("H0000000103", ("hong_kong", "00000001", 3)),
    ],
)
def test_travel_permits(number, says):
    assert documents.parse_travel_permit(number) == documents.TravelPermit(*says)


@pytest.mark.parametrize(
    ("number", "code"),
    [("H0000001", "bad_length"), ("H000000010", "bad_length"), ("K00000001", "bad_character")],
)
def test_other_travel_permits_are_refused(number, code):
    with pytest.raises(CodeError) as refusal:
        documents.parse_travel_permit(number)
    assert refusal.value.code == code


def test_passports():
    documents.expect_passport("SIM0000001")
    for number in ("SIM1", "S" * 19, "sim0000001"):
        with pytest.raises(CodeError):
            documents.expect_passport(number)


def test_document_types_have_both_names():
    assert documents.DOCUMENT_TYPES["111"][0] == "居民身份证"
    assert all(len(code) == 3 and zh and en for code, (zh, en) in documents.DOCUMENT_TYPES.items())
