from datetime import UTC, date, datetime

import pytest

from cefn.warehouse.papers.pick_list import TEMPLATE, PickListLine, PickListPaper, pick_list_data, pick_lists_pdf
from tests.platform.papers.reading import codes_scanned, pages_text


def paper(head, lines, **more):
    return PickListPaper(
        letterhead=head, number="PB-000231", warehouse="Aberystwyth", lines=tuple(lines),
        made_at=datetime(2026, 7, 23, 8, 5, tzinfo=UTC), **more,
    )  # fmt: skip


def line(turn, **more):
    return PickListLine(location=f"A-{turn:02d}-01", sku=f"MUG-{turn:03d}", name=f"Mug {turn}", quantity=turn, **more)


def test_a_picker_sees_where_what_and_how_many_in_walking_order(head):
    lines = [line(3, zone="Cold"), line(1, zone="Cold", lot="L7", expires_on=date(2027, 3, 4)), line(2, zone="Dry")]
    (text,) = pages_text(pick_lists_pdf(papers=[paper(head, lines, picker="Nia", metres=346)]))
    places = [text.index(word) for word in ("Cold", "A-03-01", "MUG-003", "A-01-01", "Lot L7", "Dry", "A-02-01")]
    assert places == sorted(places)
    assert "3 stops · 6 pieces · 346 m to walk" in text
    assert "use by 4 March 2027" in text
    assert "23 Jul 2026, 09:05" in text  # summer time at the warehouse
    assert text.count("Cold") == 1


def test_weighed_goods_are_not_summed_as_pieces(head):
    rope = PickListLine(location="B", sku="ROPE", name="Rope", quantity=1500, quantity_decimals=3, unit="m")
    data = pick_list_data(paper(head, [line(1), rope]))
    assert data["summary"] == ["2 stops"]
    assert [row["quantity"] for row in data["lines"]] == ["1", "1.5"]


def test_the_number_can_be_scanned_and_each_list_counts_its_own_pages(head):
    long, short = paper(head, [line(turn) for turn in range(1, 61)]), paper(head, [line(1)])
    pages = pages_text(pick_lists_pdf(papers=[long, short]))
    ends = [text.rsplit("Page ", 1)[1] for text in pages]
    assert ends == [*(f"{turn} of {len(pages) - 1}" for turn in range(1, len(pages))), "1 of 1"]
    assert len(pages) >= 4
    assert all("Location" in text for text in pages)  # the table's head repeats
    assert sum(text.count("MUG-060") for text in pages) == 1
    data = {"papers": [pick_list_data(short)], "document_title": "x"}
    assert codes_scanned(TEMPLATE, data) == [[("Code 128", "PB-000231")]]


def test_long_words_stay_in_their_column(head):
    wide = PickListLine(location="W" * 60, sku="S" * 64, name="N" * 200, quantity=10**12, order_number="O" * 80)
    (text,) = pages_text(pick_lists_pdf(papers=[paper(head, [wide])]))
    assert text.replace(" ", "").replace("\u200b", "").count("N" * 30) >= 1
    assert "1,000,000,000,000" in text


def test_an_empty_list_says_so_and_no_list_is_an_error(head):
    assert "Nothing to pick." in pages_text(pick_lists_pdf(papers=[paper(head, [])]))[0]
    with pytest.raises(ValueError, match="no papers"):
        pick_lists_pdf(papers=[])
