"""News from the warehouse."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from cefn.kernel.bus import Event


class ShippedLine(NamedTuple):
    """A quantity of an order line that left, and what it cost, in minor units."""

    shipment_id: int
    shipment_number: str
    order_id: int
    order_line_id: int
    variant_id: int
    quantity: int
    cost_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentsShipped(Event):
    """Shipments left the building; `at` maps a shipment to the moment."""

    shipment_ids: tuple[int, ...]
    lines: tuple[ShippedLine, ...]
    at: dict[int, datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentsDelivered(Event):
    """Shipments reached their buyers."""

    shipment_ids: tuple[int, ...]
    order_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PicksShort(Event):
    """Less lay in the bins than was promised: (order line id, missing)."""

    lines: tuple[tuple[int, int], ...]
