"""Returns: list, get, receive."""

from typing import Annotated, Any

from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from ninja import Query, Router
from pydantic import Field

from cefn.api.door import actor_of, channels_require
from cefn.api.paging import Page, Paging, page
from cefn.api.shapes import Id, IdIn, In, Moment, MomentIn, Out, PriceMicro, Quantity, choice, fits
from cefn.api.stock import warehouse_find
from cefn.api.writing import once
from cefn.kernel.errors import Fault, InvalidInput, NotFound
from cefn.orders.models import ReturnLine, ReturnOrder, SalesOrder, SalesOrderLine
from cefn.orders.selectors import access_orders, access_returns
from cefn.orders.services import ReturnDraft, ReturnLineDraft, returns_receive
from cefn.orders.states import Disposition, ReturnStatus
from cefn.parties.models import Customer
from cefn.platform.access import access_one
from cefn.platform.actors import Actor

router = Router(tags=["returns"])


class ReturnRow(Out):
    """A return in a list; `order_id` is null for a blind one. Amounts are what is credited."""

    id: Id
    number: str
    channel: str
    external_id: str
    order_id: Id | None
    customer_id: Id | None
    warehouse: str
    status: Annotated[str, *choice(ReturnStatus)]
    reason: str
    currency: str
    net_minor: int
    tax_minor: int
    total_minor: int
    refunded_minor: int
    requested_at: Moment
    received_at: Moment | None

    @staticmethod
    def resolve_warehouse(obj: Any) -> str:
        """Return the warehouse's code."""
        return str(obj.warehouse.code)


class ReturnLineOut(Out):
    """A line that came back."""

    id: Id
    position: int
    order_line_id: Id | None
    variant_id: Id
    sku: str
    kind: str
    description: str
    quantity: int
    received: int
    disposition: Annotated[str, *choice(Disposition)]
    grade: str
    unit_price_micro: int
    tax_code: str
    tax_rate_ppm: int
    net_minor: int
    tax_minor: int

    @staticmethod
    def resolve_sku(obj: Any) -> str:
        """Return the variant's SKU."""
        return str(obj.variant.sku)


class ReturnOut(ReturnRow):
    """A return with its lines."""

    lines: list[ReturnLineOut]


class ReturnLineIn(In):
    """A line that comes back: of an order line, or blind by SKU at the price to be credited."""

    quantity: Quantity
    order_line_id: IdIn | None = None
    sku: Annotated[str, Field(max_length=64)] = ""
    unit_price_micro: PriceMicro = 0
    tax_category: Annotated[str, Field(max_length=24)] = ""
    description: Annotated[str, fits(ReturnLine, "description")] = ""
    disposition: Annotated[str, *choice(Disposition)] = "restock"
    grade: Annotated[str, Field(pattern="^[A-D]?$")] = ""


class ReturnIn(In):
    """A return that has arrived at a warehouse. Lines of an order need its `order_id`."""

    warehouse: Annotated[str, Field(min_length=1, max_length=16)]
    lines: Annotated[list[ReturnLineIn], Field(min_length=1, max_length=500)]
    order_id: IdIn | None = None
    customer_id: IdIn | None = None
    channel: Annotated[str, fits(ReturnOrder, "channel")] = ""
    external_id: Annotated[str, fits(ReturnOrder, "external_id")] = ""
    reason: Annotated[str, fits(ReturnOrder, "reason")] = ""
    received_at: MomentIn | None = None
    prices_include_tax: bool | None = None


class ReturnFilters(Paging):
    """Filters of the list of returns."""

    number: Annotated[str, Field(max_length=32)] | None = None
    order_id: IdIn | None = None
    warehouse: Annotated[str, Field(max_length=16)] | None = None
    status: Annotated[str, *choice(ReturnStatus)] | None = None


def _returns(request: HttpRequest) -> QuerySet[ReturnOrder]:
    return access_returns(actor_of(request)).select_related("warehouse")


def return_one(request: HttpRequest, return_id: int) -> ReturnOrder:
    """Return a return with its lines; raises NotFound."""
    lines = ReturnLine.objects.select_related("variant").order_by("position")
    rows = _returns(request).prefetch_related(Prefetch("lines", queryset=lines))
    return access_one(rows, thing=_("return"), name=str(return_id), id=return_id)


@router.get("/returns", response=Page[ReturnRow], summary="List returns")
def returns_list(request: HttpRequest, filters: Query[ReturnFilters]) -> JsonResponse:
    """Newest first. Permission: returns.view."""
    named = {"warehouse": "warehouse__code"}
    values = filters.model_dump(exclude={"cursor", "limit"}, exclude_none=True)
    rows = _returns(request).filter(**{named.get(name, name): value for name, value in values.items()})
    return page(request, rows, filters, ReturnRow)


@router.get("/returns/{return_id}", response=ReturnOut, summary="Get a return")
def return_get(request: HttpRequest, return_id: IdIn) -> ReturnOrder:
    """Permission: returns.view."""
    return return_one(request, return_id)


@router.post("/returns", response={201: ReturnOut}, summary="Receive a return")
@once("returns.receive", ReturnOut, 201)
def return_receive(request: HttpRequest, body: ReturnIn) -> ReturnOrder:
    """Goods come in at the cost they left with, and a credit note is posted. Permission: returns.receive."""
    actor = actor_of(request)
    warehouse = warehouse_find(actor, body.warehouse)
    order = _order_check(actor, body)
    customer_id = body.customer_id if body.customer_id is not None or order is None else order.customer_id
    channel = body.channel or (order.channel if order is not None else "")
    channels_require(actor, {channel})
    draft = ReturnDraft(
        warehouse_id=warehouse.pk,
        lines=[ReturnLineDraft(**line.model_dump()) for line in body.lines],
        customer_id=customer_id,
        channel=channel,
        **body.model_dump(exclude={"warehouse", "lines", "customer_id", "channel"}),
    )
    ((key, _number),) = returns_receive(actor=actor, returns=[draft])
    return return_one(request, key)


def _order_check(actor: Actor, body: ReturnIn) -> SalesOrder | None:
    """Return the order if one is named; raises NotFound for what is not the caller's, InvalidInput."""
    linked = {line.order_line_id for line in body.lines if line.order_line_id is not None}
    if linked and body.order_id is None:
        fault = Fault("order_id", "", _("Lines of an order need the order."), _("Give the order's id."))
        raise InvalidInput(faults=[fault])
    blind = [at for at, line in enumerate(body.lines) if line.order_line_id is None and not line.sku.strip()]
    if blind:
        remedy = _("Give the id of an order line, or a SKU.")
        sentence = _("This line names nothing.")
        raise InvalidInput(faults=[Fault(f"lines.{at}.sku", "", sentence, remedy) for at in blind])
    if body.customer_id is not None:
        rows = Customer.objects.filter(company_id=actor.company_id)
        access_one(rows, thing=_("customer"), name=str(body.customer_id), id=body.customer_id)
    if body.order_id is None:
        return None
    order = access_one(access_orders(actor), thing=_("order"), name=str(body.order_id), id=body.order_id)
    own = set(SalesOrderLine.objects.filter(order=order, id__in=linked).values_list("id", flat=True))
    for missing in sorted(linked - own):
        raise NotFound(thing=_("order line"), name=missing)
    return order
