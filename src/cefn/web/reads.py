"""What the screens read, each through the one door of access: company, permission and record rules first."""

from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import BigIntegerField, BooleanField, F, Func, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from cefn.books.models import Invoice, Payment
from cefn.catalog.models import Product, ProductStatus, Variant
from cefn.inventory.models import Allocation, CostLayer, StockLevel, StockMove, StockQuant, Warehouse
from cefn.kernel import clock
from cefn.orders.models import ReturnOrder, SalesOrder
from cefn.parties.models import Customer, Supplier
from cefn.platform.access import access_rows
from cefn.platform.actors import Actor
from cefn.platform.models import AuditEvent
from cefn.warehouse.models import Shipment

OPEN_ORDERS = ("confirmed", "processing")
DUE_HOURS = 24


def access_orders(actor: Actor) -> QuerySet[SalesOrder]:
    """Return the sales orders that the actor may see."""
    return access_rows(actor, SalesOrder.objects.all(), permission="orders.view", channel_code="channel")


def orders_matching(actor: Actor, text: str) -> QuerySet[Any, Any]:
    """Return the keys of the company's orders that have the text, for a subquery.

    Only company and search text are asked, so that a narrow index answers and the wide rows are not read.
    """
    return SalesOrder.objects.filter(company_id=actor.company_id, search_text__contains=text.lower()).values("pk")


def access_returns(actor: Actor) -> QuerySet[ReturnOrder]:
    """Return the returns that the actor may see."""
    return access_rows(
        actor,
        ReturnOrder.objects.all(),
        permission="returns.view",
        warehouse_code="warehouse__code",
        channel_code="channel",
    )


def access_shipments(actor: Actor) -> QuerySet[Shipment]:
    """Return the shipments that the actor may see."""
    return access_rows(actor, Shipment.objects.all(), permission="shipping.view", warehouse_code="warehouse__code")


def access_invoices(actor: Actor) -> QuerySet[Invoice]:
    """Return the invoices and credit notes that the actor may see."""
    return access_rows(actor, Invoice.objects.all(), permission="invoices.view")


def access_payments(actor: Actor) -> QuerySet[Payment]:
    """Return the payments that the actor may see."""
    return access_rows(actor, Payment.objects.all(), permission="payments.view")


def access_customers(actor: Actor) -> QuerySet[Customer]:
    """Return the customers that the actor may see."""
    return access_rows(actor, Customer.objects.all(), permission="customers.view")


def access_suppliers(actor: Actor) -> QuerySet[Supplier]:
    """Return the suppliers that the actor may see."""
    return access_rows(actor, Supplier.objects.all(), permission="suppliers.view")


def access_products(actor: Actor) -> QuerySet[Product]:
    """Return the products that the actor may see."""
    return access_rows(actor, Product.objects.all(), permission="catalog.view")


def access_variants(actor: Actor) -> QuerySet[Variant]:
    """Return the variants that the actor may see."""
    return access_rows(actor, Variant.objects.all(), permission="catalog.view")


def access_levels(actor: Actor) -> QuerySet[StockLevel]:
    """Return the stock levels of the warehouses that the actor may see."""
    return access_rows(actor, StockLevel.objects.all(), permission="stock.view", warehouse_code="warehouse__code")


def access_quants(actor: Actor) -> QuerySet[StockQuant]:
    """Return what lies where, in the warehouses that the actor may see."""
    return access_rows(
        actor, StockQuant.objects.all(), permission="stock.view", warehouse_code="location__warehouse__code"
    )


def access_allocations(actor: Actor) -> QuerySet[Allocation]:
    """Return the promises of stock in the warehouses that the actor may see."""
    return access_rows(actor, Allocation.objects.all(), permission="stock.view", warehouse_code="warehouse__code")


def access_moves(actor: Actor) -> QuerySet[StockMove]:
    """Return the movements that touch a warehouse that the actor may see."""
    rows = access_rows(actor, StockMove.objects.all(), permission="stock.view")
    if actor.warehouse_codes:
        codes = sorted(actor.warehouse_codes)
        rows = rows.filter(Q(from_location__warehouse__code__in=codes) | Q(to_location__warehouse__code__in=codes))
    return rows


