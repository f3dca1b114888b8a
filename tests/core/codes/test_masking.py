import pytest

from govsim.core.codes import masking


@pytest.mark.parametrize(
    ("mask", "text", "shown"),
    [
        (masking.name, "陈样甲", "陈**"),
        (masking.name, "陈", "陈**"),
        (masking.name, "", ""),
        (masking.citizen_number, "440399194003150011", "4403**********0011"),
        (masking.phone, "10100000001", "101****0001"),
        (masking.document, "H00000001", "H******01"),
        (masking.bank_account, "SIM0000000000000001", "SIM************0001"),
        (masking.citizen_number, "44039919", "********"),
        (masking.phone, "12345678", "********"),
        (masking.document, "A1", "**"),
        (masking.document, "", ""),
    ],
)
def test_masks(mask, text, shown):
    assert mask(text) == shown
