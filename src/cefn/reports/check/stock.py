"""The stock ledger: quants and levels are the sums of moves, allocations and layers add up (INV-01 to INV-08)."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from cefn.kernel import sql
from cefn.reports.check.probe import Invariant, Probe, Scope

SWEEP = timedelta(minutes=15)
"""How long a reservation may be past its end before the sweeper must have let it go."""

MOVED = """
SELECT m.company_id, m.variant_id, m.to_location_id AS location_id, COALESCE(m.lot_id, 0) AS lot_key,
    m.to_status AS status, m.owner, m.quantity AS moved FROM inventory_stockmove AS m
UNION ALL SELECT m.company_id, m.variant_id, m.from_location_id, COALESCE(m.lot_id, 0), m.from_status, m.owner,
    -m.quantity FROM inventory_stockmove AS m
"""

QUANTS = """
SELECT t.company_id, v.sku || ' / ' || COALESCE(w.code, '') || ' ' || c.code || ' / ' || t.status AS subject,
    MAX(t.quant_id) AS row_id, SUM(t.moved) AS expected, SUM(t.held) AS found
FROM (SELECT company_id, variant_id, location_id, lot_key, status, owner, moved, 0 AS held, 0 AS quant_id FROM
        (SELECT company_id, variant_id, location_id, lot_key, status, owner, SUM(moved) AS moved FROM (MOVED) AS z
         GROUP BY company_id, variant_id, location_id, lot_key, status, owner) AS y
    UNION ALL SELECT company_id, variant_id, location_id, lot_key, status, owner, 0, on_hand, id
    FROM inventory_stockquant) AS t
JOIN inventory_location AS c ON c.id = t.location_id AND c.warehouse_id IS NOT NULL
LEFT JOIN inventory_warehouse AS w ON w.id = c.warehouse_id JOIN catalog_variant AS v ON v.id = t.variant_id
GROUP BY t.company_id, t.variant_id, t.location_id, t.lot_key, t.status, t.owner, v.sku, c.code, w.code
HAVING SUM(t.moved) <> SUM(t.held)
""".replace("MOVED", MOVED)

QUANT_KEYS = """
SELECT q.company_id, v.sku || ' / ' || c.code AS subject, q.id AS row_id,
    CASE WHEN c.warehouse_id IS NULL THEN '-' ELSE CAST(COALESCE(q.lot_id, 0) AS TEXT) END AS expected,
    CAST(q.lot_key AS TEXT) AS found
FROM inventory_stockquant AS q JOIN inventory_location AS c ON c.id = q.location_id
JOIN catalog_variant AS v ON v.id = q.variant_id
WHERE c.warehouse_id IS NULL OR q.lot_key <> COALESCE(q.lot_id, 0)
"""

EVERYWHERE = """
SELECT t.company_id, v.sku AS subject, t.variant_id AS row_id, 0 AS expected, SUM(t.n) AS found
FROM (SELECT m.company_id, m.variant_id, m.quantity AS n FROM inventory_stockmove AS m
      JOIN inventory_location AS c ON c.id = m.to_location_id
    UNION ALL SELECT m.company_id, m.variant_id, -m.quantity FROM inventory_stockmove AS m
      JOIN inventory_location AS c ON c.id = m.from_location_id) AS t
JOIN catalog_variant AS v ON v.id = t.variant_id
GROUP BY t.company_id, t.variant_id, v.sku HAVING SUM(t.n) <> 0
"""

MOVES_NIL = """
SELECT m.company_id, m.source AS subject, m.id AS row_id, '> 0' AS expected, m.quantity AS found
FROM inventory_stockmove AS m WHERE m.quantity <= 0
    OR (m.from_location_id = m.to_location_id AND m.from_status = m.to_status)
"""

BELOW_NOTHING = """
SELECT q.company_id, v.sku || ' / ' || c.code AS subject, q.id AS row_id, '>= 0' AS expected, q.on_hand AS found
FROM inventory_stockquant AS q JOIN inventory_location AS c ON c.id = q.location_id
JOIN catalog_variant AS v ON v.id = q.variant_id WHERE q.on_hand < 0
"""

LEVELS = """
SELECT t.company_id, v.sku || ' / ' || w.code AS subject, MAX(t.level_id) AS row_id, SUM(t.lying) AS expected,
    SUM(t.held) AS found
