"""Orders from placing to money through the services: one at a time, each action its own transaction, or in batches."""

import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection

from cefn.books.services import PaymentDraft, payments_post
from cefn.flows.bench.floor import floor_run
from cefn.flows.bench.shop import bench_orders, bench_shop
from cefn.kernel.sql import Statements
from cefn.kernel.transactions import run_whole
from cefn.orders.services import OrderDraft, orders_place
from cefn.platform.actors import Actor
from cefn.warehouse.models import PickTask, Shipment
from cefn.warehouse.services import PackDraft, picks_confirm, picks_release, shipments_pack, shipments_ship

VARIANTS, STOCK, LINES, WARM_UP = 1000, 100_000, 3, 20
CONTROL = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")


class Counter:
    """Counts statements, transaction control aside."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if not sql.startswith(CONTROL):
            self.count += 1
        return execute(sql, params, many, context)


def cycle(*, actor: Actor, orders: Sequence[OrderDraft], stages: dict[str, float]) -> list[int]:
    """Take orders from placing to money, each step one transaction; add the seconds of each step to `stages`.

    What a screen would already show (shipments, tasks) is read outside the steps' transactions, but counted.
    """

    def step(name: str, work: Callable[[], Any]) -> Any:
        started = time.perf_counter()
        result = run_whole(work)
        stages[name] += time.perf_counter() - started
        return result

    placed = step("place", lambda: orders_place(actor=actor, orders=orders))
    keys = [order.id for order in placed]
    shipments = list(Shipment.objects.filter(order_id__in=keys).values_list("id", flat=True))
    batches = step("release", lambda: picks_release(actor=actor, shipment_ids=shipments))
    tasks = list(PickTask.objects.filter(batch_id__in=[key for key, _ in batches]).values_list("id", "quantity"))
    step("pick", lambda: picks_confirm(actor=actor, picks=tasks))
    step("pack", lambda: shipments_pack(actor=actor, packs=[PackDraft(key) for key in shipments]))
    step("ship", lambda: shipments_ship(actor=actor, shipment_ids=shipments))
    step(
        "pay",
        lambda: payments_post(
            actor=actor, payments=[PaymentDraft("card", o.total_minor, order_id=o.id) for o in placed]
        ),
    )
    return keys


def order_to_cash_bench(*, count: int, batch: int) -> dict[str, Any]:
    """Measure `count` orders in batches of `batch` (1: one at a time), then the floor with the same rows.

    Returns orders a second of both, their ratio, statements an order, and seconds an order by stage.
    """
    actor, _, variants = bench_shop(variants=VARIANTS, stock=STOCK)
    warm: dict[str, float] = defaultdict(float)
    for draft in bench_orders(variant_ids=variants, count=WARM_UP, lines=LINES, seed=2):
        cycle(actor=actor, orders=[draft], stages=warm)
    drafts = bench_orders(variant_ids=variants, count=count, lines=LINES)
    stages: dict[str, float] = defaultdict(float)
    counter = Counter()
    copies = Statements.copies
    keys: list[list[int]] = []
    started = time.perf_counter()
    with connection.execute_wrapper(counter):
        keys.extend(
            cycle(actor=actor, orders=drafts[start : start + batch], stages=stages) for start in range(0, count, batch)
        )
    seconds = time.perf_counter() - started
    floor_seconds = floor_run(company_id=actor.company_id, groups=keys)
    return {
        "bench": "order-to-cash",
        "database": connection.vendor,
        "mode": "single" if batch == 1 else f"batch {batch}",
        "orders": count,
        "orders_per_s": round(count / seconds, 1),
        "floor_orders_per_s": round(count / floor_seconds, 1),
        "ratio": round(floor_seconds / seconds, 3),
        "sql_per_order": round((counter.count + Statements.copies - copies) / count, 1),
        "stages": {name: round(taken / count * 1000, 3) for name, taken in stages.items()},
        "stages_unit": "ms an order",
    }
