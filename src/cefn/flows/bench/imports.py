"""Importing an order sheet: seconds and memory for a CSV file, from its bytes to promised stock, and once more."""

import contextlib
import csv
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from django.db import connection

from cefn.channels.models import ImportRun
from cefn.channels.services import imports_create
from cefn.flows.bench.shop import bench_shop
from cefn.flows.imports.applying import imports_apply
from cefn.platform.actors import Actor

VARIANTS, STOCK, LINES, BUYERS = 1_000, 100_000, 3, 4_000
LIMIT_SECONDS, LIMIT_MIB = 20, 150
KIB = 1024
HEADER = (
    "order", "placed_at", "email", "customer_name", "sku", "quantity", "price", "shipping", "ship_line1", "ship_city",
    "ship_postcode", "ship_country",
)  # fmt: skip


def sheet_write(path: Path, count: int, seed: int = 1) -> None:
    """Write a sheet of `count` orders with three lines each, always the same for a seed."""
    draw = random.Random(seed)  # noqa: S311 - repeatable, not secret
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for at in range(count):
            buyer = at % BUYERS
            for sku in draw.sample(range(VARIANTS), LINES):
                writer.writerow(
                    (f"W-{at}", f"2026-08-{at % 28 + 1:02} 10:00", f"buyer{buyer}@example.com", f"Buyer {buyer}",
                     f"T-{sku:05d}", draw.randint(1, 3), "4.99", "3.50", f"{buyer} Stryd Fawr",
                     "Bangor", "LL57 2AB", "GB")
                )  # fmt: skip


def _memory_kib(name: str) -> int:
    """Return VmRSS or VmHWM of this process in KiB; 0 where the system doesn't tell."""
    status = Path("/proc/self/status")
    if not status.exists():
        return 0
    return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith(f"{name}:"))


def _peak_reset() -> None:
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def _import(actor: Actor, path: Path) -> tuple[ImportRun, float]:
    started = time.perf_counter()
    run = imports_create(actor=actor, kind="orders", path=path, name=path.name)
    imports_apply(actor=actor, run=run)
    return run, time.perf_counter() - started


def import_bench(*, count: int) -> dict[str, Any]:
    """Import `count` orders of three lines from CSV, then the same file again, which must change nothing.

    Returns seconds of both, orders a second, and the peak of memory over the idle process in MiB.
    """
    actor, _warehouse, _ids = bench_shop(variants=VARIANTS, stock=STOCK)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "orders.csv"
        sheet_write(path, count)
        _peak_reset()
        idle = _memory_kib("VmRSS")
        run, seconds = _import(actor, path)
        peak = _memory_kib("VmHWM")
        again, again_seconds = _import(actor, path)
        size = path.stat().st_size
    mebibytes = max(0, peak - idle) // KIB
    return {
        "bench": "import",
        "database": connection.vendor,
        "platform": sys.platform,
        "orders": run.counts["new"],
        "lines": count * LINES,
        "file_kib": size // KIB,
        "seconds": round(seconds, 3),
        "orders_per_s": round(count / seconds, 1),
        "peak_over_idle_mib": mebibytes,
        "again_same": again.counts["same"],
        "again_seconds": round(again_seconds, 3),
        "within_limits": seconds <= LIMIT_SECONDS and mebibytes <= LIMIT_MIB,
    }