FROM (SELECT q.company_id, q.variant_id, c.warehouse_id, q.on_hand AS lying, 0 AS held, 0 AS level_id
      FROM inventory_stockquant AS q JOIN inventory_location AS c ON c.id = q.location_id
      WHERE c.is_sellable AND c.warehouse_id IS NOT NULL AND q.status = 'available'
    UNION ALL SELECT company_id, variant_id, warehouse_id, 0, on_hand, id FROM inventory_stocklevel) AS t
JOIN catalog_variant AS v ON v.id = t.variant_id JOIN inventory_warehouse AS w ON w.id = t.warehouse_id
GROUP BY t.company_id, t.variant_id, t.warehouse_id, v.sku, w.code HAVING SUM(t.lying) <> SUM(t.held)
"""

ALLOCATED = """
SELECT t.company_id, v.sku || ' / ' || w.code AS subject, MAX(t.level_id) AS row_id, SUM(t.promised) AS expected,
    SUM(t.held) AS found
FROM (SELECT company_id, variant_id, warehouse_id, open_quantity AS promised, 0 AS held, 0 AS level_id
      FROM inventory_allocation WHERE open_quantity <> 0
    UNION ALL SELECT company_id, variant_id, warehouse_id, 0, allocated, id FROM inventory_stocklevel) AS t
JOIN catalog_variant AS v ON v.id = t.variant_id JOIN inventory_warehouse AS w ON w.id = t.warehouse_id
GROUP BY t.company_id, t.variant_id, t.warehouse_id, v.sku, w.code HAVING SUM(t.promised) <> SUM(t.held)
"""

OVERSOLD = """
SELECT l.company_id, v.sku || ' / ' || w.code AS subject, l.id AS row_id, '0 .. ' || l.on_hand AS expected,
    l.allocated AS found
FROM inventory_stocklevel AS l JOIN catalog_variant AS v ON v.id = l.variant_id
JOIN inventory_warehouse AS w ON w.id = l.warehouse_id WHERE l.allocated < 0 OR l.allocated > l.on_hand
"""

RESOLVED = """
SELECT a.company_id, a.source AS subject, a.id AS row_id, a.quantity AS expected,
    a.open_quantity || ' + ' || a.posted_quantity || ' + ' || a.voided_quantity AS found
FROM inventory_allocation AS a WHERE a.quantity <> a.open_quantity + a.posted_quantity + a.voided_quantity
    OR a.open_quantity < 0 OR a.posted_quantity < 0 OR a.voided_quantity < 0
"""

EXPIRED = """
SELECT a.company_id, a.source AS subject, a.id AS row_id, 0 AS expected, a.open_quantity AS found
FROM inventory_allocation AS a WHERE a.expires_at < %s AND a.open_quantity <> 0
"""

SET_ASIDE = """
SELECT q.company_id, v.sku || ' / ' || c.code AS subject, q.id AS row_id, COALESCE(t.wanted, 0) AS expected,
    q.picking AS found
FROM inventory_stockquant AS q LEFT JOIN (SELECT quant_id, SUM(quantity) AS wanted FROM warehouse_picktask
    WHERE status = 'open' GROUP BY quant_id) AS t ON t.quant_id = q.id
JOIN catalog_variant AS v ON v.id = q.variant_id JOIN inventory_location AS c ON c.id = q.location_id
WHERE q.picking <> COALESCE(t.wanted, 0)
"""

LEFT_ONCE = """
SELECT l.company_id, s.number || ' line ' || l.position AS subject, l.id AS row_id, l.shipped AS expected,
    COALESCE(m.quantity, 0) AS found
FROM warehouse_shipmentline AS l JOIN warehouse_shipment AS s ON s.id = l.shipment_id
LEFT JOIN inventory_stockmove AS m ON m.company_id = l.company_id AND m.source = 'shipment:' || s.number
    AND m.purpose = 'ship:' || l.id AND m.variant_id = l.variant_id AND m.reason = 'ship'
LEFT JOIN inventory_location AS f ON f.id = m.from_location_id LEFT JOIN inventory_location AS t ON t.id =
    m.to_location_id
WHERE l.shipped <> COALESCE(m.quantity, 0)
    OR (m.id IS NOT NULL AND (f.warehouse_id IS NULL OR f.warehouse_id <> s.warehouse_id OR t.kind <> 'customer'))
"""

PICKED_ONCE = """
SELECT p.company_id, s.number || ' / ' || c.code AS subject, p.id AS row_id, p.picked AS expected,
    COALESCE(m.quantity, 0) AS found
