"""Check characters of ISO 7064 (GB/T 17710): pure system MOD 11-2, hybrid systems MOD 11,10 and MOD 37,36."""

from govsim.core.codes.errors import CodeError

DIGITS = "0123456789"
ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def mod_11_2(digits: str) -> str:
    """The check character, 0-9 or X, after these digits. Raises CodeError `bad_character`. (domain.md C.2)"""
    total = 0
    for value in _values(digits, DIGITS):
        total = (total + value) * 2 % 11
    return "0123456789X"[(12 - total) % 11]


def mod_11_10(digits: str) -> str:
    """The check digit after these digits. Raises CodeError `bad_character`. (domain.md C.4, C.8)"""
    return _hybrid(digits, DIGITS)


def mod_37_36(text: str) -> str:
    """The check character, 0-9 or A-Z, after this text. Raises CodeError `bad_character`. (domain.md C.5)"""
    return _hybrid(text, ALPHANUMERIC)


def _hybrid(text: str, alphabet: str) -> str:
    modulus = len(alphabet)
    product = modulus
    for value in _values(text, alphabet):
        product = 2 * ((product + value) % modulus or modulus) % (modulus + 1)
    return alphabet[(1 - product) % modulus]


def _values(text: str, alphabet: str) -> list[int]:
    if not set(text) <= set(alphabet):
        raise CodeError("bad_character", "含有不允许的字符", "There is a character that is not allowed")
    return [alphabet.index(character) for character in text]
