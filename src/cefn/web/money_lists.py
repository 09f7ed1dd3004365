"""The lists of money: invoices and credit notes, payments and refunds, journal entries."""

from typing import Any

from django.db.models import BigIntegerField, Case, F, Q, QuerySet, Sum, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from cefn.books.models import Invoice, InvoiceKind, Payment, PaymentDirection
from cefn.books.selectors import access_invoices, access_payments
from cefn.books.states import InvoiceStatus
from cefn.ledger.models import JournalEntry
from cefn.ledger.selectors import access_entries
from cefn.platform.actors import Actor
from cefn.web import cells
from cefn.web.documents import document_url
from cefn.web.formats import day_text, digits_grouped, money_html
from cefn.web.lists import (
    ChoiceFilter,
    Column,
    DayFilter,
    Empty,
    FlagFilter,
    HeadLink,
    ListSpec,
    Tab,
    TextFilter,
    Total,
)
from cefn.web.statuses import state_html


def invoice_rows(actor: Actor) -> QuerySet[Invoice]:
    """Return invoices and credit notes with whom they are for."""
    return access_invoices(actor).select_related("customer", "order")


def invoice_url(invoice: Invoice) -> str:
    """Return the address of an invoice's page."""
    return reverse("web:invoice", args=[invoice.number])


def payment_url(payment: Payment) -> str:
    """Return the address of a payment's page."""
    return reverse("web:payment", args=[payment.number])


def entry_url(entry: JournalEntry) -> str:
    """Return the address of a journal entry's page."""
    return reverse("web:entry", args=[entry.number])


def is_overdue(invoice: Invoice) -> bool:
    """Tell whether an invoice should have been paid by now."""
    return invoice.kind == InvoiceKind.INVOICE and invoice.open_minor > 0 and invoice.due_on < timezone.localdate()


def billed_name(invoice: Invoice) -> str:
    """Return whom a paper is for."""
    if invoice.customer:
        return invoice.customer.name
    return str(invoice.bill_to.get("name") or invoice.bill_to.get("company_name") or "\u2013")


def invoice_state(invoice: Invoice) -> Any:
    """Return the state of a paper; overdue is derived from the day."""
    return state_html("overdue") if is_overdue(invoice) else state_html(invoice.status, InvoiceStatus)


def _overdue() -> Q:
    return Q(kind=InvoiceKind.INVOICE, open_minor__gt=0, due_on__lt=timezone.localdate())


