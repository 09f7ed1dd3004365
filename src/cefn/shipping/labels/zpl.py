"""Labels as ZPL II, the language of Zebra and compatible label printers (Zebra ZPL II Programming Guide).

All texts go through one escape: `^FH` hexadecimal for the characters that ZPL gives a meaning, `^CI28` so that the
rest may be UTF-8. Barcodes are the printer's own (`^BC`), sized in whole dots.
"""

import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from cefn.platform.papers.barcodes import barcode_encode
from cefn.platform.papers.errors import BarcodeNotPossible
from cefn.platform.papers.wrapping import one_line
from cefn.shipping.labels.label import SSCC_IDENTIFIER, ShippingLabel, label_words, sscc_written, tracking_written

DOTS_PER_MM = {203: 8, 300: 12, 600: 24}
WIDTH_UNITS, HEIGHT_UNITS = 812, 1218  # 4 x 6 inches at 203 dots an inch; other heads scale these
QUIET_MODULES = 10
MODULE_MOST = 4
LEFT = 28
CHARACTER_PERCENT = 52  # a character of font 0 is about this wide, of its height, in mixed text
_MEANT = "^~_\\"
_CODE_SIGNS = re.compile(r"[0-9A-Za-z ./-]+")


def zpl_text(text: str, *, is_block: bool = False) -> str:
    """Return `text` on one line, safe in a `^FH_^FD` field: caret, tilde, underscore, backslash become hexadecimal.

    Inside a field block (`^FB`) a backslash opens an escape, so there it is doubled.
    """
    line = one_line(text)
    if is_block:
        line = line.replace("\\", "\\\\")
    return "".join(f"_{ord(sign):02X}" if sign in _MEANT else sign for sign in line)


