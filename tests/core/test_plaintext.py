import pytest

from govsim.core import plaintext

SEEN = ["𠮷野", "张﨑", "👩\u200d👩\u200d👧", "买买提·吐尔逊", "ئەلى", "O'Neil", "=cmd()", "'; DROP TABLE x;--", ""]
UNSEEN = ["张\0", "张\n三", "\u202egnp.exe", "\u2067张\u2069", "\ufeff张", "\ud800", "a\u00adb", "a\u2028b", "\x1b[2J"]


@pytest.mark.parametrize("value", SEEN)
def test_letters_of_every_script_and_signs_are_text(value):
    assert plaintext.fault(value) is None
    assert plaintext.normal(value) == value


@pytest.mark.parametrize("value", UNSEEN, ids=ascii)
def test_what_nobody_sees_is_refused(value):
    assert plaintext.fault(value) is not None


def test_what_looks_the_same_is_the_same():
    assert plaintext.normal("Jose\u0301") == "José"
