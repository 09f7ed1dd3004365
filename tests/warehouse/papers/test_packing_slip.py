import time
from datetime import date
from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.utils.translation import trans_real

from cefn.warehouse.papers.packing_slip import (
    TEMPLATE,
    PackingSlipLine,
    PackingSlipPaper,
    packing_slip_data,
    packing_slips_pdf,
)
from tests.platform.papers.reading import codes_scanned, pages_text


def slip(head, **more):
    given = {
        "number": "SH-000931",
        "order_number": "SO-001042",
        "ship_to": ("Gwenllian Llŷr-Ŵyn", "Tŷ Newydd", "Y Bala", "LL23 7AA"),
        "lines": (
            PackingSlipLine(sku="MUG-RED", name="Welsh mug, red", quantity=1, ordered=3, to_follow=2),
            PackingSlipLine(
                sku="KIT", name="Tea set", quantity=1, ordered=1, components=("2 × cup",), serials=("A1", "A2")
            ),
        ),
        "ordered_on": date(2026, 11, 20),
    }
    return PackingSlipPaper(letterhead=head, **(given | more))


@pytest.fixture
def welsh(repository, tmp_path, settings):
    """Compile the Welsh of papers alone, so that the test does not lean on a compiled catalogue."""
    part = repository / "src" / "cefn" / "locale" / "cy" / "parts" / "papers.po"
    target: Path = tmp_path / "cy" / "LC_MESSAGES" / "django.mo"
    target.parent.mkdir(parents=True)
    with part.open("rb") as source, target.open("wb") as compiled:
        write_mo(compiled, read_po(source, locale="cy"))
    settings.LOCALE_PATHS = [tmp_path]
    trans_real._translations.pop("cy", None)
    yield
    trans_real._translations.pop("cy", None)


def test_the_customer_sees_what_came_and_what_is_to_follow_and_no_price(head):
    (text,) = pages_text(packing_slips_pdf(papers=[slip(head, message="Pen-blwydd hapus!\nCariad", weight_g=1840)]))
    for part in (
        "Gwenllian Llŷr-Ŵyn", "SO-001042", "20 November 2026", "To follow", "2 × cup", "Serial numbers A1, A2",
        "Pen-blwydd hapus!", "1.84 kg", "Page 1 of 1", "VAT number GB 123 4567 82",
    ):  # fmt: skip
        assert part in text
    assert "£" not in text
    assert packing_slip_data(slip(head))["lines"][0]["to_follow"] == "2"


def test_without_a_rest_there_is_no_such_column(head):
    whole = (PackingSlipLine(sku="A", name="A", quantity=1, ordered=1),)
    (text,) = pages_text(packing_slips_pdf(papers=[slip(head, lines=whole)]))
    assert "To follow" not in text
    assert "later parcel" not in text


def test_each_customer_reads_their_own_language(head, welsh):
    english, cymraeg = pages_text(packing_slips_pdf(papers=[slip(head), slip(head, language="cy")]))
    assert "Packing slip" in english
    assert "Diolch am eich archeb." not in english
    for part in ("Slip pacio", "20 Tachwedd 2026", "Rhifau cyfresol A1, A2", "Tudalen 1 o 1", "Diolch am eich archeb."):
        assert part in cymraeg
    assert "Thank you" not in cymraeg


def test_the_number_can_be_scanned(head):
    data = {"papers": [packing_slip_data(slip(head))], "document_title": "x"}
    assert codes_scanned(TEMPLATE, data) == [[("Code 128", "SH-000931")]]


def test_a_hundred_slips_are_one_document_made_in_seconds(head):
    papers = [slip(head, number=f"SH-{turn:06d}") for turn in range(100)]
    started = time.perf_counter()
    pdf = packing_slips_pdf(papers=papers)
    took = time.perf_counter() - started
    assert len(pages_text(pdf)) == 100
    assert took < 10  # about half a second alone on this kind of machine; the bound only catches a blow-up


def test_more_than_a_hundred_are_set_in_parts_and_come_out_whole(head, monkeypatch):
    monkeypatch.setattr("cefn.platform.papers.frame.SET_AT_ONCE", 4)
    papers = [slip(head, number=f"SH-{turn:06d}") for turn in range(10)]
    pdf = packing_slips_pdf(papers=papers)
    pages = pages_text(pdf)
    assert [f"SH-{turn:06d}" in text for turn, text in enumerate(pages)] == [True] * 10
    assert all("Page 1 of 1" in text for text in pages)
    assert pdf == packing_slips_pdf(papers=papers)


def test_large_jobs_do_not_fill_the_memory(head):
    psutil = pytest.importorskip("psutil")
    process = psutil.Process()

    def job(turn):
        line = PackingSlipLine(sku="A", name="A", quantity=1, ordered=1)
        papers = [slip(head, number=f"SH-{turn}-{at}", lines=(line,) * 4, message=f"{turn} {at}") for at in range(40)]
        packing_slips_pdf(papers=papers)
        return process.memory_info().rss >> 20

    used_mib = [job(turn) for turn in range(9)]
    assert used_mib[-1] - used_mib[0] < 60  # without letting go it grows by some 20 MiB with every job


def test_hostile_text_stays_text(head):
    evil = '#panic("x") $ ` \\ @a <b> ]] }} \u202e \x00'
    lines = (PackingSlipLine(sku=evil[:20], name=evil, quantity=1, ordered=1),)
    paper = slip(head, ship_to=(evil, '#read("/etc/passwd")'), lines=lines, message=evil, customer_reference=evil)
    (text,) = pages_text(packing_slips_pdf(papers=[paper]))
    assert '#panic("x")' in text
    assert '#read("/etc/passwd")' in text
    assert "root:" not in text
