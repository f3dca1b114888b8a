import pytest

from govsim.core.codes import safety
from govsim.core.codes.errors import CodeError


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("11010519491231002X", "citizen"),
        ("11010519491231002x", "citizen"),
        (" 110105 19491231 0021 ", "citizen"),  # the check is wrong, the person may exist all the same
        ("１１０１０５１９４９１２３１００２Ｘ", "citizen"),
        ("110105491231002", "citizen"),
        ("830000199001010010", "citizen"),
        ("91350100M000100Y43", "credit"),
        ("91350100m000100y43", "credit"),
        ("91100000000000000X", "credit"),
        ("13800000000", "mobile"),
        ("+86 199-0000-0000", "mobile"),
        ("0086 13800000000", "mobile"),
        ("6222000000000000", "bank_account"),
        ("6222 0000 0000 0000 000", "bank_account"),
    ],
)
def test_real_looking_values_are_refused(value, kind):
    with pytest.raises(CodeError) as refusal:
        safety.refuse_real(value, kind)
    assert refusal.value.code == "real_looking"
    assert refusal.value.zh == "请勿录入真实证件号码"
    assert refusal.value.en == "Do not enter real identity numbers"


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("440399194003150011", "citizen"),
        ("810099199001010010", "citizen"),
        ("440399400315001", "citizen"),
        ("not a number", "citizen"),
        ("91440399MN0000012Y", "credit"),
        ("10100000001", "mobile"),
        ("+852 0000 0001", "mobile"),
        ("0000-00000001", "mobile"),
        ("SIM0000000000000001", "bank_account"),
        ("", "bank_account"),
    ],
)
def test_safe_values_pass(value, kind):
    safety.refuse_real(value, kind)
