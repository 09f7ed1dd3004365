"""Today: what is late, what must go out, what will run out, what came in, what is stuck, in five seconds."""

from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cefn.platform.permissions import permission_has
from cefn.web import reads
from cefn.web import today_figures as figures
from cefn.web.access import ScreenRequest, screen
from cefn.web.formats import money_text
from cefn.web.orders_list import FIELDS, is_late, standing
from cefn.web.stock_lists import variant_name

NEEDS_SHOWN = 8


@screen("dashboard.view")
@require_safe
def today(request: ScreenRequest) -> HttpResponseBase:
    """Show the dashboard with the parts that the role may see."""
    actor, currency = request.actor, request.company.currency
    context: dict[str, Any] = {"place": "today", "tiles": []}
    if permission_has(actor, "orders.view"):
        context["tiles"] += figures.order_tiles(actor, currency)
        context.update(_sales(request))
        needs = reads.access_orders(actor).filter(reads.is_stuck() | reads.is_late()).only(*FIELDS)
        context["needs"] = [
            (order, standing(order), _why(order)) for order in needs.order_by("ship_by_at", "id")[:NEEDS_SHOWN]
        ]
    if permission_has(actor, "shipping.view"):
        context["tiles"].append(figures.pick_tile(actor))
        context["on_time"] = figures.on_time_chart(actor)
    if permission_has(actor, "stock.view"):
        context["tiles"].append(figures.low_tile(actor))
        context["running_out"] = [
            (variant, variant_name(variant), left, days) for variant, left, days in figures.running_out(actor)
        ]
    if permission_has(actor, "payments.view") and permission_has(actor, "invoices.view"):
        context["tiles"].append(figures.cash_tile(actor, currency))
    if permission_has(actor, "costs.view"):
        context["value"] = figures.value_chart(actor, currency)
    context["is_new"] = permission_has(actor, "orders.view") and not reads.access_orders(actor).exists()
    return render(request, "web/today.html", context)


def _sales(request: ScreenRequest) -> dict[str, Any]:
    currency = request.company.currency
    chart, now, before = figures.sales_chart(request.actor, currency)
    change = None if before == 0 else (now - before) * 100 // before
    return {
        "sales": chart,
        "sales_now": money_text(now, currency),
        "sales_before": money_text(before, currency),
        "sales_change": change,
        "hours": figures.hours_chart(request.actor),
    }


def _why(order: Any) -> str:
    """Return in words why an order needs a person."""
    if order.exception:
        return str(order.exception)
    if order.is_on_hold:
        return _("on hold")
    return _("should have left by now") if is_late(order) else ""
