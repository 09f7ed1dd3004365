"""Barcodes as vector drawings, one module a unit wide, so that they print sharp at any size.

Linear codes are one unit high and are stretched by the template; matrix codes are square.
"""

from dataclasses import dataclass
from functools import lru_cache

import zint
from django.utils.translation import gettext as _

from cefn.platform.papers.errors import BarcodeNotPossible

_SYMBOLOGIES = {
    "code128": zint.Symbology.CODE128,
    "gs1-128": zint.Symbology.GS1_128,
    "ean13": zint.Symbology.EANX_CHK,
    "qr": zint.Symbology.QRCODE,
    "datamatrix": zint.Symbology.DATAMATRIX,
}
KINDS = tuple(_SYMBOLOGIES)
_ROW_BYTES = 144  # zint keeps each row of modules in a buffer of this many bytes, lowest bit first


@dataclass(frozen=True, slots=True)
class Barcode:
    """An encoded symbol: rows of "0" and "1", one character a module, without the quiet zone."""

    kind: str
    text: str
    rows: tuple[str, ...]

    @property
    def width(self) -> int:
        """Return the width in modules."""
        return len(self.rows[0])

    def svg(self) -> str:
        """Return the drawing: a black path on nothing, one unit a module."""
        path = []
        for y, row in enumerate(self.rows):
            x = 0
            while x < len(row):
                end = x
                while end < len(row) and row[end] == row[x]:
                    end += 1
                if row[x] == "1":
                    path.append(f"M{x} {y}h{end - x}v1H{x}z")
                x = end
        size = f"{self.width} {len(self.rows)}"
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size}" preserveAspectRatio="none" '
            f'shape-rendering="crispEdges"><path d="{"".join(path)}"/></svg>'
        )


@lru_cache(maxsize=4096)
def barcode_encode(kind: str, text: str) -> Barcode:
    """Encode `text`; `kind` is one of KINDS, GS1 texts carry their identifiers as "[00]106141412345678908".

    Raises BarcodeNotPossible when the symbology can't hold the text or a GS1 check digit is wrong.
    """
    if kind != "qr" and not (text.isascii() and text.isprintable()):
        raise BarcodeNotPossible(text=text, kind=kind, reason=_("it has characters outside printable ASCII"))
    symbol = zint.Symbol()
    symbol.symbology = _SYMBOLOGIES[kind]
    symbol.show_text = False
    symbol.warn_level = zint.WarningLevel.FAIL_ALL
    try:
        symbol.encode(text)
    except RuntimeError as error:
        raise BarcodeNotPossible(text=text, kind=kind, reason=str(error)) from error
    modules = symbol.encoded_data.tobytes()
    rows = tuple(
        "".join(str(modules[row * _ROW_BYTES + column // 8] >> (column % 8) & 1) for column in range(symbol.width))
        for row in range(symbol.rows)
    )
    return Barcode(kind=kind, text=text, rows=rows)


def barcode_svg(kind: str, text: str) -> str:
    """Return the drawing of `text` as an SVG text; see `barcode_encode` for kinds and errors."""
    return barcode_encode(kind, text).svg()
