"""Measure `cefn check` on a large database: a busy shop whose documents are multiplied by SQL.

    python benchmarks/check_scale.py --orders 100000 [--database sqlite|postgres|URL]

The shop is made through the services once; its documents are then copied within the company under shifted
identifiers and numbers, and balances are multiplied by the number of copies, so that every invariant still holds. The
audit log is written through its own door. The last line is one JSON object. It writes only to a database of its own.
"""

import argparse
import importlib
import json
import os
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parent.parent
DOCUMENTS = (
    "orders.SalesOrder", "orders.SalesOrderLine", "orders.OrderHold", "orders.RoutingDecision", "orders.ReturnOrder",
    "orders.ReturnLine", "inventory.Adjustment", "inventory.AdjustmentLine", "inventory.StockMove",
    "inventory.Allocation", "inventory.CostLayer", "inventory.CostConsumption", "warehouse.Shipment",
    "warehouse.ShipmentLine", "warehouse.PickBatch", "warehouse.PickTask", "warehouse.Package", "books.Invoice",
    "books.InvoiceLine", "books.Payment", "books.PaymentAllocation", "ledger.JournalEntry", "ledger.JournalLine",
)  # fmt: skip
NUMBERED = {"number", "source", "purpose", "external_id"}
EVENTS_AN_ORDER = 7


def number_sql(column: str, series: list[tuple[str, int]]) -> str:
    """Return SQL for a text that ends in a number of a series, with the number shifted by `c.k` times the series."""
    digits = f"CAST(substr(t.{column}, length(t.{column}) - 5) AS bigint)"
    head = f"substr(t.{column}, 1, length(t.{column}) - 6)"
    whens = []
    for prefix, count in series:
        moved = f"({digits} + c.k * {count})"
        padded = f"substr(CAST({moved} + 1000000 AS TEXT), 2)"
        text = f"CASE WHEN {moved} < 1000000 THEN {padded} ELSE CAST({moved} AS TEXT) END"
        whens.append(
            f"WHEN substr(t.{column}, length(t.{column}) - {5 + len(prefix)}, {len(prefix)}) = '{prefix}'"
            f" THEN {head} || {text}"
        )
    return f"CASE {' '.join(whens)} ELSE t.{column} END"


def column_sql(model: Any, field: Any, series: list[tuple[str, int]], cloned: set[Any], step: int) -> str:
    """Return what a copied row has in a column."""
    column = field.column
    if field.name == "id" or (field.is_relation and field.related_model in cloned) or field.name == "demand_id":
        return f"t.{column} + c.k * {step}"
    if field.name == "external_id":
        return f"CASE WHEN t.{column} = '' THEN '' ELSE t.{column} || '~' || c.k END"
    if field.name == "purpose" and model.__name__ == "StockMove":
        moved = f"CAST(substr(t.purpose, 6) AS bigint) + c.k * {step}"
        return f"CASE WHEN substr(t.purpose, 1, 5) IN ('ship:', 'pick:') THEN substr(t.purpose, 1, 5) || ({moved})" \
            " ELSE t.purpose END"  # fmt: skip
    return number_sql(column, series) if field.name in NUMBERED else f"t.{column}"


