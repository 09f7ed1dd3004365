"""Returns: the list, taking goods back with or without their order, and the page of one return."""

from typing import Any

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cefn.books.models import Invoice
from cefn.inventory.selectors import access_warehouses
from cefn.kernel.errors import CefnError
from cefn.kernel.transactions import run_whole
from cefn.orders.models import ReturnLine, SalesOrder, SalesOrderLine
from cefn.orders.services import returns_receive
from cefn.orders.states import Disposition
from cefn.platform.access import access_one
from cefn.platform.permissions import permission_has
from cefn.web import reads
from cefn.web.access import ScreenRequest, screen
from cefn.web.lists import list_response
from cefn.web.return_forms import GRADES, blind_rows, return_read
from cefn.web.returns_list import RETURNS
from cefn.web.stock_lists import variant_name
from cefn.web.timeline import entries_of


@screen("returns.view")
@require_http_methods(["GET", "POST"])
def returns(request: ScreenRequest) -> HttpResponseBase:
    """Show the list of returns."""
    return list_response(request, RETURNS)


@screen("returns.view")
@require_safe
def return_page(request: ScreenRequest, number: str) -> HttpResponseBase:
    """Show a return: what came back and in what state, its credit note, and the refund still to be paid."""
    lines = ReturnLine.objects.select_related("variant__product").order_by("position")
    rows = reads.access_returns(request.actor).select_related("order", "customer", "warehouse")
    found = access_one(rows.prefetch_related(Prefetch("lines", lines)), thing=_("return"), name=number, number=number)
    notes: list[Invoice] = []
    if permission_has(request.actor, "invoices.view"):
        notes = list(reads.access_invoices(request.actor).filter(source=f"return-order:{number}"))
    context = {
        "place": "returns",
        "found": found,
        "lines": [(line, variant_name(line.variant)) for line in found.lines.all()],
        "notes": notes,
        "to_refund": next((note for note in notes if note.open_minor), None),
        "entries": entries_of(reads.timeline_events(request.actor, [f"return-order:{number}"], limit=30)),
    }
    return render(request, "web/returns/return.html", context)


def _order_lines(order: SalesOrder | None) -> list[SalesOrderLine]:
    if order is None:
        return []
    return list(order.lines.select_related("variant__product").filter(shipped__gt=0).order_by("position"))


@screen("returns.receive")
@require_http_methods(["GET", "POST"])
def return_new(request: ScreenRequest) -> HttpResponseBase:
    """Take goods back: the lines of an order that was sent, or blind by SKU or scan."""
    number = (request.POST.get("order") or request.GET.get("order") or "").strip().upper()[:32]
    order = reads.access_orders(request.actor).filter(number=number).first() if number else None
    lines = _order_lines(order)
    faults: list[str] = []
    if number and order is None:
        faults = [_("There is no order %(number)s.") % {"number": number}]
    elif request.method == "POST":
        draft, faults = return_read(request.actor, request.POST, order, lines)
        if draft is not None:
            try:
                ((_key, made),) = run_whole(lambda: returns_receive(actor=request.actor, returns=[draft]))
            except CefnError as error:
                faults = [str(error)]
            else:
                messages.success(request, _("%(number)s is received and credited.") % {"number": made})
                return redirect("web:return", number=made)
    context: dict[str, Any] = {
        "place": "returns",
        "number": number,
        "order": order,
        "rows": [_row(request, line) for line in lines],
        "blind": blind_rows(request.POST),
        "faults": faults,
        "dispositions": Disposition.choices,
        "grades": GRADES,
        "places": list(access_warehouses(request.actor).filter(is_active=True).order_by("priority", "code")),
        "warehouse": request.POST.get("warehouse", ""),
        "reason": request.POST.get("reason", ""),
    }
    return render(request, "web/returns/new.html", context, status=422 if faults else 200)


def _row(request: ScreenRequest, line: SalesOrderLine) -> dict[str, Any]:
    return {
        "line": line,
        "name": variant_name(line.variant),
        "left": line.shipped - line.returned,
        "quantity": request.POST.get(f"q-{line.pk}", ""),
        "disposition": request.POST.get(f"d-{line.pk}", "restock"),
        "grade": request.POST.get(f"g-{line.pk}", ""),
    }
