"""What the stock is worth: by variant and warehouse, with the cost layers behind it, tied to the ledger."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from cefn.kernel import sql
from cefn.kernel.money import micro_per_minor, round_half_up, split
from cefn.platform.actors import Actor
from cefn.platform.company_facts import company_facts
from cefn.platform.permissions import permission_require
from cefn.reports.shape import DayAmount, Opens, days_between, own_name

SEES = "costs.view"
STOCK_ACCOUNTS = ("1000", "1010")


@dataclass(frozen=True, slots=True, kw_only=True)
class WarehousePart:
    """What of a variant lies in a warehouse; the code is empty for what is in transit."""

    code: str
    quantity: int
    value_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StockValueRow:
    """A variant's stock and its worth. A layer belongs to no warehouse, so its value is shared out by quantity."""

    variant_id: int
    sku: str
    name: str
    variant_name: str
    quantity: int
    quantity_decimals: int
    value_minor: int
    unit_cost_micro: int
    warehouses: list[WarehousePart]
    opens: Opens


@dataclass(frozen=True, slots=True, kw_only=True)
class StockValue:
    """The stock now, the most valuable first. `ledger_minor` is None where only some warehouses are looked at."""

    currency: str
    rows: list[StockValueRow]
    quantity: int
    value_minor: int
    by_warehouse: dict[str, int]
    ledger_minor: int | None

    @property
    def difference_minor(self) -> int | None:
        """Return layers less ledger: nil."""
        return None if self.ledger_minor is None else self.value_minor - self.ledger_minor


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerRow:
    """Units that came in together at a cost, and what is left of both; `source` names the document."""

    layer_id: int
    received_at: datetime
    source: str
    quantity: int
    value_minor: int
    remaining: int
    remaining_value_minor: int


def stock_value(actor: Actor, *, warehouse_code: str = "") -> StockValue:
    """Return what the stock is worth now: three statements. Stock that belongs to others is not in it."""
    permission_require(actor, SEES)
    company = company_facts(actor.company_id)
    wanted = _warehouses_wanted(actor, warehouse_code)
    lying: dict[int, list[tuple[str, int]]] = defaultdict(list)
    for variant, code, quantity in sql.fetch(
        "SELECT q.variant_id, w.code, SUM(q.on_hand) FROM inventory_stockquant AS q"
        " JOIN inventory_location AS c ON c.id = q.location_id JOIN inventory_warehouse AS w ON w.id = c.warehouse_id"
        " WHERE q.company_id = %s AND q.owner = '' AND q.on_hand > 0 GROUP BY q.variant_id, w.code ORDER BY"
        " q.variant_id, w.code",
        [company.id],
    ):
        lying[variant].append((code, int(quantity)))
    layers = sql.fetch(
        "SELECT s.variant_id, x.sku, p.name, p.name_cy, x.name, x.quantity_decimals, s.remaining, s.worth FROM"
        " (SELECT variant_id, SUM(remaining) AS remaining, SUM(remaining_value_minor) AS worth FROM inventory_costlayer"
        " WHERE company_id = %s AND remaining > 0 GROUP BY variant_id) AS s"
        " JOIN catalog_variant AS x ON x.id = s.variant_id JOIN catalog_product AS p ON p.id = x.product_id ORDER BY"
        " x.sku",
        [company.id],
    )
    rows = []
    for key, sku, name, name_cy, variant_name, decimals, remaining, worth in layers:
        parts = [
            part for part in _parts(lying[key], int(remaining), int(worth)) if wanted is None or part.code in wanted
        ]
        if not parts:
            continue
        quantity, value = sum(part.quantity for part in parts), sum(part.value_minor for part in parts)
        cost = round_half_up(value * micro_per_minor(company.currency) * 10**decimals, quantity) if quantity else 0
        rows.append(
            StockValueRow(
                variant_id=key, sku=sku, name=own_name(name, name_cy), variant_name=variant_name, quantity=quantity,
                quantity_decimals=decimals, value_minor=value, unit_cost_micro=cost, warehouses=parts,
                opens=Opens("layers", {"variant": str(key)}),
            )
        )  # fmt: skip
    totals: dict[str, int] = defaultdict(int)
    for row in rows:
        for part in row.warehouses:
            totals[part.code] += part.value_minor
    rows.sort(key=lambda row: (-row.value_minor, row.sku))
    return StockValue(
        currency=company.currency, rows=rows, quantity=sum(row.quantity for row in rows),
        value_minor=sum(totals.values()),
        by_warehouse=dict(sorted(totals.items())), ledger_minor=_ledger(company.id) if wanted is None else None,
    )  # fmt: skip