FROM warehouse_picktask AS p JOIN warehouse_shipmentline AS l ON l.id = p.shipment_line_id
JOIN warehouse_shipment AS s ON s.id = l.shipment_id JOIN inventory_location AS c ON c.id = p.location_id
LEFT JOIN inventory_stockmove AS m ON m.company_id = p.company_id AND m.source = 'shipment:' || s.number
    AND m.purpose = 'pick:' || p.id AND m.variant_id = p.variant_id AND m.from_location_id = p.location_id
WHERE p.picked <> COALESCE(m.quantity, 0)
"""

PICKED_SUM = """
SELECT l.company_id, s.number || ' line ' || l.position AS subject, l.id AS row_id, COALESCE(p.taken, 0) AS expected,
    l.picked AS found
FROM warehouse_shipmentline AS l JOIN warehouse_shipment AS s ON s.id = l.shipment_id
LEFT JOIN (SELECT shipment_line_id, SUM(picked) AS taken FROM warehouse_picktask GROUP BY shipment_line_id) AS p
    ON p.shipment_line_id = l.id
WHERE l.picked <> COALESCE(p.taken, 0)
"""

WITHOUT_LOT = """
SELECT q.company_id, v.sku || ' / ' || c.code AS subject, q.id AS row_id, v.tracking AS expected, q.on_hand AS found
FROM inventory_stockquant AS q JOIN catalog_variant AS v ON v.id = q.variant_id
JOIN inventory_location AS c ON c.id = q.location_id
WHERE v.tracking <> 'none' AND q.lot_id IS NULL AND q.on_hand <> 0
"""

LOT_OF_ANOTHER = """
SELECT t.company_id, v.sku || ' / ' || b.code AS subject, t.id AS row_id, t.variant_id AS expected, b.variant_id AS
    found
FROM (SELECT company_id, id, variant_id, lot_id FROM inventory_stockquant WHERE lot_id IS NOT NULL
    UNION ALL SELECT company_id, id, variant_id, lot_id FROM inventory_stockmove WHERE lot_id IS NOT NULL) AS t
JOIN inventory_lot AS b ON b.id = t.lot_id JOIN catalog_variant AS v ON v.id = t.variant_id
WHERE b.variant_id <> t.variant_id
"""

SERIAL_TWICE = """
SELECT q.company_id, v.sku || ' / ' || b.code AS subject, b.id AS row_id, '<= 1' AS expected, SUM(q.on_hand) AS found
FROM inventory_stockquant AS q JOIN catalog_variant AS v ON v.id = q.variant_id AND v.tracking = 'serial'
JOIN inventory_lot AS b ON b.id = q.lot_id WHERE q.on_hand > 0
GROUP BY q.company_id, v.sku, b.id, b.code HAVING SUM(q.on_hand) > 1
"""

LAYERS_HOLD = """
SELECT t.company_id, v.sku AS subject, t.variant_id AS row_id, SUM(t.lying) AS expected, SUM(t.layered) AS found
FROM (SELECT q.company_id, q.variant_id, q.on_hand AS lying, 0 AS layered FROM inventory_stockquant AS q
      JOIN inventory_location AS c ON c.id = q.location_id AND c.warehouse_id IS NOT NULL WHERE q.owner = ''
    UNION ALL SELECT company_id, variant_id, 0, remaining FROM inventory_costlayer) AS t
JOIN catalog_variant AS v ON v.id = t.variant_id
GROUP BY t.company_id, t.variant_id, v.sku HAVING SUM(t.lying) <> SUM(t.layered)
"""

LAYER_USED = """
SELECT c.company_id, c.source AS subject, c.id AS row_id, c.quantity || ' = ' || c.value_minor AS expected,
    (c.remaining + COALESCE(u.n, 0)) || ' = ' || (c.remaining_value_minor + COALESCE(u.m, 0)) AS found
FROM inventory_costlayer AS c LEFT JOIN (SELECT layer_id, SUM(quantity) AS n, SUM(value_minor) AS m
    FROM inventory_costconsumption GROUP BY layer_id) AS u ON u.layer_id = c.id
WHERE c.quantity <> c.remaining + COALESCE(u.n, 0) OR c.value_minor <> c.remaining_value_minor + COALESCE(u.m, 0)
    OR c.remaining < 0 OR c.remaining > c.quantity OR (c.remaining = 0 AND c.remaining_value_minor <> 0)
