"""Shipping: the goods leave, the promise is kept, the cost is known, and everybody hears of it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from cefn.inventory.models import LocationKind
from cefn.inventory.places import virtual_place, warehouse_place
from cefn.inventory.services import (
    Issue,
    MoveDraft,
    allocations_post,
    consumptions_record,
    cost_consume,
    post_moves,
)
from cefn.inventory.services.moves import LevelKey
from cefn.kernel import clock, sql
from cefn.kernel.bus import bus
from cefn.orders.services import LineProgress, lines_progress
from cefn.platform.actors import Actor
from cefn.platform.audit import AuditDraft, audit_record
from cefn.warehouse.errors import ShipmentBusy
from cefn.warehouse.events import ShipmentsDelivered, ShipmentsShipped, ShippedLine
from cefn.warehouse.models import Shipment
from cefn.warehouse.services.shipments import shipments_move


class LineToShip(NamedTuple):
    """A packed shipment line that leaves, and the papers it belongs to."""

    line_id: int
    quantity: int
    variant_id: int
    allocation_id: int
    order_line_id: int
    shipment_id: int
    shipment_number: str
    order_id: int
    warehouse_id: int
    order_number: str


def shipments_ship(
    *, actor: Actor, shipment_ids: Sequence[int], shipped_at: Mapping[int, datetime] | None = None
) -> None:
    """Send packed shipments: stock leaves the bench for the customer, allocations are kept, cost is taken.

    `shipped_at` gives the moment of single shipments (default: now). Raises ShipmentBusy, StockShort, CostShort,
    AllocationResolved; nothing is written then.
    """
    if not shipment_ids:
        return
    now = clock.now()
    at = {key: (shipped_at or {}).get(key, now) for key in sorted(set(shipment_ids))}
    _leave(at)
    rows = sql.fetch(
        "SELECT l.id, l.packed, l.variant_id, l.allocation_id, l.order_line_id, s.id, s.number, s.order_id,"
        " s.warehouse_id, o.number FROM warehouse_shipment AS s JOIN {v} ON s.id = v.k"
        " JOIN warehouse_shipmentline AS l ON l.shipment_id = s.id JOIN orders_salesorder AS o ON o.id = s.order_id"
        " WHERE l.packed > 0 ORDER BY s.id, l.position",
        v=sql.Rows("k bigint", [(key,) for key in at]),
    )
    lines = [LineToShip(*row) for row in rows]
    issues = _stock_out(actor, lines, at)
    costed = list(zip(lines, issues, strict=True))
    lines_progress(
        changes=[
            LineProgress(
                line.order_line_id,
                allocated=-line.quantity,
                picked=-line.quantity,
                shipped=line.quantity,
                shipped_cost_minor=issue.value_minor,
            )
            for line, issue in costed
        ]
    )
    audit_record(
        actor=actor,
        at=now,
        events=[
            AuditDraft(f"sales-order:{order}", "shipped", {"shipment": number})
            for number, order in dict.fromkeys((line.shipment_number, line.order_number) for line in lines)
        ],
    )
    sent = tuple(
        ShippedLine(
            line.shipment_id, line.shipment_number, line.order_id, line.order_line_id, line.variant_id, line.quantity,
            issue.value_minor,
        )
        for line, issue in costed
    )  # fmt: skip
    bus.publish(ShipmentsShipped(company_id=actor.company_id, actor=actor, shipment_ids=tuple(at), lines=sent, at=at))


def _leave(at: Mapping[int, datetime]) -> None:
    """Take shipments from packed to shipped, compare-and-set, with their lines. Raises ShipmentBusy."""
    done = sql.run(
        "UPDATE warehouse_shipment AS t SET status = 'shipped', shipped_at = v.at FROM {v}"
        " WHERE t.id = v.k AND t.status = 'packed'",
        v=sql.Rows("k bigint, at timestamptz", list(at.items())),
    )
    if done != len(at):
        numbers = (
            Shipment.objects.filter(id__in=list(at)[:20]).exclude(status="shipped").values_list("number", flat=True)
        )
        raise ShipmentBusy(numbers=", ".join(numbers) or "-", target="shipped", needed="packed")
    sql.run(
        "UPDATE warehouse_shipmentline AS t SET shipped = t.packed FROM {v} WHERE t.shipment_id = v.k",
        v=sql.Rows("k bigint", [(key,) for key in at]),
    )


def _stock_out(actor: Actor, lines: Sequence[LineToShip], at: Mapping[int, datetime]) -> list[Issue]:
    """Move the goods to the customer, keep the promises, take the cost; return the issue of each line."""
    customer = virtual_place(actor.company_id, LocationKind.CUSTOMER)
    promised: dict[LevelKey, int] = defaultdict(int)
    kept: dict[int, int] = defaultdict(int)
    moves: list[MoveDraft] = []
    for line in lines:
        promised[(line.variant_id, line.warehouse_id)] -= line.quantity
        kept[line.allocation_id] += line.quantity
        moves.append(
            MoveDraft(
                variant_id=line.variant_id,
                quantity=line.quantity,
                from_location_id=warehouse_place(line.warehouse_id, LocationKind.PACK),
                to_location_id=customer,
                reason="ship",
                source=f"shipment:{line.shipment_number}",
                purpose=f"ship:{line.line_id}",
                occurred_at=at[line.shipment_id],
            )
        )
    move_ids = post_moves(actor=actor, moves=moves, allocated=promised)
    allocations_post(posts=sorted(kept.items()))
    issues = [Issue(line.variant_id, line.quantity) for line in lines]
    cost_consume(actor=actor, issues=issues)
    consumptions_record(actor=actor, taken=list(zip(move_ids, issues, strict=True)))
    return issues


def shipments_deliver(*, actor: Actor, shipment_ids: Sequence[int], delivered_at: datetime | None = None) -> None:
    """Note that shipments reached their buyers. Raises ShipmentBusy."""
    if not shipment_ids:
        return
    shipments_move(actor=actor, shipment_ids=shipment_ids, sources=("shipped",), target="delivered")
    rows = sql.fetch(
        "UPDATE warehouse_shipment AS t SET delivered_at = %s FROM {v} WHERE t.id = v.k RETURNING order_id, number",
        [delivered_at or clock.now()],
        v=sql.Rows("k bigint", [(key,) for key in sorted(set(shipment_ids))]),
    )
    numbers = dict(
        sql.fetch(
            "SELECT o.id, o.number FROM orders_salesorder AS o JOIN {v} ON o.id = v.k",
            v=sql.Rows("k bigint", [(key,) for key in sorted({row[0] for row in rows})]),
        )
    )
    audit_record(
        actor=actor,
        events=[
            AuditDraft(f"sales-order:{numbers[order]}", "delivered", {"shipment": number}) for order, number in rows
        ],
    )
    bus.publish(
        ShipmentsDelivered(
            company_id=actor.company_id,
            actor=actor,
            shipment_ids=tuple(shipment_ids),
            order_ids=tuple(sorted({row[0] for row in rows})),
        )
    )
