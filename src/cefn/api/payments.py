"""Payments and refunds: list, get, post."""

from typing import Annotated, Any

from django.db.models import QuerySet
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from ninja import Query, Router
from pydantic import Field

from cefn.api.door import actor_of
from cefn.api.paging import Page, Paging, page
from cefn.api.shapes import AMOUNT_MOST_MINOR, Day, DayIn, Id, IdIn, In, Moment, Out, choice, fits
from cefn.api.writing import once
from cefn.books.models import Payment, PaymentDirection
from cefn.books.selectors import access_invoices, access_payments
from cefn.books.services import PaymentDraft, payments_post
from cefn.kernel.errors import NotFound
from cefn.orders.selectors import access_orders
from cefn.parties.models import Customer
from cefn.platform.access import access_one
from cefn.platform.actors import Actor
from cefn.platform.permissions import permission_require

router = Router(tags=["payments"])


class AllocationOut(Out):
    """What part of the payment settles an invoice."""

    invoice_id: Id
    amount_minor: int
    allocated_at: Moment


class PaymentOut(Out):
    """A receipt or a refund; what is not allocated to invoices is a deposit of the customer."""

    id: Id
    number: str
    direction: Annotated[str, *choice(PaymentDirection)]
    method: str
    customer_id: Id | None
    order_id: Id | None
    source: str
    reference: str
    currency: str
    amount_minor: int
    unallocated_minor: int
    paid_on: Day
    recorded_at: Moment
    reverses_id: Id | None
    allocations: list[AllocationOut]

    @staticmethod
    def resolve_method(obj: Any) -> str:
        """Return the method's code."""
        return str(obj.method.code)


class PaymentIn(In):
    """Money received or given back. `source` names it in your system and is booked once, such as stripe:pi_123.

    With `invoice_ids` it settles those, oldest first; else the open invoices of the order.
    """

    method: Annotated[str, Field(min_length=1, max_length=24)]
    amount_minor: Annotated[int, Field(ge=1, le=AMOUNT_MOST_MINOR)]
    order_id: IdIn | None = None
    customer_id: IdIn | None = None
    invoice_ids: Annotated[list[IdIn], Field(max_length=200)] = []
    source: Annotated[str, fits(Payment, "source")] = ""
    reference: Annotated[str, fits(Payment, "reference")] = ""
    paid_on: DayIn | None = None


class PaymentFilters(Paging):
    """Filters of the list of payments."""

    number: Annotated[str, Field(max_length=32)] | None = None
    direction: Annotated[str, *choice(PaymentDirection)] | None = None
    order_id: IdIn | None = None
    customer_id: IdIn | None = None
    source: Annotated[str, Field(max_length=80)] | None = None
    reference: Annotated[str, Field(max_length=120)] | None = None
    paid_since: DayIn | None = None
    paid_before: DayIn | None = None


def _payments(request: HttpRequest) -> QuerySet[Payment]:
    return access_payments(actor_of(request)).select_related("method").prefetch_related("allocations")


def payment_one(request: HttpRequest, payment_id: int) -> Payment:
    """Return a payment with what it settled; raises NotFound."""
    return access_one(_payments(request), thing=_("payment"), name=str(payment_id), id=payment_id)


@router.get("/payments", response=Page[PaymentOut], summary="List payments and refunds")
def payments_list(request: HttpRequest, filters: Query[PaymentFilters]) -> JsonResponse:
    """Newest first. Permission: payments.view."""
    named = {"paid_since": "paid_on__gte", "paid_before": "paid_on__lt"}
    values = filters.model_dump(exclude={"cursor", "limit"}, exclude_none=True)
    rows = _payments(request).filter(**{named.get(name, name): value for name, value in values.items()})
    return page(request, rows, filters, PaymentOut)


@router.get("/payments/{payment_id}", response=PaymentOut, summary="Get a payment or refund")
def payment_get(request: HttpRequest, payment_id: IdIn) -> Payment:
    """Permission: payments.view."""
    return payment_one(request, payment_id)


@router.post("/payments", response={201: PaymentOut}, summary="Record a payment")
@once("payments.record", PaymentOut, 201)
def payment_post(request: HttpRequest, body: PaymentIn) -> Payment:
    """Money that came in. Permission: payments.record."""
    return _post(request, body, "in")


@router.post("/refunds", response={201: PaymentOut}, summary="Record a refund")
@once("payments.refund", PaymentOut, 201)
def refund_post(request: HttpRequest, body: PaymentIn) -> Payment:
    """Money that went back; never more than was paid on the order. Permission: payments.refund."""
    return _post(request, body, "out")


def _post(request: HttpRequest, body: PaymentIn, direction: str) -> Payment:
    actor = actor_of(request)
    permission_require(actor, "payments.view")
    _references_require(actor, body)
    draft = PaymentDraft(direction=direction, **body.model_dump())
    ((key, _number),) = payments_post(actor=actor, payments=[draft])
    return payment_one(request, key)


def _references_require(actor: Actor, body: PaymentIn) -> None:
    """Raise NotFound for an order, customer or invoice that is not there or not the caller's."""
    if body.order_id is not None:
        access_one(access_orders(actor), thing=_("order"), name=str(body.order_id), id=body.order_id)
    if body.customer_id is not None:
        rows = Customer.objects.filter(company_id=actor.company_id)
        access_one(rows, thing=_("customer"), name=str(body.customer_id), id=body.customer_id)
    if body.invoice_ids:
        known = set(access_invoices(actor).filter(id__in=body.invoice_ids).values_list("id", flat=True))
        for missing in sorted(set(body.invoice_ids) - known):
            raise NotFound(thing=_("invoice"), name=missing)
