"""The list of sales orders, declared."""

from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from cefn.kernel import clock
from cefn.orders.models import SalesOrder
from cefn.orders.states import (
    AllocationStatus,
    FulfilmentStatus,
    InvoiceStatus,
    OrderStatus,
    PaymentStatus,
    ReturnProgress,
)
from cefn.platform.actors import Actor
from cefn.web import cells, reads
from cefn.web.formats import digits_grouped, moment_html
from cefn.web.lists import ChoiceFilter, Column, DayFilter, Empty, FlagFilter, ListSpec, Tab, TextFilter, Total
from cefn.web.order_bulk import ORDER_BULK
from cefn.web.statuses import state_html

FIELDS = (
    "id",
    "number",
    "placed_at",
    "channel",
    "external_id",
    "ship_to",
    "status",
    "is_on_hold",
    "exception",
    "currency",
    "allocation_status",
    "fulfilment_status",
    "invoice_status",
    "payment_status",
    "return_status",
    "total_minor",
    "line_count",
    "ship_by_at",
    "ship_country",
    "tags",
)


def rows(actor: Actor) -> QuerySet[SalesOrder]:
    """Return the orders of the list with the fields that its cells need."""
    return reads.access_orders(actor).only(*FIELDS)


def customer_name(order: SalesOrder) -> str:
    """Return whom the order goes to, as it was written on it."""
    return str(order.ship_to.get("name") or order.ship_to.get("company_name") or "\u2013")


def standing(order: SalesOrder) -> Any:
    """Return where the order stands, in one state: what needs a person first, then how far it has got."""
    if order.status in ("draft", "quoted", "cancelled", "done"):
        return state_html(order.status, OrderStatus)
    if order.exception:
        return state_html("exception", label=str(_("needs a person")))
    if order.is_on_hold:
        return state_html("held")
    if order.fulfilment_status != "unfulfilled":
        return state_html(order.fulfilment_status, FulfilmentStatus)
    if order.status == "processing":
        return state_html("picking", label=str(_("in the warehouse")))
    if order.allocation_status == "full":
        return state_html("allocated", label=str(_("ready to pick")))
    return state_html("backordered", label=str(_("waits for stock")))


def is_late(order: SalesOrder) -> bool:
    """Tell whether the order should have left by now."""
    is_open = order.status in reads.OPEN_ORDERS and order.fulfilment_status != "fulfilled"
    return is_open and order.ship_by_at is not None and order.ship_by_at < clock.now()


def due(order: SalesOrder) -> Any:
    """Return the moment by which the order must leave, marked where it has passed."""
    shown = moment_html(order.ship_by_at)
    return format_html('<span class="late">{}</span>', shown) if is_late(order) else shown


def search(actor: Actor, found: QuerySet[SalesOrder], text: str) -> QuerySet[SalesOrder]:
    """Narrow to orders whose number, outside number, name, e-mail or postcode has the text."""
    return found.filter(pk__in=reads.orders_matching(actor, text))


def open_url(order: SalesOrder) -> str:
    """Return the address of an order's page."""
    return reverse("web:order", args=[order.number])


