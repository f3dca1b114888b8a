"""Papers as PDF: a Typst template of a room, filled with data, set in the fonts that lie here; nothing is fetched."""

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import segno
import typst

HERE: Final = Path(__file__).resolve().parent
ROOT: Final = HERE.parent.parent.parent


def pdf(template: Path, data: Mapping[str, Any]) -> bytes:
    """Return the template, a file of this project, filled with `data` (plain JSON values), as a PDF.

    The template reads `sys.inputs.data` and may import `/govsim/core/documents/frame.typ`.
    """
    made = typst.compile(
        str(template),
        root=str(ROOT),
        font_paths=[str(HERE / "fonts")],
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
    )
    if not isinstance(made, bytes):
        raise TypeError("a PDF is one file")
    return made


def qr(address: str) -> str:
    """Return the QR code of an address as SVG."""
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(out, kind="svg", border=0, xmldecl=False)
    return out.getvalue().decode()
