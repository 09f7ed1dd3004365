"""One shipment: its page and papers, the packing station, its labels, and sending it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Prefetch
from django.http import FileResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from cefn.catalog.models import Barcode
from cefn.kernel.errors import CefnError, NotFound
from cefn.kernel.transactions import run_whole
from cefn.platform.access import access_one
from cefn.platform.permissions import permission_has, permission_require
from cefn.shipping.carriers.base import LabelFormat
from cefn.shipping.selectors import access_carrier_services, label_open, labels_of_shipments
from cefn.shipping.services import LabelOrder, labels_buy, labels_void
from cefn.warehouse.models import Shipment, ShipmentLine
from cefn.warehouse.papers.reading import packing_slips_print
from cefn.warehouse.selectors import access_shipments
from cefn.warehouse.services import (
    PackDraft,
    ParcelDraft,
    picks_release,
    shipments_deliver,
    shipments_pack,
    shipments_ship,
)
from cefn.web import reads
from cefn.web.access import ScreenRequest, screen
from cefn.web.downloads import pdf_response
from cefn.web.lists.bulk import ids_read
from cefn.web.order_actions import Action
from cefn.web.picking import variant_codes
from cefn.web.stock_lists import variant_name
from cefn.web.timeline import entries_of
from cefn.web.typed import whole_read
from cefn.web.warehouse_lists import is_late, standing

PARCELS_MOST = 20


def shipment_read(request: ScreenRequest, number: str) -> Shipment:
    """Return a shipment with order, lines and parcels; raises NotFound."""
    codes = Prefetch("variant__barcodes", Barcode.objects.order_by("code"))
    lines = ShipmentLine.objects.select_related("variant__product").prefetch_related(codes).order_by("position")
    rows = access_shipments(request.actor).select_related("order", "warehouse")
    rows = rows.prefetch_related(Prefetch("lines", lines), "packages")
    return access_one(rows, thing=_("shipment"), name=number, number=number)


def _release(request: ScreenRequest, found: Shipment) -> str:
    ((_key, batch),) = picks_release(actor=request.actor, shipment_ids=[found.pk])
    return _("%(number)s is in pick batch %(batch)s.") % {"number": found.number, "batch": batch}


def _ship(request: ScreenRequest, found: Shipment) -> str:
    shipments_ship(actor=request.actor, shipment_ids=[found.pk])
    return _("%(number)s has left. Its invoice is posted.") % {"number": found.number}


def _deliver(request: ScreenRequest, found: Shipment) -> str:
    shipments_deliver(actor=request.actor, shipment_ids=[found.pk])
    return _("%(number)s has arrived.") % {"number": found.number}


DOERS: dict[str, tuple[str, Callable[[ScreenRequest, Shipment], str]]] = {
    "release": ("warehouse.release", _release),
    "ship": ("shipping.ship", _ship),
    "deliver": ("shipping.ship", _deliver),
}
"""Action -> permission and what does it in one transaction."""


def _next(request: ScreenRequest, found: Shipment) -> Action | None:
    """Return the one next thing to do with a shipment, if this person may do it."""
    offers = {
        "draft": Action("release", _("Release to pick"), "clipboard-check"),
        "packed": Action("ship", _("Ship"), "truck-delivery"),
        "shipped": Action("deliver", _("Note as delivered"), "check"),
    }
    offer = offers.get(found.status)
    return offer if offer and permission_has(request.actor, DOERS[offer.key][0]) else None


def _labels_buy(request: ScreenRequest, found: Shipment) -> str:
    """Buy labels outside any transaction: a carrier's answer must not be rolled back."""
    format_wanted = LabelFormat.ZPL if request.POST.get("format") == "zpl" else LabelFormat.PDF
    order = LabelOrder(
        shipment_id=found.pk,
        service=request.POST.get("service", "")[:80],
        format=format_wanted,
    )
    outcomes = labels_buy(orders=[order], actor=request.actor)
    for outcome in outcomes:
        if outcome.error is not None:
            raise outcome.error
    return ngettext("%(n)s label bought.", "%(n)s labels bought.", len(outcomes)) % {"n": len(outcomes)}


def _label_void(request: ScreenRequest) -> str:
    outcomes = labels_void(label_ids=ids_read([request.POST.get("label", "")]), actor=request.actor)
    for outcome in outcomes:
        if outcome.error is not None:
            raise outcome.error
    return _("The label is given back.")


def _act(request: ScreenRequest, found: Shipment) -> str:
    key = request.POST.get("action", "")
    if key in ("labels", "void"):
        permission_require(request.actor, "shipping.ship")
        return _labels_buy(request, found) if key == "labels" else _label_void(request)
    known = DOERS.get(key)
    if known is None:
        raise NotFound(thing=_("action"), name=key[:40])
    permission, do = known
    permission_require(request.actor, permission)
    return run_whole(lambda: do(request, found))


