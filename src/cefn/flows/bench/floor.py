"""The floor: the rows that orders from placing to money leave behind, written again by plain SQL on a bare driver.

The rows of orders that the services have just taken through are read back, given new identifiers, and written in the
same six transactions a group of orders, with the same updates of stock, counters and statuses. Everything is prepared
beforehand; only the statements and commits are timed.
"""

import sqlite3
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg
from django.db import connection
from psycopg.types.json import Json

from cefn.books.models import Invoice, InvoiceLine, Payment, PaymentAllocation
from cefn.inventory.models import Allocation, CostConsumption, StockMove
from cefn.kernel.models import CefnModel
from cefn.ledger.models import JournalEntry, JournalLine
from cefn.orders.models import RoutingDecision, SalesOrder, SalesOrderLine
from cefn.platform.models import AuditEvent
from cefn.warehouse.models import Package, PickBatch, PickTask, Shipment, ShipmentLine

OFFSET = 1 << 61
STEPS = ("place", "release", "pick", "pack", "ship", "pay")
STEP_OF_VERB = {
    "placed": "place", "allocated": "place", "released": "release", "picked": "pick", "packed": "pack",
    "shipped": "ship", "invoiced": "ship", "paid": "pay",
}  # fmt: skip
SERIES = {
    "place": ("sales_order", "shipment"), "release": ("pick_batch",), "pick": (), "pack": ("package",),
    "ship": ("invoice", "journal_entry"), "pay": ("payment", "journal_entry"),
}  # fmt: skip


@dataclass(slots=True)
class Group:
    """What one group of orders writes: rows to insert by step and table, and the keys that its updates touch."""

    inserts: dict[str, dict[str, list[tuple[Any, ...]]]] = field(
        default_factory=lambda: {step: defaultdict(list) for step in STEPS}
    )
    orders: list[int] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    shipments: list[int] = field(default_factory=list)
    shipment_lines: list[int] = field(default_factory=list)
    batches: list[int] = field(default_factory=list)
    tasks: list[int] = field(default_factory=list)
    allocations: list[int] = field(default_factory=list)
    invoices: list[int] = field(default_factory=list)
    levels: list[tuple[int, int]] = field(default_factory=list)
    bins: list[tuple[int, int]] = field(default_factory=list)
    benches: list[tuple[int, int]] = field(default_factory=list)
    layers: list[tuple[int, int]] = field(default_factory=list)


GRAPH: tuple[type[CefnModel], ...] = (
    SalesOrder, SalesOrderLine, Allocation, RoutingDecision, Shipment, ShipmentLine, PickBatch, PickTask, StockMove,
    Package, CostConsumption, Invoice, InvoiceLine, JournalEntry, JournalLine, Payment, PaymentAllocation, AuditEvent,
)  # fmt: skip


class Graph:
    """All rows of a company's orders, by table, with the columns of each."""

    def __init__(self, company_id: int) -> None:
        self.columns: dict[str, list[str]] = {}
        self.rows: dict[str, list[dict[str, Any]]] = {}
        for model in GRAPH:
            table = model._meta.db_table
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT * FROM {table} WHERE company_id = %s", [company_id])
                names = [column[0] for column in cursor.description]
                self.rows[table] = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
            self.columns[table] = names
        self.ids = {row["id"] for rows in self.rows.values() for row in rows}

    def clone(self, table: str, row: dict[str, Any]) -> tuple[Any, ...]:
        """Return a row with new identifiers and names, in the order of its table's columns."""
        cells = []
        for name in self.columns[table]:
            value = row[name]
            if isinstance(value, int) and value in self.ids:
                value += OFFSET
            elif name in {"number", "source", "subject", "external_id"} and isinstance(value, str) and value:
                value = f"F{value}"
            elif isinstance(value, dict | list):
                value = Json(value)
            cells.append(value)
        return tuple(cells)


