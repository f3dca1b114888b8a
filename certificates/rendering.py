"""A certificate as a picture: specimen card with QR, and the annotated copy (加注件). Pure; SVG without scripts.

Every picture says that it is a specimen (domain.md §C.12), carries no outside reference, and is the same bytes for
the same content, so that its digest can be recorded.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import segno

SPECIMEN = "模拟证照 SPECIMEN"
SEAL = ("演示签章", "无法律效力", "Demonstration seal, no legal effect")
WIDTH, HEIGHT = 720, 454  # close to a card (85.6 mm × 54 mm)
_FONT = "'Noto Sans SC','Noto Sans CJK SC',sans-serif"
_LINE = 26
_TOP = 128
_SHOWN = 10  # lines that fit beside the QR code
_CHARACTERS = 26


@dataclass(frozen=True, slots=True)
class Card:
    """What stands on the card. `rows` are (Chinese label, English label, text); texts are shown as they are."""

    name_zh: str
    name_en: str
    issuer_zh: str
    issuer_en: str
    identifier: str
    state_zh: str
    state_en: str
    validity: str
    rows: Sequence[tuple[str, str, str]]
    address: str  # what the QR code holds


@dataclass(frozen=True, slots=True)
class Annotation:
    """What ties a copy to one use (§C.12): purpose, who uses it, when it was made, until when it may be used."""

    purpose: str
    user: str
    made_at: str
    until: str


def card(content: Card) -> str:
    """Return the specimen card as SVG."""
    return _svg(content, None)


def annotated(content: Card, annotation: Annotation) -> tuple[str, str]:
    """Return the annotated copy as SVG and its SHA-256 in hex: the same card, and across it what it may serve for."""
    picture = _svg(content, annotation)
    return picture, hashlib.sha256(picture.encode()).hexdigest()


def _svg(content: Card, annotation: Annotation | None) -> str:
    title = f"{content.name_zh} {content.name_en} · {SPECIMEN}"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="{escape(title)}" font-family="{_FONT}">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" rx="18" fill="#fbfaf5" stroke="#8a1f1f" stroke-width="3"/>',
        _watermark(),
        _text(36, 58, 30, content.name_zh, fill="#8a1f1f", weight=700),
        _text(36, 84, 15, content.name_en, fill="#5c5c5c"),
        _text(WIDTH - 36, 58, 18, f"{content.state_zh} · {content.state_en}", fill="#333", anchor="end"),
        *_rows(content.rows),
        _text(36, HEIGHT - 62, 15, f"{content.issuer_zh} · {content.issuer_en}"),
        _text(36, HEIGHT - 40, 15, content.validity),
        _text(36, HEIGHT - 18, 11, content.identifier, fill="#5c5c5c"),
        _qr(content.address),
        _seal(),
    ]
    if annotation is not None:
        parts.append(_annotation(annotation))
    return "".join([*parts, "</svg>"])


def _text(x: int, y: int, size: int, text: str, *, fill: str = "#222", weight: int = 400, anchor: str = "start") -> str:
    return (
        f'<text x="{x}" y="{y}" font-size="{size}" fill="{fill}" font-weight="{weight}" '
        f'text-anchor="{anchor}">{escape(text)}</text>'
    )


def _rows(rows: Sequence[tuple[str, str, str]]) -> list[str]:
    lines = []
    for place, (zh, en, text) in enumerate(rows[:_SHOWN]):
        y = _TOP + place * _LINE
        short = text if len(text) <= _CHARACTERS else text[: _CHARACTERS - 1] + "…"
        lines.append(_text(36, y, 15, zh, fill="#5c5c5c"))
        lines.append(
            f'<text x="170" y="{y}" font-size="16" fill="#222"><title>{escape(en)}</title>{escape(short)}</text>'
        )
    return lines


def _qr(address: str) -> str:
    """Draw the code as one path, so that the picture needs no image inside."""
    matrix = segno.make(address, error="m", micro=False).matrix
    size = 148
    step = size / len(matrix)
    squares = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(matrix) for x, dark in enumerate(row) if dark)
    left, top = WIDTH - size - 36, 96
    return (
        f'<g transform="translate({left} {top})"><rect x="-8" y="-8" width="{size + 16}" height="{size + 16}" '
        f'fill="#fff"/><path transform="scale({step:.4f})" d="{squares}" fill="#000"/></g>'
    )


def _seal() -> str:
    x, y = WIDTH - 110, 340
    words = "".join(
        _text(x, y + dy, size, word, fill="#c22", anchor="middle")
        for dy, size, word in ((-8, 19, SEAL[0]), (16, 15, SEAL[1]))
    )
    note = _text(WIDTH - 36, HEIGHT - 40, 11, SEAL[2], fill="#c22", anchor="end")
    return f'<circle cx="{x}" cy="{y}" r="58" fill="none" stroke="#c22" stroke-width="4" opacity=".8"/>{words}{note}'


def _watermark() -> str:
    marks = "".join(
        f'<text x="{x}" y="{y}" font-size="26" fill="#8a1f1f" opacity=".09" '
        f'transform="rotate(-24 {x} {y})">{SPECIMEN}</text>'
        for x in (30, 390)
        for y in (150, 290, 430)
    )
    return f'<g aria-hidden="true">{marks}</g>'


LEFT_OF_CODE = 262  # the middle of what the QR code and the seal leave free


def _annotation(annotation: Annotation) -> str:
    lines = (
        f"用途 Purpose：{annotation.purpose}",
        f"使用单位 Used by：{annotation.user}",
        f"制作时间 Made at：{annotation.made_at}",
        f"有效期至 Good until：{annotation.until}",
        "仅限本次使用，他用无效 · for this use only",
    )
    words = "".join(
        _text(LEFT_OF_CODE, 186 + 28 * place, 17, line, fill="#0b3d91", anchor="middle", weight=700)
        for place, line in enumerate(lines)
    )
    return f'<g opacity=".55" transform="rotate(-9 {LEFT_OF_CODE} 240)">{words}</g>'
