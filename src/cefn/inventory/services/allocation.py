"""Promising stock: reserve on the level, keep the promise (ship), or let it go (cancel, expire), exactly once."""

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from cefn.inventory.errors import AllocationResolved
from cefn.inventory.models import Allocation
from cefn.inventory.services.moves import LevelKey, levels_lock
from cefn.kernel import clock, sql
from cefn.kernel.ids import new_ids
from cefn.platform.actors import Actor


class Demand(NamedTuple):
    """A wish for stock: `demand_id` is the order line, `source` its document such as `sales-order:SO-000001`."""

    variant_id: int
    warehouse_id: int
    quantity: int
    demand_id: int
    source: str


class Granted(NamedTuple):
    """What a demand got: possibly less than it wished."""

    allocation_id: int
    demand: Demand
    quantity: int


ALLOCATION_COLUMNS = (
    "id", "company_id", "variant_id", "warehouse_id", "kind", "source", "demand_id", "quantity", "open_quantity",
    "posted_quantity", "voided_quantity", "created_at", "expires_at",
)  # fmt: skip


def stock_allocate(*, actor: Actor, demands: Sequence[Demand]) -> list[Granted]:
    """Promise stock to demands, first come first served, as far as it goes; never more than there is.

    One conditional UPDATE takes all that fits whole; only where it does not are levels locked and shared out.
    """
    wanted: dict[LevelKey, int] = defaultdict(int)
    for demand in demands:
        wanted[(demand.variant_id, demand.warehouse_id)] += demand.quantity
    got = _take_whole(wanted)
    rest = {key: number for key, number in wanted.items() if key not in got}
    if rest:
        got |= _take_what_is_there(rest)
    granted = _share(demands, got)
    now = clock.now()
    company_id = actor.company_id
    sql.insert_rows(
        Allocation,
        ALLOCATION_COLUMNS,
        [
            (g.allocation_id, company_id, g.demand.variant_id, g.demand.warehouse_id, "hard", g.demand.source,
             g.demand.demand_id, g.quantity, g.quantity, 0, 0, now, None)
            for g in granted
        ],
    )  # fmt: skip
    return granted


def _take_whole(wanted: dict[LevelKey, int]) -> dict[LevelKey, int]:
    taken = sql.fetch(
        "UPDATE inventory_stocklevel AS t SET allocated = t.allocated + k.n FROM"
        " (SELECT l.id, v.n FROM {v} JOIN inventory_stocklevel AS l"
        " ON l.variant_id = v.variant AND l.warehouse_id = v.warehouse"
        " ORDER BY l.variant_id, l.warehouse_id {for_update_of_l}) AS k"
        " WHERE t.id = k.id AND t.on_hand - t.allocated >= k.n RETURNING variant_id, warehouse_id",
        v=sql.Rows(
            "variant bigint, warehouse bigint, n bigint", [(*key, number) for key, number in sorted(wanted.items())]
        ),
    )
    return {(variant, warehouse): wanted[(variant, warehouse)] for variant, warehouse in taken}


def _take_what_is_there(wanted: dict[LevelKey, int]) -> dict[LevelKey, int]:
    free = sql.fetch(
        "SELECT t.variant_id, t.warehouse_id, t.on_hand - t.allocated FROM inventory_stocklevel AS t"
        " JOIN {v} ON t.variant_id = v.variant AND t.warehouse_id = v.warehouse"
        " WHERE t.on_hand > t.allocated ORDER BY t.variant_id, t.warehouse_id {for_update_of_t}",
        v=sql.Rows("variant bigint, warehouse bigint", list(wanted)),
    )
    takes = [(variant, warehouse, min(there, wanted[(variant, warehouse)])) for variant, warehouse, there in free]
    if takes:
        sql.run(
            "UPDATE inventory_stocklevel AS t SET allocated = t.allocated + v.n FROM {v}"
            " WHERE t.variant_id = v.variant AND t.warehouse_id = v.warehouse",
            v=sql.Rows("variant bigint, warehouse bigint, n bigint", takes),
        )
    return {(variant, warehouse): number for variant, warehouse, number in takes}


def _share(demands: Sequence[Demand], got: dict[LevelKey, int]) -> list[Granted]:
    left = dict(got)
    granted: list[Granted] = []
    for key, demand in zip(new_ids(len(demands)), demands, strict=True):
        level = (demand.variant_id, demand.warehouse_id)
        number = min(demand.quantity, left.get(level, 0))
        if number:
            left[level] -= number
            granted.append(Granted(key, demand, number))
    return granted


def allocations_post(*, posts: Sequence[tuple[int, int]]) -> None:
    """Resolve allocations as kept: (allocation id, quantity). The levels change with the moves that ship.

    Raises AllocationResolved if any of them has less open than that.
    """
    _resolve(posts, "posted")


def allocations_void(*, actor: Actor, voids: Sequence[tuple[int, int]]) -> None:
    """Let promises go: (allocation id, quantity); the stock is free again. Raises AllocationResolved."""
    if not voids:
        return
    found = sql.fetch(
        "SELECT a.variant_id, a.warehouse_id, v.n FROM inventory_allocation AS a JOIN {v} ON a.id = v.k"
        " WHERE a.company_id = %s",
        [actor.company_id],
        v=sql.Rows("k bigint, n bigint", voids),
    )
    freed: dict[LevelKey, int] = defaultdict(int)
    for variant, warehouse, number in found:
        freed[(variant, warehouse)] += number
    levels_lock(keys=sorted(freed))
    _resolve(voids, "voided")
    sql.run(
        "UPDATE inventory_stocklevel AS t SET allocated = t.allocated - v.n FROM {v}"
        " WHERE t.variant_id = v.variant AND t.warehouse_id = v.warehouse",
        v=sql.Rows("variant bigint, warehouse bigint, n bigint", [(*key, number) for key, number in freed.items()]),
    )


def _resolve(changes: Sequence[tuple[int, int]], outcome: str) -> None:
    table = sql.Rows("k bigint, n bigint", changes)
    if outcome == "posted":
        done = sql.run(
            "UPDATE inventory_allocation AS t SET open_quantity = t.open_quantity - v.n,"
            " posted_quantity = t.posted_quantity + v.n FROM {v} WHERE t.id = v.k AND t.open_quantity >= v.n",
            v=table,
        )
    else:
        done = sql.run(
            "UPDATE inventory_allocation AS t SET open_quantity = t.open_quantity - v.n,"
            " voided_quantity = t.voided_quantity + v.n FROM {v} WHERE t.id = v.k AND t.open_quantity >= v.n",
            v=table,
        )
    if done != len(changes):
        source = sql.fetch("SELECT source FROM inventory_allocation WHERE id = %s", [changes[0][0]])
        raise AllocationResolved(source=source[0][0] if source else changes[0][0])
