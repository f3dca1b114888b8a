"""Cuts the vendored fonts to what the pages show: `python -m govsim.web.fonts FOLDER`, needs fonttools[woff].

FOLDER holds the unpacked fonts, one folder a family, one a weight, as the packages named in `vendored.yaml` bring
them. Every face is cut twice: to the characters that the project itself uses, which every page loads, and to the rest
of GB 2312 level 1, which only a page with a rarer character loads. The papers (PDF) have two faces of their own,
unpacked, because their program reads no other: the text in all of GB 2312, for names.
"""

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
FONTS = Path(__file__).resolve().parent / "static" / "vendor" / "fonts"
TEXTS = ("*.py", "*.html", "*.yaml", "*.po", "*.js", "*.css", "*.svg")
ROOMS = ("govsim", "services", "approvals", "certificates")
FACES = (
    ("Noto Sans SC", "noto-sans-sc", "400", "400Regular", "100 500"),
    ("Noto Sans SC", "noto-sans-sc", "600", "600SemiBold", "501 900"),
    ("Noto Serif SC", "noto-serif-sc", "600", "600SemiBold", "100 900"),
)
PAPERS = ROOT / "govsim" / "core" / "documents" / "fonts"
LATIN = frozenset(map(chr, range(0x20, 0x7F))) | frozenset("āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ°±²³µ§©®½·–—‘’“”•…€¥")
PUNCTUATION = frozenset("０１２３４５６７８９，。：；？！（）《》、→←↑↓≥≤×√○●■▲△□◇✓✕✗①②③④⑤⑥⑦⑧⑨⑩％℃")
HAN = range(0x4E00, 0xA000)


def used() -> frozenset[str]:
    """Return every character outside ASCII that the project's own pages, data and words contain."""
    found: set[str] = set()
    for room in ROOMS:
        for pattern in TEXTS:
            for path in (ROOT / room).rglob(pattern):
                if "vendor" not in path.parts:
                    found.update(path.read_text(encoding="utf-8"))
    return frozenset(each for each in found if ord(each) > 0x7F)


def common() -> frozenset[str]:
    """Return the 3,755 characters of GB 2312 level 1."""
    pairs = (bytes((high, low)) for high in range(0xB0, 0xD8) for low in range(0xA1, 0xFF))
    return frozenset("".join(pair.decode("gb2312", "ignore") for pair in pairs))


def standard() -> frozenset[str]:
    """Return the 6,763 characters of GB 2312."""
    pairs = (bytes((high, low)) for high in range(0xB0, 0xF8) for low in range(0xA1, 0xFF))
    return frozenset("".join(pair.decode("gb2312", "ignore") for pair in pairs))


def ranges(characters: Iterable[str]) -> str:
    """Return the characters as a CSS `unicode-range`."""
    parts: list[list[int]] = []
    for code in sorted(map(ord, characters)):
        if parts and code == parts[-1][1] + 1:
            parts[-1][1] = code
        else:
            parts.append([code, code])
    return ", ".join(f"U+{first:X}" if first == last else f"U+{first:X}-{last:X}" for first, last in parts)


def cut(source: Path, target: Path, characters: Iterable[str]) -> None:
    """Write the face `source` with these characters alone to `target`, a .woff2 or a .ttf."""
    program = [sys.executable, "-m", "fontTools.subset", str(source), f"--text={''.join(sorted(characters))}"]
    options = ["--no-hinting", "--layout-features=kern,tnum,halt,palt,chws,locl"]
    options += ["--flavor=woff2"] if target.suffix == ".woff2" else []
    command = [*program, *options, f"--output-file={target}"]
    subprocess.run(command, check=True)  # noqa: S603 — fontTools, on files that whoever types it names


def main(folder: Path) -> None:
    """Cut every face and write `fonts.css`."""
    project = used() | LATIN | PUNCTUATION
    # The browser asks the face that stands last first, so the exact range of the project goes below the wide one.
    parts = {"common": (common() - project, "U+4E00-9FFF"), "project": (project, ranges(project))}
    css = ["/* Noto Sans SC and Noto Serif SC (OFL-1.1), cut by govsim.web.fonts. */"]
    for part, (characters, span) in parts.items():
        for family, name, weight, place, weights in FACES:
            file = f"{name}-{weight}-{part}.woff2"
            cut(next((folder / name / place).glob("*.ttf")), FONTS / file, characters)
            css.append(
                f'@font-face {{ font-family: "{family}"; font-weight: {weights}; font-display: swap; '
                f'src: url("{file}") format("woff2"); unicode-range: {span}; }}'
            )
    for family, weight, place, characters in (
        ("noto-sans-sc", "400", "400Regular", standard()),
        ("noto-serif-sc", "600", "600SemiBold", common()),
    ):
        cut(next((folder / family / place).glob("*.ttf")), PAPERS / f"{family}-{weight}.ttf", characters | project)
    (FONTS / "fonts.css").write_text("\n".join(css) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
