import re
from datetime import date

import pytest

from cefn.platform.papers.errors import BarcodeNotPossible
from cefn.platform.papers.gs1 import sscc_make
from cefn.shipping.labels.label import ShippingLabel
from cefn.shipping.labels.pdf import TEMPLATE, label_data, labels_pdf
from cefn.shipping.labels.zpl import labels_zpl, zpl_text
from tests.platform.papers.reading import codes_scanned, pages_text

SSCC = sscc_make(company_prefix="5012345", serial=42)
ZPL_COMMANDS = {"XA", "XZ", "CI", "PW", "LL", "LH", "FO", "FR", "FB", "FH", "FD", "FS", "GB", "A0", "BY", "BC", "PQ"}
HARD = 'Dr. ^XZ ~JA _5E #panic("x") \\& Müller'


def label(**more):
    given = {
        "carrier": "Cludwyr Cymru",
        "service": "Tracked 24",
        "tracking_number": "CY123456789GB",
        "sender": ("Siop y Cwm", "14 Heol y Bont", "Aberystwyth"),
        "receiver": ("Gwenllian Llŷr-Ŵyn", "12 Ffordd y Môr", "Y Bala"),
        "postcode": "LL23 7AA",
        "country": "GB",
        "weight_g": 1840,
        "reference": "SO-001042",
        "sent_on": date(2026, 11, 23),
        "package_count": 2,
    }
    return ShippingLabel(**(given | more))


def zpl_fields(job: bytes) -> list[tuple[int, int, str, str]]:
    """Return (x, y, commands, data) of each field, the hexadecimal escapes undone: what the printer would set."""
    fields = []
    for part in re.findall(r"\^FO(\d+),(\d+)(.*?)\^FS", job.decode(), flags=re.DOTALL):
        commands, _, data = part[2].partition("^FD")
        if "^FH" in commands:
            data = re.sub(r"_([0-9A-F]{2})", lambda match: chr(int(match[1], 16)), data)
        fields.append((int(part[0]), int(part[1]), commands, data))
    return fields


def test_a_scanner_reads_both_codes_at_the_density_of_a_label_printer():
    data = {"labels": [label_data(label(sscc=SSCC)), label_data(label())], "document_title": "x"}
    tracking, container = ("Code 128", "CY123456789GB"), f"(00){SSCC}"
    first, second = codes_scanned(TEMPLATE, data, dpi=203)
    assert sorted(text for _, text in first) == sorted(["CY123456789GB", container])
    assert second == [tracking]


def test_a_label_is_four_by_six_inches_and_shows_what_a_driver_needs():
    pdf = labels_pdf(labels=[label(), label(tracking_number="CY2")])
    assert pdf.count(b"[0 0 288 432]") == 2
    (first, _second) = pages_text(pdf)
    for part in ("Gwenllian Llŷr-Ŵyn", "LL23 7AA", "GB", "1.84 kg", "1 of 2", "SO-001042", "CY12 3456 789G B"):
        assert part in first


@pytest.mark.parametrize("lines", [(HARD,) * 8, ("W" * 300,), ("a",), ("word " * 80,)])
def test_no_address_makes_a_second_page_or_hides_the_code(lines):
    data = {"labels": [label_data(label(receiver=lines, service="S" * 90, reference="R" * 90))], "document_title": "x"}
    assert codes_scanned(TEMPLATE, data) == [[("Code 128", "CY123456789GB")]]


def test_zpl_prints_texts_as_written_and_runs_none_of_them():
    job = labels_zpl(labels=[label(service=HARD, sender=(HARD,), reference=HARD, postcode=HARD, routing=HARD)])
    assert re.findall(r"\^(?:XA|XZ)", job.decode()) == ["^XA", "^XZ"]
    assert "~" not in job.decode()
    assert set(re.findall(r"\^([A-Z][A-Z0-9])", job.decode())) <= ZPL_COMMANDS
    texts = [data for *_, data in zpl_fields(job)]
    assert HARD in texts  # a plain field
    assert HARD.replace("\\", "\\\\") in texts  # in a field block a backslash is doubled


