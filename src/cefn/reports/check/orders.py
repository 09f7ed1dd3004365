"""Orders, shipments and returns: counters are the sums of documents, states follow from lines (INV-05, 23 to 26)."""

import re

from django.utils.translation import gettext_lazy as _

from cefn.orders.services.progress import REFRESH
from cefn.reports.check.money import currencies
from cefn.reports.check.probe import Invariant, Probe

DERIVED = (
    "allocation_status", "fulfilment_status", "invoice_status", "return_status", "payment_status", "status",
)  # fmt: skip
"""What an order's row says that its lines and payments decide."""

COUNTERS = """
SELECT l.company_id, o.number || ' line ' || l.position AS subject, l.id AS row_id, l.quantity AS expected,
    l.cancelled || ' + ' || l.shipped || ' + ' || l.allocated || ' (' || l.picked || ', ' || l.returned || ')' AS found
FROM orders_salesorderline AS l JOIN orders_salesorder AS o ON o.id = l.order_id
WHERE l.shipped < 0 OR l.cancelled < 0 OR l.allocated < 0 OR l.picked < 0 OR l.returned < 0
    OR l.quantity < l.cancelled + l.shipped + l.allocated OR l.picked > l.allocated OR l.returned > l.shipped
    OR l.invoiced < 0 OR l.invoiced > l.quantity
"""

LINE_ALLOCATED = """
SELECT l.company_id, o.number || ' line ' || l.position AS subject, l.id AS row_id, COALESCE(t.n, 0) AS expected,
    l.allocated AS found
FROM orders_salesorderline AS l JOIN orders_salesorder AS o ON o.id = l.order_id
LEFT JOIN (SELECT demand_id, SUM(open_quantity) AS n FROM inventory_allocation WHERE kind = 'hard' GROUP BY demand_id)
    AS t ON t.demand_id = l.id WHERE l.allocated <> COALESCE(t.n, 0)
"""

LINE_SENT = """
SELECT l.company_id, o.number || ' line ' || l.position AS subject, l.id AS row_id,
    COALESCE(t.sent, 0) || ' / ' || COALESCE(t.picked, 0) AS expected, l.shipped || ' / ' || l.picked AS found
FROM orders_salesorderline AS l JOIN orders_salesorder AS o ON o.id = l.order_id
LEFT JOIN (SELECT order_line_id, SUM(shipped) AS sent, SUM(picked - shipped) AS picked FROM warehouse_shipmentline
    GROUP BY order_line_id) AS t ON t.order_line_id = l.id
WHERE l.shipped <> COALESCE(t.sent, 0) OR l.picked <> COALESCE(t.picked, 0)
"""

LINE_BILLED = """
SELECT l.company_id, o.number || ' line ' || l.position AS subject, l.id AS row_id, COALESCE(t.n, 0) AS expected,
    l.invoiced AS found
FROM orders_salesorderline AS l JOIN orders_salesorder AS o ON o.id = l.order_id
LEFT JOIN (SELECT x.order_line_id, SUM(x.quantity) AS n FROM books_invoiceline AS x JOIN books_invoice AS i
    ON i.id = x.invoice_id AND i.kind = 'invoice' AND i.status <> 'cancelled' GROUP BY x.order_line_id) AS t
    ON t.order_line_id = l.id WHERE l.invoiced <> COALESCE(t.n, 0)
"""

LINE_RETURNED = """
SELECT l.company_id, o.number || ' line ' || l.position AS subject, l.id AS row_id, COALESCE(t.n, 0) AS expected,
    l.returned AS found
FROM orders_salesorderline AS l JOIN orders_salesorder AS o ON o.id = l.order_id
LEFT JOIN (SELECT order_line_id, SUM(received) AS n FROM orders_returnline WHERE kind = 'goods' GROUP BY order_line_id)
    AS t ON t.order_line_id = l.id WHERE l.returned <> COALESCE(t.n, 0)
"""

