"""How the figures of a variant's stock are made."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from cefn.platform.actors import Actor
from cefn.web import reads
from cefn.web.explained import Explained, Part
from cefn.web.formats import day_text, moment_text, money_html, quantity_shown
from cefn.web.stock_lists import source_text, source_url

LIMIT = 200


def _shown(variant: Any, value: int) -> str:
    return quantity_shown(value, variant.quantity_decimals)


def _left(variant: Any, layer: Any) -> str:
    return f"{_shown(variant, layer.remaining)} / {_shown(variant, layer.quantity)}"


def explain_on_hand(actor: Actor, variant: Any) -> Explained:
    """Return where the stock on hand lies: warehouse, bin, lot."""
    quants = (
        reads.access_quants(actor)
        .filter(variant=variant, location__warehouse__isnull=False)
        .exclude(on_hand=0)
        .select_related("location__warehouse", "lot")
        .order_by("location__warehouse__code", "location__sequence", "location__code")
    )
    parts = []
    for quant in quants[:LIMIT]:
        words = [quant.location.warehouse.name] if quant.location.warehouse else []
        if quant.lot:
            words.append(_("lot %(code)s") % {"code": quant.lot.code})
        if not quant.location.is_sellable or quant.status != "available":
            words.append(_("not for sale"))
        parts.append(Part(quant.location.code, " · ".join(words), _shown(variant, quant.on_hand)))
    parts.append(Part(_("On hand, for sale"), "", _shown(variant, variant.on_hand), is_sum=True))
    return Explained(
        title=_("On hand: %(sku)s") % {"sku": variant.sku},
        answer=_shown(variant, variant.on_hand),
        rule=_("On hand = what lies in places that may be sold from, and is available."),
        parts=parts,
    )


def explain_allocated(actor: Actor, variant: Any) -> Explained:
    """Return the promises: which documents the stock is held for."""
    promises = (
        reads.access_allocations(actor)
        .filter(variant=variant, open_quantity__gt=0)
        .select_related("warehouse")
        .order_by("id")
    )
    parts = [
        Part(
            source_text(one.source),
            f"{one.warehouse.name} · {moment_text(one.created_at)}",
            _shown(variant, one.open_quantity),
            source_url(one.source),
        )
        for one in promises[:LIMIT]
    ]
    parts.append(Part(_("Allocated"), "", _shown(variant, variant.allocated), is_sum=True))
    return Explained(
        title=_("Allocated: %(sku)s") % {"sku": variant.sku},
        answer=_shown(variant, variant.allocated),
        rule=_("Allocated = what is promised to order lines and has not left yet."),
        parts=parts,
    )


def explain_available(actor: Actor, variant: Any) -> Explained:
    """Return what can still be promised, warehouse by warehouse."""
    parts = []
    for level in reads.access_levels(actor).filter(variant=variant).select_related("warehouse"):
        made = f"{_shown(variant, level.on_hand)} − {_shown(variant, level.allocated)}"
        parts.append(Part(level.warehouse.name, made, _shown(variant, level.on_hand - level.allocated)))
    parts.append(Part(_("Available"), "", _shown(variant, variant.available), is_sum=True))
    return Explained(
        title=_("Available: %(sku)s") % {"sku": variant.sku},
        answer=_shown(variant, variant.available),
        rule=_("Available = on hand − allocated, in each warehouse."),
        parts=parts,
    )


def explain_value(actor: Actor, variant: Any) -> Explained:
    """Return the cost layers that make up the value of the stock; NotAllowed without `costs.view`."""
    currency = variant.company.currency
    layers = list(reads.access_layers(actor).filter(variant=variant, remaining__gt=0).order_by("id")[:LIMIT])
    parts = [
        Part(
            source_text(layer.source),
            f"{day_text(layer.received_at.date())} · {_left(variant, layer)}",
            money_html(layer.remaining_value_minor, currency),
        )
        for layer in layers
    ]
    total = sum(layer.remaining_value_minor for layer in layers)
    parts.append(Part(_("Value"), "", money_html(total, currency), is_sum=True))
    return Explained(
        title=_("Value: %(sku)s") % {"sku": variant.sku},
        answer=money_html(total, currency),
        rule=_("Value = what is left of each receipt at what it cost (%(method)s).")
        % {"method": variant.company.get_costing_method_display()},
        parts=parts,
    )


EXPLAINERS: dict[str, Callable[[Actor, Any], Explained]] = {
    "on_hand": explain_on_hand,
    "allocated": explain_allocated,
    "available": explain_available,
    "value": explain_value,
}
"""Figure in the address -> what explains it."""
