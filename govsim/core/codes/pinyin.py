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


def spells(typed: str, text: str, *, gaps: bool = False) -> bool:
    """Say whether `typed` (small letters) spells characters that stand side by side in `text`.

    Each character may be typed in full or by its first letter, the last one in part: laoren, lr, laor and laore all
    find 老人. With `gaps` characters between may be left out, as people shorten names: gljt finds 高龄老人津贴.
    Nothing typed spells nothing.
    """
    reached: set[int] = set()  # how many letters the characters so far can have spelt
    for character in text:
        further: set[int] = set()
        for done in reached | {0}:
            rest = typed[done:]
            for syllable in readings().get(character, ()):
                if rest and syllable.startswith(rest):
                    return True
                further |= {done + len(part) for part in (syllable, syllable[0]) if rest.startswith(part)}
        if len(typed) in further:
            return True
        reached = reached | further if gaps else further
    return False