LINE_COST = """
SELECT l.company_id, o.number || ' line ' || l.position AS subject, l.id AS row_id, COALESCE(t.m, 0) AS expected,
    l.shipped_cost_minor AS found
FROM orders_salesorderline AS l JOIN orders_salesorder AS o ON o.id = l.order_id
LEFT JOIN (SELECT s.order_line_id, SUM(c.value_minor) AS m FROM warehouse_shipmentline AS s
    JOIN warehouse_shipment AS h ON h.id = s.shipment_id JOIN inventory_stockmove AS m ON m.company_id = s.company_id
    AND m.source = 'shipment:' || h.number AND m.purpose = 'ship:' || s.id
    JOIN inventory_costconsumption AS c ON c.move_id = m.id WHERE s.shipped > 0 GROUP BY s.order_line_id) AS t
ON t.order_line_id = l.id WHERE l.shipped_cost_minor <> COALESCE(t.m, 0)
"""


def _derived_statement() -> str:
    """Return the statement that derives every order's statuses anew, by the services' own rule."""
    rules, source = REFRESH.split(" SET", 1)[1].split("\nFROM (", 1)
    pieces = re.split(r",?\n  (\w+) = ", rules)
    by_name = dict(zip(pieces[1::2], pieces[2::2], strict=True))
    lines = source.replace(" JOIN {v} ON l.order_id = v.k", "").rsplit(") AS s", 1)[0]
    columns = ", ".join(f"{by_name[name]} AS new_{name}" for name in DERIVED)
    return " ".join(
        ("SELECT o.*,", columns, ", s.wanted, s.shipped, s.billed, s.invoiced FROM orders_salesorder AS o JOIN (",
         lines, ") AS s ON s.order_id = o.id")
    )  # fmt: skip


UNFINISHED = "(t.status = 'done' AND (t.shipped < t.wanted OR t.invoiced < t.billed))"
REVIVED = "(t.status = 'cancelled' AND t.billed <> 0)"
"""Done and cancelled are ends that the rule never leaves, so whether they were reached is asked apart."""

STATUSES = " ".join(
    (
        "SELECT t.company_id, t.number AS subject, t.id AS row_id,",
        " || ', ' || ".join(f"t.new_{name}" for name in DERIVED[:-1]),
        "|| ', ' || CASE WHEN",
        UNFINISHED,
        "OR",
        REVIVED,
        "THEN 'processing' ELSE t.new_status END AS expected,",
        " || ', ' || ".join(f"t.{name}" for name in DERIVED),
        "AS found FROM (",
        _derived_statement(),
        ") AS t WHERE",
        " OR ".join((*(f"t.new_{name} <> t.{name}" for name in DERIVED), UNFINISHED, REVIVED)),
    )
)

ON_HOLD = """
SELECT o.company_id, o.number AS subject, o.id AS row_id, COUNT(h.id) || ' holds' AS expected,
    CASE WHEN o.is_on_hold THEN 'on hold' ELSE 'free' END AS found
FROM orders_salesorder AS o LEFT JOIN orders_orderhold AS h ON h.order_id = o.id AND h.released_at IS NULL
GROUP BY o.company_id, o.number, o.id, o.is_on_hold HAVING o.is_on_hold <> (COUNT(h.id) > 0)
"""

DELIVERED = """
SELECT o.company_id, o.number AS subject, o.id AS row_id, COALESCE(t.left_us, 0) || ' sent, ' || COALESCE(t.there, 0)
    || ' delivered' AS expected, o.delivery_status AS found
FROM orders_salesorder AS o LEFT JOIN (SELECT order_id, COUNT(*) AS left_us,
    SUM(CASE WHEN status = 'delivered' THEN 1 ELSE 0 END) AS there FROM warehouse_shipment
    WHERE status IN ('shipped', 'delivered') GROUP BY order_id) AS t ON t.order_id = o.id
WHERE (o.delivery_status = 'none') <> (COALESCE(t.left_us, 0) = 0)
    OR (o.delivery_status = 'delivered') <> (COALESCE(t.left_us, 0) > 0 AND COALESCE(t.left_us, 0) =
    COALESCE(t.there, 0))
"""

