"""The warehouse: what waits at each step, shipments, pick batches, and the screen that picks."""

from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cefn.kernel import clock
from cefn.kernel.transactions import run_whole
from cefn.platform.access import access_one
from cefn.warehouse.models import PickBatch
from cefn.warehouse.papers.reading import packing_slips_print, pick_lists_print
from cefn.warehouse.selectors import access_pick_batches, access_shipments
from cefn.warehouse.services import picks_confirm
from cefn.web.access import ScreenRequest, screen
from cefn.web.charts import Tile
from cefn.web.downloads import pdf_response
from cefn.web.formats import digits_grouped
from cefn.web.lists import list_response
from cefn.web.lists.bulk import ids_read
from cefn.web.picking import batch_tasks, scan_fits, task_name, task_next, variant_codes, walk_left_m
from cefn.web.reads import is_at_work
from cefn.web.warehouse_lists import BATCHES, SHIPMENTS, batch_rows

STEPS = (
    ("release", "draft", "clipboard-check"),
    ("pick", "released,picking", "shopping-cart"),
    ("pack", "picked", "box"),
    ("ship", "packed", "truck-delivery"),
)
"""Step of the work, the states of shipments that wait for it, its icon."""

BATCHES_SHOWN = 20


def _tiles(request: ScreenRequest) -> list[Tile]:
    rows = access_shipments(request.actor).filter(is_at_work())
    by_status = dict(rows.order_by().values_list("status").annotate(n=Count("id")))
    late = rows.filter(ship_by_at__lt=clock.now()).count()
    names = {"release": _("To release"), "pick": _("To pick"), "pack": _("To pack"), "ship": _("To ship")}
    notes = {
        "release": _("have stock and wait"),
        "pick": _("lie in the bins"),
        "pack": _("lie on the bench"),
        "ship": _("wait for the carrier"),
    }
    tiles = [
        Tile(
            name=names[key],
            figure=digits_grouped(str(sum(by_status.get(state, 0) for state in states.split(",")))),
            url=f"{reverse('web:shipments')}?status={states}",
            icon=icon,
            note=notes[key],
        )
        for key, states, icon in STEPS
    ]
    url = f"{reverse('web:shipments')}?late=yes"
    late_tile = Tile(
        name=_("Late"),
        figure=digits_grouped(str(late)),
        url=url,
        icon="clock",
        note=_("should have left"),
        tone="bad" if late else "",
    )
    return [*tiles, late_tile]


@screen("warehouse.view")
@require_safe
def warehouse(request: ScreenRequest) -> HttpResponseBase:
    """Show what waits at each step, and the open pick batches with the way into each."""
    batches = batch_rows(request.actor).filter(status__in=("released", "picking")).order_by("created_at", "id")
    context = {"place": "warehouse", "tiles": _tiles(request), "batches": list(batches[:BATCHES_SHOWN])}
    return render(request, "web/warehouse/home.html", context)


@screen("warehouse.view")
@require_http_methods(["GET", "POST"])
def shipments(request: ScreenRequest) -> HttpResponseBase:
    """Show the list of shipments, or the result of releasing or shipping several."""
    return list_response(request, SHIPMENTS)


@screen("warehouse.view")
@require_http_methods(["GET", "POST"])
def batches(request: ScreenRequest) -> HttpResponseBase:
    """Show the list of pick batches."""
    return list_response(request, BATCHES)


def batch_read(request: ScreenRequest, number: str) -> PickBatch:
    """Return a pick batch; raises NotFound."""
    rows = access_pick_batches(request.actor).select_related("warehouse", "assigned_to")
    return access_one(rows, thing=_("pick batch"), name=number, number=number)


@screen("warehouse.view")
@require_safe
def batch(request: ScreenRequest, number: str) -> HttpResponseBase:
    """Show a batch: its picks in walking order, and the shipments they are for."""
    found = batch_read(request, number)
    tasks = batch_tasks(request.actor, found)
    context = {
        "place": "batches",
        "batch": found,
        "tasks": [(task, task_name(task)) for task in tasks],
        "done": sum(task.status != "open" for task in tasks),
        "shipments": sorted({task.shipment_line.shipment for task in tasks}, key=lambda one: one.number),
        "metres": walk_left_m(tasks),
        "is_open": any(task.status == "open" for task in tasks),
    }
    return render(request, "web/warehouse/batch.html", context)


@screen("warehouse.view")
@require_safe
def batch_paper(request: ScreenRequest, number: str, paper: str) -> HttpResponseBase:
    """Return the batch's pick list, or the packing slips of its shipments, as PDF."""
    found = batch_read(request, number)
    if paper == "pick-list":
        language = get_language() or ""
        return pdf_response(
            pick_lists_print(batch_ids=[found.pk], actor=request.actor, language=language), f"{number}.pdf"
        )
    keys = sorted({task.shipment_line.shipment_id for task in batch_tasks(request.actor, found)})
    return pdf_response(packing_slips_print(shipment_ids=keys, actor=request.actor), f"{number}-slips.pdf")


@screen("warehouse.work")
@require_safe
def pick(request: ScreenRequest, number: str) -> HttpResponseBase:
    """Show the next thing to take: bin, name, quantity, and the field that a scanner types into."""
    found = batch_read(request, number)
    tasks = batch_tasks(request.actor, found)
    skipped = ids_read(request.GET.get("skip", "").split(","))
    task = task_next(tasks, skipped)
    context: dict[str, Any] = {
        "place": "batches",
        "batch": found,
        "task": task,
        "whole": len(tasks),
        "turn": sum(one.status != "open" for one in tasks) + 1,
        "metres": walk_left_m(tasks),
        "short_count": sum(one.status == "short" for one in tasks),
        "wrong": request.GET.get("wrong", "")[:80],
    }
    if task is not None:
        context |= {
            "name": task_name(task),
            "codes": variant_codes(task.variant),
            "skip": ",".join(str(key) for key in [*skipped, task.pk][-100:]),
            "skipped": ",".join(str(key) for key in skipped[-100:]),
        }
    return render(request, "web/warehouse/pick.html", context)


@screen("warehouse.work")
@require_POST
def pick_confirm(request: ScreenRequest, number: str, task_id: int) -> HttpResponseBase:
    """Confirm what was taken for a task, or say what was expected if something else was scanned."""
    found = batch_read(request, number)
    tasks = {task.pk: task for task in batch_tasks(request.actor, found)}
    task = tasks.get(task_id)
    back = reverse("web:pick", args=[number])
    query = {"skip": skip} if (skip := request.POST.get("skipped", "")) else {}
    scanned = request.POST.get("scan", "").replace("\x00", "").strip()
    if task is not None and scanned and not scan_fits(scanned, variant_codes(task.variant)):
        return redirect(f"{back}?{urlencode(query | {'wrong': scanned[:80]})}")
    text = request.POST.get("picked", "")
    picked = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
    run_whole(lambda: picks_confirm(actor=request.actor, picks=[(task.pk if task else task_id, picked)]))
    if task is not None and picked < task.quantity:
        said = _(
            "%(sku)s is %(missing)s short in %(bin)s. The order waits for stock again, and the bin wants counting."
        )
        messages.warning(
            request, said % {"sku": task.variant.sku, "missing": task.quantity - picked, "bin": task.location.code}
        )
    return redirect(f"{back}?{urlencode(query)}" if query else back)
