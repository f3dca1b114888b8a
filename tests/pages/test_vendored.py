"""Vendored files are the ones in the list, each with its licence; the fonts show what the project writes."""

import re
from pathlib import Path

from ruamel.yaml import YAML

from govsim.web import fonts

VENDOR = Path(fonts.__file__).parent / "static" / "vendor"
LISTED = YAML(typ="safe").load(VENDOR / "vendored.yaml")


def test_every_vendored_file_is_listed_and_there() -> None:
    listed = {file for each in LISTED for file in each["files"]}
    found = {
        path.relative_to(VENDOR).as_posix()
        for path in VENDOR.rglob("*")
        if path.is_file() and not path.name.startswith(("LICENSE", "NOTICE", "OFL")) and path.name != "vendored.yaml"
    }
    assert listed == found


def test_the_fonts_of_papers_are_listed_with_their_licence() -> None:
    listed = {file for each in LISTED for file in each.get("papers", ())}
    assert listed == {path.relative_to(fonts.ROOT).as_posix() for path in fonts.PAPERS.glob("*.ttf")}
    assert (fonts.PAPERS / "OFL.txt").exists()


def test_every_vendored_folder_holds_its_licence() -> None:
    for each in LISTED:
        for file in each["files"]:
            assert list((VENDOR / file).parent.glob("LICENSE*")) or (VENDOR / file).parent.joinpath("OFL.txt").exists()


def test_no_vendored_script_or_style_names_a_source_map_or_another_host() -> None:
    for path in (*VENDOR.rglob("*.js"), *VENDOR.rglob("*.css")):
        text = path.read_text(encoding="utf-8")
        assert "sourceMappingURL" not in text, path
        assert not re.search(r"(url\(|@import )[\"']?https?:", text), path


def test_the_fonts_hold_every_character_of_the_project() -> None:
    css = (VENDOR / "fonts" / "fonts.css").read_text()
    project = css[css.index("-project.woff2") :]
    held: set[int] = set()
    for first, last in re.findall(r"U\+([0-9A-F]+)(?:-([0-9A-F]+))?", project):
        held |= set(range(int(first, 16), int(last or first, 16) + 1))
    rare = {each for each in fonts.used() if ord(each) in fonts.HAN and ord(each) not in held} - fonts.common()
    assert rare == set(), "run govsim.web.fonts"
