"""Money: invoices and credit notes, payments and refunds."""

from typing import Any

from django.contrib import messages
from django.db.models import Prefetch, QuerySet
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cefn.books.models import Invoice, InvoiceLine, PaymentAllocation
from cefn.books.papers.reading import invoices_print
from cefn.books.selectors import access_invoices, access_payments
from cefn.books.services import payments_post
from cefn.kernel.errors import CefnError
from cefn.kernel.money import minor_text
from cefn.kernel.transactions import run_whole
from cefn.ledger.models import JournalEntry
from cefn.ledger.selectors import access_entries
from cefn.platform.access import access_one
from cefn.platform.permissions import permission_has, permission_require
from cefn.web.access import ScreenRequest, screen
from cefn.web.documents import document_url
from cefn.web.downloads import pdf_response
from cefn.web.forms import form_take_faults
from cefn.web.lists import list_response
from cefn.web.money_forms import PaymentForm
from cefn.web.money_lists import INVOICES, PAYMENTS, billed_name, invoice_state


@screen("invoices.view")
@require_http_methods(["GET", "POST"])
def invoices(request: ScreenRequest) -> HttpResponseBase:
    """Show the list of invoices and credit notes."""
    return list_response(request, INVOICES)


@screen("payments.view")
@require_http_methods(["GET", "POST"])
def payments(request: ScreenRequest) -> HttpResponseBase:
    """Show the list of payments and refunds."""
    return list_response(request, PAYMENTS)


def entries_for(request: ScreenRequest, sources: list[str]) -> list[JournalEntry]:
    """Return the journal entries of documents, for those who may see the ledger."""
    if not permission_has(request.actor, "ledger.view"):
        return []
    rows: QuerySet[JournalEntry] = access_entries(request.actor).filter(source__in=sources)
    return list(rows.select_related("journal").prefetch_related("lines__account").order_by("id"))


def invoice_read(request: ScreenRequest, number: str) -> Invoice:
    """Return an invoice or credit note with its lines; raises NotFound."""
    lines = InvoiceLine.objects.select_related("variant").order_by("position")
    settled = PaymentAllocation.objects.select_related("payment__method").order_by("id")
    rows = access_invoices(request.actor).select_related("customer", "order")
    rows = rows.prefetch_related(Prefetch("lines", lines), Prefetch("payment_allocations", settled))
    return access_one(rows, thing=_("invoice"), name=number, number=number)


@screen("invoices.view")
@require_safe
def invoice(request: ScreenRequest, number: str) -> HttpResponseBase:
    """Show an invoice or credit note: lines, what settled it, and its double entry."""
    found = invoice_read(request, number)
    kind = found.kind.replace("_", "-")
    context = {
        "place": "money",
        "invoice": found,
        "name": billed_name(found),
        "state": invoice_state(found),
        "source_url": document_url(found.source),
        "source_number": found.source.partition(":")[2],
        "entries": entries_for(request, [f"{kind}:{number}"]),
        "settled_minor": found.total_minor - found.open_minor,
    }
    return render(request, "web/money/invoice.html", context)


@screen("invoices.view")
@require_safe
def invoice_pdf(request: ScreenRequest, number: str) -> HttpResponseBase:
    """Return an invoice or credit note as PDF, in the customer's language."""
    found = invoice_read(request, number)
    return pdf_response(invoices_print(invoice_ids=[found.pk], actor=request.actor), f"{number}.pdf")


@screen("payments.view")
@require_safe
def payment(request: ScreenRequest, number: str) -> HttpResponseBase:
    """Show a payment: what it settled and its double entry."""
    rows = access_payments(request.actor).select_related("method", "customer", "order")
    settled = PaymentAllocation.objects.select_related("invoice").order_by("id")
    found = access_one(
        rows.prefetch_related(Prefetch("allocations", settled)), thing=_("payment"), name=number, number=number
    )
    context = {"place": "payments", "payment": found, "entries": entries_for(request, [f"payment:{number}"])}
    return render(request, "web/money/payment.html", context)


def _suggested(request: ScreenRequest) -> dict[str, Any]:
    """Return what the form starts with, from the order or invoice that the address names."""
    number = request.GET.get("for", "")[:32]
    direction = "out" if request.GET.get("direction") == "out" else "in"
    start: dict[str, Any] = {"document": number, "direction": direction}
    found = access_invoices(request.actor).filter(number=number).first() if number else None
    if found is not None and found.open_minor:
        start["amount"] = minor_text(found.open_minor, found.currency)
        start["direction"] = "out" if found.kind == "credit_note" else "in"
    return start


@screen("payments.record")
@require_http_methods(["GET", "POST"])
def payment_new(request: ScreenRequest) -> HttpResponseBase:
    """Take a payment, or pay a refund."""
    currency = request.company.currency
    form = PaymentForm(request.POST or None, actor=request.actor, currency=currency, initial=_suggested(request))
    if request.method == "POST" and form.is_valid():
        draft = form.draft()
        if draft.direction == "out":
            permission_require(request.actor, "payments.refund")
        try:
            ((_key, number),) = run_whole(lambda: payments_post(actor=request.actor, payments=[draft]))
        except CefnError as error:
            form_take_faults(form, error)
        else:
            messages.success(request, _("%(number)s is booked.") % {"number": number})
            return redirect("web:payment", number=number)
    context = {"place": "payments", "form": form, "currency": currency}
    return render(request, "web/money/payment_new.html", context, status=422 if form.errors else 200)