# What the lines of a shipment must look like in each state; a break names the state and the four sums.
SHIPMENT_STATES = """
SELECT s.company_id, s.number AS subject, s.id AS row_id, s.status AS expected,
    t.quantity || ', ' || t.picked || ', ' || t.packed || ', ' || t.shipped AS found
FROM warehouse_shipment AS s JOIN (SELECT shipment_id, SUM(quantity) AS quantity, SUM(picked) AS picked,
    SUM(packed) AS packed, SUM(shipped) AS shipped FROM warehouse_shipmentline GROUP BY shipment_id) AS t
ON t.shipment_id = s.id
WHERE NOT CASE s.status
    WHEN 'draft' THEN t.quantity > 0 AND t.picked = 0 AND t.packed = 0 AND t.shipped = 0
    WHEN 'released' THEN t.quantity > 0 AND t.picked = 0 AND t.packed = 0 AND t.shipped = 0
    WHEN 'picking' THEN t.quantity > 0 AND t.packed = 0 AND t.shipped = 0
    WHEN 'picked' THEN t.quantity > 0 AND t.picked = t.quantity AND t.packed = 0 AND t.shipped = 0
    WHEN 'packed' THEN t.quantity > 0 AND t.packed = t.quantity AND t.picked = t.quantity AND t.shipped = 0
    WHEN 'shipped' THEN t.shipped > 0 AND t.shipped = t.quantity AND t.packed = t.quantity
    WHEN 'delivered' THEN t.shipped > 0 AND t.shipped = t.quantity AND t.packed = t.quantity
    WHEN 'cancelled' THEN t.shipped = 0 AND t.quantity = 0
    ELSE FALSE END
    OR (s.shipped_at IS NULL) <> (s.status NOT IN ('shipped', 'delivered'))
    OR (s.delivered_at IS NULL) <> (s.status <> 'delivered')
"""

TASK_STATES = """
SELECT s.company_id, s.number AS subject, s.id AS row_id,
    CASE WHEN s.status IN ('released', 'picking') THEN t.quantity - t.picked ELSE 0 END AS expected,
    COALESCE(p.n, 0) AS found
FROM warehouse_shipment AS s JOIN (SELECT shipment_id, SUM(quantity) AS quantity, SUM(picked) AS picked
    FROM warehouse_shipmentline GROUP BY shipment_id) AS t ON t.shipment_id = s.id
LEFT JOIN (SELECT l.shipment_id, SUM(k.quantity) AS n FROM warehouse_picktask AS k
    JOIN warehouse_shipmentline AS l ON l.id = k.shipment_line_id WHERE k.status = 'open' GROUP BY l.shipment_id) AS p
ON p.shipment_id = s.id
WHERE COALESCE(p.n, 0) <> CASE WHEN s.status IN ('released', 'picking') THEN t.quantity - t.picked ELSE 0 END
"""

BATCH_STATES = """
SELECT b.company_id, b.number AS subject, b.id AS row_id, b.status AS expected, COALESCE(t.n, 0) || ' open' AS found
FROM warehouse_pickbatch AS b LEFT JOIN (SELECT batch_id, COUNT(*) AS n FROM warehouse_picktask WHERE status = 'open'
    GROUP BY batch_id) AS t ON t.batch_id = b.id
WHERE (b.status IN ('released', 'picking')) <> (COALESCE(t.n, 0) > 0)
"""

ORDER_SUMS = """
SELECT o.company_id, o.number AS subject, o.id AS row_id,
    COALESCE(t.net, 0) || ' + ' || COALESCE(t.tax, 0) || ' - ' || COALESCE(t.off, 0) || ' / ' || COALESCE(t.n, 0)
    AS expected,
    o.net_minor || ' + ' || o.tax_minor || ' - ' || o.discount_minor || ' / ' || o.line_count AS found
FROM orders_salesorder AS o LEFT JOIN (SELECT order_id, SUM(net_minor) AS net, SUM(tax_minor) AS tax,
    SUM(discount_minor) AS off, COUNT(*) AS n FROM orders_salesorderline GROUP BY order_id) AS t ON t.order_id = o.id
WHERE o.net_minor <> COALESCE(t.net, 0) OR o.tax_minor <> COALESCE(t.tax, 0) OR o.discount_minor <> COALESCE(t.off, 0)
    OR o.line_count <> COALESCE(t.n, 0) OR o.total_minor <> o.net_minor + o.tax_minor + o.rounding_minor
"""