def test_zpl_texts_do_not_run_into_each_other():
    wide = label(
        service="International Tracked and Signed for Everything", carrier="A carrier with a long name indeed",
        sender=("S" * 200,), receiver=("R" * 36,) * 12, postcode="P" * 24, reference="R" * 90, routing="N4-12",
        sscc=SSCC, note="N" * 300,
    )  # fmt: skip
    boxes = []
    for x, y, commands, data in zpl_fields(labels_zpl(labels=[wide])):
        if "^A0N" not in commands:
            continue
        height = int(re.search(r"\^A0N,(\d+)", commands)[1])
        width = int(match[1]) if (match := re.search(r"\^FB(\d+)", commands)) else len(data) * height * 52 // 100
        boxes.append((x, y, x + width, y + height, data))
    clashes = [
        (one[4], two[4])
        for turn, one in enumerate(boxes)
        for two in boxes[:turn]
        if one[0] < two[2] and two[0] < one[2] and one[1] < two[3] and two[1] < one[3]
    ]
    assert clashes == []
    assert max(bottom for _, _, _, bottom, _ in boxes) <= 1218


@pytest.mark.parametrize(
    ("text", "plain", "block"),
    [
        ("Ŵyn", "Ŵyn", "Ŵyn"),
        ("^FS~", "_5EFS_7E", "_5EFS_7E"),
        ("a_b", "a_5Fb", "a_5Fb"),
        ("\\&", "_5C&", "_5C_5C&"),
        ("a\r\n^b\x00", "a _5Eb", "a _5Eb"),
    ],
)
def test_zpl_escapes(text, plain, block):
    assert (zpl_text(text), zpl_text(text, is_block=True)) == (plain, block)


@pytest.mark.parametrize("dpi", [203, 300, 600])
def test_zpl_fits_the_label_on_every_print_head(dpi):
    job = labels_zpl(labels=[label(sscc=SSCC, receiver=(HARD,) * 8)], dpi=dpi)
    dots = {203: 8, 300: 12, 600: 24}[dpi]
    wide, tall = 812 * dots // 8, 1218 * dots // 8
    assert f"^CI28^PW{wide}^LL{tall}" in job.decode()
    fields = zpl_fields(job)
    assert all(0 <= x < wide and 0 <= y < tall for x, y, *_ in fields)
    codes = [field for field in fields if "^BC" in field[2]]
    assert [(field[2].split("^BC")[1], field[3]) for field in codes] == [
        (f"N,{150 * dots // 8},N,N,N,A", "CY123456789GB"),
        (f"N,{150 * dots // 8},N,N,N", f">;>800{SSCC}"),
    ]
    bottoms = [(y, y + int(re.search(r"\^BCN,(\d+)", commands)[1])) for _, y, commands, _ in codes]
    lines = [(y, data) for _, y, commands, data in fields if "^A0N" in commands]
    assert not [data for y, data in lines for top, bottom in bottoms if top < y < bottom]


def test_zpl_bars_are_whole_dots_with_room_to_the_edges():
    for number in ("C1", "CY123456789GB", "A" * 40):
        job = labels_zpl(labels=[label(tracking_number=number)]).decode()
        module, x = map(int, re.search(r"\^BY(\d+)\^FO(\d+)", job).groups())
        assert module >= 1
        assert x >= 10 * module or module == 1


@pytest.mark.parametrize("number", ["A>8B", "A^B", "", "Tŷ", "A~B", "A\nB"])
def test_a_tracking_number_that_commands_a_printer_is_refused(number):
    with pytest.raises(BarcodeNotPossible):
        labels_zpl(labels=[label(tracking_number=number)])


def test_a_wrong_container_code_is_refused():
    wrong = SSCC[:-1] + str((int(SSCC[-1]) + 1) % 10)
    for draw in (labels_pdf, labels_zpl):
        with pytest.raises(BarcodeNotPossible):
            draw(labels=[label(sscc=wrong)])
        with pytest.raises(ValueError, match="no labels"):
            draw(labels=[])
