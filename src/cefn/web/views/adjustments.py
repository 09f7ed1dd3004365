"""Stock adjustments: the list, the form, the page of one with its reversal."""

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cefn.inventory.models import AdjustmentLine
from cefn.inventory.services import adjustments_reverse, stock_adjust
from cefn.kernel.errors import CefnError
from cefn.kernel.transactions import run_whole
from cefn.platform.access import access_one
from cefn.platform.permissions import permission_require
from cefn.web import reads
from cefn.web.access import ScreenRequest, screen
from cefn.web.adjustment_forms import AdjustmentForm
from cefn.web.adjustments_list import ADJUSTMENTS, adjustment_rows
from cefn.web.forms import form_take_faults
from cefn.web.lists import list_response
from cefn.web.stock_lists import variant_name
from cefn.web.timeline import entries_of
from cefn.web.views.money import entries_for


@screen("stock.view")
@require_http_methods(["GET", "POST"])
def adjustments(request: ScreenRequest) -> HttpResponseBase:
    """Show the list of adjustments, or the result of reversing several."""
    return list_response(request, ADJUSTMENTS)


@screen("stock.adjust")
@require_http_methods(["GET", "POST"])
def adjustment_new(request: ScreenRequest) -> HttpResponseBase:
    """Write down that there is more or less of something than was thought."""
    start = {"sku": request.GET.get("sku", "")[:64], "place": request.GET.get("bin", "")[:32]}
    form = AdjustmentForm(request.POST or None, actor=request.actor, initial=start)
    if request.method == "POST" and form.is_valid():
        draft = form.draft()
        try:
            (number,) = run_whole(lambda: stock_adjust(actor=request.actor, adjustments=[draft]))
        except CefnError as error:
            form_take_faults(form, error)
        else:
            messages.success(request, _("%(number)s is posted.") % {"number": number})
            return redirect("web:adjustment", number=number)
    context = {"place": "adjustments", "form": form, "currency": request.company.currency}
    return render(request, "web/stock/adjustment_new.html", context, status=422 if form.errors else 200)


@screen("stock.view")
@require_http_methods(["GET", "POST"])
def adjustment(request: ScreenRequest, number: str) -> HttpResponseBase:
    """Show an adjustment, or reverse it."""
    lines = AdjustmentLine.objects.select_related("variant__product", "location", "lot").order_by("id")
    rows = adjustment_rows(request.actor).prefetch_related(Prefetch("lines", lines))
    found = access_one(rows, thing=_("adjustment"), name=number, number=number)
    if request.method == "POST":
        permission_require(request.actor, "stock.adjust")
        reason = request.POST.get("reason", "").replace("\x00", "").strip()[:255] or _("no reason given")
        (made,) = run_whole(lambda: adjustments_reverse(actor=request.actor, adjustment_ids=[found.pk], reason=reason))
        messages.success(request, _("%(number)s takes it back.") % {"number": made})
        return redirect("web:adjustment", number=made)
    context = {
        "place": "adjustments",
        "found": found,
        "currency": found.company.currency,
        "lines": [(line, variant_name(line.variant)) for line in found.lines.all()],
        "reversed_by": getattr(found, "reversed_by", None),
        "entries": entries_for(request, [f"adjustment:{number}"]),
        "history": entries_of(reads.timeline_events(request.actor, [f"adjustment:{number}"], limit=20)),
    }
    return render(request, "web/stock/adjustment.html", context)
