"""Verbs that write warehouse work."""

from cefn.warehouse.services.packing import PackDraft, ParcelDraft, shipments_pack
from cefn.warehouse.services.picking import picks_confirm, picks_release
from cefn.warehouse.services.shipments import (
    OrderFacts,
    promises_withdraw,
    shipments_create,
    shipments_move,
)
from cefn.warehouse.services.shipping import shipments_deliver, shipments_ship
from cefn.warehouse.services.tracking import ParcelNumber, parcels_track

__all__ = [
    "OrderFacts",
    "PackDraft",
    "ParcelDraft",
    "ParcelNumber",
    "parcels_track",
    "picks_confirm",
    "picks_release",
    "promises_withdraw",
    "shipments_create",
    "shipments_deliver",
    "shipments_move",
    "shipments_pack",
    "shipments_ship",
]
