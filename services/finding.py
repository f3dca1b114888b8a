"""How a search finds items: by words, by parts of a Chinese name, by its pinyin or initials. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from govsim.core.codes import pinyin

MISSED: Final = 9  # worse than every way to be found
SHORTEST_GAPPED: Final = 3  # letters or characters from which some of the name may be left out


@dataclass(frozen=True, slots=True)
class Haystack:
    """What can be found: the Chinese name, the other name with the key, and everything else that is written."""

    name: str
    other_name: str
    rest: str


def best[T](text: str, found: Iterable[tuple[T, Haystack]]) -> list[T]:
    """Return the things in which every word of `text` is found, best first, in their own order where equal."""
    words = text.casefold().split()
    ranked = [(each, [_rank(word, hay) for word in words]) for each, hay in found]
    fitting = [(sum(ranks), each) for each, ranks in ranked if MISSED not in ranks]
    return [each for _, each in sorted(fitting, key=lambda one: one[0])]


def _rank(word: str, hay: Haystack) -> int:
    """Return how well a word fits: 0 in the name, 1 its pinyin, 2 or 3 with gaps, 4 elsewhere, MISSED not at all."""
    if word in hay.name.casefold() or word in hay.other_name.casefold():
        return 0
    if pinyin.spells(word, hay.name):
        return 1
    if len(word) >= SHORTEST_GAPPED and (_in_order(word, hay.name) or pinyin.spells(word, hay.name, gaps=True)):
        return 2 if word[0] == hay.name[0] or pinyin.spells(word[0], hay.name[0]) else 3
    return 4 if word in hay.rest.casefold() else MISSED


def _in_order(word: str, name: str) -> bool:
    """Say whether the characters of `word` stand in `name` in this order: 高龄津贴 in 高龄老人津贴."""
    left = iter(name.casefold())
    return all(character in left for character in word)
