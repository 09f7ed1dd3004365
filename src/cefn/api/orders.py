"""Sales orders: list, get with everything that happened to them, place, cancel, hold, release."""

from dataclasses import dataclass
from typing import Annotated, Any

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from ninja import Query, Router
from ninja.params.functions import Header
from pydantic import Field

from cefn.api.door import actor_of, channels_require
from cefn.api.order_shapes import (
    CancelLinesIn,
    HoldIn,
    HoldReleaseIn,
    OrderFilters,
    OrderIn,
    OrderOut,
    OrderRow,
    OrdersIn,
    OrdersOut,
)
from cefn.api.paging import Page, page
from cefn.api.shapes import IdIn, ReasonIn
from cefn.api.writing import etag_text, once, rows_lock, version_require
from cefn.books.selectors import access_invoices, access_payments
from cefn.kernel.errors import NotFound
from cefn.orders.models import SalesOrder, SalesOrderLine
from cefn.orders.selectors import access_orders, access_returns
from cefn.orders.services import (
    OrderDraft,
    OrderLineDraft,
    holds_place,
    holds_release,
    lines_cancel,
    orders_cancel,
    orders_place,
)
from cefn.parties.models import Customer
from cefn.platform.access import access_one
from cefn.platform.actors import Actor
from cefn.platform.audit import timeline_events
from cefn.platform.permissions import permission_has
from cefn.warehouse.selectors import access_shipments

router = Router(tags=["orders"])

IfMatch = Annotated[str | None, Field(max_length=200)]
IF_MATCH: Any = Header(
    None, alias="If-Match", description="The ETag that you read; refused with 412 if it has changed."
)
TIMELINE_MOST = 100


@dataclass(frozen=True, slots=True)
class OrderWhole:
    """An order with what else is shown of it; whatever it has no field for is the order's own."""

    order: SalesOrder
    customer_name: str
    routing: list[Any]
    shipments: list[Any]
    invoices: list[Any]
    payments: list[Any]
    returns: list[Any]
    timeline: list[Any]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.order, name)


def order_one(request: HttpRequest, order_id: int) -> OrderWhole:
    """Return an order with its papers, shipments, routing and timeline, as far as the caller may see each.

    Raises NotFound. At most nine queries.
    """
    actor = actor_of(request)
    lines = SalesOrderLine.objects.select_related("variant").order_by("position")
    rows = (
        access_orders(actor)
        .select_related("customer")
        .prefetch_related(Prefetch("lines", queryset=lines), "holds", "routing_decisions")
    )
    order = access_one(rows, thing=_("order"), name=str(order_id), id=order_id)
    sees_customer = order.customer is not None and permission_has(actor, "customers.view")
    return OrderWhole(
        order=order,
        customer_name=order.customer.name if order.customer and sees_customer else order.ship_to.get("name", ""),
        routing=sorted(order.routing_decisions.all(), key=lambda decision: decision.pk),
        shipments=_of(actor, "shipping.view", access_shipments, order.pk, "warehouse"),
        invoices=_of(actor, "invoices.view", access_invoices, order.pk),
        payments=_of(actor, "payments.view", access_payments, order.pk, "method"),
        returns=_of(actor, "returns.view", access_returns, order.pk),
        timeline=timeline_events(
            actor=actor, subject=f"sales-order:{order.number}", permission="orders.view", limit=TIMELINE_MOST
        ),
    )


def _of(actor: Actor, permission: str, access: Any, order_id: int, *joins: str) -> list[Any]:
    if not permission_has(actor, permission):
        return []
    rows = access(actor).filter(order_id=order_id)
    return list((rows.select_related(*joins) if joins else rows).order_by("id"))


def order_lock(request: HttpRequest, order_id: int, if_match: str | None) -> SalesOrder:
    """Return an order locked until the transaction ends; raises NotFound, VersionChanged."""
    found = rows_lock(access_orders(actor_of(request)).filter(id=order_id))
    if not found:
        raise NotFound(thing=_("order"), name=order_id)
    order: SalesOrder = found[0]
    version_require(document=order.number, version=order.version, if_match=if_match)
    return order


@router.get("/orders", response=Page[OrderRow], summary="List orders")
def orders_list(request: HttpRequest, filters: Query[OrderFilters]) -> JsonResponse:
    """Newest first. Permission: orders.view."""
    rows = access_orders(actor_of(request)).filter(**filters.where())
    if filters.q:
        rows = rows.filter(search_text__contains=filters.q.lower())
    return page(request, rows, filters, OrderRow)


