"""A faulty pack file is refused with file and line, all faults at once."""

from collections.abc import Callable
from pathlib import Path

import pytest

from govsim.walkthroughs import schema

PACK = """\
name: story
city: shenzhen
row: SZ-06
mechanism: instant_approval
title: {zh: 故事, en: Story}
aim: {zh: 目的, en: Aim}
minutes: 5
roles:
  - {key: gu, role: applicant, holder: "440399194003010019", name: {zh: 顾样甲, en: Gu}}
  - {key: trainer, role: trainer, name: {zh: 教师, en: Trainer}}
steps:
  - title: {zh: 一步, en: A step}
    say: {zh: 说明, en: Words}
    as: gu
    do: {get: /world}
"""


@pytest.fixture
def faults(tmp_path: Path) -> Callable[..., list[str]]:
    """Return a reader: each replacement is (old, new); the answer is "line: English"."""

    def read(*changes: tuple[str, str], name: str = "story") -> list[str]:
        text = PACK
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        path = tmp_path / "shenzhen" / f"{name}.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        try:
            schema.read(path)
        except schema.BadPack as bad:
            return [str(each).removeprefix(f"{path}:").replace(f" {each.zh} /", "") for each in bad.problems]
        return []

    return read


def test_a_good_file(faults: Callable[..., list[str]]) -> None:
    assert faults() == []


def test_a_step_has_a_cut_and_notes(faults: Callable[..., list[str]]) -> None:
    assert faults(("    as: gu", "    as: gu\n    cut: 3\n    notes: {zh: 提示, en: A hint}")) == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("row: SZ-06\n", "", "1: missing: row"),
        ("minutes: 5", "minutes: long", "7: minutes must be a whole number, 1 to 60"),
        ("city: shenzhen", "city: zhaoqing", "2: the city must be that of the folder"),
        ("title: {zh: 故事, en: Story}", "title: {zh: 故事}", "5: “title” needs Chinese (zh) and English (en)"),
        ("mechanism: instant_approval", "mechanism: magic", "4: mechanism cannot be magic"),
        ("role: trainer", "role: teacher", "10: role cannot be teacher"),
        ("role: applicant, holder: \"440399194003010019\"", "role: applicant", "9: an applicant needs a holder"),
        ("role: applicant,", "role: handler, department: x,", "9: an officer needs a department"),
        ("    as: gu", "    as: who", "14: there is no role “who”"),
        ("{get: /world}", "{fetch: /world}", "15: do needs exactly one of"),
        ("{get: /world}", "{get: world}", "15: an API path that begins with /"),
        ("{get: /world}", "{clock: soon}", "15: step, {until: moment} or {hours: n}"),
        ("    as: gu", "    as: gu\n    expect: {a: {nearly: 1}}", "15: ways to compare"),
        ("    as: gu", "    as: gu\n    hint: x", "15: there is no key “hint”"),
        ("    as: gu", "    as: gu\n    cut: 5", "15: cut must be 3, 10 or 30 minutes"),
        ("    as: gu", "    as: gu\n    notes: {zh: 提示}", "15: “notes” needs Chinese (zh) and English (en)"),
        ("name: story", "name: tale", "1: it must be the file's name: story"),
        ("{get: /world}", "{get: /world", "16: "),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_its_line(old: str, new: str, expected: str, faults: Callable[..., list[str]]) -> None:
    assert any(each.startswith(expected) for each in faults((old, new))), faults((old, new))


def test_all_faults_at_once(faults: Callable[..., list[str]]) -> None:
    assert len(faults(("minutes: 5", "minutes: 0"), ("as: gu", "as: who"), ("city: shenzhen", "city: mars"))) >= 3


def test_without_a_trainer_no_clock_would_move(faults: Callable[..., list[str]]) -> None:
    line = "  - {key: trainer, role: trainer, name: {zh: 教师, en: Trainer}}\n"
    assert faults((line, "")) == ["8: a trainer is needed: it moves the clock"]


def test_a_folder_with_faults_names_every_file(tmp_path: Path) -> None:
    for name in ("one", "two"):
        path = tmp_path / "shenzhen" / f"{name}.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text("name: x\n", encoding="utf-8")
    with pytest.raises(schema.BadPack) as bad:
        schema.packs(tmp_path)
    assert {each.file.stem for each in bad.value.problems} == {"one", "two"}
