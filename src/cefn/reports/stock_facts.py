"""A variant's stock over time, and how the figures on its page are made."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from cefn.kernel import sql
from cefn.kernel.errors import NotFound
from cefn.platform.actors import Actor
from cefn.platform.company_facts import company_facts
from cefn.platform.permissions import permission_require
from cefn.reports.shape import Opens, day_rows, day_start

SEES = "stock.view"
FIGURES = ("on_hand", "allocated", "available")


@dataclass(frozen=True, slots=True, kw_only=True)
class StockDay:
    """What came, what went, and what could be sold at the end of a day."""

    on: date
    came: int
    went: int
    on_hand: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StockPart:
    """One line of an explained figure: a place or a document, and by how much it counts (negative: takes away).

    `kind` is "place", "document" or "figure"; a part that is not counted lies there but may not be sold.
    """

    kind: str
    name: str
    warehouse: str
    quantity: int
    is_counted: bool = True
    note: str = ""
    at: datetime | None = None
    opens: Opens | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StockExplained:
    """A figure, the name of the rule that made it, and its parts; the counted parts sum to the figure."""

    figure: str
    rule: str
    quantity: int
    quantity_decimals: int
    parts: list[StockPart]


def _variant(actor: Actor, variant_id: int) -> tuple[str, int]:
    rows = sql.fetch(
        "SELECT sku, quantity_decimals FROM catalog_variant WHERE company_id = %s AND id = %s",
        [actor.company_id, variant_id],
    )
    if not rows:
        raise NotFound(thing="variant", name=variant_id)
    return rows[0][0], rows[0][1]


def _warehouses(actor: Actor, warehouse_code: str) -> sql.Rows:
    """Return the warehouses (k, c: id, code) that are looked at: those the actor may see, or the one named of them."""
    rows = sql.fetch("SELECT id, code FROM inventory_warehouse WHERE company_id = %s ORDER BY id", [actor.company_id])
    seen = [
        (key, code) for key, code in rows
        if (not actor.warehouse_codes or code in actor.warehouse_codes)
        and (not warehouse_code or code == warehouse_code)
    ]  # fmt: skip
    return sql.Rows("k bigint, c text", seen)


def stock_history(
    actor: Actor, *, variant_id: int, first_on: date, last_on: date, warehouse_code: str = ""
) -> list[StockDay]:
    """Return what could be sold of a variant at the end of each day, out of the movements alone: three statements.

    Movements within the warehouses looked at neither come nor go. Raises NotFound.
    """
    permission_require(actor, SEES)
    _variant(actor, variant_id)
    zone = company_facts(actor.company_id).timezone
    days = day_rows(first_on, last_on, zone)
    start = day_start(first_on, zone)
    before = ("", datetime(1, 1, 2, tzinfo=start.tzinfo), start)
    rows = sql.fetch(
        "SELECT v.d, SUM(CASE WHEN m.came AND NOT m.went THEN m.quantity ELSE 0 END),"
        " SUM(CASE WHEN m.went AND NOT m.came THEN m.quantity ELSE 0 END) FROM {v} JOIN"
        " (SELECT x.quantity, x.occurred_at, (t.is_sellable AND x.to_status = 'available' AND t.warehouse_id IS NOT"
        " NULL"
        " AND t.warehouse_id IN (SELECT w.k FROM {w})) AS came, (f.is_sellable AND x.from_status = 'available'"
        " AND f.warehouse_id IS NOT NULL AND f.warehouse_id IN (SELECT w.k FROM {w})) AS went"
        " FROM inventory_stockmove AS x JOIN inventory_location AS f ON f.id = x.from_location_id"
        " JOIN inventory_location AS t ON t.id = x.to_location_id"
        " WHERE x.company_id = %s AND x.variant_id = %s AND x.occurred_at < %s) AS m"
        " ON m.occurred_at >= v.a AND m.occurred_at < v.b GROUP BY v.d",
        [actor.company_id, variant_id, day_start(last_on + timedelta(days=1), zone)],
        v=sql.Rows(days.columns, [before, *days.rows]),
        w=_warehouses(actor, warehouse_code),
    )
    moved = {day: (int(came), int(went)) for day, came, went in rows}
    came, went = moved.get("", (0, 0))
    level, found = came - went, []
    for day, *_ in days.rows:
        came, went = moved.get(day, (0, 0))
        level += came - went
        found.append(StockDay(on=date.fromisoformat(day), came=came, went=went, on_hand=level))
    return found


def stock_explained(actor: Actor, *, variant_id: int, figure: str, warehouse_code: str = "") -> StockExplained:
    """Return how a stock figure of a variant is made: three or four statements. `figure` is one of FIGURES.

    On hand is what lies in sellable places with the status available; allocated is what open allocations promise;
    available is the one less the other. Raises NotFound, ValueError.
    """
    permission_require(actor, SEES)
    _, decimals = _variant(actor, variant_id)
    warehouses = _warehouses(actor, warehouse_code)
    if figure == "on_hand":
        parts = _places(actor, variant_id, warehouses)
    elif figure == "allocated":
        parts = _promises(actor, variant_id, warehouses)
    elif figure == "available":
        parts = _difference(actor, variant_id, warehouses)
    else:
        raise ValueError(f"figure is {figure!r}, must be one of {FIGURES}")
    return StockExplained(
        figure=figure, rule=f"stock.{figure}", quantity=sum(part.quantity for part in parts if part.is_counted),
        quantity_decimals=decimals, parts=parts,
    )  # fmt: skip


def _places(actor: Actor, variant_id: int, warehouses: sql.Rows) -> list[StockPart]:
    rows = sql.fetch(
        "SELECT c.code, w.c, q.on_hand, q.status, c.is_sellable, COALESCE(n.code, ''), c.id FROM inventory_stockquant"
        " AS q"
        " JOIN inventory_location AS c ON c.id = q.location_id JOIN {w} ON w.k = c.warehouse_id"
        " LEFT JOIN inventory_lot AS n ON n.id = q.lot_id"
        " WHERE q.company_id = %s AND q.variant_id = %s AND q.on_hand <> 0 ORDER BY w.c, c.sequence, c.code, q.id",
        [actor.company_id, variant_id],
        w=warehouses,
    )
    return [
        StockPart(
            kind="place", name=code, warehouse=warehouse, quantity=quantity,
            is_counted=bool(sellable) and status == "available", note=lot if status == "available" else status,
            opens=Opens("moves", {"variant": str(variant_id), "location": str(place)}),
        )
        for code, warehouse, quantity, status, sellable, lot, place in rows
    ]  # fmt: skip


def _promises(actor: Actor, variant_id: int, warehouses: sql.Rows) -> list[StockPart]:
    rows = sql.fetch(
        "SELECT a.source, w.c, a.open_quantity, a.kind, a.created_at FROM inventory_allocation AS a"
        " JOIN {w} ON w.k = a.warehouse_id"
        " WHERE a.company_id = %s AND a.variant_id = %s AND a.open_quantity > 0 ORDER BY a.created_at, a.id",
        [actor.company_id, variant_id],
        w=warehouses,
    )
    return [_promise(*row) for row in rows]


def _promise(source: str, warehouse: str, quantity: int, kind: str, at: Any) -> StockPart:
    document, _, number = source.partition(":")
    opens = Opens("orders", {"number": number}) if document == "sales-order" else None
    return StockPart(
        kind="document", name=source, warehouse=warehouse, quantity=quantity, note=kind, at=sql.moment(at), opens=opens
    )


def _difference(actor: Actor, variant_id: int, warehouses: sql.Rows) -> list[StockPart]:
    rows = sql.fetch(
        "SELECT w.c, l.on_hand, l.allocated FROM inventory_stocklevel AS l JOIN {w} ON w.k = l.warehouse_id"
        " WHERE l.company_id = %s AND l.variant_id = %s ORDER BY w.c",
        [actor.company_id, variant_id],
        w=warehouses,
    )
    parts = []
    for warehouse, on_hand, allocated in rows:
        where = {"variant": str(variant_id), "warehouse": warehouse}
        for name, quantity in (("on_hand", on_hand), ("allocated", -allocated)):
            parts.append(
                StockPart(
                    kind="figure", name=name, warehouse=warehouse, quantity=quantity,
                    opens=Opens("stock", where | {"figure": name}),
                )
            )  # fmt: skip
    return parts