@screen("shipping.view")
@require_http_methods(["GET", "POST"])
def shipment(request: ScreenRequest, number: str) -> HttpResponseBase:
    """Show a shipment's page, or do what its buttons say."""
    found = shipment_read(request, number)
    if request.method == "POST":
        messages.success(request, _act(request, found))
        return redirect("web:shipment", number=number)
    subjects = [f"shipment:{number}", f"sales-order:{found.order.number}"]
    context = {
        "place": "shipments",
        "shipment": found,
        "standing": standing(found),
        "is_late": is_late(found),
        "lines": [(line, variant_name(line.variant)) for line in found.lines.all()],
        "labels": labels_of_shipments(shipment_ids=[found.pk], actor=request.actor).get(found.pk, []),
        "services": list(access_carrier_services(request.actor).filter(is_active=True, account__is_active=True)),
        "next": _next(request, found),
        "can_label": found.status in {"picked", "packed"} and permission_has(request.actor, "shipping.ship"),
        "entries": entries_of(reads.timeline_events(request.actor, subjects, limit=30)),
    }
    return render(request, "web/warehouse/shipment.html", context)


@screen("shipping.view")
@require_safe
def slip(request: ScreenRequest, number: str) -> HttpResponseBase:
    """Return the packing slips of a shipment as PDF."""
    found = shipment_read(request, number)
    return pdf_response(packing_slips_print(shipment_ids=[found.pk], actor=request.actor), f"{number}.pdf")


@screen("shipping.view")
@require_safe
def label(request: ScreenRequest, label_id: int) -> HttpResponseBase:
    """Return a label, PDF or ZPL, as the carrier gave it."""
    found, content = label_open(label_id=label_id, actor=request.actor)
    media = "application/pdf" if found.format == LabelFormat.PDF else "application/x-zpl"
    return FileResponse(content, content_type=media, filename=f"{found.tracking_number or label_id}.{found.format}")


def _parcels(request: ScreenRequest, found: Shipment, count: int) -> list[ParcelDraft]:
    """Return the parcels as they were packed; empty ones are left out."""
    lines = [line for line in found.lines.all() if line.picked]
    parcels = []
    for at in range(1, count + 1):
        contents = [(line.pk, n) for line in lines if (n := whole_read(request.POST.get(f"in-{at}-{line.pk}", "")))]
        sizes = {
            name: whole_read(request.POST.get(f"{name}-{at}", ""), 100_000)
            for name in ("weight_g", "length_mm", "width_mm", "height_mm")
        }
        if contents:
            parcels.append(ParcelDraft(contents=contents, **sizes))
    return parcels


@screen("warehouse.work")
@require_http_methods(["GET", "POST"])
def pack(request: ScreenRequest, number: str) -> HttpResponseBase:
    """Show the packing station, or pack what was scanned into each parcel."""
    found = shipment_read(request, number)
    count = max(1, min(PARCELS_MOST, whole_read(request.POST.get("parcels", "1"))))
    fault = ""
    if request.method == "POST" and request.POST.get("action") == "parcel":
        count = min(PARCELS_MOST, count + 1)
    elif request.method == "POST":
        parcels = _parcels(request, found, count)
        try:
            run_whole(lambda: _pack(request, found, parcels))
        except CefnError as error:
            fault = str(error)
        else:
            messages.success(request, _("%(number)s is packed.") % {"number": number})
            return redirect("web:shipment", number=number)
    lines = [line for line in found.lines.all() if line.picked]
    context: dict[str, Any] = {
        "place": "shipments",
        "shipment": found,
        "fault": fault,
        "parcels": [_parcel_shown(request, at) for at in range(1, count + 1)],
        "count": count,
        "rows": [_row_shown(request, line, count) for line in lines],
        "units": sum(line.picked for line in lines),
    }
    return render(request, "web/warehouse/pack.html", context, status=409 if fault else 200)


def _pack(request: ScreenRequest, found: Shipment, parcels: list[ParcelDraft]) -> None:
    """Pack; nothing counted at all is a mismatch too, so an empty form never packs everything by default."""
    if not parcels:
        parcels = [ParcelDraft(contents=[(0, 0)])]
    shipments_pack(actor=request.actor, packs=[PackDraft(shipment_id=found.pk, parcels=parcels)])


def _parcel_shown(request: ScreenRequest, at: int) -> dict[str, Any]:
    names = ("weight_g", "length_mm", "width_mm", "height_mm")
    return {"at": at, **{name: request.POST.get(f"{name}-{at}", "") for name in names}}


def _row_shown(request: ScreenRequest, line: ShipmentLine, count: int) -> dict[str, Any]:
    return {
        "line": line,
        "name": variant_name(line.variant),
        "codes": variant_codes(line.variant),
        "cells": [(at, whole_read(request.POST.get(f"in-{at}-{line.pk}", ""))) for at in range(1, count + 1)],
    }
