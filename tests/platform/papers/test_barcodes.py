import json
import re

import biip
import pytest
import zxingcpp
from biip.sscc import Sscc
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from cefn.platform.papers.barcodes import KINDS, barcode_encode, barcode_svg
from cefn.platform.papers.errors import BarcodeNotPossible
from cefn.platform.papers.gs1 import SsccNotPossible, check_digit, check_digit_holds, sscc_make


def scanned(kind: str, text: str) -> str:
    """Draw the modules big, with a quiet zone, and return what a scanner reads."""
    code = barcode_encode(kind, text)
    tall = 1 if len(code.rows) > 1 else 40
    image = Image.new("L", (code.width + 20, len(code.rows) * tall + 20), 255)
    for y, row in enumerate(code.rows):
        for x, module in enumerate(row):
            if module == "1":
                image.paste(0, (x + 10, y * tall + 10, x + 11, (y + 1) * tall + 10))
    found = zxingcpp.read_barcodes(image.resize((image.width * 4, image.height * 4), Image.Resampling.NEAREST))
    return found[0].text if found else ""


@pytest.mark.parametrize(
    ("kind", "text", "read"),
    [
        ("code128", "SO-001042", "SO-001042"),
        ("code128", "lower & UPPER 123", "lower & UPPER 123"),
        ("ean13", "5901234123457", "5901234123457"),
        ("gs1-128", "[00]106141412345678908", "(00)106141412345678908"),
        ("qr", "https://siop.example/Llŷn", "https://siop.example/Llŷn"),
        ("datamatrix", "MUG-RED", "MUG-RED"),
    ],
)
def test_what_is_drawn_can_be_scanned(kind, text, read):
    assert scanned(kind, text) == read


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("code128", "Tŷ"),
        ("code128", ""),
        ("code128", "a\nb"),
        ("ean13", "5901234123458"),
        ("ean13", "ABC"),
        ("gs1-128", "[00]106141412345678909"),
        ("gs1-128", "no identifier"),
    ],
)
def test_what_cannot_be_drawn_is_refused(kind, text):
    with pytest.raises(BarcodeNotPossible) as caught:
        barcode_encode(kind, text)
    assert caught.value.status == 422


def test_the_drawing_covers_exactly_the_dark_modules():
    code = barcode_encode("code128", "PB-1")
    dark = code.rows[0].count("1")
    widths = [int(width) for width in re.findall(r"h(\d+)v1", barcode_svg("code128", "PB-1"))]
    assert sum(widths) == dark
    assert code.rows[0].startswith("1")
    assert code.rows[0].endswith("1")
    assert set(KINDS) == {"code128", "gs1-128", "ean13", "qr", "datamatrix"}


@pytest.mark.shared
def test_check_digits_agree_with_known_numbers(shared):
    known = json.loads((shared / "gs1" / "barcodes.json").read_text())
    for entry in known["gtin"] + known["sscc"]:
        assert check_digit(entry["value"][:-1]) == entry["expected_check_digit"], entry
        assert check_digit_holds(entry["value"]) is entry["valid"], entry


@given(
    prefix=st.text("0123456789", min_size=4, max_size=12),
    serial=st.integers(0, 10**4 - 1),
    extension=st.integers(0, 9),
)
def test_an_sscc_is_one_to_an_independent_reader(prefix, serial, extension):
    sscc = sscc_make(company_prefix=prefix, serial=serial, extension=extension)
    parsed = Sscc.parse(sscc)
    assert (parsed.value, parsed.extension_digit) == (sscc, extension)
    assert biip.parse(f"00{sscc}").gs1_message.element_strings.get(ai="00").value == sscc
    assert sscc[1:-1].startswith(prefix)


def test_serials_run_out_loudly():
    assert sscc_make(company_prefix="5012345", serial=999_999_999)[:17] == "05012345999999999"
    for prefix, serial, extension in [
        ("5012345", 10**9, 0), ("", 1, 0), ("123", 1, 0), ("1234567890123", 1, 0), ("50123x5", 1, 0),
        ("5012345", -1, 0), ("5012345", 1, 10), ("٥٠١٢٣", 1, 0),
    ]:  # fmt: skip
        with pytest.raises(SsccNotPossible):
            sscc_make(company_prefix=prefix, serial=serial, extension=extension)
