"""News from orders and returns."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from cefn.kernel.bus import Event


class LineToServe(NamedTuple):
    """What an order line still wants from stock."""

    line_id: int
    variant_id: int
    quantity: int


class OrderToServe(NamedTuple):
    """An order as routing sees it."""

    order_id: int
    number: str
    ship_country: str
    ship_postcode: str
    is_ship_complete: bool
    ship_by_at: datetime | None
    shipping_service: str
    ship_to: dict[str, str]
    lines: tuple[LineToServe, ...]
    placed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrdersConfirmed(Event):
    """Orders were confirmed and want stock."""

    order_ids: tuple[int, ...]
    orders: tuple[OrderToServe, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrdersCancelled(Event):
    """Orders, or parts of them, were cancelled; their promises must go: (order line id, quantity)."""

    order_ids: tuple[int, ...]
    lines: tuple[tuple[int, int], ...]


class ReturnedLine(NamedTuple):
    """A return line that arrived; `cost_minor` is what its units are worth now."""

    line_id: int
    return_id: int
    return_number: str
    order_line_id: int | None
    variant_id: int
    kind: str
    quantity: int
    net_minor: int
    tax_minor: int
    cost_minor: int
    is_written_off: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnsReceived(Event):
    """Returned goods arrived and were put where their disposition says."""

    return_ids: tuple[int, ...]
    lines: tuple[ReturnedLine, ...]
    received_at: datetime