def _order_of(graph: Graph) -> dict[str, dict[Any, int]]:
    """Return, for each table, which order a row belongs to."""
    line = {row["id"]: row["order_id"] for row in graph.rows["orders_salesorderline"]}
    shipment = {row["id"]: row["order_id"] for row in graph.rows["warehouse_shipment"]}
    sent = {row["id"]: shipment[row["shipment_id"]] for row in graph.rows["warehouse_shipmentline"]}
    number = {f"sales-order:{row['number']}": row["id"] for row in graph.rows["orders_salesorder"]}
    number |= {f"shipment:{row['number']}": row["order_id"] for row in graph.rows["warehouse_shipment"]}
    number |= {f"invoice:{row['number']}": row["order_id"] for row in graph.rows["books_invoice"]}
    number |= {f"payment:{row['number']}": row["order_id"] for row in graph.rows["books_payment"]}
    invoice = {row["id"]: row["order_id"] for row in graph.rows["books_invoice"]}
    entry = {row["id"]: number.get(row["source"], 0) for row in graph.rows["ledger_journalentry"]}
    move = {row["id"]: number.get(row["source"], 0) for row in graph.rows["inventory_stockmove"]}
    task = {row["id"]: sent[row["shipment_line_id"]] for row in graph.rows["warehouse_picktask"]}
    batch: dict[int, int] = {}
    for row in graph.rows["warehouse_picktask"]:
        batch.setdefault(row["batch_id"], task[row["id"]])
    return {
        "orders_salesorder": {row["id"]: row["id"] for row in graph.rows["orders_salesorder"]},
        "orders_salesorderline": line,
        "inventory_allocation": {row["id"]: line[row["demand_id"]] for row in graph.rows["inventory_allocation"]},
        "orders_routingdecision": {row["id"]: row["order_id"] for row in graph.rows["orders_routingdecision"]},
        "warehouse_shipment": shipment,
        "warehouse_shipmentline": sent,
        "warehouse_pickbatch": batch,
        "warehouse_picktask": task,
        "inventory_stockmove": move,
        "warehouse_package": {row["id"]: shipment[row["shipment_id"]] for row in graph.rows["warehouse_package"]},
        "inventory_costconsumption": {
            row["id"]: move[row["move_id"]] for row in graph.rows["inventory_costconsumption"]
        },
        "books_invoice": invoice,
        "books_invoiceline": {row["id"]: invoice[row["invoice_id"]] for row in graph.rows["books_invoiceline"]},
        "ledger_journalentry": entry,
        "ledger_journalline": {row["id"]: entry[row["entry_id"]] for row in graph.rows["ledger_journalline"]},
        "books_payment": {row["id"]: row["order_id"] for row in graph.rows["books_payment"]},
        "books_paymentallocation": {
            row["id"]: invoice[row["invoice_id"]] for row in graph.rows["books_paymentallocation"]
        },
        "platform_auditevent": {row["id"]: number.get(row["subject"], 0) for row in graph.rows["platform_auditevent"]},
    }


def _step_of(graph: Graph) -> Callable[[str, dict[str, Any]], str]:
    cash = {row["id"]: "pay" if row["purpose"] == "payment" else "ship" for row in graph.rows["ledger_journalentry"]}
    fixed = {
        "orders_salesorder": "place", "orders_salesorderline": "place", "inventory_allocation": "place",
        "orders_routingdecision": "place", "warehouse_shipment": "place", "warehouse_shipmentline": "place",
        "warehouse_pickbatch": "release", "warehouse_picktask": "release", "warehouse_package": "pack",
        "inventory_costconsumption": "ship", "books_invoice": "ship", "books_invoiceline": "ship",
        "books_payment": "pay", "books_paymentallocation": "pay",
    }  # fmt: skip

    def step(table: str, row: dict[str, Any]) -> str:
        if table == "inventory_stockmove":
            return "pick" if row["reason"] == "pick" else "ship"
        if table == "ledger_journalentry":
            return cash[row["id"]]
        if table == "ledger_journalline":
            return cash[row["entry_id"]]
        if table == "platform_auditevent":
            return STEP_OF_VERB.get(row["verb"], "place")
        return fixed[table]

    return step


def _groups(graph: Graph, groups: Sequence[Sequence[int]]) -> list[Group]:
    place = {order: at for at, keys in enumerate(groups) for order in keys}
    made = [Group() for _ in groups]
    owners, step = _order_of(graph), _step_of(graph)
    keep = {
        "orders_salesorder": "orders", "orders_salesorderline": "lines", "warehouse_shipment": "shipments",
        "warehouse_shipmentline": "shipment_lines", "warehouse_pickbatch": "batches", "warehouse_picktask": "tasks",
        "inventory_allocation": "allocations", "books_invoice": "invoices",
    }  # fmt: skip
    for model in GRAPH:
        table = model._meta.db_table
        for row in graph.rows[table]:
            at = place.get(owners[table].get(row["id"], 0))
            if at is None:
                continue
            group = made[at]
            group.inserts[step(table, row)][table].append(graph.clone(table, row))
            if table in keep:
                getattr(group, keep[table]).append(row["id"] + OFFSET)
            if table == "inventory_costconsumption":
                group.layers.append((row["layer_id"], row["quantity"]))
    _stock_keys(graph, owners, place, made)
    return made


