"""Verbs that write the stock ledger."""

from cefn.inventory.services.adjusting import (
    AdjustmentDraft,
    AdjustmentLineDraft,
    adjustment_reasons_create,
    adjustments_reverse,
    stock_adjust,
    unit_costs,
)
from cefn.inventory.services.allocation import (
    Demand,
    Granted,
    allocations_post,
    allocations_void,
    stock_allocate,
)
from cefn.inventory.services.costing import Issue, Receipt, consumptions_record, cost_consume, layers_open
from cefn.inventory.services.moves import MoveDraft, post_moves, quants_set_aside
from cefn.inventory.services.places import warehouses_create

__all__ = [
    "AdjustmentDraft",
    "AdjustmentLineDraft",
    "Demand",
    "Granted",
    "Issue",
    "MoveDraft",
    "Receipt",
    "adjustment_reasons_create",
    "adjustments_reverse",
    "allocations_post",
    "allocations_void",
    "consumptions_record",
    "cost_consume",
    "layers_open",
    "post_moves",
    "quants_set_aside",
    "stock_adjust",
    "stock_allocate",
    "unit_costs",
    "warehouses_create",
]
