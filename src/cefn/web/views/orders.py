"""Sales orders: the inbox, and the page of one order."""

from typing import Any

from django.db.models import Prefetch
from django.http import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cefn.kernel.errors import NotFound
from cefn.orders.models import RoutingDecision, SalesOrder, SalesOrderLine
from cefn.orders.states import DeliveryStatus, InvoiceStatus, PaymentStatus, ReturnProgress
from cefn.platform.access import access_one
from cefn.platform.permissions import permission_has
from cefn.web import reads
from cefn.web.access import ScreenRequest, screen
from cefn.web.lists import list_response
from cefn.web.order_actions import offers, order_act
from cefn.web.order_figures import EXPLAINERS
from cefn.web.orders_list import ORDERS, is_late, standing
from cefn.web.timeline import entries_of


@screen("orders.view")
@require_http_methods(["GET", "POST"])
def orders(request: ScreenRequest) -> HttpResponseBase:
    """Show the list of orders, its export, or the result of an action over several."""
    return list_response(request, ORDERS)


def order_read(request: ScreenRequest, number: str) -> SalesOrder:
    """Return one order with customer and lines; raises NotFound."""
    lines = SalesOrderLine.objects.select_related("variant").order_by("position")
    found = reads.access_orders(request.actor).select_related("customer")
    found = found.prefetch_related(Prefetch("lines", lines), "holds")
    return access_one(found, thing=_("order"), name=number, number=number)


@screen("orders.view")
@require_http_methods(["GET", "POST"])
def order(request: ScreenRequest, number: str) -> HttpResponseBase:
    """Show an order's page, or do one of the things that can be done with it."""
    found = order_read(request, number)
    if request.method == "POST":
        return order_act(request, found)
    papers = _papers(request, found)
    following, others = offers(request.actor, found, papers["shipments"])
    subjects = [f"sales-order:{found.number}", *(f"shipment:{one.number}" for one in papers["shipments"])]
    context = {
        "place": "orders",
        "order": found,
        "standing": standing(found),
        "is_late": is_late(found),
        "states": _states(found),
        "lines": [
            (line, line.net_minor + (line.tax_minor if found.prices_include_tax else 0)) for line in found.lines.all()
        ],
        "holds": [hold for hold in found.holds.all() if hold.released_at is None],
        "next": following,
        "others": others,
        "routing": RoutingDecision.objects.filter(order=found).order_by("-id").first(),
        "entries": entries_of(reads.timeline_events(request.actor, subjects)),
        "difference_minor": _difference(found),
        **papers,
    }
    return render(request, "web/order.html", context)


def _papers(request: ScreenRequest, found: SalesOrder) -> dict[str, Any]:
    """Return what stands above the order: shipments, invoices, payments, returns, as far as the role may see them."""
    actor = request.actor
    shipments = reads.access_shipments(actor).filter(order=found).select_related("warehouse").order_by("id")
    can_invoices = permission_has(actor, "invoices.view")
    can_payments = permission_has(actor, "payments.view")
    return {
        "shipments": list(shipments),
        "invoices": list(reads.access_invoices(actor).filter(order=found).order_by("id")) if can_invoices else [],
        "payments": list(reads.access_payments(actor).filter(order=found).select_related("method").order_by("id"))
        if can_payments
        else [],
        "returns": list(reads.access_returns(actor).filter(order=found).order_by("id")),
    }


def _difference(found: SalesOrder) -> int:
    return found.channel_total_minor - found.total_minor if found.channel_total_minor is not None else 0


def _states(found: SalesOrder) -> list[tuple[str, str, Any]]:
    return [
        (_("Payment"), found.payment_status, PaymentStatus),
        (_("Delivery"), found.delivery_status, DeliveryStatus),
        (_("Invoice"), found.invoice_status, InvoiceStatus),
        (_("Returns"), found.return_status, ReturnProgress),
    ]


@screen("orders.view")
@require_safe
def explain(request: ScreenRequest, number: str, figure: str) -> HttpResponseBase:
    """Show how a figure of an order is made."""
    explainer = EXPLAINERS.get(figure)
    if explainer is None:
        raise NotFound(thing=_("figure"), name=figure)
    found = order_read(request, number)
    context = {"explained": explainer(request.actor, found), "back": reverse("web:order", args=[number])}
    return render(request, "web/explained.html", context)
