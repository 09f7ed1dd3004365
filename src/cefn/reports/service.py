"""How well the promise was kept: orders, lines and units that left in full and in time."""

from dataclasses import dataclass
from datetime import date, timedelta

from cefn.kernel import clock, sql
from cefn.platform.actors import Actor
from cefn.platform.company_facts import company_facts
from cefn.platform.permissions import permission_require
from cefn.reports.shape import Opens, codes_rows, day_start, share_ppm

SEES = "reports.view"


@dataclass(frozen=True, slots=True, kw_only=True)
class FillRate:
    """Of what had to leave in the span (and by now): how much left by its moment. Shares are parts per million."""

    first_on: date
    last_on: date
    orders: int
    orders_in_full: int
    lines: int
    lines_in_full: int
    units: int
    units_in_time: int
    opens: Opens

    @property
    def order_ppm(self) -> int | None:
        """Return the share of orders that left in full and in time."""
        return share_ppm(self.orders_in_full, self.orders)

    @property
    def line_ppm(self) -> int | None:
        """Return the share of lines that left in full and in time."""
        return share_ppm(self.lines_in_full, self.lines)

    @property
    def unit_ppm(self) -> int | None:
        """Return the share of units that left in time."""
        return share_ppm(self.units_in_time, self.units)


FILL = """
SELECT COUNT(*), COALESCE(SUM(k.is_full), 0), COALESCE(SUM(k.line_count), 0), COALESCE(SUM(k.full_lines), 0),
  COALESCE(SUM(k.wanted), 0), COALESCE(SUM(k.in_time), 0)
FROM (SELECT n.order_id, MIN(CASE WHEN n.in_time >= n.wanted THEN 1 ELSE 0 END) AS is_full, COUNT(*) AS line_count,
    SUM(CASE WHEN n.in_time >= n.wanted THEN 1 ELSE 0 END) AS full_lines, SUM(n.wanted) AS wanted,
    SUM(n.in_time) AS in_time
  FROM (SELECT o.id AS order_id, l.id, l.quantity - l.cancelled AS wanted,
      COALESCE(SUM(CASE WHEN s.shipped_at <= o.ship_by_at THEN p.shipped ELSE 0 END), 0) AS in_time
    FROM orders_salesorder AS o JOIN orders_salesorderline AS l ON l.order_id = o.id
    LEFT JOIN warehouse_shipmentline AS p ON p.order_line_id = l.id
    LEFT JOIN warehouse_shipment AS s ON s.id = p.shipment_id
    WHERE o.company_id = %s AND o.ship_by_at >= %s AND o.ship_by_at < %s AND o.ship_by_at <= %s
      AND o.status NOT IN ('draft', 'quoted', 'cancelled') AND l.kind = 'goods' AND l.quantity > l.cancelled
      AND (%s OR o.channel IN (SELECT c.c FROM {c}))
    GROUP BY o.id, l.id, l.quantity, l.cancelled) AS n
  GROUP BY n.order_id) AS k
"""


def fill_rate(actor: Actor, *, first_on: date, last_on: date) -> FillRate:
    """Return how much of what had to leave in the span left in full and in time: one statement."""
    permission_require(actor, SEES)
    zone = company_facts(actor.company_id).timezone
    row = sql.fetch(
        FILL,
        [
            actor.company_id, day_start(first_on, zone), day_start(last_on + timedelta(days=1), zone), clock.now(),
            not actor.channel_codes,
        ],
        c=codes_rows(actor.channel_codes),
    )[0]  # fmt: skip
    orders, full, lines, full_lines, wanted, in_time = (int(number) for number in row)
    where = {"due_from": first_on.isoformat(), "due_to": last_on.isoformat()}
    return FillRate(
        first_on=first_on, last_on=last_on, orders=orders, orders_in_full=full, lines=lines, lines_in_full=full_lines,
        units=wanted, units_in_time=in_time, opens=Opens("orders", where),
    )  # fmt: skip
