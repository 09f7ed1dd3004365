"""Shipments come from promises of stock, and go when the promise is withdrawn."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from cefn.inventory.services import Granted, allocations_void, quants_set_aside
from cefn.kernel import clock, sql
from cefn.kernel.errors import Conflict
from cefn.kernel.ids import new_ids
from cefn.platform.actors import Actor
from cefn.platform.audit import AuditDraft, audit_record
from cefn.platform.numbering import numbers_take
from cefn.warehouse.errors import ShipmentBusy
from cefn.warehouse.models import Shipment, ShipmentLine


class OrderFacts(NamedTuple):
    """What a shipment copies from its order."""

    order_id: int
    number: str
    ship_to: Mapping[str, str]
    ship_by_at: datetime | None
    shipping_service: str


SHIPMENT_COLUMNS = (
    "id", "company_id", "number", "order_id", "warehouse_id", "status", "exception", "carrier_service",
    "tracking_number", "ship_to", "weight_g", "ship_by_at", "created_at", "shipped_at", "delivered_at",
)  # fmt: skip
SHIPMENT_LINE_COLUMNS = (
    "id", "company_id", "shipment_id", "order_line_id", "variant_id", "allocation_id", "position", "quantity",
    "picked", "packed", "shipped",
)  # fmt: skip


def shipments_create(*, actor: Actor, orders: Mapping[int, OrderFacts], granted: Sequence[Granted]) -> list[int]:
    """Make a draft shipment for each order and warehouse that got promises; `orders` by order line id."""
    groups: dict[tuple[int, int], list[Granted]] = defaultdict(list)
    for grant in granted:
        groups[(orders[grant.demand.demand_id].order_id, grant.demand.warehouse_id)].append(grant)
    if not groups:
        return []
    now, company_id = clock.now(), actor.company_id
    numbers = numbers_take(company_id=company_id, series="shipment", count=len(groups))
    ids = new_ids(len(groups))
    line_ids = iter(new_ids(len(granted)))
    rows: list[tuple[Any, ...]] = []
    lines: list[tuple[Any, ...]] = []
    events: list[AuditDraft] = []
    for key, number, ((order_id, warehouse_id), grants) in zip(ids, numbers, groups.items(), strict=True):
        facts = orders[grants[0].demand.demand_id]
        rows.append(
            (key, company_id, number, order_id, warehouse_id, "draft", "", facts.shipping_service, "",
             dict(facts.ship_to), 0, facts.ship_by_at, now, None, None)
        )  # fmt: skip
        lines.extend(
            (next(line_ids), company_id, key, g.demand.demand_id, g.demand.variant_id, g.allocation_id, at + 1,
             g.quantity, 0, 0, 0)
            for at, g in enumerate(grants)
        )  # fmt: skip
        events.append(
            AuditDraft(
                f"sales-order:{facts.number}",
                "allocated",
                {"shipment": number, "units": sum(g.quantity for g in grants)},
            )
        )
    sql.insert_rows(Shipment, SHIPMENT_COLUMNS, rows)
    sql.insert_rows(ShipmentLine, SHIPMENT_LINE_COLUMNS, lines)
    audit_record(actor=actor, events=events, at=now)
    return ids


def shipments_move(
    *,
    actor: Actor,
    shipment_ids: Sequence[int],
    sources: Sequence[str],
    target: str,
    check_holds: bool = False,
    weights_g: Mapping[int, int] | None = None,
) -> None:
    """Take shipments from one of `sources` to `target`, compare-and-set; `weights_g` sets their weights with it.

    With `check_holds` a shipment whose order is on hold stays. Raises ShipmentBusy naming those that did not move.
    """
    keys = sorted(set(shipment_ids))
    first, second = (*sources, sources[0])[:2]
    done = sql.run(
        "UPDATE warehouse_shipment AS t SET status = %s, weight_g = CASE WHEN v.g = 0 THEN t.weight_g ELSE v.g END"
        " FROM {v} WHERE t.id = v.k AND t.company_id = %s AND t.status IN (%s, %s) AND (NOT %s OR NOT EXISTS"
        " (SELECT 1 FROM orders_salesorder AS o WHERE o.id = t.order_id AND o.is_on_hold))",
        [target, actor.company_id, first, second, check_holds],
        v=sql.Rows("k bigint, g bigint", [(key, (weights_g or {}).get(key, 0)) for key in keys]),
    )
    if done != len(keys):
        numbers = Shipment.objects.filter(id__in=keys[:20]).exclude(status=target).values_list("number", flat=True)
        raise ShipmentBusy(numbers=", ".join(numbers) or "-", target=target, needed=" / ".join(sources))


def promises_withdraw(*, actor: Actor, lines: Sequence[tuple[int, int]]) -> None:
    """Void the promises of order lines, (order line id, quantity), and take them out of shipments not yet picked.

    Raises Conflict when the units are already being picked.
    """
    if not lines:
        return
    wanted = dict(lines)
    rows = sql.fetch(
        "SELECT t.id, t.order_line_id, t.allocation_id, t.quantity - t.picked, t.shipment_id, s.status"
        " FROM warehouse_shipmentline AS t JOIN {v} ON t.order_line_id = v.k"
        " JOIN warehouse_shipment AS s ON s.id = t.shipment_id"
        " WHERE s.status IN ('draft', 'released') AND t.quantity > t.picked ORDER BY t.id {for_update_of_t}",
        v=sql.Rows("k bigint", [(key,) for key in sorted(wanted)]),
    )
    cuts: list[tuple[int, int, int]] = []
    for line_id, order_line_id, allocation_id, free, _, _ in sorted(rows, key=lambda row: (row[5] != "draft", row[0])):
        take = min(wanted[order_line_id], free)
        if take:
            wanted[order_line_id] -= take
            cuts.append((line_id, allocation_id, take))
    if any(wanted.values()):
        raise Conflict(document="the shipment")
    _tasks_cut([row[4] for row in rows if row[5] == "released"])
    sql.run(
        "UPDATE warehouse_shipmentline AS t SET quantity = t.quantity - v.n FROM {v} WHERE t.id = v.k",
        v=sql.Rows("k bigint, n bigint", [(line_id, take) for line_id, _, take in cuts]),
    )
    allocations_void(actor=actor, voids=[(allocation_id, take) for _, allocation_id, take in cuts])
    sql.run(
        "UPDATE warehouse_shipment AS t SET status = 'cancelled' FROM {v} WHERE t.id = v.k AND NOT EXISTS"
        " (SELECT 1 FROM warehouse_shipmentline AS l WHERE l.shipment_id = v.k AND l.quantity > 0)",
        v=sql.Rows("k bigint", [(key,) for key in sorted({row[4] for row in rows})]),
    )


def _tasks_cut(shipment_ids: Sequence[int]) -> None:
    """Take released shipments back to draft: their open tasks go, their bins are free; they can be released anew."""
    if not shipment_ids:
        return
    table = sql.Rows("k bigint", [(key,) for key in sorted(set(shipment_ids))])
    freed = sql.fetch(
        "UPDATE warehouse_picktask AS t SET status = 'cancelled' WHERE t.status = 'open' AND t.shipment_line_id IN"
        " (SELECT l.id FROM warehouse_shipmentline AS l JOIN {v} ON l.shipment_id = v.k)"
        " RETURNING quant_id, quantity, batch_id",
        v=table,
    )
    totals: dict[int, int] = defaultdict(int)
    for quant_id, quantity, _ in freed:
        totals[quant_id] += quantity
    quants_set_aside(changes=[(key, -number) for key, number in totals.items()])
    sql.run(
        "UPDATE warehouse_shipment AS t SET status = 'draft' FROM {v} WHERE t.id = v.k AND t.status = 'released'",
        v=table,
    )
    sql.run(
        "UPDATE warehouse_pickbatch AS t SET status = CASE WHEN EXISTS (SELECT 1 FROM warehouse_picktask AS p"
        " WHERE p.batch_id = v.k AND p.status IN ('picked', 'short')) THEN 'done' ELSE 'cancelled' END"
        " FROM {v} WHERE t.id = v.k AND t.status IN ('released', 'picking') AND NOT EXISTS"
        " (SELECT 1 FROM warehouse_picktask AS p WHERE p.batch_id = v.k AND p.status = 'open')",
        v=sql.Rows("k bigint", [(key,) for key in sorted({row[2] for row in freed})]),
    )