LINE_PRICE = """
SELECT t.company_id, t.subject, t.row_id, (2 * t.worth + t.unit) / (2 * t.unit) - t.discount_minor AS expected,
    t.amount AS found
FROM (SELECT l.company_id, o.number || ' line ' || l.position AS subject, l.id AS row_id, l.discount_minor,
      l.net_minor + CASE WHEN o.prices_include_tax THEN l.tax_minor ELSE 0 END AS amount,
      l.quantity * l.unit_price_micro AS worth, v.m * CASE x.quantity_decimals WHEN 0 THEN 1 WHEN 1 THEN 10 WHEN 2
    THEN 100
      WHEN 3 THEN 1000 WHEN 4 THEN 10000 WHEN 5 THEN 100000 ELSE 1000000 END AS unit
      FROM orders_salesorderline AS l JOIN orders_salesorder AS o ON o.id = l.order_id
      JOIN catalog_variant AS x ON x.id = l.variant_id JOIN {v} ON v.c = o.currency) AS t
WHERE t.worth >= 0 AND t.amount <> (2 * t.worth + t.unit) / (2 * t.unit) - t.discount_minor
"""

CHANNEL_TOTAL = """
SELECT o.company_id, o.number AS subject, o.id AS row_id, o.channel_total_minor AS expected, o.total_minor AS found
FROM orders_salesorder AS o WHERE o.channel_total_minor <> o.total_minor AND o.exception = ''
"""

SENT_WITHOUT_MOVES = """
SELECT s.company_id, s.number AS subject, s.id AS row_id, s.status AS expected, 'no moves' AS found
FROM warehouse_shipment AS s WHERE s.status IN ('shipped', 'delivered') AND NOT EXISTS (SELECT 1
    FROM inventory_stockmove AS m WHERE m.company_id = s.company_id AND m.source = 'shipment:' || s.number
    AND m.reason = 'ship')
"""

MOVE_WITHOUT_SHIPMENT = """
SELECT m.company_id, m.source AS subject, m.id AS row_id, 'shipped' AS expected, COALESCE(s.status, '-') AS found
FROM inventory_stockmove AS m JOIN inventory_location AS c ON c.id = m.to_location_id AND c.kind = 'customer'
LEFT JOIN warehouse_shipment AS s ON s.company_id = m.company_id AND s.number = SUBSTR(m.source, 10)
    AND SUBSTR(m.source, 1, 9) = 'shipment:'
WHERE s.id IS NULL OR s.status NOT IN ('shipped', 'delivered')
"""

TRACKING = """
SELECT t.company_id, t.tracking_number AS subject, MAX(t.shipment_id) AS row_id, 1 AS expected,
    COUNT(DISTINCT t.shipment_id) AS found
FROM (SELECT company_id, tracking_number, id AS shipment_id FROM warehouse_shipment WHERE tracking_number <> ''
    UNION ALL SELECT company_id, tracking_number, shipment_id FROM warehouse_package WHERE tracking_number <> '') AS t
GROUP BY t.company_id, t.tracking_number HAVING COUNT(DISTINCT t.shipment_id) > 1
"""

RETURNED_IN_SENT = """
SELECT l.company_id, o.number || ' line ' || l.position AS subject, l.id AS row_id, '<= ' || COALESCE(t.n, 0) AS
    expected,
    r.n AS found
FROM (SELECT order_line_id, SUM(received) AS n FROM orders_returnline WHERE order_line_id IS NOT NULL AND kind = 'goods'
    GROUP BY order_line_id) AS r
JOIN orders_salesorderline AS l ON l.id = r.order_line_id JOIN orders_salesorder AS o ON o.id = l.order_id
LEFT JOIN (SELECT order_line_id, SUM(shipped) AS n FROM warehouse_shipmentline GROUP BY order_line_id) AS t
    ON t.order_line_id = l.id
WHERE r.n > COALESCE(t.n, 0)
"""

