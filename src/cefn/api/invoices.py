"""Invoices and credit notes: list, get, PDF. They are posted by shipping and by returns, never by hand here."""

from typing import Annotated, Any

from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from ninja import Query, Router
from pydantic import Field

from cefn.api.door import actor_of
from cefn.api.paging import Page, Paging, page
from cefn.api.shapes import AddressOut, Day, DayIn, Flag, Id, IdIn, Moment, Out, choice, document_answer
from cefn.books.models import Invoice, InvoiceKind, InvoiceLine
from cefn.books.papers.reading import invoices_print
from cefn.books.selectors import access_invoices
from cefn.books.states import InvoiceStatus
from cefn.platform.access import access_one

router = Router(tags=["invoices"])


class InvoiceRow(Out):
    """An invoice or credit note. Amounts are positive on both; `open_minor` is not yet settled."""

    id: Id
    kind: Annotated[str, *choice(InvoiceKind)]
    number: str
    status: Annotated[str, *choice(InvoiceStatus)]
    customer_id: Id | None
    order_id: Id | None
    source: str
    currency: str
    net_minor: int
    tax_minor: int
    rounding_minor: int
    total_minor: int
    open_minor: int
    issued_on: Day
    due_on: Day
    recorded_at: Moment


class InvoiceLineOut(Out):
    """A line of an invoice."""

    id: Id
    position: int
    order_line_id: Id | None
    variant_id: Id | None
    sku: str
    description: str
    quantity: int
    unit_price_micro: int
    tax_code: str
    tax_rate_ppm: int
    net_minor: int
    tax_minor: int
    account_code: str


class SettledOut(Out):
    """What part of a payment settles the invoice."""

    payment_id: Id
    amount_minor: int
    allocated_at: Moment


class InvoiceOut(InvoiceRow):
    """An invoice or credit note whole."""

    prices_include_tax: bool
    tax_rounding: str
    bill_to: AddressOut
    lines: list[InvoiceLineOut]
    payment_allocations: list[SettledOut]


class InvoiceFilters(Paging):
    """Filters of the list of invoices."""

    kind: Annotated[str, *choice(InvoiceKind)] | None = None
    number: Annotated[str, Field(max_length=32)] | None = None
    status: Annotated[str, *choice(InvoiceStatus)] | None = None
    order_id: IdIn | None = None
    customer_id: IdIn | None = None
    is_open: Flag | None = None
    issued_since: DayIn | None = None
    issued_before: DayIn | None = None


def _invoices(request: HttpRequest) -> QuerySet[Invoice]:
    return access_invoices(actor_of(request))


@router.get("/invoices", response=Page[InvoiceRow], summary="List invoices and credit notes")
def invoices_list(request: HttpRequest, filters: Query[InvoiceFilters]) -> JsonResponse:
    """Newest first. Permission: invoices.view."""
    named = {"issued_since": "issued_on__gte", "issued_before": "issued_on__lt"}
    values = filters.model_dump(exclude={"cursor", "limit", "is_open"}, exclude_none=True)
    rows = _invoices(request).filter(**{named.get(name, name): value for name, value in values.items()})
    if filters.is_open is not None:
        rows = rows.filter(open_minor__gt=0) if filters.is_open else rows.filter(open_minor=0)
    return page(request, rows, filters, InvoiceRow)


@router.get("/invoices/{invoice_id}", response=InvoiceOut, summary="Get an invoice or credit note")
def invoice_get(request: HttpRequest, invoice_id: IdIn) -> Any:
    """Permission: invoices.view."""
    lines = InvoiceLine.objects.order_by("position")
    rows = _invoices(request).prefetch_related(Prefetch("lines", queryset=lines), "payment_allocations")
    return access_one(rows, thing=_("invoice"), name=str(invoice_id), id=invoice_id)


@router.get(
    "/invoices/{invoice_id}/pdf",
    response=None,
    summary="Get an invoice or credit note as PDF",
    openapi_extra=document_answer("application/pdf"),
)
def invoice_pdf(request: HttpRequest, invoice_id: IdIn) -> HttpResponse:
    """In the customer's language. Permission: invoices.view."""
    found = access_one(_invoices(request), thing=_("invoice"), name=str(invoice_id), id=invoice_id)
    response = HttpResponse(
        invoices_print(invoice_ids=[found.pk], actor=actor_of(request)), content_type="application/pdf"
    )
    response.headers["Content-Disposition"] = f'inline; filename="{found.number}.pdf"'
    return response
