"""How fast the pages people live in are with many orders: the order list, an order, the search."""

import time
from functools import partial
from typing import Any

from django.db import connection
from django.test import Client

from cefn.flows.bench.order_to_cash import Counter
from cefn.flows.bench.shop import bench_orders, bench_shop
from cefn.kernel.transactions import run_whole
from cefn.orders.models import SalesOrder
from cefn.orders.services import orders_place
from cefn.platform.users import UserDraft, users_create

CHUNK, ROUNDS = 2000, 40
PAGES = {
    "list": "/orders/",
    "list_open": "/orders/?view=open",
    "list_search": "/orders/?q=SO-0{n:05d}",
    "search": "/desk/search/?q=SO-0{n:05d}",
    "today": "/",
}


def pages_bench(*, count: int) -> dict[str, Any]:
    """Fill a shop with `count` orders, then ask for each page forty times as its owner.

    Returns for each page the median and 99th percentile in milliseconds on the server, its statements and its KiB.
    """
    actor, _, variants = bench_shop(variants=500, stock=10_000_000)
    for start in range(0, count, CHUNK):
        size = min(CHUNK, count - start)
        drafts = bench_orders(variant_ids=variants, count=size, lines=2, seed=start + 10)
        run_whole(partial(orders_place, actor=actor, orders=drafts))
    (owner,) = users_create(
        users=[UserDraft(email=f"{actor.company_id}@cefn.example", name="Bench", role="owner")], actor=actor
    )
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(owner)
    pages = {name: _measure(client, path, count) for name, path in PAGES.items()}
    return {
        "bench": "pages",
        "database": connection.vendor,
        "orders": SalesOrder.objects.filter(company_id=actor.company_id).count(),
        "pages": pages,
    }


def _measure(client: Client, path: str, count: int) -> dict[str, Any]:
    times, statements, size, status = [], 0, 0, 0
    for turn in range(ROUNDS):
        counter = Counter()
        address = path.format(n=(turn * 977) % count + 1)
        started = time.perf_counter()
        with connection.execute_wrapper(counter):
            answer = client.get(address)
        if turn:
            times.append(time.perf_counter() - started)
            statements = max(statements, counter.count)
        size, status = len(answer.content), answer.status_code
    times.sort()
    return {
        "status": status,
        "median_ms": round(times[len(times) // 2] * 1000, 1),
        "p99_ms": round(times[-1] * 1000, 1),
        "statements": statements,
        "kib": size // 1024,
    }
