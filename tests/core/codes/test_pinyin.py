"""Chinese words are found by typing their pinyin."""

import pytest

from govsim.core.codes import pinyin


@pytest.mark.parametrize(
    "typed", ["laoren", "lr", "laor", "laore", "lren", "gaoling", "gllrjt", "jintie", "gaolinglaorenjintie"]
)
def test_full_initial_and_partial_spelling(typed: str) -> None:
    assert pinyin.spells(typed, "高龄老人津贴")


@pytest.mark.parametrize("typed", ["", "renlao", "laoshi", "x", "gaolinglaorenjintiex"])
def test_what_is_not_spelt(typed: str) -> None:
    assert not pinyin.spells(typed, "高龄老人津贴")


def test_a_character_with_several_readings_is_found_by_each() -> None:
    assert pinyin.spells("yinhang", "银行")
    assert pinyin.spells("yinxing", "银行")


def test_other_signs_break_a_spelling() -> None:
    assert not pinyin.spells("yichuangtong", "一窗·通")
    assert pinyin.spells("ychuang", "开办企业“一窗”")


def test_syllables_are_small_letters_and_every_line_has_characters() -> None:
    for line in pinyin.FILE.read_text(encoding="utf-8").splitlines():
        syllable, _, characters = line.partition(" ")
        assert syllable.isascii()
        assert syllable.islower()
        assert len(set(characters)) == len(characters) > 0


def test_with_gaps_characters_may_be_left_out() -> None:
    for typed in ("glj", "gaolingjintie", "gjt"):
        assert not pinyin.spells(typed, "高龄老人津贴")
        assert pinyin.spells(typed, "高龄老人津贴", gaps=True)
    assert not pinyin.spells("jgl", "高龄老人津贴", gaps=True)


def test_a_long_word_takes_no_long_time() -> None:
    assert not pinyin.spells("a" * 200, "啊" * 100 + "天", gaps=True)