"""

MOVE_COSTED = """
SELECT m.company_id, m.source AS subject, m.id AS row_id, m.quantity AS expected, COALESCE(u.n, 0) AS found
FROM inventory_stockmove AS m JOIN inventory_location AS f ON f.id = m.from_location_id AND f.warehouse_id IS NOT NULL
JOIN inventory_location AS t ON t.id = m.to_location_id AND t.warehouse_id IS NULL AND t.kind <> 'transit'
LEFT JOIN (SELECT move_id, SUM(quantity) AS n FROM inventory_costconsumption GROUP BY move_id) AS u ON u.move_id = m.id
WHERE m.owner = '' AND m.quantity <> COALESCE(u.n, 0)
"""


def _sweep_before(scope: Scope) -> list[object]:
    return [sql.plain(scope.now - SWEEP)]


STOCK = (
    Invariant(
        "INV-01",
        _("What lies in each bin is what its moves brought, less what they took"),
        (
            Probe("quant-is-moves", _("the stock of a bin is not the sum of its moves"), QUANTS, is_whole=True),
            Probe(
                "quant-key",
                _("a stock row is at a place that has no shelves, or its lot key is not its lot"),
                QUANT_KEYS,
                is_whole=True,
            ),
        ),
    ),
    Invariant(
        "INV-02",
        _("Over all places, real and virtual, the moves of a variant sum to zero"),
        (
            Probe("moves-zero", _("the moves don't sum to zero"), EVERYWHERE, is_whole=True),
            Probe("move-goes", _("a move moves nothing, or goes nowhere"), MOVES_NIL),
        ),
    ),
    Invariant(
        "INV-03",
        _("No real place holds less than nothing; a level is the sum of its sellable stock"),
        (
            Probe(
                "below-nothing",
                _("a place holds less than nothing"),
                BELOW_NOTHING + " AND c.warehouse_id IS NOT NULL AND NOT c.is_negative_allowed",
                is_whole=True,
            ),
            Probe(
                "below-nothing-allowed",
                _("a place that may run below nothing does so"),
                BELOW_NOTHING + " AND c.is_negative_allowed",
                is_whole=True,
                is_warning=True,
            ),
            Probe("level-is-quants", _("a level is not the sum of its sellable stock"), LEVELS, is_whole=True),
        ),
    ),
    Invariant(
        "INV-04",
        _("What is promised is the sum of the open promises, and never more than there is"),
        (
            Probe(
                "level-is-promises",
                _("what a level has promised is not the sum of its promises"),
                ALLOCATED,
                is_whole=True,
            ),
            Probe("never-oversold", _("more is promised than there is"), OVERSOLD, is_whole=True),
            Probe("promise-resolved-once", _("a promise is not open + kept + let go"), RESOLVED),
            Probe(
                "expired-holds-nothing",
                _("a reservation is past its end and still holds stock"),
                EXPIRED,
                params=_sweep_before,
                is_whole=True,
            ),
            Probe(
                "set-aside-is-tasks",
                _("what is set aside in a bin is not what open pick tasks want"),
                SET_ASIDE,
                is_whole=True,
            ),
        ),
    ),
    Invariant(
        "INV-06",
        _("Each unit sent left one bin, once"),
        (
            Probe("line-left-once", _("the moves to the customer are not what the shipment line sent"), LEFT_ONCE),
            Probe("task-moved-once", _("the move out of the bin is not what the pick task took"), PICKED_ONCE),
            Probe("line-is-tasks", _("what a shipment line picked is not the sum of its pick tasks"), PICKED_SUM),
        ),
    ),
    Invariant(
        "INV-07",
        _("A serial number is in one place; tracked stock has its lot"),
        (
            Probe("tracked-has-lot", _("stock of a tracked variant has no lot"), WITHOUT_LOT, is_whole=True),
            Probe("lot-of-variant", _("the lot belongs to another variant"), LOT_OF_ANOTHER),
            Probe("serial-once", _("a serial number is there more than once"), SERIAL_TWICE, is_whole=True),
        ),
    ),
    Invariant(
        "INV-08",
        _("Cost layers hold what lies on the shelves; what was used and what is left make what came in"),
        (
            Probe(
                "layers-are-stock", _("the layers hold another quantity than the shelves"), LAYERS_HOLD, is_whole=True
            ),
            Probe("layer-used", _("used and left don't make what the layer received"), LAYER_USED, is_whole=True),
            Probe("move-costed", _("the cost of what left was not taken for every unit"), MOVE_COSTED),
        ),
    ),
)
