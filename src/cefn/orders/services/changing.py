"""Changing what was ordered: holds, and cancellation of orders or parts of them."""

from collections.abc import Sequence

from django.db.models import F

from cefn.kernel import clock, sql
from cefn.kernel.bus import bus
from cefn.kernel.errors import NotFound
from cefn.orders.errors import CancelTooLate, HoldMissing
from cefn.orders.events import OrdersCancelled
from cefn.orders.models import OrderHold, SalesOrder
from cefn.orders.services.progress import LineProgress, lines_progress, orders_refresh
from cefn.orders.states import ORDER_MOVES, OrderStatus
from cefn.platform.actors import Actor
from cefn.platform.audit import AuditDraft, audit_record


def _orders_lock(company_id: int, order_ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Return (number, status) of orders by id, locked in key order. Raises NotFound."""
    rows = sql.fetch(
        "SELECT t.id, t.number, t.status FROM orders_salesorder AS t JOIN {v} ON t.id = v.k WHERE t.company_id = %s"
        " ORDER BY t.id {for_update_of_t}",
        [company_id],
        v=sql.Rows("k bigint", [(key,) for key in sorted(set(order_ids))]),
    )
    found = {key: (number, status) for key, number, status in rows}
    for key in order_ids:
        if key not in found:
            raise NotFound(thing="order", name=key)
    return found


def orders_cancel(*, actor: Actor, order_ids: Sequence[int], reason: str) -> None:
    """Cancel whole orders from which nothing was picked or sent; promised stock is free again.

    Raises NotFound, IllegalMove, CancelTooLate.
    """
    orders = _orders_lock(actor.company_id, order_ids)
    for number, status in orders.values():
        ORDER_MOVES.require(number, status, OrderStatus.CANCELLED)
    lines = sql.fetch(
        "SELECT l.id, l.quantity - l.cancelled - l.shipped FROM orders_salesorderline AS l JOIN {v} ON l.order_id = v.k"
        " ORDER BY l.id",
        v=sql.Rows("k bigint", [(key,) for key in sorted(orders)]),
    )
    lines_cancel(actor=actor, lines=[(key, left) for key, left in lines if left > 0], reason=reason, whole=True)


def lines_cancel(*, actor: Actor, lines: Sequence[tuple[int, int]], reason: str, whole: bool = False) -> None:
    """Cancel quantities of order lines: (line id, quantity), unpromised units first.

    With `whole`, orders that already sent or picked something refuse. Raises CancelTooLate, NotFound.
    """
    rows = sql.fetch(
        "SELECT t.id, t.order_id, o.number, t.quantity - t.cancelled - t.shipped, t.allocated, t.picked, t.invoiced,"
        " t.kind, v.n, t.shipped FROM orders_salesorderline AS t JOIN {v} ON t.id = v.k"
        " JOIN orders_salesorder AS o ON o.id = t.order_id WHERE t.company_id = %s ORDER BY t.id {for_update_of_t}",
        [actor.company_id],
        v=sql.Rows("k bigint, n bigint", lines),
    )
    if len(rows) != len(lines):
        raise NotFound(thing="order line", name=", ".join(str(key) for key, _ in lines))
    changes: list[LineProgress] = []
    freed: list[tuple[int, int]] = []
    events: dict[tuple[int, str], list[tuple[int, int]]] = {}
    for key, order_id, number, still_open, allocated, picked, invoiced, kind, wanted, shipped in rows:
        if kind == "service" and invoiced:
            raise CancelTooLate(number=number, why="a service line is already invoiced")
        if wanted > still_open - picked or (whole and (picked or shipped)):
            raise CancelTooLate(number=number, why="some of it is already picked or sent")
        from_promise = max(0, wanted - (still_open - allocated))
        changes.append(LineProgress(key, cancelled=wanted, allocated=-from_promise))
        if from_promise:
            freed.append((key, from_promise))
        events.setdefault((order_id, number), []).append((key, wanted))
    lines_progress(changes=changes)
    order_ids = tuple(sorted({key for key, _ in events}))
    bus.publish(OrdersCancelled(company_id=actor.company_id, actor=actor, order_ids=order_ids, lines=tuple(freed)))
    orders_refresh(order_ids=order_ids)
    audit_record(
        actor=actor,
        events=[
            AuditDraft(f"sales-order:{number}", "cancelled" if whole else "lines_cancelled",
                       {"reason": reason, "lines": [[str(key), n] for key, n in cut]})
            for (_, number), cut in events.items()
        ],
    )  # fmt: skip


def holds_place(*, actor: Actor, order_ids: Sequence[int], kind: str, reason: str) -> None:
    """Hold orders: nothing more of them is released to the warehouse. A hold of the same kind is left as it is."""
    orders = _orders_lock(actor.company_id, order_ids)
    now = clock.now()
    OrderHold.objects.bulk_create(
        [
            OrderHold(
                company_id=actor.company_id, order_id=key, kind=kind, reason=reason, placed_by=actor.name, placed_at=now
            )
            for key in orders
        ],
        ignore_conflicts=True,
    )
    SalesOrder.objects.filter(company_id=actor.company_id, id__in=orders).update(
        is_on_hold=True, version=F("version") + 1
    )
    audit_record(
        actor=actor,
        events=[
            AuditDraft(f"sales-order:{number}", "held", {"kind": kind, "reason": reason})
            for number, _ in orders.values()
        ],
    )


def holds_release(*, actor: Actor, order_ids: Sequence[int], kind: str) -> None:
    """Let orders go on. Raises HoldMissing if one of them has no open hold of that kind."""
    orders = _orders_lock(actor.company_id, order_ids)
    for key, (number, _) in orders.items():
        freed = OrderHold.objects.filter(
            company_id=actor.company_id, order_id=key, kind=kind, released_at__isnull=True
        ).update(released_by=actor.name, released_at=clock.now())
        if not freed:
            raise HoldMissing(number=number)
    still = set(
        OrderHold.objects.filter(order_id__in=orders, released_at__isnull=True).values_list("order_id", flat=True)
    )
    SalesOrder.objects.filter(id__in=set(orders) - still).update(is_on_hold=False)
    SalesOrder.objects.filter(id__in=orders).update(version=F("version") + 1)
    audit_record(
        actor=actor,
        events=[AuditDraft(f"sales-order:{number}", "released", {"kind": kind}) for number, _ in orders.values()],
    )
