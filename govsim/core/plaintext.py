"""Text that people type: one form for what looks the same, and nothing that is not seen or turns other text around.

A name with an override for the reading direction (U+202E), a NUL, half a surrogate pair or a byte order mark looks
like another one, or cannot be stored at all (F41). Letters of every script stay as they are.
"""

import unicodedata
from typing import Final

_JOINER: Final = "\u200d"  # holds family emoji together
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def normal(value: str) -> str:
    """Return the text in Unicode's composed form (NFC)."""
    return unicodedata.normalize("NFC", value)


def fault(value: str) -> tuple[str, str] | None:
    """Say in Chinese and English what a line of text must not hold; None when nothing is wrong."""
    if any(unicodedata.category(each) in _UNSEEN and each != _JOINER for each in value):
        return "内容含有不能使用的字符", "It holds characters that cannot be used"
    return None