@dataclass(frozen=True, slots=True)
class _Sheet:
    """Writes fields in units of 1/203 inch and scales them to the print head's dots."""

    scale: int  # dots of this head in 8 units: 8, 12 or 24

    def dots(self, units: int) -> int:
        return units * self.scale // 8

    def text(self, x: int, y: int, height: int, text: str) -> str:
        """Return a text on one line."""
        size = self.dots(height)
        return f"^FO{self.dots(x)},{self.dots(y)}^A0N,{size},{size}^FH_^FD{zpl_text(text)}^FS"

    def block(self, x: int, y: int, height: int, text: str, *, width: int, lines: int = 1, side: str = "L") -> str:
        """Return a text broken into at most `lines` lines within `width`, set to the side L, C or R.

        A printer prints what is too much over the last line, so it is cut off here, by the font's usual width.
        """
        size = self.dots(height)
        parts = textwrap.wrap(one_line(text), max(1, width * 100 // (height * CHARACTER_PERCENT)))[:lines]
        return "\n".join(
            f"^FO{self.dots(x)},{self.dots(y + turn * height)}^A0N,{size},{size}^FB{self.dots(width)},1,0,{side}"
            f"^FH_^FD{zpl_text(part, is_block=True)}^FS"
            for turn, part in enumerate(parts)
        )

    def rule(self, y: int) -> str:
        return f"^FO{self.dots(LEFT)},{self.dots(y)}^GB{self.dots(WIDTH_UNITS - 2 * LEFT)},3,3^FS"

    def bars(self, y: int, height: int, modules: int, field: str) -> str:
        """Return a centred Code 128 whose modules are whole dots, as wide as the label allows."""
        room = self.dots(WIDTH_UNITS)
        module = max(1, min(MODULE_MOST * self.scale // 8, room // (modules + 2 * QUIET_MODULES)))
        x = (room - module * modules) // 2
        return f"^BY{module}^FO{x},{self.dots(y)}^BCN,{self.dots(height)},N,N,N{field}^FS"


def _wrapped(lines: Sequence[str], characters: int, most: int) -> list[str]:
    """Break lines at `characters` and keep the first `most`; a printer would cut or overprint them."""
    broken = [part for line in lines for part in textwrap.wrap(one_line(line), characters)]
    return broken[:most]


def _address_size(lines: Sequence[str]) -> tuple[int, int]:
    """Return (font height, characters a line) for the receiver: smaller as there is more to print."""
    for height, characters, most in ((42, 36, 5), (34, 44, 6), (28, 54, 8)):
        if len(_wrapped(lines, characters, 99)) <= most:
            return height, characters
    return 24, 62


def _head(sheet: _Sheet, label: ShippingLabel, sender_title: str) -> list[str]:
    sender = ", ".join(one_line(line) for line in label.sender if line.strip())
    height, y = (52, 52) if len(label.service) <= 18 else (34, 42)
    fields = [
        sheet.block(LEFT + 20, y, height, label.service, width=510, lines=1 if height == 52 else 2),
        sheet.block(LEFT + 540, 34, 22, label.carrier, width=200, lines=2, side="R"),
        sheet.block(LEFT + 540, 82, 40, label.routing, width=200, side="R"),
    ]
    box = f"^GB{sheet.dots(WIDTH_UNITS - 2 * LEFT)},{sheet.dots(104)},{sheet.dots(104)}"
    return [
        f"^FO{sheet.dots(LEFT)},{sheet.dots(24)}{box}^FS",
        *(line.replace("^A0N", "^FR^A0N") for field in fields for line in field.splitlines()),  # white on the black box
        sheet.text(LEFT, 146, 20, sender_title),
        sheet.block(LEFT + 110, 146, 20, sender, width=640, lines=4),
    ]


def _receiver(sheet: _Sheet, label: ShippingLabel, title: str) -> list[str]:
    height, characters = _address_size(label.receiver)
    lines = _wrapped(label.receiver, characters, 8)
    step = height + height // 8
    return [
        sheet.rule(244),
        sheet.text(LEFT, 258, 20, title),
        *(sheet.text(LEFT, 288 + step * turn, height, line) for turn, line in enumerate(lines)),
        sheet.text(LEFT, 536, 64 if len(label.postcode) <= 12 else 36, label.postcode),
        sheet.block(LEFT + 596, 544, 48, label.country, width=160, side="R"),
    ]


def _facts(sheet: _Sheet, facts: Sequence[tuple[str, str]]) -> list[str]:
    fields = [sheet.rule(612)]
    width = (WIDTH_UNITS - 2 * LEFT) // max(1, len(facts))
    for turn, (name, value) in enumerate(facts):
        fields.append(sheet.text(LEFT + turn * width, 626, 18, name))
        fields.append(sheet.block(LEFT + turn * width, 650, 24, value, width=width - 8, lines=2))
    fields.append(sheet.rule(708))
    return fields


def _codes(sheet: _Sheet, label: ShippingLabel) -> list[str]:
    tracking = label.tracking_number
    if not _CODE_SIGNS.fullmatch(tracking):
        raise BarcodeNotPossible(text=tracking, kind="code128", reason=_("a label printer would read it as a command"))
    width = barcode_encode("code128", tracking).width
    tall = 150 if label.sscc else 260
    fields = [
        sheet.bars(730, tall, width, f",A^FD{tracking}"),
        sheet.block(0, 730 + tall + 12, 30, tracking_written(tracking), width=WIDTH_UNITS, side="C"),
    ]
    if label.sscc:
        coded = barcode_encode("gs1-128", f"[{SSCC_IDENTIFIER}]{label.sscc}")
        # >; starts in subset C (digit pairs), >8 is FNC1: what makes a Code 128 a GS1-128
        fields.append(sheet.bars(950, 150, coded.width, f"^FD>;>8{SSCC_IDENTIFIER}{label.sscc}"))
        fields.append(sheet.block(0, 1112, 30, sscc_written(label.sscc), width=WIDTH_UNITS, side="C"))
    if label.note:
        fields.append(sheet.block(LEFT, 1170, 20, label.note, width=WIDTH_UNITS - 2 * LEFT, lines=2))
    return fields


def labels_zpl(*, labels: Sequence[ShippingLabel], dpi: int = 203) -> bytes:
    """Return the print job of `labels` as UTF-8, a format (`^XA` to `^XZ`) for each; `dpi` is 203, 300 or 600.

    ValueError for no labels, KeyError for another print head, BarcodeNotPossible for a code that can't be drawn.
    """
    if not labels:
        raise ValueError("no labels to print")
    sheet = _Sheet(DOTS_PER_MM[dpi])
    job = []
    for label in labels:
        words = label_words(label)
        fields = [
            f"^XA^CI28^PW{sheet.dots(WIDTH_UNITS)}^LL{sheet.dots(HEIGHT_UNITS)}^LH0,0",
            *_head(sheet, label, words.sender),
            *_receiver(sheet, label, words.receiver),
            *_facts(sheet, words.facts),
            *_codes(sheet, label),
            "^PQ1^XZ",
        ]
        job.append("\n".join(field for field in fields if field))
    return ("\n".join(job) + "\n").encode()
