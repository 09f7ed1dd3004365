"""Stock: the list, the page of one variant with its history, the movements, and how each number is made."""

from typing import Any

from django.db.models import Sum
from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cefn.kernel.errors import NotFound
from cefn.platform.access import access_one
from cefn.platform.permissions import permission_has
from cefn.web import reads
from cefn.web.access import ScreenRequest, screen
from cefn.web.lists import list_response
from cefn.web.stock_figures import EXPLAINERS
from cefn.web.stock_history import history_chart
from cefn.web.stock_lists import (
    MOVES,
    STOCK,
    moves_rows,
    source_text,
    source_url,
    stock_state,
    variant_name,
    variant_url,
)
from cefn.web.timeline import entries_of

MOVES_SHOWN = 20


@screen("stock.view")
@require_http_methods(["GET", "POST"])
def stock(request: ScreenRequest) -> HttpResponseBase:
    """Show the list of stock."""
    return list_response(request, STOCK)


@screen("stock.view")
@require_http_methods(["GET", "POST"])
def moves(request: ScreenRequest) -> HttpResponseBase:
    """Show the list of movements."""
    return list_response(request, MOVES)


def variant_read(request: ScreenRequest, variant_id: int) -> Any:
    """Return a variant with its stock figures; raises NotFound."""
    rows = reads.access_variants(request.actor).select_related("product__unit", "product__tax_category", "company")
    variant: Any = access_one(rows, thing=_("variant"), name=str(variant_id), pk=variant_id)
    sums = reads.access_levels(request.actor).filter(variant=variant)
    found = sums.aggregate(on_hand=Sum("on_hand"), allocated=Sum("allocated"), incoming=Sum("incoming"))
    variant.on_hand, variant.allocated, variant.incoming = (
        found[key] or 0 for key in ("on_hand", "allocated", "incoming")
    )
    variant.available = variant.on_hand - variant.allocated
    return variant


@screen("stock.view")
@require_safe
def variant(request: ScreenRequest, variant_id: int) -> HttpResponseBase:
    """Show a variant's page: figures that explain themselves, history, where it lies, what moved."""
    found = variant_read(request, variant_id)
    actor = request.actor
    can_costs = permission_has(actor, "costs.view")
    levels = (
        reads.access_levels(actor).filter(variant=found).select_related("warehouse").order_by("warehouse__priority")
    )
    value = None
    if can_costs:
        layers = reads.access_layers(actor).filter(variant=found, remaining__gt=0)
        value = layers.aggregate(value=Sum("remaining_value_minor"))["value"] or 0
    recent = moves_rows(actor).filter(variant=found).order_by("-occurred_at", "-id")[:MOVES_SHOWN]
    context = {
        "place": "stock",
        "variant": found,
        "name": variant_name(found),
        "state": stock_state(found) if found.is_stocked else "",
        "levels": list(levels),
        "value_minor": value,
        "chart": history_chart(actor, found, found.on_hand) if found.is_stocked else None,
        "moves": [(move, source_text(move.source), source_url(move.source)) for move in recent],
        "barcodes": list(found.barcodes.order_by("code")),
        "siblings": list(
            reads.access_variants(actor).filter(product=found.product).exclude(pk=found.pk).order_by("sku_key")[:20]
        ),
        "entries": entries_of(reads.timeline_events(actor, [f"product:{found.product.number}"], limit=20)),
    }
    return render(request, "web/variant.html", context)


@screen("stock.view")
@require_safe
def explain(request: ScreenRequest, variant_id: int, figure: str) -> HttpResponseBase:
    """Show how a figure of a variant's stock is made."""
    explainer = EXPLAINERS.get(figure)
    if explainer is None:
        raise NotFound(thing=_("figure"), name=figure)
    found = variant_read(request, variant_id)
    return render(
        request,
        "web/explained.html",
        {"place": "stock", "explained": explainer(request.actor, found), "back": variant_url(found)},
    )