@router.get("/orders/{order_id}", response=OrderOut, summary="Get an order")
def order_get(request: HttpRequest, order_id: IdIn) -> HttpResponse:
    """With lines, holds, shipments, invoices, payments, returns, routing and timeline. Permission: orders.view."""
    shown = OrderOut.model_validate(order_one(request, order_id), context={"request": request}).model_dump()
    etag = etag_text(shown["version"])
    response = JsonResponse(shown)
    response.headers["ETag"] = etag
    return response


@router.post("/orders", response={201: OrdersOut}, summary="Place orders")
@once("orders.edit", OrdersOut, 201)
def orders_make(request: HttpRequest, body: OrdersIn) -> dict[str, Any]:
    """Places one order or many: all of them or none. Stock is promised and shipments are made at once.

    An order whose channel and external id are already here is refused. Permission: orders.edit.
    """
    actor = actor_of(request)
    channels_require(actor, {order.channel for order in body.orders})
    _customers_require(actor, {order.customer_id for order in body.orders if order.customer_id is not None})
    placed = orders_place(actor=actor, orders=[_draft(order) for order in body.orders])
    rows = SalesOrder.objects.filter(company_id=actor.company_id).in_bulk([order.id for order in placed])
    return {"items": [rows[order.id] for order in placed]}


def _draft(order: OrderIn) -> OrderDraft:
    return OrderDraft(
        lines=[OrderLineDraft(**line.model_dump()) for line in order.lines],
        ship_to=order.ship_to.as_copy(),
        bill_to=order.bill_to.as_copy() if order.bill_to is not None else {},
        hold=(order.hold.kind, order.hold.reason) if order.hold is not None else None,
        currency=order.currency or "",
        **order.model_dump(exclude={"lines", "ship_to", "bill_to", "hold", "currency"}),
    )


def _customers_require(actor: Actor, ids: set[int]) -> None:
    known = set(Customer.objects.filter(company_id=actor.company_id, id__in=ids).values_list("id", flat=True))
    for missing in sorted(ids - known):
        raise NotFound(thing=_("customer"), name=missing)


@router.post("/orders/{order_id}/cancel", response=OrderOut, summary="Cancel an order")
@once("orders.cancel", OrderOut)
def order_cancel(request: HttpRequest, order_id: IdIn, body: ReasonIn, if_match: IfMatch = IF_MATCH) -> OrderWhole:
    """Refused once something of it is picked or sent; its stock becomes free. Permission: orders.cancel."""
    order = order_lock(request, order_id, if_match)
    orders_cancel(actor=actor_of(request), order_ids=[order.pk], reason=body.reason)
    return order_one(request, order_id)


@router.post("/orders/{order_id}/lines/cancel", response=OrderOut, summary="Cancel parts of an order")
@once("orders.cancel", OrderOut)
def order_lines_cancel(
    request: HttpRequest, order_id: IdIn, body: CancelLinesIn, if_match: IfMatch = IF_MATCH
) -> OrderWhole:
    """Cancels quantities of lines, those without promised stock first. Permission: orders.cancel."""
    order = order_lock(request, order_id, if_match)
    wanted: dict[int, int] = {}
    for line in body.lines:
        wanted[line.line_id] = wanted.get(line.line_id, 0) + line.quantity
    own = set(SalesOrderLine.objects.filter(order=order, id__in=wanted).values_list("id", flat=True))
    for missing in sorted(wanted.keys() - own):
        raise NotFound(thing=_("order line"), name=missing)
    lines_cancel(actor=actor_of(request), lines=sorted(wanted.items()), reason=body.reason)
    return order_one(request, order_id)


@router.post("/orders/{order_id}/hold", response=OrderOut, summary="Hold an order")
@once("orders.hold", OrderOut)
def order_hold(request: HttpRequest, order_id: IdIn, body: HoldIn, if_match: IfMatch = IF_MATCH) -> OrderWhole:
    """Nothing more of it goes to the warehouse; its stock stays promised. Permission: orders.hold."""
    order = order_lock(request, order_id, if_match)
    holds_place(actor=actor_of(request), order_ids=[order.pk], kind=body.kind, reason=body.reason)
    return order_one(request, order_id)


@router.post("/orders/{order_id}/hold/release", response=OrderOut, summary="Release a hold")
@once("orders.hold", OrderOut)
def order_hold_release(
    request: HttpRequest, order_id: IdIn, body: HoldReleaseIn, if_match: IfMatch = IF_MATCH
) -> OrderWhole:
    """Permission: orders.hold."""
    order = order_lock(request, order_id, if_match)
    holds_release(actor=actor_of(request), order_ids=[order.pk], kind=body.kind)
    return order_one(request, order_id)
