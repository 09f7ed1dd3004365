from datetime import date

import pytest

from cefn.books.papers.errors import PaperDoesNotAddUp
from cefn.books.papers.invoice import TEMPLATE, InvoiceLine, InvoicePaper, InvoiceTax, invoice_data, invoices_pdf
from tests.platform.papers.reading import codes_scanned, pages_text

MUGS = InvoiceLine(
    name="Welsh mug, red", sku="MUG-RED", quantity=3, unit_price_micro=4_995_000, net_minor=1499, tax_ppm=200_000,
    tax_code="S", gross_minor=1799,
)  # fmt: skip
BOOK = InvoiceLine(
    name="Llyfr", sku="BOOK", quantity=1, unit_price_micro=10_000_000, net_minor=900, tax_ppm=0, tax_code="Z",
    discount_minor=100, gross_minor=900,
)  # fmt: skip
TAXES = (
    InvoiceTax(tax_ppm=200_000, tax_code="S", net_minor=1499, tax_minor=300),
    InvoiceTax(tax_ppm=0, tax_code="Z", net_minor=900, tax_minor=0),
)


def invoice(head, **more):
    given = {
        "kind": "invoice",
        "number": "INV-000417",
        "issued_on": date(2026, 11, 23),
        "tax_point_on": date(2026, 11, 22),
        "due_on": date(2026, 12, 23),
        "currency": "GBP",
        "bill_to": ("Caffi'r Castell Cyf", "Y Maes", "Caernarfon", "LL55 2NF"),
        "lines": (MUGS, BOOK),
        "taxes": TAXES,
        "net_minor": 2399,
        "tax_minor": 300,
        "total_minor": 2699,
        "order_numbers": ("SO-001042",),
        "how_to_pay": ("Sort code 00-00-00",),
    }
    return InvoicePaper(letterhead=head, **(given | more))


def test_a_full_vat_invoice_shows_all_that_the_law_lists(head):
    (text,) = pages_text(invoices_pdf(papers=[invoice(head, customer_tax_number="GB 987 6543 21")]))
    for part in (
        "VAT invoice", "INV-000417", "23 November 2026", "22 November 2026", "Siop y Cwm", "14 Heol y Bont",
        "GB 123 4567 82", "Caffi'r Castell Cyf", "LL55 2NF", "GB 987 6543 21",
        "Welsh mug, red", "4.995", "20% S", "14.99", "0% Z", "Discount £1.00", "9.00",
        "Total without VAT £23.99", "VAT £3.00", "Total GBP £26.99", "Sort code 00-00-00", "SO-001042",
    ):  # fmt: skip
        assert part in text, part
    assert "20% S 14.99 3.00 17.99" in text
    assert "0% Z 9.00 0.00 9.00" in text


@pytest.mark.parametrize(
    ("more", "figure"),
    [
        ({"net_minor": 2398, "total_minor": 2698}, "total without VAT"),
        ({"tax_minor": 301, "total_minor": 2700}, "VAT by rate"),
        ({"total_minor": 2700}, "total"),
        ({"taxes": TAXES[:1]}, "total without VAT by rate"),
        ({"prices_include_tax": True, "lines": (MUGS, BOOK, BOOK), "net_minor": 3299}, "total without VAT by rate"),
    ],
)
def test_a_paper_that_does_not_add_up_is_not_made(head, more, figure):
    with pytest.raises(PaperDoesNotAddUp) as caught:
        invoice(head, **more)
    assert caught.value.facts["figure"] == figure


def test_gross_prices_are_shown_gross_and_must_sum_to_the_total(head):
    (text,) = pages_text(invoices_pdf(papers=[invoice(head, prices_include_tax=True)]))
    assert "Amount with VAT" in text
    assert "17.99" in text
    with pytest.raises(PaperDoesNotAddUp, match="total of the lines"):
        invoice(head, prices_include_tax=True, lines=(MUGS, InvoiceLine(**_fields(BOOK, gross_minor=901))))


def _fields(line, **more):
    return {name: getattr(line, name) for name in line.__slots__} | more


def test_a_credit_note_names_the_invoice_and_asks_for_nothing(head):
    paper = invoice(
        head, kind="credit_note", number="CN-000012", credits_number="INV-000417", credits_on=date(2026, 11, 1),
        reason="Two mugs arrived broken.",
    )  # fmt: skip
    (text,) = pages_text(invoices_pdf(papers=[paper]))
    assert "Credit note" in text
    assert "This credits invoice INV-000417 of 1 November 2026. Reason: Two mugs arrived broken." in text
    assert "Total credited GBP £26.99" in text
    for word in ("How to pay", "Still to pay", "Due", "VAT invoice"):
        assert word not in text
    with pytest.raises(ValueError, match="names the invoice"):
        invoice(head, kind="credit_note")


def test_what_is_paid_and_what_is_left(head):
    part = invoice_data(invoice(head, paid_minor=699))
    assert [row[1] for row in part["after_total"]] == ["-£6.99", "£20.00"]
    assert part["how_to_pay"]
    whole = invoice_data(invoice(head, paid_minor=2699))
    assert whole["statement"] == "Settled in full. There is nothing more to pay."
    assert whole["how_to_pay"] == []


def test_foreign_money_shows_the_vat_in_sterling(head):
    data = invoice_data(invoice(head, currency="EUR", tax_gbp_minor=258))
    assert data["totals"][-1] == ["VAT in sterling", "£2.58"]
    assert invoice_data(invoice(head))["totals"][-1][0] == "VAT"


def test_rounding_stands_on_its_own_line(head):
    data = invoice_data(invoice(head, rounding_minor=1, total_minor=2700))
    assert ["Rounding", "£0.01"] in data["totals"]


def test_reverse_charge_says_so(head):
    line = InvoiceLine(name="Advice", quantity=1, unit_price_micro=10_000_000, net_minor=1000, tax_ppm=0, tax_code="RC")
    paper = invoice(
        head, lines=(line,), taxes=(InvoiceTax(tax_ppm=0, tax_code="RC", net_minor=1000, tax_minor=0),), net_minor=1000,
        tax_minor=0, total_minor=1000, reverse_charge=True,
    )  # fmt: skip
    assert "Reverse charge: the customer accounts for the VAT to HMRC." in pages_text(invoices_pdf(papers=[paper]))[0]


def test_a_long_invoice_keeps_its_totals_together_and_its_number_can_be_scanned(head):
    count = 70
    paper = invoice(
        head, lines=(BOOK,) * count, taxes=(InvoiceTax(tax_ppm=0, net_minor=900 * count, tax_minor=0),),
        net_minor=900 * count, tax_minor=0, total_minor=900 * count,
    )  # fmt: skip
    pages = pages_text(invoices_pdf(papers=[paper]))
    assert len(pages) >= 3
    assert sum(text.count("Llyfr") for text in pages) == count
    assert "Total without VAT £630.00 VAT £0.00 Total GBP £630.00" in pages[-1]
    assert all("VAT invoice INV-000417" in text for text in pages[1:])
    scanned = codes_scanned(TEMPLATE, {"papers": [invoice_data(paper)], "document_title": "x"})
    assert [code for page in scanned for code in page] == [("Code 128", "INV-000417")]