# What may go back: what was credited, and of what was paid in advance what no invoice has used. More needs a recorded
# approval.
REFUND_IN_CREDIT = """
SELECT o.company_id, o.number AS subject, o.id AS row_id,
    '<= ' || (COALESCE(t.credited, 0) + COALESCE(p.given, 0)) AS expected, o.refunded_minor AS found
FROM orders_salesorder AS o LEFT JOIN (SELECT order_id, SUM(total_minor) AS credited FROM books_invoice
    WHERE order_id IS NOT NULL AND kind = 'credit_note' AND status <> 'cancelled' GROUP BY order_id) AS t
    ON t.order_id = o.id
LEFT JOIN (SELECT order_id, SUM(CASE direction WHEN 'in' THEN unallocated_minor ELSE 0 END) AS kept,
    SUM(CASE direction WHEN 'out' THEN unallocated_minor ELSE 0 END) AS given FROM books_payment
    WHERE order_id IS NOT NULL GROUP BY order_id) AS p ON p.order_id = o.id
WHERE o.refunded_minor > 0
    AND (o.refunded_minor - COALESCE(p.given, 0) > COALESCE(t.credited, 0) OR COALESCE(p.given, 0) > p.kept)
    AND NOT EXISTS (SELECT 1 FROM platform_auditevent AS e WHERE e.company_id = o.company_id
        AND e.subject = 'sales-order:' || o.number AND e.verb = 'refund-without-return-approved')
"""

ORDER_TWICE = """
SELECT o.company_id, o.channel || ' ' || o.external_id AS subject, MAX(o.id) AS row_id, 1 AS expected, COUNT(*) AS found
FROM orders_salesorder AS o WHERE o.external_id <> '' GROUP BY o.company_id, o.channel, o.external_id HAVING
    COUNT(*) > 1
"""

RETURN_TWICE = """
SELECT r.company_id, r.channel || ' ' || r.external_id AS subject, MAX(r.id) AS row_id, 1 AS expected, COUNT(*) AS found
FROM orders_returnorder AS r WHERE r.external_id <> '' GROUP BY r.company_id, r.channel, r.external_id
HAVING COUNT(*) > 1
"""

ORDERS = (
    Invariant(
        "INV-05",
        _("An order line's counters fit each other and the documents that made them"),
        (
            Probe("line-counters", _("the line's counters pass one another"), COUNTERS),
            Probe("line-allocated", _("what the line has promised is not the sum of its promises"), LINE_ALLOCATED),
            Probe("line-sent", _("what the line sent and picked is not what its shipments say"), LINE_SENT),
            Probe("line-billed", _("what the line was invoiced for is not what its invoices say"), LINE_BILLED),
            Probe("line-returned", _("what came back of the line is not what its returns say"), LINE_RETURNED),
            Probe("line-cost", _("what the line cost is not what its moves took from the layers"), LINE_COST),
        ),
    ),
    Invariant(
        "INV-23",
        _("Stored states are what the lines and documents lead to"),
        (
            Probe("order-statuses", _("the order's statuses are not what its lines and payments say"), STATUSES),
            Probe(
                "order-hold", _("the order is on hold without a reason, or has a reason and is not on hold"), ON_HOLD
            ),
            Probe("order-delivery", _("the order's delivery is not what its shipments say"), DELIVERED),
            Probe("shipment-state", _("the shipment's state is not what its lines say"), SHIPMENT_STATES),
            Probe("shipment-tasks", _("the open pick tasks don't cover what the shipment still wants"), TASK_STATES),
            Probe("batch-state", _("the pick batch's state is not what its tasks say"), BATCH_STATES),
        ),
    ),
    Invariant(
        "INV-24",
        _("An order's total is the sum of its lines, and the total that its channel showed"),
        (
            Probe("order-adds-up", _("the order's totals are not the sums of its lines"), ORDER_SUMS),
            Probe(
                "line-price", _("the line's amount is not quantity x price - discount"), LINE_PRICE, tables=currencies
            ),
            Probe("channel-total", _("the channel showed another total, and nothing says why"), CHANNEL_TOTAL),
        ),
    ),
    Invariant(
        "INV-25",
        _("What was sent has moves, what moved to a customer has a shipment, a tracking number has one shipment"),
        (
            Probe("sent-has-moves", _("the shipment was sent and nothing moved"), SENT_WITHOUT_MOVES),
            Probe("move-has-shipment", _("stock went to a customer without a sent shipment"), MOVE_WITHOUT_SHIPMENT),
            Probe("tracking-once", _("the tracking number belongs to several shipments"), TRACKING),
        ),
    ),
    Invariant(
        "INV-26",
        _("No more comes back than was sent, and no more is refunded than came back"),
        (
            Probe("returned-in-sent", _("more came back of the line than was sent"), RETURNED_IN_SENT),
            Probe("refund-in-credit", _("more was refunded than was credited or paid too much"), REFUND_IN_CREDIT),
        ),
    ),
)