INVOICES = ListSpec(
    area="invoices",
    place="money",
    title=_("Invoices"),
    url_name="web:invoices",
    counted=lambda n: ngettext("%(n)s paper", "%(n)s papers", n) % {"n": digits_grouped(str(n))},
    rows=invoice_rows,
    columns=(
        Column(key="number", label=_("Number"), cell=lambda i: i.number, sort="number", card="title"),
        Column(key="kind", label=_("What"), cell=lambda i: i.get_kind_display(), card="line"),
        Column(
            key="issued",
            label=_("Issued"),
            cell=lambda i: day_text(i.issued_on),
            export=lambda i: i.issued_on,
            sort="issued_on",
            card="end",
        ),
        Column(key="customer", label=_("Customer"), cell=billed_name, card="line"),
        Column(key="order", label=_("Order"), cell=lambda i: i.order.number if i.order else "\u2013"),
        Column(key="status", label=_("State"), cell=invoice_state, sort="status", card="end"),
        Column(key="due", label=_("Due"), cell=lambda i: day_text(i.due_on), export=lambda i: i.due_on, sort="due_on"),
        Column(
            key="open",
            label=_("Still open"),
            cell=lambda i: money_html(i.open_minor, i.currency) if i.open_minor else cells.MUTED_NOUGHT,
            export=lambda i: cells.amount_plain(i.open_minor, i.currency),
            sort="open_minor",
            is_number=True,
        ),
        Column(
            key="total",
            label=_("Total"),
            cell=cells.amount,
            export=lambda i: cells.amount_plain(i.total_minor, i.currency),
            sort="total_minor",
            is_number=True,
            card="side",
        ),
        Column(
            key="tax",
            label=_("Tax"),
            cell=lambda i: money_html(i.tax_minor, i.currency),
            export=lambda i: cells.amount_plain(i.tax_minor, i.currency),
            is_number=True,
            is_hidden=True,
        ),
        Column(key="currency", label=_("Currency"), cell=lambda i: i.currency, is_hidden=True),
    ),
    row_url=invoice_url,
    row_class=lambda invoice: "late" if is_overdue(invoice) else "",
    default_sort="-issued",
    tabs=(
        Tab(key="all", label=_("All")),
        Tab(key="invoices", label=_("Invoices"), query={"kind": "invoice"}),
        Tab(key="credits", label=_("Credit notes"), query={"kind": "credit_note"}),
        Tab(key="open", label=_("Still open"), query={"open": "yes"}),
        Tab(key="overdue", label=_("Overdue"), query={"overdue": "yes"}),
    ),
    filters=(
        ChoiceFilter("kind", _("What"), "kind", InvoiceKind.choices),
        ChoiceFilter("status", _("Status"), "status", InvoiceStatus.choices),
        FlagFilter("open", _("Still open"), lambda: Q(open_minor__gt=0)),
        FlagFilter("overdue", _("Overdue"), _overdue),
        DayFilter("issued", _("Issued"), "issued_on", is_date=True),
        DayFilter("due", _("Due"), "due_on", is_date=True),
    ),
    search=lambda actor, rows, text: rows.filter(
        Q(number__istartswith=text) | Q(order__number__iexact=text) | Q(customer__name__icontains=text)
    ),
    search_hint=_("Number, order, customer"),
    total=Total(field="total_minor"),
    links=(
        HeadLink(
            label=_("Aged debtors"),
            url_name="web:debtors",
            permission="invoices.view",
            icon="clock",
            is_primary=False,
        ),
    ),
    empty=Empty(
        icon="file-invoice",
        title=_("No invoices yet"),
        sentence=_("An invoice is posted by itself when a shipment leaves; a credit note when goods come back."),
    ),
    row_name=lambda invoice: invoice.number,
)


def payment_rows(actor: Actor) -> QuerySet[Any]:
    """Return payments with method, customer and order, and the amount with its sign."""
    rows = access_payments(actor).select_related("method", "customer", "order")
    signed = Case(
        When(direction="out", then=-F("amount_minor")), default=F("amount_minor"), output_field=BigIntegerField()
    )
    found: QuerySet[Any] = rows.annotate(signed_minor=signed)
    return found