COLUMNS = (
    Column(key="number", label=_("Order"), cell=lambda o: o.number, sort="number", card="title"),
    Column(
        key="placed",
        label=_("Placed"),
        cell=lambda o: moment_html(o.placed_at),
        export=lambda o: o.placed_at,
        sort="placed_at",
        card="end",
    ),
    Column(key="customer", label=_("Customer"), cell=customer_name, card="line"),
    Column(key="channel", label=_("Channel"), cell=lambda o: o.channel, sort="channel"),
    Column(key="outside", label=_("Outside number"), cell=lambda o: o.external_id, is_hidden=True),
    Column(key="standing", label=_("Where it stands"), cell=standing, card="line"),
    Column(
        key="payment",
        label=_("Payment"),
        cell=lambda o: state_html(o.payment_status, PaymentStatus),
        sort="payment_status",
        card="end",
    ),
    Column(
        key="invoice", label=_("Invoice"), cell=lambda o: state_html(o.invoice_status, InvoiceStatus), is_hidden=True
    ),
    Column(
        key="return", label=_("Returned"), cell=lambda o: state_html(o.return_status, ReturnProgress), is_hidden=True
    ),
    Column(
        key="due",
        label=_("Ship by"),
        cell=due,
        export=lambda o: o.ship_by_at,
        sort="ship_by_at",
        is_nullable=True,
    ),
    Column(key="country", label=_("Country"), cell=lambda o: o.ship_country, sort="ship_country"),
    Column(
        key="tags",
        label=_("Tags"),
        cell=lambda o: cells.tags_html(o.tags),
        export=lambda o: ", ".join(o.tags),
        is_hidden=True,
    ),
    Column(
        key="lines",
        label=_("Lines"),
        cell=lambda o: digits_grouped(str(o.line_count)),
        export=lambda o: o.line_count,
        sort="line_count",
        is_number=True,
    ),
    Column(
        key="total",
        label=_("Total"),
        cell=cells.amount,
        export=lambda o: cells.amount_plain(o.total_minor, o.currency),
        sort="total_minor",
        is_number=True,
        card="side",
    ),
    Column(key="currency", label=_("Currency"), cell=lambda o: o.currency, is_hidden=True),
)

ORDERS = ListSpec(
    area="orders",
    place="orders",
    title=_("Orders"),
    counted=lambda n: ngettext("%(n)s order", "%(n)s orders", n) % {"n": digits_grouped(str(n))},
    url_name="web:orders",
    rows=rows,
    columns=COLUMNS,
    row_url=open_url,
    row_class=lambda order: "late" if is_late(order) else "",
    default_sort="-placed",
    tabs=(
        Tab(key="all", label=_("All")),
        Tab(key="open", label=_("Open"), query={"status": "confirmed,processing"}),
        Tab(key="ready", label=_("Ready to pick"), query={"ready": "yes"}),
        Tab(key="stock", label=_("Waits for stock"), query={"short": "yes"}),
        Tab(key="stuck", label=_("Needs a person"), query={"stuck": "yes"}),
        Tab(key="late", label=_("Late"), query={"late": "yes"}),
    ),
    filters=(
        ChoiceFilter("status", _("Status"), "status", OrderStatus.choices),
        ChoiceFilter("allocation", _("Allocation"), "allocation_status", AllocationStatus.choices),
        ChoiceFilter("fulfilment", _("Fulfilment"), "fulfilment_status", FulfilmentStatus.choices),
        ChoiceFilter("payment", _("Payment"), "payment_status", PaymentStatus.choices),
        FlagFilter(
            "ready",
            _("Ready to pick"),
            lambda: (
                reads.is_open()
                & Q(allocation_status="full", fulfilment_status="unfulfilled", is_on_hold=False, status="confirmed")
            ),
        ),
        FlagFilter(
            "short",
            _("Waits for stock"),
            lambda: reads.is_open() & ~Q(allocation_status="full") & ~Q(fulfilment_status="fulfilled"),
        ),
        FlagFilter("stuck", _("Needs a person"), reads.is_stuck),
        FlagFilter("late", _("Late"), reads.is_late),
        FlagFilter("due", _("Due next"), reads.is_due_next),
        DayFilter("placed", _("Placed"), "placed_at"),
        TextFilter("channel", _("Channel"), "channel"),
        TextFilter("country", _("Country"), "ship_country"),
        TextFilter("postcode", _("Postcode"), "ship_postcode"),
    ),
    search=search,
    search_hint=_("Number, name, e-mail, postcode"),
    total=Total(field="total_minor"),
    bulk=ORDER_BULK,
    empty=Empty(
        icon="inbox",
        title=_("No orders yet"),
        sentence=_("Orders from every channel and from spreadsheets come together here."),
        action=_("Import orders"),
        url_name="web:imports",
    ),
    row_name=lambda order: order.number,
)
