"""From a confirmed order to stock promised, sent, invoiced: what each step sets off.

orders_place ─ OrdersConfirmed ─> orders_route: choose warehouses, promise stock, make shipments
                                  services_bill: invoice orders from which nothing is sent
(clerk or wave) picks_release ─> picks_confirm ─> shipments_pack ─> shipments_ship
shipments_ship ─ ShipmentsShipped ─> shipments_bill: invoice and cost of sale
orders_cancel ─ OrdersCancelled ─> promises_void
stock arrives ─ StockArrived ─> backorders_serve: waiting orders by priority, then age
"""

from collections.abc import Sequence

from cefn.books.services import services_invoice, shipments_invoice
from cefn.flows.distances import distance_km, warehouse_sites
from cefn.inventory.events import StockArrived
from cefn.inventory.services import Demand, stock_allocate
from cefn.kernel import clock, sql
from cefn.orders.algorithms.routing import RULE, Piece, Route, Site, Want, route_order
from cefn.orders.events import LineToServe, OrdersCancelled, OrdersConfirmed, OrderToServe
from cefn.orders.services import (
    Decision,
    LineProgress,
    decisions_record,
    lines_progress,
    orders_delivery,
    orders_refresh,
)
from cefn.platform.actors import Actor
from cefn.platform.company_facts import company_facts
from cefn.warehouse.events import PicksShort, ShipmentsDelivered, ShipmentsShipped
from cefn.warehouse.services import OrderFacts, promises_withdraw, shipments_create

SERVE_AT_ONCE = 500


def orders_route(event: OrdersConfirmed) -> None:
    """Find warehouses for confirmed orders, promise their stock, and make the shipments."""
    serve_orders(actor=event.actor, orders=event.orders)


def services_bill(event: OrdersConfirmed) -> None:
    """Invoice orders from which nothing is to be sent."""
    on = {
        order.order_id: company_facts(event.company_id).day(order.placed_at or clock.now())
        for order in event.orders
        if not order.lines
    }
    if on:
        services_invoice(actor=event.actor, order_ids=list(on), on=on)


def serve_orders(*, actor: Actor, orders: Sequence[OrderToServe]) -> int:
    """Route orders in the given order of service, promise what there is, and store each decision with its reasons.

    Returns how many units were promised. An order that must go complete gets nothing unless it gets everything.
    """
    orders = [order for order in orders if order.lines]
    if not orders:
        return 0
    sites = warehouse_sites(actor.company_id)
    stock = _stock_free(actor.company_id, {line.variant_id for order in orders for line in order.lines})
    demands: list[Demand] = []
    facts: dict[int, OrderFacts] = {}
    decisions = []
    for order in orders:
        ranked = [
            Site(site.id, site.code, distance_km(site, order.ship_country, order.ship_postcode), site.priority)
            for site in sites
        ]
        route = route_order([Want(*line) for line in order.lines], ranked, stock)
        pieces = _pieces(order, route)
        copy = OrderFacts(order.order_id, order.number, order.ship_to, order.ship_by_at, order.shipping_service)
        for piece in pieces:
            stock[(piece.variant_id, piece.warehouse_id)] -= piece.quantity
            facts[piece.line_id] = copy
            demands.append(
                Demand(
                    piece.variant_id, piece.warehouse_id, piece.quantity, piece.line_id, f"sales-order:{order.number}"
                )
            )
        decisions.append(Decision(order.order_id, RULE, route.chosen if pieces else [], route.candidates, route.reason))
    granted = stock_allocate(actor=actor, demands=demands) if demands else []
    decisions_record(actor=actor, decisions=decisions)
    lines_progress(changes=[LineProgress(g.demand.demand_id, allocated=g.quantity) for g in granted])
    shipments_create(actor=actor, orders=facts, granted=granted)
    orders_refresh(order_ids=[order.order_id for order in orders])
    return sum(g.quantity for g in granted)


def _pieces(order: OrderToServe, route: Route) -> list[Piece]:
    return [] if order.is_ship_complete and route.short else route.pieces


