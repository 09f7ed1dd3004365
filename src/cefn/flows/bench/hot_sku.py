"""Many buyers, one SKU: real processes place orders for the last units, and exactly what is there is sold."""

import multiprocessing
import time
from typing import Any

from django.db import connection

from cefn.flows.bench.shop import bench_shop
from cefn.inventory.models import StockLevel
from cefn.kernel.transactions import run_whole
from cefn.orders.models import SalesOrder
from cefn.orders.services import OrderDraft, OrderLineDraft, orders_place
from cefn.platform.actors import Actor

SOLD, REFUSED = "sold", "refused"


class SoldOut(Exception):
    """The buyer wanted it now or not at all."""


def _buy(actor: Actor, variant_id: int) -> None:
    placed = orders_place(
        actor=actor, orders=[OrderDraft(lines=[OrderLineDraft(1, variant_id=variant_id)], channel="rush")]
    )
    if SalesOrder.objects.values_list("allocation_status", flat=True).get(id=placed[0].id) != "full":
        raise SoldOut


def _rush(actor: Actor, variant_id: int, attempts: int, gate: Any, results: Any) -> None:
    connection.close()
    taken: list[tuple[str, float]] = []
    gate.wait()
    for _ in range(attempts):
        started = time.perf_counter()
        try:
            run_whole(lambda: _buy(actor, variant_id))
        except SoldOut:
            taken.append((REFUSED, time.perf_counter() - started))
        else:
            taken.append((SOLD, time.perf_counter() - started))
    results.put(taken)
    connection.close()


def hot_sku_bench(*, processes: int, stock: int = 1000, attempts: int = 1600) -> dict[str, Any]:
    """Let `processes` make `attempts` purchases of one unit each; refused ones leave nothing behind.

    Returns sold, refused, attempts a second and the 99th percentile of one attempt in milliseconds.
    """
    actor, warehouse, (variant,) = bench_shop(variants=1, stock=stock)
    run_whole(lambda: None)
    connection.close()
    context = multiprocessing.get_context("fork")
    gate, results = context.Barrier(processes + 1), context.Queue()
    shares = [attempts // processes + (1 if at < attempts % processes else 0) for at in range(processes)]
    workers = [context.Process(target=_rush, args=(actor, variant, share, gate, results)) for share in shares]
    for worker in workers:
        worker.start()
    gate.wait()
    started = time.perf_counter()
    taken = [entry for _ in workers for entry in results.get()]
    seconds = time.perf_counter() - started
    for worker in workers:
        worker.join()
    times = sorted(seconds_taken for _, seconds_taken in taken)
    level = StockLevel.objects.get(variant_id=variant, warehouse=warehouse)
    return {
        "bench": "hot-sku",
        "database": connection.vendor,
        "processes": processes,
        "sold": sum(1 for outcome, _ in taken if outcome == SOLD),
        "refused": sum(1 for outcome, _ in taken if outcome == REFUSED),
        "allocated": level.allocated,
        "on_hand": level.on_hand,
        "per_s": round(len(taken) / seconds, 1),
        "p99_ms": round(times[min(len(times) - 1, len(times) * 99 // 100)] * 1000, 1),
    }
