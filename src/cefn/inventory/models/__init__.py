"""Tables of the stock ledger, one file a subject."""

from cefn.inventory.models.cost import Adjustment, AdjustmentLine, AdjustmentReason, CostConsumption, CostLayer
from cefn.inventory.models.places import SELLABLE_KINDS, VIRTUAL_KINDS, Location, LocationKind, Warehouse
from cefn.inventory.models.stock import (
    Allocation,
    AllocationKind,
    Lot,
    MoveReason,
    StockLevel,
    StockMove,
    StockQuant,
    StockStatus,
)

__all__ = [
    "SELLABLE_KINDS",
    "VIRTUAL_KINDS",
    "Adjustment",
    "AdjustmentLine",
    "AdjustmentReason",
    "Allocation",
    "AllocationKind",
    "CostConsumption",
    "CostLayer",
    "Location",
    "LocationKind",
    "Lot",
    "MoveReason",
    "StockLevel",
    "StockMove",
    "StockQuant",
    "StockStatus",
    "Warehouse",
]