PAYMENTS = ListSpec(
    area="payments",
    place="payments",
    title=_("Payments"),
    url_name="web:payments",
    counted=lambda n: ngettext("%(n)s payment", "%(n)s payments", n) % {"n": digits_grouped(str(n))},
    rows=payment_rows,
    columns=(
        Column(key="number", label=_("Number"), cell=lambda p: p.number, sort="number", card="title"),
        Column(
            key="on",
            label=_("Day"),
            cell=lambda p: day_text(p.paid_on),
            export=lambda p: p.paid_on,
            sort="paid_on",
            card="end",
        ),
        Column(key="direction", label=_("What"), cell=lambda p: p.get_direction_display(), card="line"),
        Column(key="method", label=_("Method"), cell=lambda p: p.method.name, card="end"),
        Column(
            key="customer", label=_("Customer"), cell=lambda p: p.customer.name if p.customer else "\u2013", card="line"
        ),
        Column(key="order", label=_("Order"), cell=lambda p: p.order.number if p.order else "\u2013"),
        Column(key="reference", label=_("Reference"), cell=lambda p: p.reference),
        Column(
            key="unallocated",
            label=_("Not yet used"),
            cell=lambda p: money_html(p.unallocated_minor, p.currency) if p.unallocated_minor else cells.MUTED_NOUGHT,
            export=lambda p: cells.amount_plain(p.unallocated_minor, p.currency),
            sort="unallocated_minor",
            is_number=True,
        ),
        Column(
            key="amount",
            label=_("Amount"),
            cell=lambda p: money_html(p.signed_minor, p.currency),
            export=lambda p: cells.amount_plain(p.signed_minor, p.currency),
            sort="amount_minor",
            is_number=True,
            card="side",
        ),
    ),
    row_url=payment_url,
    default_sort="-on",
    tabs=(
        Tab(key="all", label=_("All")),
        Tab(key="in", label=_("Received"), query={"direction": "in"}),
        Tab(key="out", label=_("Refunded"), query={"direction": "out"}),
        Tab(key="unused", label=_("Not yet used"), query={"unused": "yes"}),
    ),
    filters=(
        ChoiceFilter("direction", _("What"), "direction", PaymentDirection.choices),
        FlagFilter("unused", _("Not yet used"), lambda: Q(unallocated_minor__gt=0)),
        DayFilter("on", _("Day"), "paid_on", is_date=True),
        TextFilter("method", _("Method"), "method__code"),
    ),
    search=lambda actor, rows, text: rows.filter(
        Q(number__istartswith=text) | Q(order__number__iexact=text) | Q(reference__istartswith=text)
    ),
    search_hint=_("Number, order, reference"),
    total=Total(field="signed_minor"),
    links=(HeadLink(label=_("Take a payment"), url_name="web:payment_new", permission="payments.record", key="n"),),
    empty=Empty(
        icon="credit-card",
        title=_("No payments yet"),
        sentence=_("What customers pay, and what is paid back to them, is written down here."),
        action=_("Take a payment"),
        url_name="web:payment_new",
    ),
    row_name=lambda payment: payment.number,
)


def entry_rows(actor: Actor) -> QuerySet[Any]:
    """Return journal entries with their journal and the sum of their debits."""
    rows = access_entries(actor).select_related("journal")
    found: QuerySet[Any] = rows.annotate(
        debit_minor=Coalesce(Sum("lines__amount_minor", filter=Q(lines__amount_minor__gt=0)), 0)
    )
    return found


LEDGER = ListSpec(
    area="ledger",
    place="ledger",
    title=_("Journal entries"),
    url_name="web:ledger",
    counted=lambda n: ngettext("%(n)s entry", "%(n)s entries", n) % {"n": digits_grouped(str(n))},
    rows=entry_rows,
    columns=(
        Column(key="number", label=_("Entry"), cell=lambda e: e.number, sort="number", card="title"),
        Column(
            key="on",
            label=_("Day"),
            cell=lambda e: day_text(e.posted_on),
            export=lambda e: e.posted_on,
            sort="posted_on",
            card="end",
        ),
        Column(key="journal", label=_("Journal"), cell=lambda e: e.journal.name, card="line"),
        Column(key="source", label=_("Document"), cell=lambda e: e.source.partition(":")[2] or e.source, card="line"),
        Column(key="memo", label=_("Note"), cell=lambda e: e.memo),
        Column(key="who", label=_("Who"), cell=lambda e: e.actor_name),
        Column(
            key="amount",
            label=_("Amount"),
            cell=lambda e: money_html(e.debit_minor, e.currency),
            export=lambda e: cells.amount_plain(e.debit_minor, e.currency),
            is_number=True,
            card="side",
        ),
    ),
    row_url=entry_url,
    default_sort="-on",
    filters=(
        TextFilter("journal", _("Journal"), "journal__code"),
        TextFilter("source", _("Document"), "source"),
        DayFilter("on", _("Day"), "posted_on", is_date=True),
    ),
    search=lambda actor, rows, text: rows.filter(Q(number__istartswith=text) | Q(source__iendswith=text)),
    search_hint=_("Entry or document number"),
    empty=Empty(
        icon="list-details",
        title=_("Nothing posted yet"),
        sentence=_("Each sale, payment, return and adjustment posts its own balanced entry here."),
    ),
    row_name=lambda entry: entry.number,
)


def source_link(source: str) -> tuple[str, str]:
    """Return a document's number and the address of its page, empty where it has none."""
    return source.partition(":")[2] or source, document_url(source)
