"""Releasing shipments to be picked, and confirming what was taken from the bins."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from cefn.catalog.models import Variant
from cefn.inventory.models import LocationKind
from cefn.inventory.places import warehouse_place
from cefn.inventory.services import MoveDraft, allocations_void, post_moves, quants_set_aside
from cefn.inventory.services.moves import QuantKey
from cefn.kernel import clock, sql
from cefn.kernel.bus import bus
from cefn.kernel.ids import new_ids
from cefn.orders.services import LineProgress, lines_progress, orders_processing
from cefn.platform.actors import Actor
from cefn.platform.audit import AuditDraft, audit_record
from cefn.platform.numbering import numbers_take
from cefn.warehouse.algorithms.bins import BinStock, Pick, PickWant, bins_choose
from cefn.warehouse.errors import BinsShort, PickTooMuch, TaskDone
from cefn.warehouse.events import PicksShort
from cefn.warehouse.models import PickBatch, PickTask
from cefn.warehouse.services.shipments import shipments_move

BATCH_COLUMNS = (
    "id", "company_id", "number", "warehouse_id", "status", "assigned_to_id", "task_count", "created_at", "done_at",
)  # fmt: skip
TASK_COLUMNS = (
    "id", "company_id", "batch_id", "shipment_line_id", "variant_id", "quant_id", "location_id", "lot_id", "sequence",
    "quantity", "picked", "status", "done_at",
)  # fmt: skip


class LineToPick(NamedTuple):
    """A shipment line that is released, and the papers it belongs to."""

    line_id: int
    variant_id: int
    quantity: int
    shipment_id: int
    shipment_number: str
    order_id: int
    warehouse_id: int
    order_number: str


class TaskTaken(NamedTuple):
    """An open pick task with what was taken for it, where it lay, and the papers it belongs to."""

    task_id: int
    taken: int
    wanted: int
    line_id: int
    variant_id: int
    location_id: int
    lot_id: int | None
    batch_id: int
    status: str
    owner: str
    shipment_id: int
    shipment_number: str
    warehouse_id: int
    order_line_id: int
    allocation_id: int
    location_code: str
    sku: str
    order_number: str
    quant_id: int

    @property
    def missing(self) -> int:
        """How much less was taken than wanted."""
        return self.wanted - self.taken


def picks_release(*, actor: Actor, shipment_ids: Sequence[int]) -> list[tuple[int, str]]:
    """Release draft shipments: choose bins, set their stock aside, make one pick batch a warehouse in walking order.

    Returns (batch id, number). Raises ShipmentBusy for a shipment that is not a draft or whose order is on hold,
    BinsShort when a promise lies in no bin; nothing is released then.
    """
    if not shipment_ids:
        return []
    shipments_move(actor=actor, shipment_ids=shipment_ids, sources=("draft",), target="released", check_holds=True)
    rows = sql.fetch(
        "SELECT l.id, l.variant_id, l.quantity - l.picked, s.id, s.number, s.order_id, s.warehouse_id, o.number"
        " FROM warehouse_shipment AS s JOIN {v} ON s.id = v.k JOIN warehouse_shipmentline AS l ON l.shipment_id = s.id"
        " JOIN orders_salesorder AS o ON o.id = s.order_id WHERE l.quantity > l.picked ORDER BY s.id, l.position",
        v=sql.Rows("k bigint", [(key,) for key in sorted(set(shipment_ids))]),
    )
    lines = [LineToPick(*row) for row in rows]
    by_warehouse: dict[int, list[PickWant]] = defaultdict(list)
    for line in lines:
        by_warehouse[line.warehouse_id].append(PickWant(line.line_id, line.variant_id, line.quantity))
    stock = _bins_lock({(want.variant_id, key) for key, wants in by_warehouse.items() for want in wants})
    plans: dict[int, list[Pick]] = {}
    for warehouse, wants in by_warehouse.items():
        plans[warehouse], short = bins_choose(wants, stock.get(warehouse, ()))
        if short:
            _bins_short(short[0], {line.line_id: line.shipment_number for line in lines}, warehouse)
    aside: dict[int, int] = defaultdict(int)
    for picks in plans.values():
        for pick in picks:
            aside[pick.stock.quant_id] += pick.quantity
    quants_set_aside(changes=sorted(aside.items()))
    batches = _batches_write(actor, plans)
    orders_processing(order_ids=[line.order_id for line in lines])
    audit_record(
        actor=actor,
        events=[
            AuditDraft(f"sales-order:{order}", "released", {"shipment": number})
            for number, order in dict.fromkeys((line.shipment_number, line.order_number) for line in lines)
        ],
    )
    return batches


def _bins_lock(keys: set[tuple[int, int]]) -> dict[int, list[BinStock]]:
    """Return what is free in bins, by warehouse, in the order to use it up; locked until the transaction ends."""
    rows = sql.fetch(
        "SELECT c.warehouse_id, t.id, t.variant_id, t.location_id, t.lot_id, c.sequence, t.on_hand - t.picking,"
        " lot.expires_on FROM inventory_stockquant AS t JOIN {v} ON t.variant_id = v.a"
        " JOIN inventory_location AS c ON c.id = t.location_id AND c.warehouse_id = v.b"
        " LEFT JOIN inventory_lot AS lot ON lot.id = t.lot_id"
        " WHERE c.kind = 'bin' AND t.status = 'available' AND t.on_hand > t.picking ORDER BY t.id {for_update_of_t}",
        v=sql.Rows("a bigint, b bigint", sorted(keys)),
    )
    found: dict[int, list[BinStock]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: (str(row[7] or "9999"), row[5], row[1])):
        found[row[0]].append(BinStock(*row[1:7]))
    return found


def _bins_short(want: PickWant, numbers: Mapping[int, str], warehouse_id: int) -> None:
    sku = Variant.objects.values_list("sku", flat=True).get(id=want.variant_id)
    name = sql.fetch("SELECT name FROM inventory_warehouse WHERE id = %s", [warehouse_id])[0][0]
    raise BinsShort(sku=sku, missing=want.quantity, number=numbers[want.line_id], warehouse=name)


def _batches_write(actor: Actor, plans: Mapping[int, Sequence[Pick]]) -> list[tuple[int, str]]:
    now, company_id = clock.now(), actor.company_id
    numbers = numbers_take(company_id=company_id, series="pick_batch", count=len(plans))
    batch_ids = new_ids(len(plans))
    sql.insert_rows(
        PickBatch,
        BATCH_COLUMNS,
        [
            (key, company_id, number, warehouse, "released", None, len(picks), now, None)
            for key, number, (warehouse, picks) in zip(batch_ids, numbers, plans.items(), strict=True)
        ],
    )
    tasks: list[tuple[Any, ...]] = []
    for batch, picks in zip(batch_ids, plans.values(), strict=True):
        walk = sorted(picks, key=lambda pick: (pick.stock.sequence, pick.stock.location_id, pick.line_id))
        tasks.extend(
            (key, company_id, batch, pick.line_id, pick.stock.variant_id, pick.stock.quant_id, pick.stock.location_id,
             pick.stock.lot_id, at + 1, pick.quantity, 0, "open", None)
            for at, (key, pick) in enumerate(zip(new_ids(len(walk)), walk, strict=True))
        )  # fmt: skip
    sql.insert_rows(PickTask, TASK_COLUMNS, tasks)
    return list(zip(batch_ids, numbers, strict=True))


def picks_confirm(*, actor: Actor, picks: Sequence[tuple[int, int]]) -> None:
    """Confirm pick tasks: (task id, quantity taken).

    Less than asked is a short pick: the rest of the promise is let go, the order line waits again, and the shipment
    carries an exception naming the bin. Raises TaskDone, PickTooMuch; nothing is written then.
    """
    if not picks:
        return
    now = clock.now()
    tasks = _tasks_lock(actor.company_id, picks)
    sql.run(
        "UPDATE warehouse_picktask AS t SET picked = v.n, done_at = %s,"
        " status = CASE WHEN v.n < t.quantity THEN 'short' ELSE 'picked' END FROM {v} WHERE t.id = v.k",
        [now],
        v=sql.Rows("k bigint, n bigint", picks),
    )
    _take(actor, tasks)
    _shipments_progress(tasks)
    _shorts(actor, [task for task in tasks if task.missing])
    audit_record(
        actor=actor,
        at=now,
        events=[
            AuditDraft(f"sales-order:{order}", "picked", {"shipment": number})
            for number, order in dict.fromkeys((task.shipment_number, task.order_number) for task in tasks)
        ],
    )


def _tasks_lock(company_id: int, picks: Sequence[tuple[int, int]]) -> list[TaskTaken]:
    """Return the open tasks with what was taken for them, locked. Raises TaskDone, PickTooMuch."""
    rows = sql.fetch(
        "SELECT t.id, v.n, t.quantity, t.shipment_line_id, t.variant_id, t.location_id, t.lot_id, t.batch_id,"
        " q.status, q.owner, s.id, s.number, s.warehouse_id, l.order_line_id, l.allocation_id, c.code, x.sku,"
        " o.number, q.id FROM warehouse_picktask AS t JOIN {v} ON t.id = v.k"
        " JOIN inventory_stockquant AS q ON q.id = t.quant_id JOIN inventory_location AS c ON c.id = t.location_id"
        " JOIN warehouse_shipmentline AS l ON l.id = t.shipment_line_id"
        " JOIN warehouse_shipment AS s ON s.id = l.shipment_id JOIN catalog_variant AS x ON x.id = t.variant_id"
        " JOIN orders_salesorder AS o ON o.id = s.order_id"
        " WHERE t.company_id = %s AND t.status = 'open' ORDER BY t.id {for_update_of_t}",
        [company_id],
        v=sql.Rows("k bigint, n bigint", picks),
    )
    if len(rows) != len(picks):
        raise TaskDone
    tasks = [TaskTaken(*row) for row in rows]
    for task in tasks:
        if not 0 <= task.taken <= task.wanted:
            raise PickTooMuch(picked=task.taken, wanted=task.wanted)
    return tasks


def _take(actor: Actor, tasks: Sequence[TaskTaken]) -> None:
    aside: dict[QuantKey, int] = defaultdict(int)
    moves: list[MoveDraft] = []
    for task in tasks:
        aside[(task.variant_id, task.location_id, task.lot_id or 0, task.status, task.owner)] -= task.wanted
        if task.taken:
            moves.append(
                MoveDraft(
                    variant_id=task.variant_id,
                    quantity=task.taken,
                    from_location_id=task.location_id,
                    to_location_id=warehouse_place(task.warehouse_id, LocationKind.PACK),
                    reason="pick",
                    source=f"shipment:{task.shipment_number}",
                    purpose=f"pick:{task.task_id}",
                    lot_id=task.lot_id,
                    from_status=task.status,
                    to_status=task.status,
                    owner=task.owner,
                )
            )
    if moves:
        post_moves(actor=actor, moves=moves, picking=aside)
    else:
        quants_set_aside(changes=_summed([(task.quant_id, -task.wanted) for task in tasks]))


def _shipments_progress(tasks: Sequence[TaskTaken]) -> None:
    sql.run(
        "UPDATE warehouse_shipmentline AS t SET picked = t.picked + v.n FROM {v} WHERE t.id = v.k",
        v=sql.Rows("k bigint, n bigint", _summed([(task.line_id, task.taken) for task in tasks])),
    )
    lines_progress(changes=[LineProgress(task.order_line_id, picked=task.taken) for task in tasks if task.taken])
    sql.run(
        "UPDATE warehouse_shipment AS t SET status = CASE WHEN EXISTS (SELECT 1 FROM warehouse_picktask AS p"
        " JOIN warehouse_shipmentline AS l ON l.id = p.shipment_line_id"
        " WHERE l.shipment_id = t.id AND p.status = 'open') THEN 'picking' ELSE 'picked' END"
        " FROM {v} WHERE t.id = v.k AND t.status IN ('released', 'picking')",
        v=sql.Rows("k bigint", [(key,) for key in sorted({task.shipment_id for task in tasks})]),
    )
    sql.run(
        "UPDATE warehouse_pickbatch AS t SET status = 'done', done_at = %s FROM {v} WHERE t.id = v.k"
        " AND t.status IN ('released', 'picking') AND NOT EXISTS"
        " (SELECT 1 FROM warehouse_picktask AS p WHERE p.batch_id = v.k AND p.status = 'open')",
        [clock.now()],
        v=sql.Rows("k bigint", [(key,) for key in sorted({task.batch_id for task in tasks})]),
    )


def _shorts(actor: Actor, tasks: Sequence[TaskTaken]) -> None:
    """Let go what was promised and is not there; name the bins on the shipments."""
    if not tasks:
        return
    sql.run(
        "UPDATE warehouse_shipmentline AS t SET quantity = t.quantity - v.n FROM {v} WHERE t.id = v.k",
        v=sql.Rows("k bigint, n bigint", _summed([(task.line_id, task.missing) for task in tasks])),
    )
    lines_progress(changes=[LineProgress(task.order_line_id, allocated=-task.missing) for task in tasks])
    allocations_void(actor=actor, voids=_summed([(task.allocation_id, task.missing) for task in tasks]))
    texts: dict[int, list[str]] = defaultdict(list)
    for task in tasks:
        texts[task.shipment_id].append(f"{task.sku}: {task.missing} missing in {task.location_code}")
    sql.run(
        "UPDATE warehouse_shipment AS t SET exception = v.x, status = CASE WHEN EXISTS (SELECT 1"
        " FROM warehouse_shipmentline AS l WHERE l.shipment_id = t.id AND l.quantity > 0) THEN t.status"
        " ELSE 'cancelled' END FROM {v} WHERE t.id = v.k",
        v=sql.Rows("k bigint, x text", [(key, "; ".join(parts)[:255]) for key, parts in sorted(texts.items())]),
    )
    missing = tuple((task.order_line_id, task.missing) for task in tasks)
    bus.publish(PicksShort(company_id=actor.company_id, actor=actor, lines=missing))


def _summed(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    totals: dict[int, int] = defaultdict(int)
    for key, number in pairs:
        totals[key] += number
    return sorted(totals.items())
