"""From the tables to invoices and credit notes on paper; a few statements for any number of them."""

from collections import defaultdict
from collections.abc import Sequence

from django.db.models import Prefetch
from django.utils import translation
from django.utils.translation import pgettext

from cefn.books.models import Invoice
from cefn.books.models import InvoiceLine as InvoiceLineRow
from cefn.books.models.invoices import InvoiceKind
from cefn.books.papers.invoice import InvoiceLine, InvoicePaper, InvoiceTax, invoices_pdf
from cefn.books.selectors import access_invoices
from cefn.kernel.errors import NotFound
from cefn.kernel.money import extend_minor
from cefn.orders.models import ReturnOrder
from cefn.platform.actors import Actor
from cefn.platform.models import Company
from cefn.platform.papers.senders import letterhead_of, postal_lines
from cefn.tax.models import TaxCategory

RETURN_SOURCE = "return-order:"


def invoices_print(*, invoice_ids: Sequence[int], actor: Actor) -> bytes:
    """Return one PDF with these invoices and credit notes, in this order; raises NotFound, PaperDoesNotAddUp."""
    return invoices_pdf(papers=invoices_read(invoice_ids=invoice_ids, actor=actor))


def invoices_read(*, invoice_ids: Sequence[int], actor: Actor) -> list[InvoicePaper]:
    """Return the papers, each in its customer's language. Goods are invoiced on the day they are sent, so the date of
    issue is the tax point (VAT Act 1994, section 6)."""
    company = Company.objects.get(id=actor.company_id)
    lines = InvoiceLineRow.objects.select_related("variant").order_by("position")
    rows = (
        access_invoices(actor)
        .filter(id__in=list(invoice_ids))
        .select_related("customer", "order")
        .prefetch_related(Prefetch("lines", queryset=lines))
    )
    found = {invoice.id: invoice for invoice in rows}
    missing = [key for key in invoice_ids if key not in found]
    if missing:
        raise NotFound(thing="invoice", name=missing[0])
    categories = {category.code: category for category in TaxCategory.objects.filter(company_id=company.id)}
    credited = _credited([invoice for invoice in found.values() if invoice.kind == InvoiceKind.CREDIT_NOTE])
    return [_paper(found[key], company, categories, credited.get(key, [])) for key in invoice_ids]


def _paper(
    invoice: Invoice, company: Company, categories: dict[str, TaxCategory], credited: list[Invoice]
) -> InvoicePaper:
    customer, order = invoice.customer, invoice.order
    language = customer.language if customer else company.language
    lines = list(invoice.lines.all())
    is_credit = invoice.kind == InvoiceKind.CREDIT_NOTE
    return InvoicePaper(
        kind="credit_note" if is_credit else "invoice",
        letterhead=letterhead_of(company, language),
        number=invoice.number,
        issued_on=invoice.issued_on,
        tax_point_on=invoice.issued_on,
        due_on=invoice.due_on,
        currency=invoice.currency,
        bill_to=postal_lines(invoice.bill_to, company.country, language) or ((customer.name,) if customer else ()),
        ship_to=postal_lines(order.ship_to, company.country, language) if order and not is_credit else (),
        lines=tuple(_line(line, invoice) for line in lines),
        taxes=_taxes(lines, categories, language),
        net_minor=invoice.net_minor,
        tax_minor=invoice.tax_minor,
        rounding_minor=invoice.rounding_minor,
        total_minor=invoice.total_minor,
        paid_minor=invoice.total_minor - invoice.open_minor,
        prices_include_tax=invoice.prices_include_tax,
        customer_number=customer.number if customer else "",
        customer_tax_number=customer.vat_number if customer else "",
        customer_reference=order.external_id if order else "",
        order_numbers=(order.number,) if order else (),
        credits_number=", ".join(one.number for one in credited),
        credits_on=credited[0].issued_on if len(credited) == 1 else None,
        reason=_reason(invoice, language) if is_credit else "",
        language=language,
    )


def _line(line: InvoiceLineRow, invoice: Invoice) -> InvoiceLine:
    """Return a line; what quantity times price is over the amount was a discount."""
    gross = line.net_minor + line.tax_minor
    decimals = line.variant.quantity_decimals if line.variant else 0
    full = extend_minor(
        quantity=line.quantity,
        unit_price_micro=line.unit_price_micro,
        quantity_decimals=decimals,
        currency=invoice.currency,
    )
    amount = gross if invoice.prices_include_tax else line.net_minor
    return InvoiceLine(
        name=line.description or line.sku,
        sku=line.sku,
        quantity=line.quantity,
        quantity_decimals=decimals,
        unit_price_micro=line.unit_price_micro,
        discount_minor=full - amount if full - amount > 1 else 0,  # one unit is the share of a split, not a discount
        net_minor=line.net_minor,
        gross_minor=gross,
        tax_ppm=line.tax_rate_ppm,
    )


def _taxes(
    lines: Sequence[InvoiceLineRow], categories: dict[str, TaxCategory], language: str
) -> tuple[InvoiceTax, ...]:
    """Return the sums by rate and category, highest rate first."""
    sums: dict[tuple[int, str], list[int]] = defaultdict(lambda: [0, 0])
    for line in lines:
        pair = sums[-line.tax_rate_ppm, line.tax_code]
        pair[0] += line.net_minor
        pair[1] += line.tax_minor
    return tuple(
        InvoiceTax(tax_ppm=-rate, name=_category_name(categories.get(code), language), net_minor=net, tax_minor=tax)
        for (rate, code), (net, tax) in sorted(sums.items())
    )


def _category_name(category: TaxCategory | None, language: str) -> str:
    if category is None:
        return ""
    return category.name_cy if language.startswith("cy") and category.name_cy else category.name


def _credited(credit_notes: Sequence[Invoice]) -> dict[int, list[Invoice]]:
    """Return credit note id -> the invoices that billed its order lines, oldest first."""
    wanted: dict[int, set[int]] = {
        note.id: {line.order_line_id for line in note.lines.all() if line.order_line_id} for note in credit_notes
    }
    billed: dict[int, list[Invoice]] = defaultdict(list)
    rows = InvoiceLineRow.objects.filter(
        order_line_id__in={key for keys in wanted.values() for key in keys}, invoice__kind=InvoiceKind.INVOICE
    ).select_related("invoice")
    for row in rows.order_by("invoice_id"):
        billed[row.order_line_id or 0].append(row.invoice)
    found = {}
    for note_id, keys in wanted.items():
        invoices = {invoice.id: invoice for key in keys for invoice in billed[key]}
        found[note_id] = [invoices[key] for key in sorted(invoices)]
    return found


def _reason(invoice: Invoice, language: str) -> str:
    """Return why it is credited: the return's own words, else that goods came back."""
    number = invoice.source.removeprefix(RETURN_SOURCE)
    own = ""
    if number != invoice.source:
        returns = ReturnOrder.objects.filter(company_id=invoice.company_id, number=number)
        own = returns.values_list("reason", flat=True).first() or ""
    with translation.override(language):
        return own or pgettext("paper", "goods returned")