def _warehouses_wanted(actor: Actor, warehouse_code: str) -> frozenset[str] | None:
    """Return the warehouses to look at, None for all."""
    if not warehouse_code:
        return actor.warehouse_codes or None
    if actor.warehouse_codes and warehouse_code not in actor.warehouse_codes:
        return frozenset()
    return frozenset({warehouse_code})


def _parts(lying: list[tuple[str, int]], remaining: int, worth: int) -> list[WarehousePart]:
    away = remaining - sum(quantity for _, quantity in lying)
    places = [*lying, ("", away)] if away > 0 else lying
    if not places:
        return []
    values = split(worth, [quantity for _, quantity in places])
    return [
        WarehousePart(code=code, quantity=quantity, value_minor=value)
        for (code, quantity), value in zip(places, values, strict=True)
    ]


def _ledger(company_id: int) -> int:
    rows = sql.fetch(
        "SELECT COALESCE(SUM(l.amount_minor), 0) FROM ledger_journalline AS l JOIN ledger_account AS a ON a.id ="
        " l.account_id"
        " JOIN {v} ON a.code = v.c WHERE a.company_id = %s AND l.company_id = %s",
        [company_id, company_id],
        v=sql.Rows("c text", [(code,) for code in STOCK_ACCOUNTS]),
    )
    return int(rows[0][0])


def variant_layers(actor: Actor, *, variant_id: int) -> list[LayerRow]:
    """Return a variant's cost layers that still hold something, oldest first: one statement."""
    permission_require(actor, SEES)
    rows = sql.fetch(
        "SELECT id, received_at, source, quantity, value_minor, remaining, remaining_value_minor FROM"
        " inventory_costlayer"
        " WHERE company_id = %s AND variant_id = %s AND remaining > 0 ORDER BY id",
        [actor.company_id, variant_id],
    )
    return [
        LayerRow(
            layer_id=key, received_at=at, source=source, quantity=quantity, value_minor=value,
            remaining=left, remaining_value_minor=left_value,
        )
        for key, found_at, source, quantity, value, left, left_value in rows
        if (at := sql.moment(found_at)) is not None
    ]  # fmt: skip


def stock_value_by_day(actor: Actor, *, first_on: date, last_on: date) -> list[DayAmount]:
    """Return the stock accounts' balance at the end of each day of the span: one statement."""
    permission_require(actor, SEES)
    rows = sql.fetch(
        "SELECT CASE WHEN l.posted_on < %s THEN %s ELSE l.posted_on END, SUM(l.amount_minor)"
        " FROM ledger_journalline AS l JOIN ledger_account AS a ON a.id = l.account_id JOIN {v} ON a.code = v.c"
        " WHERE a.company_id = %s AND l.company_id = %s AND l.posted_on <= %s GROUP BY 1",
        [first_on, first_on, actor.company_id, actor.company_id, last_on],
        v=sql.Rows("c text", [(code,) for code in STOCK_ACCOUNTS]),
    )
    changes = {sql.day(on): int(amount) for on, amount in rows}
    level, found = 0, []
    for on in days_between(first_on, last_on):
        level += changes.get(on, 0)
        found.append(DayAmount(on, level))
    return found