def multiply(company_id: int, copies: int) -> None:
    """Copy the company's documents `copies - 1` times and multiply its balances."""
    apps = importlib.import_module("django.apps").apps
    connection = importlib.import_module("django.db").connection
    cloned = {apps.get_model(name) for name in DOCUMENTS}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT prefix, next_number - 1 FROM platform_numberseries WHERE company_id = %s AND next_number > 1",
            [company_id],
        )
        series = cursor.fetchall()
        bounds = []
        for model in cloned:
            cursor.execute(f"SELECT MIN(id), MAX(id) FROM {model._meta.db_table}")
            bounds.append(cursor.fetchone())
        step = max(b for _a, b in bounds if b) - min(a for a, _b in bounds if a) + 1
        numbers = "WITH RECURSIVE c(k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM c WHERE k < %s)"
        for model in (apps.get_model(name) for name in DOCUMENTS):
            fields = model._meta.concrete_fields
            values = ", ".join(column_sql(model, field, series, cloned, step) for field in fields)
            names = ", ".join(f'"{field.column}"' for field in fields)
            table = model._meta.db_table
            # A CTE can't stand before INSERT ... SELECT in the same way on both databases; a subquery can.
            cursor.execute(
                f"INSERT INTO {table} ({names}) {numbers} SELECT {values} FROM c JOIN {table} AS t"
                " ON t.company_id = %s ORDER BY c.k, t.id",
                [copies - 1, company_id],
            )
        for table, columns in (("stocklevel", "on_hand allocated"), ("stockquant", "on_hand picking")):
            sets = ", ".join(f"{column} = {column} * %s" for column in columns.split())
            cursor.execute(f"UPDATE inventory_{table} SET {sets}", [copies] * len(columns.split()))
        codes = (
            "sales_order shipment pick_batch package invoice credit_note payment return_order adjustment journal_entry"
        )
        marks = ", ".join(f"'{code}'" for code in codes.split())
        cursor.execute(
            f"UPDATE platform_numberseries SET next_number = (next_number - 1) * %s + 1 WHERE code IN ({marks})",
            [copies],
        )
        cursor.execute("ANALYZE")


def audit_fill(actor: Any, orders: int) -> None:
    """Write and seal as many audit events as so many orders leave behind."""
    audit = importlib.import_module("cefn.platform.audit")
    chain = importlib.import_module("cefn.platform.audit_chain")
    draft = audit.AuditDraft
    for start in range(0, orders, 2_000):
        events = [
            draft("sales-order:SO-000001", "noted", {"step": at, "of": start}) for at in range(2_000 * EVENTS_AN_ORDER)
        ]
        audit.audit_record(actor=actor, events=events)
    chain.audit_seal(actor.company_id)


def measure(orders: int) -> dict[str, Any]:
    """Make the database and check it; return the figures."""
    importlib.import_module("django").setup()
    importlib.import_module("cefn.cli.migrate").migrations_apply()
    transaction = importlib.import_module("django.db").transaction
    order_model = importlib.import_module("cefn.orders.models").SalesOrder
    move_model = importlib.import_module("cefn.inventory.models").StockMove
    check = importlib.import_module("cefn.reports.check")
    started = time.perf_counter()
    with transaction.atomic():
        shop = importlib.import_module("tests.builders").busy_shop("scale")
        multiply(shop.company.id, max(1, -(-orders // order_model.objects.count())))
    audit_fill(shop.actor, orders)
    made = time.perf_counter() - started
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    report = check.check_run()
    slowest = sorted(report.results, key=lambda result: -result.seconds)[:6]
    return {
        "orders": order_model.objects.count(),
        "moves": move_model.objects.count(),
        "made_seconds": round(made, 1),
        "check_seconds": round(report.seconds, 2),
        "clean": report.is_clean,
        "violated": report.violated,
        "slowest": {result.invariant.id: round(result.seconds, 2) for result in slowest},
        "peak_rss_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "rss_before_mib": before // 1024,
    }


def main() -> None:
    """Measure on one database and print the JSON line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--orders", type=int, default=100_000)
    parser.add_argument("--database", default="sqlite", help="sqlite, postgres or the URL of an empty database")
    options = parser.parse_args()
    sys.path[:0] = [str(REPOSITORY / "src"), str(REPOSITORY)]
    with tempfile.TemporaryDirectory(prefix="cefn-scale-") as folder:
        url = options.database
        if url == "sqlite":
            url = f"sqlite:///{folder}/scale.sqlite3"
        elif url == "postgres":
            url = importlib.import_module("tests.postgres_server").start_postgres()
        os.environ.update(DATABASE_URL=url, CEFN_HOME=folder, DJANGO_SETTINGS_MODULE="cefn.config.settings")
        print(json.dumps({"database": url.split(":", 1)[0], **measure(options.orders)}))


if __name__ == "__main__":
    main()
