"""Reading papers back: their text, and what a scanner sees on them."""

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import zxingcpp
from PIL import Image
from pypdf import PdfReader

from cefn.platform.papers.render import render_pngs


def pages_text(pdf: bytes) -> list[str]:
    """Return the text of each page, blanks of all kinds as one blank."""
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages]


def codes_scanned(template: Path, data: Mapping[str, Any], *, dpi: int = 203) -> list[list[tuple[str, str]]]:
    """Return for each page the (format, text) of every barcode that a scanner finds on the picture of it."""
    pictures: Sequence[bytes] = render_pngs(template, data, dpi=dpi)
    return [
        sorted((str(code.format), code.text) for code in zxingcpp.read_barcodes(Image.open(io.BytesIO(picture))))
        for picture in pictures
    ]
