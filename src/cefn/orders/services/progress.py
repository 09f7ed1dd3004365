"""How far order lines have got, and the order's statuses that follow from that.

The counters change only here; the CHECK constraints on the line refuse a step that can't be.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from cefn.kernel import sql
from cefn.kernel.errors import Conflict


class LineProgress(NamedTuple):
    """By how much the counters of a line change."""

    line_id: int
    allocated: int = 0
    picked: int = 0
    shipped: int = 0
    invoiced: int = 0
    returned: int = 0
    cancelled: int = 0
    shipped_cost_minor: int = 0
    returned_cost_minor: int = 0


def lines_progress(*, changes: Sequence[LineProgress]) -> None:
    """Change the counters of order lines in one statement; several changes of one line add up.

    Raises Conflict if a line is gone; the database refuses counters that pass one another.
    """
    if not changes:
        return
    summed: dict[int, list[int]] = defaultdict(lambda: [0] * 8)
    for change in changes:
        totals = summed[change[0]]
        for at in range(8):
            totals[at] += change[at + 1]
    done = sql.run(
        "UPDATE orders_salesorderline AS t SET allocated = t.allocated + v.a, picked = t.picked + v.p,"
        " shipped = t.shipped + v.s, invoiced = t.invoiced + v.i, returned = t.returned + v.r,"
        " cancelled = t.cancelled + v.c, shipped_cost_minor = t.shipped_cost_minor + v.sc,"
        " returned_cost_minor = t.returned_cost_minor + v.rc FROM {v} WHERE t.id = v.k",
        v=sql.Rows(
            "k bigint, a bigint, p bigint, s bigint, i bigint, r bigint, c bigint, sc bigint, rc bigint",
            [(key, *totals) for key, totals in sorted(summed.items())],
        ),
    )
    if done != len(summed):
        raise Conflict(document=f"{len(summed) - done} order lines")


REFRESH = """
UPDATE orders_salesorder AS o SET
  allocation_status = CASE WHEN s.allocated >= s.wanted - s.shipped THEN 'full'
    WHEN s.allocated = 0 AND s.shipped = 0 THEN 'none' ELSE 'partial' END,
  fulfilment_status = CASE WHEN s.shipped >= s.wanted THEN 'fulfilled'
    WHEN s.shipped = 0 THEN 'unfulfilled' ELSE 'partial' END,
  invoice_status = CASE WHEN s.invoiced >= s.billed THEN 'full' WHEN s.invoiced = 0 THEN 'none' ELSE 'partial' END,
  return_status = CASE WHEN s.returned = 0 THEN 'none' WHEN s.returned >= s.shipped THEN 'full' ELSE 'partial' END,
  payment_status = CASE
    WHEN o.refunded_minor > 0 AND o.refunded_minor >= o.paid_minor THEN 'refunded'
    WHEN o.refunded_minor > 0 THEN 'partly_refunded'
    WHEN o.paid_minor > o.total_minor THEN 'overpaid' WHEN o.paid_minor = o.total_minor THEN 'paid'
    WHEN o.paid_minor > 0 THEN 'partial' ELSE 'unpaid' END,
  delivery_status = CASE WHEN o.delivery_status = 'none' AND s.shipped > 0 THEN 'in_transit' ELSE o.delivery_status END,
  status = CASE WHEN o.status NOT IN ('confirmed', 'processing') THEN o.status
    WHEN s.billed = 0 THEN 'cancelled'
    WHEN s.shipped >= s.wanted AND s.invoiced >= s.billed AND o.paid_minor >= o.total_minor - s.dropped_minor
    THEN 'done' ELSE o.status END,
  version = o.version + 1
FROM (SELECT l.order_id,
    SUM(CASE WHEN l.kind = 'goods' THEN l.quantity - l.cancelled ELSE 0 END) AS wanted,
    SUM(CASE WHEN l.kind = 'goods' THEN l.shipped ELSE 0 END) AS shipped,
    SUM(l.allocated) AS allocated, SUM(l.returned) AS returned, SUM(l.invoiced) AS invoiced,
    SUM(l.quantity - l.cancelled) AS billed,
    SUM(CASE WHEN l.cancelled > 0 THEN (l.net_minor + l.tax_minor) * l.cancelled / l.quantity ELSE 0 END)
      AS dropped_minor
  FROM orders_salesorderline AS l JOIN {v} ON l.order_id = v.k GROUP BY l.order_id) AS s
WHERE o.id = s.order_id
"""
"""The one rule by which an order's statuses follow from its lines and payments; `cefn check` reads it too."""


def orders_refresh(*, order_ids: Iterable[int]) -> None:
    """Derive the statuses of orders from their lines and payments, in one statement."""
    keys = sorted(set(order_ids))
    if keys:
        sql.run(REFRESH, v=sql.Rows("k bigint", [(key,) for key in keys]))


def orders_processing(*, order_ids: Iterable[int]) -> None:
    """Note that work on confirmed orders has begun."""
    sql.run(
        "UPDATE orders_salesorder AS t SET status = 'processing', version = t.version + 1 FROM {v}"
        " WHERE t.id = v.k AND t.status = 'confirmed'",
        v=sql.Rows("k bigint", [(key,) for key in sorted(set(order_ids))]),
    )


def orders_paid(*, amounts: Sequence[tuple[int, int, int]]) -> dict[int, str]:
    """Add to what was paid and refunded on orders: (order id, paid, refunded) in minor units; statuses follow.

    Returns the orders' numbers by id.
    """
    numbers = sql.fetch(
        "UPDATE orders_salesorder AS t SET paid_minor = t.paid_minor + v.p, refunded_minor = t.refunded_minor + v.r"
        " FROM {v} WHERE t.id = v.k RETURNING id, number",
        v=sql.Rows("k bigint, p bigint, r bigint", _summed(amounts)),
    )
    orders_refresh(order_ids=[row[0] for row in amounts])
    return dict(numbers)


def _summed(amounts: Sequence[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    totals: dict[int, tuple[int, int]] = {}
    for key, paid, refunded in amounts:
        before = totals.get(key, (0, 0))
        totals[key] = (before[0] + paid, before[1] + refunded)
    return [(key, *pair) for key, pair in sorted(totals.items())]


def orders_delivery(*, states: Sequence[tuple[int, str]]) -> None:
    """Set what the carriers say of orders: (order id, delivery status)."""
    if states:
        sql.run(
            "UPDATE orders_salesorder AS t SET delivery_status = v.s, version = t.version + 1 FROM {v}"
            " WHERE t.id = v.k",
            v=sql.Rows("k bigint, s text", sorted(states)),
        )
