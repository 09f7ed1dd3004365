"""The invoice and the credit note, as UK VAT law wants them.

What a full VAT invoice must show is listed in VAT Regulations 1995, regulation 14, and HMRC's VAT Notice 700, section
16.3: number, tax point and date of issue, supplier's name, address and VAT number, customer's name and address, and for
each supply its description, quantity, unit price, rate of VAT and amount without VAT; then the total without VAT, the
VAT per rate, and the VAT in sterling whatever the currency. Regulation 15C rules the credit note: it names the invoice
and the amounts credited.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cefn.books.papers.errors import PaperDoesNotAddUp
from cefn.kernel.money import minor_text
from cefn.platform.papers.formats import (
    amount_text,
    count_text,
    date_text,
    plain_amount_text,
    rate_text,
    unit_price_text,
)
from cefn.platform.papers.frame import address_lines, frame_data, papers_pdf
from cefn.platform.papers.letterhead import Letterhead
from cefn.platform.papers.wrapping import wrappable

TEMPLATE = Path(__file__).with_name("invoice.typ")


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceLine:
    """One supply. `unit_price_micro` is before VAT unless the paper's prices include it; `net_minor` is after discount.

    `tax_code` is a short mark such as "S", "R", "Z", "E" that stands beside the rate.
    """

    name: str
    quantity: int
    unit_price_micro: int
    net_minor: int
    tax_ppm: int
    sku: str = ""
    tax_code: str = ""
    quantity_decimals: int = 0
    discount_minor: int = 0
    gross_minor: int = 0
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceTax:
    """What one rate of VAT comes to on this document."""

    tax_ppm: int
    net_minor: int
    tax_minor: int
    tax_code: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoicePaper:
    """An invoice, or a credit note with positive amounts. All amounts are minor units of `currency`.

    `tax_gbp_minor` is the VAT in pence when the currency is not sterling. `credits_number` and `credits_on` name the
    invoice that a credit note reverses. `prices_include_tax` says that unit prices and line amounts shown are gross.
    """

    kind: Literal["invoice", "credit_note"]
    letterhead: Letterhead
    number: str
    issued_on: date
    tax_point_on: date
    currency: str
    bill_to: tuple[str, ...]
    lines: tuple[InvoiceLine, ...]
    taxes: tuple[InvoiceTax, ...]
    net_minor: int
    tax_minor: int
    total_minor: int
    rounding_minor: int = 0
    paid_minor: int = 0
    tax_gbp_minor: int | None = None
    prices_include_tax: bool = False
    due_on: date | None = None
    ship_to: tuple[str, ...] = ()
    customer_number: str = ""
    customer_tax_number: str = ""
    customer_reference: str = ""
    order_numbers: tuple[str, ...] = ()
    credits_number: str = ""
    credits_on: date | None = None
    reason: str = ""
    reverse_charge: bool = False
    how_to_pay: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    language: str = "en"

    def __post_init__(self) -> None:
        self._require(_("total without VAT"), self.net_minor, sum(line.net_minor for line in self.lines))
        self._require(_("total without VAT by rate"), self.net_minor, sum(tax.net_minor for tax in self.taxes))
        self._require(_("VAT by rate"), self.tax_minor, sum(tax.tax_minor for tax in self.taxes))
        self._require(_("total"), self.total_minor, self.net_minor + self.tax_minor + self.rounding_minor)
        if self.prices_include_tax:
            self._require(
                _("total of the lines"),
                self.total_minor - self.rounding_minor,
                sum(ln.gross_minor for ln in self.lines),
            )
        if self.kind == "credit_note" and not self.credits_number and not self.reason:
            raise ValueError("a credit note names the invoice it credits, or a reason")

    def _require(self, figure: str, given: int, made: int) -> None:
        if given != made:
            raise PaperDoesNotAddUp(
                number=self.number,
                figure=figure,
                given=minor_text(given, self.currency),
                made=minor_text(made, self.currency),
            )


def _line_data(paper: InvoicePaper, line: InvoiceLine) -> dict[str, Any]:
    language, currency = paper.language, paper.currency
    details = [wrappable(line.detail)] if line.detail else []
    if line.discount_minor:
        details.append(
            pgettext("paper", "Discount %(amount)s") % {"amount": amount_text(line.discount_minor, currency, language)}
        )
    rate = rate_text(line.tax_ppm, language)
    return {
        "sku": wrappable(line.sku),
        "name": wrappable(line.name),
        "details": details,
        "quantity": count_text(line.quantity, line.quantity_decimals, language),
        "unit_price": unit_price_text(line.unit_price_micro, currency, language),
        "rate": f"{rate} {line.tax_code}".strip(),
        "amount": plain_amount_text(
            line.gross_minor if paper.prices_include_tax else line.net_minor, currency, language
        ),
    }


def _tax_data(paper: InvoicePaper, tax: InvoiceTax) -> list[str]:
    def written(minor: int) -> str:
        return plain_amount_text(minor, paper.currency, paper.language)

    name = f"{tax.name} {rate_text(tax.tax_ppm, paper.language)} {tax.tax_code}".strip()
    return [name, written(tax.net_minor), written(tax.tax_minor), written(tax.net_minor + tax.tax_minor)]


def _totals(paper: InvoicePaper) -> list[list[str]]:
    def written(minor: int) -> str:
        return amount_text(minor, paper.currency, paper.language)

    rows = [
        [pgettext("paper", "Total without VAT"), written(paper.net_minor)],
        [pgettext("paper", "VAT"), written(paper.tax_minor)],
    ]
    if paper.rounding_minor:
        rows.append([pgettext("paper", "Rounding"), written(paper.rounding_minor)])
    if paper.tax_gbp_minor is not None and paper.currency != "GBP":
        rows.append([pgettext("paper", "VAT in sterling"), amount_text(paper.tax_gbp_minor, "GBP", paper.language)])
    return rows


def _after_total(paper: InvoicePaper) -> list[list[str]]:
    """Return what follows the total: paid and still to pay; nothing on a credit note or an unpaid invoice."""
    if paper.kind == "credit_note" or not paper.paid_minor:
        return []
    due = paper.total_minor - paper.paid_minor
    return [
        [pgettext("paper", "Paid or credited"), amount_text(-paper.paid_minor, paper.currency, paper.language)],
        [pgettext("paper", "Still to pay"), amount_text(due, paper.currency, paper.language)],
    ]


def _facts(paper: InvoicePaper) -> list[list[str]]:
    language = paper.language
    return [
        [pgettext("paper", "Date of issue"), date_text(paper.issued_on, language)],
        [pgettext("paper", "Tax point"), date_text(paper.tax_point_on, language)],
        [pgettext("paper", "Due"), date_text(paper.due_on, language) if paper.kind == "invoice" else ""],
        [pgettext("paper", "Order"), wrappable(", ".join(paper.order_numbers))],
        [pgettext("paper", "Your reference"), wrappable(paper.customer_reference)],
        [pgettext("paper", "Customer"), wrappable(paper.customer_number)],
        [pgettext("paper", "Your VAT number"), wrappable(paper.customer_tax_number)],
    ]


def _statement(paper: InvoicePaper) -> str:
    """Return the sentence under the head: what a credit note reverses and why, or that an invoice is paid."""
    if paper.kind == "invoice":
        paid = paper.total_minor > 0 and paper.paid_minor >= paper.total_minor
        return pgettext("paper", "Settled in full. There is nothing more to pay.") if paid else ""
    parts = []
    if paper.credits_number:
        facts = {"number": paper.credits_number, "day": date_text(paper.credits_on, paper.language)}
        parts.append(
            pgettext("paper", "This credits invoice %(number)s of %(day)s.") % facts
            if paper.credits_on
            else pgettext("paper", "This credits invoice %(number)s.") % facts
        )
    if paper.reason:
        parts.append(pgettext("paper", "Reason: %(reason)s.") % {"reason": paper.reason.rstrip(".")})
    return wrappable(" ".join(parts))


def _texts(paper: InvoicePaper) -> dict[str, str]:
    credit = paper.kind == "credit_note"
    gross = paper.prices_include_tax
    return {
        "bill_to": pgettext("paper", "Credit to") if credit else pgettext("paper", "Invoice to"),
        "ship_to": pgettext("paper", "Delivered to"),
        "item": pgettext("paper", "Description"),
        "quantity": pgettext("paper", "Quantity"),
        "unit_price": pgettext("paper", "Price with VAT") if gross else pgettext("paper", "Unit price"),
        "rate": pgettext("paper", "VAT rate"),
        "amount": pgettext("paper", "Amount with VAT") if gross else pgettext("paper", "Amount without VAT"),
        "tax_rate": pgettext("paper", "VAT rate"),
        "tax_net": pgettext("paper", "Without VAT"),
        "tax_tax": pgettext("paper", "VAT"),
        "tax_gross": pgettext("paper", "With VAT"),
        "total": pgettext("paper", "Total credited") if credit else pgettext("paper", "Total"),
        "how_to_pay": pgettext("paper", "How to pay"),
        "reverse_charge": pgettext("paper", "Reverse charge: the customer accounts for the VAT to HMRC."),
    }


def invoice_data(paper: InvoicePaper) -> dict[str, Any]:
    """Return what the template prints: every text of an invoice written out in the paper's language."""
    with translation.override(paper.language):
        title = pgettext("paper", "Credit note") if paper.kind == "credit_note" else pgettext("paper", "Invoice")
        if paper.kind == "invoice" and paper.letterhead.tax_number:
            title = pgettext("paper", "VAT invoice")
        data = frame_data(letterhead=paper.letterhead, title=title, number=paper.number, language=paper.language)
        unpaid = paper.kind == "invoice" and paper.paid_minor < paper.total_minor
        data |= {
            "bill_to": address_lines(paper.bill_to),
            "ship_to": address_lines(paper.ship_to) if paper.ship_to != paper.bill_to else [],
            "facts": _facts(paper),
            "statement": _statement(paper),
            "lines": [_line_data(paper, line) for line in paper.lines],
            "taxes": [_tax_data(paper, tax) for tax in paper.taxes],
            "totals": _totals(paper),
            "total": amount_text(paper.total_minor, paper.currency, paper.language),
            "after_total": _after_total(paper),
            "currency": paper.currency,
            "reverse_charge": paper.reverse_charge,
            "how_to_pay": [wrappable(line) for line in paper.how_to_pay] if unpaid else [],
            "notes": [wrappable(line) for line in paper.notes],
        }
        data["texts"] |= _texts(paper)
    return data


def invoices_pdf(*, papers: Sequence[InvoicePaper]) -> bytes:
    """Return one PDF of many invoices and credit notes, each in its customer's language and on pages of its own."""
    return papers_pdf(TEMPLATE, [invoice_data(paper) for paper in papers], title=papers[0].number if papers else "")