def _stock_free(company_id: int, variant_ids: set[int]) -> dict[tuple[int, int], int]:
    rows = sql.fetch(
        "SELECT l.variant_id, l.warehouse_id, l.on_hand - l.allocated FROM inventory_stocklevel AS l"
        " JOIN {v} ON l.variant_id = v.k WHERE l.company_id = %s AND l.on_hand > l.allocated",
        [company_id],
        v=sql.Rows("k bigint", [(key,) for key in sorted(variant_ids)]),
    )
    return {(variant, warehouse): free for variant, warehouse, free in rows}


def backorders_serve(event: StockArrived) -> None:
    """Serve orders that wait for these variants: higher priority first, then the older."""
    backorders_allocate(actor=event.actor, variant_ids=event.variant_ids)


def backorders_allocate(*, actor: Actor, variant_ids: Sequence[int], limit: int = SERVE_AT_ONCE) -> int:
    """Promise stock to waiting lines of open orders; return the units promised."""
    rows = sql.fetch(
        "SELECT o.id, o.number, o.ship_country, o.ship_postcode, o.is_ship_complete, o.ship_by_at, o.shipping_service,"
        " o.ship_to, l.id, l.variant_id, l.quantity - l.cancelled - l.shipped - l.allocated"
        " FROM orders_salesorder AS o JOIN orders_salesorderline AS l ON l.order_id = o.id"
        " WHERE o.company_id = %s AND o.status IN ('confirmed', 'processing') AND l.kind = 'goods'"
        " AND l.quantity - l.cancelled - l.shipped - l.allocated > 0 AND o.id IN (SELECT w.order_id"
        " FROM orders_salesorderline AS w JOIN {v} ON w.variant_id = v.k"
        " WHERE w.quantity - w.cancelled - w.shipped - w.allocated > 0)"
        " ORDER BY o.priority DESC, o.placed_at, o.id, l.position",
        [actor.company_id],
        v=sql.Rows("k bigint", [(key,) for key in sorted(set(variant_ids))]),
    )
    waiting: dict[int, tuple[tuple, list[LineToServe]]] = {}  # type: ignore[type-arg]
    for row in rows:
        waiting.setdefault(row[0], (row, []))[1].append(LineToServe(row[8], row[9], row[10]))
    orders = [
        OrderToServe(
            row[0], row[1], row[2], row[3], bool(row[4]), sql.moment(row[5]), row[6], sql.loaded(row[7]), tuple(lines)
        )
        for row, lines in list(waiting.values())[:limit]
    ]
    return serve_orders(actor=actor, orders=orders)


def shipments_bill(event: ShipmentsShipped) -> None:
    """Invoice what left and post what it cost."""
    shipments_invoice(actor=event.actor, event=event)


def promises_void(event: OrdersCancelled) -> None:
    """Let the stock of cancelled units go, then see who waits for it."""
    if not event.lines:
        return
    promises_withdraw(actor=event.actor, lines=event.lines)
    freed = sql.fetch(
        "SELECT DISTINCT l.variant_id FROM orders_salesorderline AS l JOIN {v} ON l.id = v.k",
        v=sql.Rows("k bigint", [(key,) for key, _ in event.lines]),
    )
    backorders_allocate(actor=event.actor, variant_ids=[row[0] for row in freed])


def shorts_note(event: PicksShort) -> None:
    """After a short pick the order's statuses follow its lines; the bin is counted before stock is promised again."""
    rows = sql.fetch(
        "SELECT DISTINCT l.order_id FROM orders_salesorderline AS l JOIN {v} ON l.id = v.k",
        v=sql.Rows("k bigint", [(key,) for key, _ in event.lines]),
    )
    orders_refresh(order_ids=[row[0] for row in rows])


def deliveries_note(event: ShipmentsDelivered) -> None:
    """An order is delivered when nothing of it is on its way any more."""
    rows = sql.fetch(
        "SELECT v.k, SUM(CASE WHEN s.status = 'shipped' THEN 1 ELSE 0 END) FROM {v}"
        " JOIN warehouse_shipment AS s ON s.order_id = v.k GROUP BY v.k",
        v=sql.Rows("k bigint", [(key,) for key in event.order_ids]),
    )
    orders_delivery(states=[(key, "in_transit" if under_way else "delivered") for key, under_way in rows])
