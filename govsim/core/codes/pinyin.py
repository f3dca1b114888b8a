"""Pinyin without tones, for finding Chinese words by typing Latin letters. Pure.

`pinyin.txt` holds a syllable and the characters that can be read so, a line each: the 3,755 common characters and
those of the catalogue. A character with several readings stands in several lines; ü is written v.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "pinyin.txt"


@cache
def readings() -> Mapping[str, tuple[str, ...]]:
    """Return the readings of each character."""
    found: dict[str, tuple[str, ...]] = {}
    for line in FILE.read_text(encoding="utf-8").splitlines():
        syllable, _, characters = line.partition(" ")
        for character in characters:
            found[character] = (*found.get(character, ()), syllable)
    return found


def spells(typed: str, text: str) -> bool:
    """Say whether `typed` (small letters) spells characters that stand side by side in `text`.

    Each character may be typed in full or by its first letter, the last one in part: laoren, lr, laor and laore all
    find 老人. Nothing typed spells nothing.
    """
    return bool(typed) and any(_from(typed, text, start) for start in range(len(text)))


def _from(typed: str, text: str, at: int) -> bool:
    if not typed:
        return True
    if at == len(text):
        return False
    for syllable in readings().get(text[at], ()):
        if syllable.startswith(typed):
            return True
        if typed.startswith(syllable) and _from(typed[len(syllable) :], text, at + 1):
            return True
        if typed[0] == syllable[0] and _from(typed[1:], text, at + 1):
            return True
    return False
