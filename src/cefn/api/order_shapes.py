"""What sales orders look like, coming in and going out."""

from typing import Annotated, Any

from pydantic import Field

from cefn.api.paging import Paging
from cefn.api.shapes import (
    AMOUNT_MOST_MINOR,
    TEXT_MOST,
    AddressIn,
    AddressOut,
    AmountMinor,
    Day,
    Flag,
    Id,
    IdIn,
    In,
    Moment,
    MomentIn,
    Out,
    PriceMicro,
    Quantity,
    Reason,
    choice,
    fits,
)
from cefn.orders.models import SalesOrder, SalesOrderLine
from cefn.orders.states import (
    AllocationStatus,
    FulfilmentStatus,
    HoldKind,
    InvoiceStatus,
    OrderStatus,
    PaymentStatus,
)

Tag = Annotated[str, Field(min_length=1, max_length=40)]
Kind = Annotated[str, *choice(HoldKind)]


class OrderRow(Out):
    """An order in a list. Header states are few; the other statuses are derived from the lines."""

    id: Id
    number: str
    channel: str
    external_id: str
    customer_id: Id | None
    status: Annotated[str, *choice(OrderStatus)]
    is_on_hold: bool
    allocation_status: Annotated[str, *choice(AllocationStatus)]
    fulfilment_status: Annotated[str, *choice(FulfilmentStatus)]
    delivery_status: str
    invoice_status: Annotated[str, *choice(InvoiceStatus)]
    payment_status: Annotated[str, *choice(PaymentStatus)]
    return_status: str
    exception: str
    currency: str
    net_minor: int
    tax_minor: int
    discount_minor: int
    rounding_minor: int
    total_minor: int
    paid_minor: int
    refunded_minor: int
    ship_country: str
    ship_postcode: str
    shipping_service: str
    priority: int
    tags: list[str]
    line_count: int
    placed_at: Moment
    ship_by_at: Moment | None
    version: int


class OrderLineOut(Out):
    """A line: ordered = cancelled + open + shipped. Amounts are for the whole ordered quantity after discount."""

    id: Id
    position: int
    variant_id: Id
    sku: str
    kind: str
    description: str
    quantity: int
    cancelled: int
    allocated: int
    picked: int
    shipped: int
    invoiced: int
    returned: int
    unit_price_micro: int
    discount_minor: int
    tax_code: str
    tax_rate_ppm: int
    net_minor: int
    tax_minor: int
    external_id: str

    @staticmethod
    def resolve_sku(obj: Any) -> str:
        """Return the variant's SKU."""
        return str(obj.variant.sku)


class HoldOut(Out):
    """Why an order waits or waited."""

    id: Id
    kind: Kind
    reason: str
    placed_by: str
    placed_at: Moment
    released_by: str
    released_at: Moment | None


class RoutingOut(Out):
    """Which warehouses were chosen, among which candidates, and why."""

    id: Id
    decided_at: Moment
    rule: str
    reason: str
    chosen: list[Any]
    candidates: list[Any]


class OrderShipmentOut(Out):
    """A shipment of the order."""

    id: Id
    number: str
    warehouse: str
    status: str
    tracking_number: str
    shipped_at: Moment | None
    delivered_at: Moment | None

    @staticmethod
    def resolve_warehouse(obj: Any) -> str:
        """Return the warehouse's code."""
        return str(obj.warehouse.code)


class OrderInvoiceOut(Out):
    """An invoice or credit note of the order."""

    id: Id
    kind: str
    number: str
    status: str
    total_minor: int
    open_minor: int
    issued_on: Day


class OrderPaymentOut(Out):
    """A payment or refund of the order."""

    id: Id
    number: str
    direction: str
    method: str
    amount_minor: int
    paid_on: Day

    @staticmethod
    def resolve_method(obj: Any) -> str:
        """Return the method's code."""
        return str(obj.method.code)


class OrderReturnOut(Out):
    """A return of the order."""

    id: Id
    number: str
    status: str
    total_minor: int


class TimelineEntry(Out):
    """One thing that happened: who did what when, and its facts."""

    id: Id
    at: Moment
    verb: str
    actor_name: str
    via: str
    data: dict[str, Any]