def _stock_keys(graph: Graph, owners: dict[str, dict[Any, int]], place: dict[int, int], made: Sequence[Group]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, variant_id, warehouse_id FROM inventory_stocklevel")
        levels = {(variant, warehouse): key for key, variant, warehouse in cursor.fetchall()}
        cursor.execute("SELECT id, variant_id, location_id FROM inventory_stockquant")
        quants = {(variant, location): key for key, variant, location in cursor.fetchall()}
    for row in graph.rows["inventory_allocation"]:
        at = place.get(owners["inventory_allocation"][row["id"]])
        if at is not None:
            made[at].levels.append((levels[(row["variant_id"], row["warehouse_id"])], row["quantity"]))
    for row in graph.rows["inventory_stockmove"]:
        at = place.get(owners["inventory_stockmove"].get(row["id"], 0))
        if at is not None and row["reason"] == "pick":
            made[at].bins.append((quants[(row["variant_id"], row["from_location_id"])], row["quantity"]))
            made[at].benches.append((quants[(row["variant_id"], row["to_location_id"])], row["quantity"]))


UPDATES: dict[str, tuple[tuple[str, str], ...]] = {
    "place": (("levels", "UPDATE inventory_stocklevel AS t SET allocated = t.allocated + {n} WHERE t.id = {k}"),),
    "release": (
        ("shipments", "UPDATE warehouse_shipment AS t SET status = 'released' WHERE t.id = {k}"),
        ("bins", "UPDATE inventory_stockquant AS t SET picking = t.picking + {n} WHERE t.id = {k}"),
        ("orders", "UPDATE orders_salesorder AS t SET status = 'processing' WHERE t.id = {k}"),
    ),
    "pick": (
        ("tasks", "UPDATE warehouse_picktask AS t SET picked = t.quantity, status = 'picked' WHERE t.id = {k}"),
        ("bins", "UPDATE inventory_stockquant AS t SET on_hand = t.on_hand - {n}, picking = t.picking - {n}"
         " WHERE t.id = {k}"),
        ("benches", "UPDATE inventory_stockquant AS t SET on_hand = t.on_hand + {n} WHERE t.id = {k}"),
        ("shipment_lines", "UPDATE warehouse_shipmentline AS t SET picked = t.quantity WHERE t.id = {k}"),
        ("lines", "UPDATE orders_salesorderline AS t SET invoiced = t.quantity WHERE t.id = {k}"),
        ("shipments", "UPDATE warehouse_shipment AS t SET status = 'picked' WHERE t.id = {k}"),
        ("batches", "UPDATE warehouse_pickbatch AS t SET status = 'done' WHERE t.id = {k}"),
    ),
    "pack": (
        ("shipment_lines", "UPDATE warehouse_shipmentline AS t SET packed = t.quantity WHERE t.id = {k}"),
        ("shipments", "UPDATE warehouse_shipment AS t SET status = 'packed' WHERE t.id = {k}"),
    ),
    "ship": (
        ("shipments", "UPDATE warehouse_shipment AS t SET status = 'shipped' WHERE t.id = {k}"),
        ("shipment_lines", "UPDATE warehouse_shipmentline AS t SET shipped = t.quantity WHERE t.id = {k}"),
        ("levels", "UPDATE inventory_stocklevel AS t SET on_hand = t.on_hand - {n}, allocated = t.allocated - {n}"
         " WHERE t.id = {k}"),
        ("benches", "UPDATE inventory_stockquant AS t SET on_hand = t.on_hand - {n} WHERE t.id = {k}"),
        ("allocations", "UPDATE inventory_allocation AS t SET kind = 'hard' WHERE t.id = {k}"),
        ("layers", "UPDATE inventory_costlayer AS t SET remaining = t.remaining - {n},"
         " remaining_value_minor = t.remaining_value_minor - {n} WHERE t.id = {k}"),
        ("lines", "UPDATE orders_salesorderline AS t SET shipped = t.quantity WHERE t.id = {k}"),
        ("orders", "UPDATE orders_salesorder AS t SET fulfilment_status = 'fulfilled' WHERE t.id = {k}"),
    ),
    "pay": (
        ("invoices", "UPDATE books_invoice AS t SET open_minor = 0, status = 'paid' WHERE t.id = {k}"),
        ("orders", "UPDATE orders_salesorder AS t SET payment_status = 'paid', status = 'done' WHERE t.id = {k}"),
    ),
}  # fmt: skip
"""What each step changes besides its new rows, by the keys it touches."""


def _pairs(values: Sequence[Any]) -> list[tuple[int, int]]:
    totals: dict[int, int] = defaultdict(int)
    for value in values:
        key, number = value if isinstance(value, tuple) else (value, 0)
        totals[key] += number
    return sorted(totals.items())


def floor_run(*, company_id: int, groups: Sequence[Sequence[int]]) -> float:
    """Write the rows of the given groups of orders again; return the seconds it took."""
    graph = Graph(company_id)
    made = _groups(graph, groups)
    if connection.vendor == "sqlite":
        return _run_sqlite(company_id, graph, made)
    return _run_postgres(company_id, graph, made)


def _run_sqlite(company_id: int, graph: Graph, made: Sequence[Group]) -> float:
    work: list[list[tuple[str, list[Any]]]] = []
    for group in made:
        for step in STEPS:
            statements: list[tuple[str, list[Any]]] = []
            for table, rows in group.inserts[step].items():
                marks = ", ".join("?" * len(graph.columns[table]))
                names = ", ".join(f'"{name}"' for name in graph.columns[table])
                statements.append((f"INSERT INTO {table} ({names}) VALUES ({marks})", rows))
            for keys, text in UPDATES[step]:
                pairs = _pairs(getattr(group, keys))
                named = [{"k": key, "n": number} for key, number in pairs]
                statements.append((text.format(k=":k", n=":n"), named))
            statements.extend(
                ("UPDATE platform_numberseries SET next_number = next_number + 1 WHERE company_id = ? AND code = ?",
                 [(company_id, code)]) for code in SERIES[step]
            )  # fmt: skip
            work.append(statements)
    bare = sqlite3.connect(str(connection.settings_dict["NAME"]), isolation_level=None)
    bare.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;")
    connection.close()
    started = time.perf_counter()
    for statements in work:
        bare.execute("BEGIN IMMEDIATE")
        for text, rows in statements:
            bare.executemany(text, rows)
        bare.execute("COMMIT")
    seconds = time.perf_counter() - started
    bare.close()
    return seconds


def _run_postgres(company_id: int, graph: Graph, made: Sequence[Group]) -> float:
    many = max(len(group.orders) for group in made) > 1
    work: list[list[tuple[str, Any]]] = []
    for group in made:
        for step in STEPS:
            statements: list[tuple[str, Any]] = []
            for table, rows in group.inserts[step].items():
                names = ", ".join(f'"{name}"' for name in graph.columns[table])
                if many:
                    statements.append((f"COPY {table} ({names}) FROM STDIN", rows))
                else:
                    marks = "(" + ", ".join(["%s"] * len(graph.columns[table])) + ")"
                    values = ", ".join([marks] * len(rows))
                    flat = [cell for row in rows for cell in row]
                    statements.append((f"INSERT INTO {table} ({names}) VALUES {values}", flat))
            for keys, text in UPDATES[step]:
                pairs = _pairs(getattr(group, keys))
                joined = text.format(k="v.k", n="v.n").replace(
                    " WHERE", " FROM unnest(%s::bigint[], %s::bigint[]) AS v(k, n) WHERE"
                )
                statements.append((joined, [[key for key, _ in pairs], [number for _, number in pairs]]))
            statements.extend(
                ("UPDATE platform_numberseries SET next_number = next_number + 1 WHERE company_id = %s AND code = %s",
                 [company_id, code]) for code in SERIES[step]
            )  # fmt: skip
            work.append(statements)
    settings = connection.settings_dict
    with psycopg.connect(
        dbname=settings["NAME"], user=settings["USER"] or None, password=settings["PASSWORD"] or None,
        host=settings["HOST"] or None, port=settings["PORT"] or None, autocommit=True,
    ) as bare:  # fmt: skip
        started = time.perf_counter()
        for statements in work:
            with bare.transaction(), bare.cursor() as cursor:
                for text, values in statements:
                    if text.startswith("COPY"):
                        with cursor.copy(text) as copy:
                            for row in values:
                                copy.write_row(row)
                    else:
                        cursor.execute(text, values)
        return time.perf_counter() - started
