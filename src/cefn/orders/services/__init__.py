"""Verbs that write sales orders and returns."""

from cefn.orders.services.changing import holds_place, holds_release, lines_cancel, orders_cancel
from cefn.orders.services.placing import OrderDraft, OrderLineDraft, PlacedOrder, orders_place
from cefn.orders.services.progress import (
    LineProgress,
    lines_progress,
    orders_delivery,
    orders_paid,
    orders_processing,
    orders_refresh,
)
from cefn.orders.services.returning import ReturnDraft, ReturnLineDraft, returns_receive
from cefn.orders.services.routing import Decision, decisions_record

__all__ = [
    "Decision",
    "LineProgress",
    "OrderDraft",
    "OrderLineDraft",
    "PlacedOrder",
    "ReturnDraft",
    "ReturnLineDraft",
    "decisions_record",
    "holds_place",
    "holds_release",
    "lines_cancel",
    "lines_progress",
    "orders_cancel",
    "orders_delivery",
    "orders_paid",
    "orders_place",
    "orders_processing",
    "orders_refresh",
    "returns_receive",
]
