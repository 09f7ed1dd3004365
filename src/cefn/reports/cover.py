"""What runs low, for how long it lasts, and how much to get.

The rate is what was ordered in the last 28 days, whether or not there was stock for it; where only some warehouses are
looked at, it is what they sent. Days of cover = available / rate a day, rounded down.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from cefn.kernel import clock, sql
from cefn.platform.actors import Actor
from cefn.platform.permissions import permission_require
from cefn.reports.shape import Opens, codes_rows, own_name

SEES = "stock.view"
RATE_DAYS = 28
PROPOSE_DAYS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverRow:
    """A variant's stock beside what sells. `days_of_cover` is None where nothing sold.

    `waiting` is what open orders still lack; `proposed` is what to get: 30 days of sale, the low-stock mark and what
    waits, less what is available and what is on its way.
    """

    variant_id: int
    sku: str
    name: str
    variant_name: str
    quantity_decimals: int
    on_hand: int
    allocated: int
    available: int
    incoming: int
    low_stock_at: int
    waiting: int
    sold: int
    days_of_cover: int | None
    proposed: int
    opens: Opens

    @property
    def is_low(self) -> bool:
        """Tell whether what is available is at or under the mark."""
        return self.low_stock_at > 0 and self.available <= self.low_stock_at


def cover_rows(actor: Actor, *, warehouse_code: str = "") -> list[CoverRow]:
    """Return every active stocked variant that has a mark, sold lately, or is waited for: two statements."""
    permission_require(actor, SEES)
    codes = {warehouse_code} if warehouse_code else set(actor.warehouse_codes)
    if warehouse_code and actor.warehouse_codes:
        codes &= actor.warehouse_codes
        if not codes:
            return []
    sold, waiting = _sold_and_waiting(actor, codes)
    rows = sql.fetch(
        "SELECT x.id, x.sku, p.name, p.name_cy, x.name, x.quantity_decimals, x.low_stock_at, COALESCE(s.on_hand, 0),"
        " COALESCE(s.allocated, 0), COALESCE(s.incoming, 0) FROM catalog_variant AS x"
        " JOIN catalog_product AS p ON p.id = x.product_id"
        " LEFT JOIN (SELECT l.variant_id, SUM(l.on_hand) AS on_hand, SUM(l.allocated) AS allocated,"
        " SUM(l.incoming) AS incoming FROM inventory_stocklevel AS l JOIN inventory_warehouse AS w ON w.id ="
        " l.warehouse_id"
        " WHERE l.company_id = %s AND (%s OR w.code IN (SELECT c.c FROM {c})) GROUP BY l.variant_id) AS s"
        " ON s.variant_id = x.id WHERE x.company_id = %s AND x.is_stocked AND x.status = 'active'",
        [actor.company_id, not codes, actor.company_id],
        c=codes_rows(codes),
    )
    return [
        _row(row, sold.get(row[0], 0), waiting.get(row[0], 0)) for row in rows
        if row[6] > 0 or row[0] in sold or row[0] in waiting
    ]  # fmt: skip


def _row(row: Sequence[Any], sold: int, waiting: int) -> CoverRow:
    key, sku, name, name_cy, variant_name, decimals, mark, on_hand, allocated, incoming = row
    available = int(on_hand - allocated)
    need = -(-sold * PROPOSE_DAYS // RATE_DAYS) + mark + waiting
    return CoverRow(
        variant_id=key, sku=sku, name=own_name(name, name_cy), variant_name=variant_name, quantity_decimals=decimals,
        on_hand=int(on_hand), allocated=int(allocated), available=available, incoming=int(incoming), low_stock_at=mark,
        waiting=waiting, sold=sold, days_of_cover=available * RATE_DAYS // sold if sold else None,
        proposed=max(0, need - available - int(incoming)), opens=Opens("moves", {"variant": str(key)}),
    )  # fmt: skip


SOLD_AND_WAITING = """
SELECT l.variant_id, SUM(l.quantity - l.cancelled), 0 FROM orders_salesorder AS o
JOIN orders_salesorderline AS l ON l.order_id = o.id
WHERE o.company_id = %s AND o.placed_at >= %s AND o.status NOT IN ('draft', 'quoted', 'cancelled') AND l.kind = 'goods'
  AND %s
GROUP BY l.variant_id
UNION ALL
SELECT l.variant_id, 0, SUM(l.quantity - l.cancelled - l.shipped - l.allocated) FROM orders_salesorder AS o
JOIN orders_salesorderline AS l ON l.order_id = o.id
WHERE o.company_id = %s AND o.status IN ('confirmed', 'processing') AND l.kind = 'goods'
  AND l.quantity - l.cancelled - l.shipped - l.allocated > 0
GROUP BY l.variant_id
UNION ALL
SELECT l.variant_id, SUM(l.shipped), 0 FROM inventory_warehouse AS w JOIN {c} ON c.c = w.code
JOIN warehouse_shipment AS s ON s.warehouse_id = w.id AND s.shipped_at >= %s
JOIN warehouse_shipmentline AS l ON l.shipment_id = s.id
WHERE w.company_id = %s
GROUP BY l.variant_id
"""
"""By variant: units sold lately and units that open orders still lack. Without warehouses named, what was ordered."""


def _sold_and_waiting(actor: Actor, codes: set[str]) -> tuple[dict[int, int], dict[int, int]]:
    since = clock.now() - timedelta(days=RATE_DAYS)
    sold: dict[int, int] = {}
    waiting: dict[int, int] = {}
    for variant, units, lacking in sql.fetch(
        SOLD_AND_WAITING,
        [actor.company_id, since, not codes, actor.company_id, since, actor.company_id],
        c=codes_rows(codes),
    ):
        if units:
            sold[variant] = sold.get(variant, 0) + int(units)
        if lacking:
            waiting[variant] = waiting.get(variant, 0) + int(lacking)
    return sold, waiting


def low_stock(actor: Actor, *, warehouse_code: str = "", limit: int = 200) -> list[CoverRow]:
    """Return what is at or under its low-stock mark, the least cover first: two statements."""
    rows = [row for row in cover_rows(actor, warehouse_code=warehouse_code) if row.is_low]
    return sorted(rows, key=urgency)[:limit]


def running_out(actor: Actor, *, within_days: int = 14, limit: int = 10) -> list[CoverRow]:
    """Return what sells and lasts no longer than `within_days`, the least cover first: two statements."""
    rows = [row for row in cover_rows(actor) if row.days_of_cover is not None and row.days_of_cover <= within_days]
    return sorted(rows, key=urgency)[:limit]


def urgency(row: CoverRow) -> tuple[bool, int, int, str]:
    """Order: what sells before what does not, the least cover first, then what sells most."""
    return (row.days_of_cover is None, row.days_of_cover or 0, -row.sold, row.sku)
