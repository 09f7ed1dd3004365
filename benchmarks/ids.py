"""What a primary key costs: 64-bit time-ordered integers against Django's UUIDField (version 7 and version 4).

    python benchmarks/ids.py --rows 200000 --json

The same two tables, orders and lines, are written through Django in batches of 1,000 orders with three lines each, one
transaction a batch, then read: 20,000 orders by key one at a time, a join over all lines, and pages of 50 after a key.
Each database is new and durable (SQLite in WAL with synchronous FULL; PostgreSQL with fsync). The last line is one JSON
object; every figure is the median of the rounds, in seconds or MiB.
"""

import argparse
import json
import os
import random
import secrets
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(REPOSITORY / "src"), str(REPOSITORY)]

BATCH = 1_000
LINES = 3
LOOKUPS = 20_000
PAGES = 200
PAGE = 50


def uuid7() -> uuid.UUID:
    """Return a time-ordered UUID (RFC 9562, section 5.7)."""
    value = (time.time_ns() // 1_000_000) << 80 | 0x7 << 76 | secrets.randbits(12) << 64 | 0b10 << 62
    return uuid.UUID(int=value | secrets.randbits(62))


def models_make(kind: str) -> tuple[Any, Any, Callable[[int], Sequence[Any]]]:
    """Return the order model, the line model and a maker of keys for one kind: int64, uuid7 or uuid4."""
    from django.db import models

    from cefn.kernel.ids import new_ids

    field = models.BigIntegerField if kind == "int64" else models.UUIDField
    makers: dict[str, Callable[[int], Sequence[Any]]] = {
        "int64": new_ids,
        "uuid7": lambda count: sorted(uuid7() for _ in range(count)),
        "uuid4": lambda count: [uuid.uuid4() for _ in range(count)],
    }
    order = type(
        f"Order{kind}",
        (models.Model,),
        {
            "__module__": __name__,
            "id": field(primary_key=True),
            "number": models.CharField(max_length=32, unique=True),
            "placed_at": models.DateTimeField(db_index=True),
            "total_minor": models.BigIntegerField(),
            "Meta": type("Meta", (), {"app_label": "benchmark_ids"}),
        },
    )
    line = type(
        f"Line{kind}",
        (models.Model,),
        {
            "__module__": __name__,
            "id": field(primary_key=True),
            "order": models.ForeignKey(order, on_delete=models.CASCADE),
            "variant": field(db_index=True),
            "quantity": models.BigIntegerField(),
            "price_micro": models.BigIntegerField(),
            "Meta": type("Meta", (), {"app_label": "benchmark_ids"}),
        },
    )
    return order, line, makers[kind]


def write_all(order: Any, line: Any, keys: Callable[[int], Sequence[Any]], rows: int) -> list[Any]:
    """Write `rows` orders with their lines, a transaction a batch; return the orders' keys."""
    from django.db import transaction
    from django.utils import timezone

    variants = list(keys(2_000))
    draw = random.Random(7)
    written: list[Any] = []
    for first in range(0, rows, BATCH):
        ids, line_ids, now = keys(BATCH), iter(keys(BATCH * LINES)), timezone.now()
        orders = [order(id=key, number=f"SO-{first + at}", placed_at=now, total_minor=at) for at, key in enumerate(ids)]
        lines = [
            line(id=next(line_ids), order_id=key, variant=draw.choice(variants), quantity=2, price_micro=9_990_000)
            for key in ids
            for _ in range(LINES)
        ]
        with transaction.atomic():
            order.objects.bulk_create(orders)
            line.objects.bulk_create(lines)
        written += ids
    return written


def read_all(order: Any, line: Any, written: list[Any]) -> dict[str, float]:
    """Return the seconds that look-ups, a join and paging take."""
    from django.db.models import Sum

    took: dict[str, float] = {}
    wanted = random.Random(11).sample(written, min(LOOKUPS, len(written)))
    started = time.perf_counter()
    for key in wanted:
        order.objects.filter(pk=key).values_list("number").get()
    took["lookup_s"] = time.perf_counter() - started
    started = time.perf_counter()
    line.objects.filter(order__total_minor__gte=0).aggregate(total=Sum("price_micro"))
    took["join_s"] = time.perf_counter() - started
    started = time.perf_counter()
    last = min(written)
    for _ in range(PAGES):
        page = list(order.objects.filter(pk__gt=last).order_by("pk").values_list("pk", "number")[:PAGE])
        if not page:
            break
        last = page[-1][0]
    took["pages_s"] = time.perf_counter() - started
    return took


def size_mib() -> float:
    """Return what the tables and their indexes take on disk."""
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return Path(str(connection.settings_dict["NAME"])).stat().st_size / 2**20
        cursor.execute(
            "SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relname LIKE 'benchmark_ids_%' "
            "AND relkind = 'r'"
        )
        return float(cursor.fetchone()[0]) / 2**20


def measure(kind: str, models: tuple[Any, Any, Callable[[int], Sequence[Any]]], rows: int) -> dict[str, float]:
    """Create the tables of one kind, write, read, drop them; return the figures."""
    from django.db import connection

    order, line, keys = models
    with connection.schema_editor() as editor:
        editor.create_model(order)
        editor.create_model(line)
    started = time.perf_counter()
    written = write_all(order, line, keys, rows)
    figures = {"write_s": time.perf_counter() - started, "size_mib": size_mib()}
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    figures |= read_all(order, line, written)
    with connection.schema_editor() as editor:
        editor.delete_model(line)
        editor.delete_model(order)
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM")
    return figures


def database_run(url: str, rows: int, rounds: int) -> dict[str, dict[str, float]]:
    """Return the medians for each kind of key on one database; kinds take turns, so that drift hits all alike."""
    from django.db import connections

    from cefn.config.database import database_from_url

    connections["default"].close()
    connections.settings["default"] |= database_from_url(url)
    connections["default"].settings_dict |= database_from_url(url)
    del connections["default"]
    results: dict[str, list[dict[str, float]]] = {kind: [] for kind in KINDS}
    for _ in range(rounds):
        for kind, models in MODELS.items():
            results[kind].append(measure(kind, models, rows))
    return {
        kind: {name: round(statistics.median(run[name] for run in runs), 3) for name in runs[0]}
        for kind, runs in results.items()
    }


KINDS = ("int64", "uuid7", "uuid4")
MODELS: dict[str, tuple[Any, Any, Callable[[int], Sequence[Any]]]] = {}


def main() -> int:
    """Run the benchmark as a command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000, help="orders; each has three lines (default 100,000)")
    parser.add_argument("--rounds", type=int, default=3, help="rounds to take the median of (default 3)")
    parser.add_argument("--database", choices=["sqlite", "postgres", "both"], default="both")
    parser.add_argument("--json", action="store_true", help="only the JSON line")
    options = parser.parse_args()
    home = tempfile.TemporaryDirectory(prefix="cefn-ids-")
    os.environ |= {"CEFN_HOME": home.name, "CEFN_LOG_LEVEL": "WARNING"}
    os.environ["DJANGO_SETTINGS_MODULE"] = "cefn.config.settings"
    import django

    django.setup()
    MODELS.update({kind: models_make(kind) for kind in KINDS})
    result: dict[str, Any] = {"benchmark": "ids", "rows": options.rows, "rounds": options.rounds}
    if options.database != "postgres":
        result["sqlite"] = database_run(f"sqlite:///{home.name}/ids.sqlite3", options.rows, options.rounds)
    if options.database != "sqlite":
        from tests.postgres_server import start_postgres

        result["postgres"] = database_run(start_postgres(durable=True), options.rows, options.rounds)
    if not options.json:
        for name in ("sqlite", "postgres"):
            for kind, figures in result.get(name, {}).items():
                print(f"{name:>9} {kind}: {figures}")
    print(json.dumps(result))
    return 0


if __name__ == "__main__":
    sys.exit(main())