class OrderOut(OrderRow):
    """An order whole. Shipments, invoices, payments and returns are empty for those who may not see them."""

    note: str
    is_ship_complete: bool
    prices_include_tax: bool
    tax_rounding: str
    channel_total_minor: int | None
    customer_name: str
    ship_to: AddressOut
    bill_to: AddressOut
    recorded_at: Moment
    lines: list[OrderLineOut]
    holds: list[HoldOut]
    routing: list[RoutingOut]
    shipments: list[OrderShipmentOut]
    invoices: list[OrderInvoiceOut]
    payments: list[OrderPaymentOut]
    returns: list[OrderReturnOut]
    timeline: list[TimelineEntry]


class OrdersOut(Out):
    """Orders, in the order asked for."""

    items: list[OrderRow]


class OrderLineIn(In):
    """A line to order, by SKU. Left out, `unit_price_micro` is the list price. The discount is off the whole line."""

    sku: Annotated[str, Field(min_length=1, max_length=64)]
    quantity: Quantity
    unit_price_micro: PriceMicro | None = None
    discount_minor: AmountMinor = 0
    description: Annotated[str, fits(SalesOrderLine, "description")] = ""
    tax_category: Annotated[str, Field(max_length=24)] = ""
    external_id: Annotated[str, fits(SalesOrderLine, "external_id")] = ""


class HoldIn(In):
    """A hold to place."""

    kind: Kind
    reason: Reason


class HoldReleaseIn(In):
    """A hold to release."""

    kind: Kind


class OrderIn(In):
    """An order to place. (channel, external_id) exists once. Prices include tax as the company sells, unless told."""

    lines: Annotated[list[OrderLineIn], Field(min_length=1, max_length=500)]
    channel: Annotated[str, fits(SalesOrder, "channel", 1)] = "api"
    external_id: Annotated[str, fits(SalesOrder, "external_id")] = ""
    customer_id: IdIn | None = None
    customer_name: Annotated[str, Field(max_length=200)] = ""
    placed_at: MomentIn | None = None
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] | None = None
    prices_include_tax: bool | None = None
    ship_to: AddressIn = AddressIn()
    bill_to: AddressIn | None = None
    shipping_service: Annotated[str, fits(SalesOrder, "shipping_service")] = ""
    ship_by_at: MomentIn | None = None
    priority: Annotated[int, Field(ge=-1000, le=1000)] = 0
    is_ship_complete: bool = False
    note: Annotated[str, Field(max_length=TEXT_MOST)] = ""
    tags: Annotated[list[Tag], Field(max_length=20)] = []
    channel_total_minor: Annotated[int, Field(ge=0, le=AMOUNT_MOST_MINOR)] | None = None
    hold: HoldIn | None = None


class OrdersIn(In):
    """Orders to place: all of them or none."""

    orders: Annotated[list[OrderIn], Field(min_length=1, max_length=200)]


class CancelLineIn(In):
    """How much of a line shall not be sent."""

    line_id: IdIn
    quantity: Quantity


class CancelLinesIn(In):
    """Parts of an order to cancel."""

    lines: Annotated[list[CancelLineIn], Field(min_length=1, max_length=500)]
    reason: Reason


class OrderFilters(Paging):
    """Filters of the list of orders; `q` looks through number, external id, name, e-mail and postcode."""

    q: Annotated[str, Field(max_length=120)] | None = None
    number: Annotated[str, Field(max_length=32)] | None = None
    channel: Annotated[str, Field(max_length=32)] | None = None
    external_id: Annotated[str, Field(max_length=120)] | None = None
    customer_id: IdIn | None = None
    status: Annotated[str, *choice(OrderStatus)] | None = None
    allocation_status: Annotated[str, *choice(AllocationStatus)] | None = None
    fulfilment_status: Annotated[str, *choice(FulfilmentStatus)] | None = None
    invoice_status: Annotated[str, *choice(InvoiceStatus)] | None = None
    payment_status: Annotated[str, *choice(PaymentStatus)] | None = None
    is_on_hold: Flag | None = None
    placed_since: MomentIn | None = None
    placed_before: MomentIn | None = None

    def where(self) -> dict[str, Any]:
        """Return what the database is asked for, free text aside."""
        named = {"placed_since": "placed_at__gte", "placed_before": "placed_at__lt"}
        values = self.model_dump(exclude={"cursor", "limit", "q"}, exclude_none=True)
        return {named.get(name, name): value for name, value in values.items()}
