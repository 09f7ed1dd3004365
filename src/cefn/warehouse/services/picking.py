"""Releasing shipments to be picked, and confirming what was taken from the bins."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from cefn.catalog.models import Variant
from cefn.inventory.models import LocationKind
from cefn.inventory.places import warehouse_place
from cefn.inventory.services import MoveDraft, allocations_void, post_moves, quants_set_aside
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
    by_warehouse: dict[int, list[PickWant]] = defaultdict(list)
    for line_id, variant, quantity, _, _, _, warehouse, _ in rows:
        by_warehouse[warehouse].append(PickWant(line_id, variant, quantity))
    stock = _bins_lock({(want.variant_id, key) for key, wants in by_warehouse.items() for want in wants})
    plans: dict[int, list[Pick]] = {}
    for warehouse, wants in by_warehouse.items():
        plans[warehouse], short = bins_choose(wants, stock.get(warehouse, ()))
        if short:
            _bins_short(short[0], {row[0]: row[4] for row in rows}, warehouse)
    aside: dict[int, int] = defaultdict(int)
    for picks in plans.values():
        for pick in picks:
            aside[pick.stock.quant_id] += pick.quantity
    quants_set_aside(changes=sorted(aside.items()))
    batches = _batches_write(actor, plans)
    orders_processing(order_ids=[row[5] for row in rows])
    audit_record(
        actor=actor,
        events=[
            AuditDraft(f"sales-order:{order}", "released", {"shipment": number})
            for number, order in dict.fromkeys((row[4], row[7]) for row in rows)
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
    tasks = []
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
    """Confirm pick tasks: (task id, quantity taken). Less than asked is a short pick: the rest of the promise is let go,
    the order line waits again, and the shipment carries an exception naming the bin.

    Raises TaskDone, PickTooMuch; nothing is written then.
    """
    if not picks:
        return
    now = clock.now()
    rows = sql.fetch(
        "SELECT t.id, v.n, t.quantity, t.shipment_line_id, t.variant_id, t.location_id, t.lot_id, t.batch_id,"
        " q.status, q.owner, s.id, s.number, s.warehouse_id, l.order_line_id, l.allocation_id, c.code, x.sku, o.number, q.id"
        " FROM warehouse_picktask AS t JOIN {v} ON t.id = v.k"
        " JOIN inventory_stockquant AS q ON q.id = t.quant_id JOIN inventory_location AS c ON c.id = t.location_id"
        " JOIN warehouse_shipmentline AS l ON l.id = t.shipment_line_id"
        " JOIN warehouse_shipment AS s ON s.id = l.shipment_id JOIN catalog_variant AS x ON x.id = t.variant_id"
        " JOIN orders_salesorder AS o ON o.id = s.order_id"
        " WHERE t.company_id = %s AND t.status = 'open' ORDER BY t.id {for_update_of_t}",
        [actor.company_id],
        v=sql.Rows("k bigint, n bigint", picks),
    )
    if len(rows) != len(picks):
        raise TaskDone
    for row in rows:
        if not 0 <= row[1] <= row[2]:
            raise PickTooMuch(picked=row[1], wanted=row[2])
    sql.run(
        "UPDATE warehouse_picktask AS t SET picked = v.n, done_at = %s,"
        " status = CASE WHEN v.n < t.quantity THEN 'short' ELSE 'picked' END FROM {v} WHERE t.id = v.k",
        [now],
        v=sql.Rows("k bigint, n bigint", picks),
    )
    _take(actor, rows)
    _shipments_progress(actor, rows)
    _shorts(actor, [row for row in rows if row[1] < row[2]])
    audit_record(
        actor=actor,
        at=now,
        events=[
            AuditDraft(f"sales-order:{order}", "picked", {"shipment": number})
            for number, order in dict.fromkeys((row[11], row[17]) for row in rows)
        ],
    )


def _take(actor: Actor, rows: Sequence[tuple]) -> None:  # type: ignore[type-arg]
    moves, aside = [], defaultdict(int)
    for row in rows:
        task, taken, wanted, _, variant, location, lot, _, status, owner, _, number, warehouse, *_ = row
        aside[(variant, location, lot or 0, status, owner)] -= wanted
        if taken:
            bench = warehouse_place(warehouse, LocationKind.PACK)
            moves.append(
                MoveDraft(
                    variant, taken, location, bench, "pick", f"shipment:{number}", f"pick:{task}", 0, lot, status,
                    status, owner,
                )
            )  # fmt: skip
    if moves:
        post_moves(actor=actor, moves=moves, picking=aside)
    else:
        quants_set_aside(changes=_summed([(row[18], -row[2]) for row in rows]))


def _shipments_progress(actor: Actor, rows: Sequence[tuple]) -> None:  # type: ignore[type-arg]
    taken: dict[int, int] = defaultdict(int)
    for row in rows:
        taken[row[3]] += row[1]
    sql.run(
        "UPDATE warehouse_shipmentline AS t SET picked = t.picked + v.n FROM {v} WHERE t.id = v.k",
        v=sql.Rows("k bigint, n bigint", sorted(taken.items())),
    )
    lines_progress(changes=[LineProgress(row[13], picked=row[1]) for row in rows if row[1]])
    shipments = sql.Rows("k bigint", [(key,) for key in sorted({row[10] for row in rows})])
    sql.run(
        "UPDATE warehouse_shipment AS t SET status = CASE WHEN EXISTS (SELECT 1 FROM warehouse_picktask AS p"
        " JOIN warehouse_shipmentline AS l ON l.id = p.shipment_line_id"
        " WHERE l.shipment_id = t.id AND p.status = 'open') THEN 'picking' ELSE 'picked' END"
        " FROM {v} WHERE t.id = v.k AND t.status IN ('released', 'picking')",
        v=shipments,
    )
    sql.run(
        "UPDATE warehouse_pickbatch AS t SET status = 'done', done_at = %s FROM {v} WHERE t.id = v.k"
        " AND t.status IN ('released', 'picking') AND NOT EXISTS"
        " (SELECT 1 FROM warehouse_picktask AS p WHERE p.batch_id = v.k AND p.status = 'open')",
        [clock.now()],
        v=sql.Rows("k bigint", [(key,) for key in sorted({row[7] for row in rows})]),
    )


def _shorts(actor: Actor, rows: Sequence[tuple]) -> None:  # type: ignore[type-arg]
    if not rows:
        return
    missing = [(row[13], row[2] - row[1]) for row in rows]
    sql.run(
        "UPDATE warehouse_shipmentline AS t SET quantity = t.quantity - v.n FROM {v} WHERE t.id = v.k",
        v=sql.Rows("k bigint, n bigint", _summed([(row[3], row[2] - row[1]) for row in rows])),
    )
    lines_progress(changes=[LineProgress(line_id, allocated=-number) for line_id, number in missing])
    allocations_void(actor=actor, voids=_summed([(row[14], row[2] - row[1]) for row in rows]))
    texts: dict[int, list[str]] = defaultdict(list)
    for row in rows:
        texts[row[10]].append(f"{row[16]}: {row[2] - row[1]} missing in {row[15]}")
    sql.run(
        "UPDATE warehouse_shipment AS t SET exception = v.x, status = CASE WHEN EXISTS (SELECT 1"
        " FROM warehouse_shipmentline AS l WHERE l.shipment_id = t.id AND l.quantity > 0) THEN t.status"
        " ELSE 'cancelled' END FROM {v} WHERE t.id = v.k",
        v=sql.Rows("k bigint, x text", [(key, "; ".join(parts)[:255]) for key, parts in sorted(texts.items())]),
    )
    bus.publish(PicksShort(company_id=actor.company_id, actor=actor, lines=tuple(missing)))


def _summed(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    totals: dict[int, int] = defaultdict(int)
    for key, number in pairs:
        totals[key] += number
    return sorted(totals.items())