def access_layers(actor: Actor) -> QuerySet[CostLayer]:
    """Return the cost layers, for those who may see costs."""
    return access_rows(actor, CostLayer.objects.all(), permission="costs.view")


def access_warehouses(actor: Actor) -> QuerySet[Warehouse]:
    """Return the warehouses that the actor may see."""
    rows = access_rows(actor, Warehouse.objects.all(), permission="stock.view", warehouse_code="code")
    return rows.filter(is_active=True).order_by("priority", "code")


def timeline_events(actor: Actor, subjects: list[str], limit: int = 60) -> list[AuditEvent]:
    """Return what happened to documents that the actor has been let in to, newest first."""
    rows = AuditEvent.objects.filter(company_id=actor.company_id, subject__in=subjects)
    return list(rows.order_by("-id")[:limit])


def _level_sum(actor: Actor, field: str, warehouse_code: str) -> Coalesce:
    levels = access_levels(actor).filter(variant=OuterRef("pk"))
    if warehouse_code:
        levels = levels.filter(warehouse__code=warehouse_code)
    summed = levels.order_by().values("variant").annotate(whole=Sum(field)).values("whole")
    return Coalesce(Subquery(summed, output_field=BigIntegerField()), 0)


def stock_rows(actor: Actor, warehouse_code: str = "") -> QuerySet[Variant]:
    """Return stocked variants with on_hand, allocated, incoming and available, over all warehouses or one."""
    rows: QuerySet[Any] = access_variants(actor).filter(is_stocked=True, status=ProductStatus.ACTIVE)
    rows = rows.annotate(
        on_hand=_level_sum(actor, "on_hand", warehouse_code),
        allocated=_level_sum(actor, "allocated", warehouse_code),
        incoming=_level_sum(actor, "incoming", warehouse_code),
    )
    available: QuerySet[Any] = rows.annotate(available=F("on_hand") - F("allocated"))
    return available


def low_stock_rows(actor: Actor, warehouse_code: str = "") -> QuerySet[Variant]:
    """Return stocked variants whose available quantity is at or under their low-stock mark."""
    rows: QuerySet[Any] = stock_rows(actor, warehouse_code)
    return rows.filter(low_stock_at__gt=0, available__lte=F("low_stock_at"))


def day_start(days_ago: int = 0) -> datetime:
    """Return the start of the day `days_ago` days before today, in the company's time."""
    return timezone.make_aware(datetime.combine(timezone.localdate() - timedelta(days=days_ago), time.min))


class IsOpen(Func):
    """The condition of the partial index over open orders, written out so that SQLite sees that the index fits."""

    template = "%(expressions)s IN ('confirmed', 'processing')"
    output_field = BooleanField()


class IsAtWork(Func):
    """The condition of the partial index over shipments in the warehouse, written out likewise."""

    template = "NOT (%(expressions)s IN ('shipped', 'delivered', 'cancelled'))"
    output_field = BooleanField()


def is_open() -> Q:
    """Return the condition for orders that are not finished."""
    return Q(IsOpen("status"))


def is_at_work() -> Q:
    """Return the condition for shipments that have not left."""
    return Q(IsAtWork("status"))


def is_late() -> Q:
    """Return the condition for open orders that should have left by now."""
    return is_open() & Q(ship_by_at__lt=clock.now()) & ~Q(fulfilment_status="fulfilled")


def is_due_next() -> Q:
    """Return the condition for open orders that must leave within the next 24 hours and are not late yet."""
    now = clock.now()
    due = Q(ship_by_at__gte=now, ship_by_at__lt=now + timedelta(hours=DUE_HOURS))
    return is_open() & due & ~Q(fulfilment_status="fulfilled")


def is_stuck() -> Q:
    """Return the condition for open orders that wait for a person: on hold, or with an exception."""
    return is_open() & (Q(is_on_hold=True) | ~Q(exception=""))
