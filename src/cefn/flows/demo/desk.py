"""The office of the demo shop: orders in, money in, holds looked at, parcels delivered, goods coming back."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from cefn.books.models import Invoice
from cefn.books.services import PaymentDraft, payments_post
from cefn.flows.demo.plan import AMAZON, IN_STORE, NEXT_DAY, WHOLESALE, Planned, local
from cefn.flows.demo.shop import Shop
from cefn.orders.models import OrderHold, SalesOrder, SalesOrderLine
from cefn.orders.services import (
    OrderDraft,
    OrderLineDraft,
    ReturnDraft,
    ReturnLineDraft,
    holds_release,
    orders_cancel,
    orders_place,
    returns_receive,
)
from cefn.warehouse.models import Shipment
from cefn.warehouse.services import shipments_deliver

CUT_OFF_HOUR = 12
RETURN_REASONS = (
    "Wrong size",
    "Not as pictured",
    "Arrived damaged",
    "Changed my mind",
    "Unwanted gift",
    "Sent by mistake",
)
DISPOSITIONS = ("restock", "quarantine", "scrap")


@dataclass(slots=True)
class Desk:
    """What the office has in hand: placed orders by id, money it waits for, returns it may expect, refunds it owes."""

    shop: Shop
    dice: random.Random
    orders: dict[int, Planned] = field(default_factory=dict)
    transfers: list[tuple[date, int, int]] = field(default_factory=list)
    refunds: list[tuple[int, int, str]] = field(default_factory=list)
    back: list[tuple[date, int]] = field(default_factory=list)
    unpaid_for_ever: set[int] = field(default_factory=set)


def ship_by(placed_at: datetime) -> datetime:
    """Return when an order must leave: 17:00 of the same day before the cut-off, else of the next; never a Sunday."""
    day = placed_at.date() + timedelta(days=placed_at.hour >= CUT_OFF_HOUR)
    return local(day + timedelta(days=day.weekday() == 6), 17)


def orders_take(desk: Desk, planned: Sequence[Planned], today: date) -> None:
    """Place orders, cancel those whose buyers think better of it at once, and book what was paid with them."""
    if not planned:
        return
    placed = orders_place(actor=desk.shop.machine, orders=[_draft(desk.shop, order) for order in planned])
    desk.orders.update({made.id: order for made, order in zip(placed, planned, strict=True)})
    paid, dropped = [], []
    for made, order in zip(placed, planned, strict=True):
        if order.is_cancelled:
            dropped.append(made.id)
        elif order.pays_with in {"card", "paypal", "cash"}:
            paid.append(
                PaymentDraft(order.pays_with, made.total_minor, order_id=made.id, customer_id=_customer(desk.shop,
                order),
                             source=f"{order.channel}:{order.external_id}", reference=order.external_id,
                             paid_on=order.placed_at.date())
            )  # fmt: skip
        elif order.pays_with == "bank":
            desk.transfers.append((today + timedelta(days=desk.dice.randint(1, 4)), made.id, made.total_minor))
    payments_post(actor=desk.shop.machine, payments=paid)
    if dropped:
        orders_cancel(actor=desk.shop.staff["clerk"], order_ids=dropped, reason="The buyer changed their mind")


def _customer(shop: Shop, order: Planned) -> int | None:
    return None if order.person is None else shop.customer_ids[order.person]


def _draft(shop: Shop, order: Planned) -> OrderDraft:
    person = None if order.person is None else shop.persons[order.person]
    counter = {
        "name": "Siop Caerdydd",
        "line1": "Uned 4, Heol y Gamlas",
        "city": "Caerdydd",
        "postcode": "CF10 1AA",
        "country": "GB",
    }
    return OrderDraft(
        lines=[
            OrderLineDraft(quantity, variant_id=shop.variant_ids[sku], discount_minor=discount,
                           unit_price_micro=None if price is None else price * 10_000)
            for sku, quantity, price, discount in order.lines
        ],
        channel=order.channel, external_id=order.external_id, customer_id=_customer(shop, order),
        customer_name=person.name if person else "", placed_at=order.placed_at,
        prices_include_tax=order.channel != WHOLESALE, ship_to=person.ship_to() if person else counter,
        shipping_service=order.service, ship_by_at=ship_by(order.placed_at), is_ship_complete=order.is_ship_complete,
        priority=1 if order.service == NEXT_DAY else 0, note=order.note, tags=order.tags, hold=order.hold,
    )  # fmt: skip


def holds_review(desk: Desk, placed_before: datetime) -> None:
    """Let held orders go, or cancel them, once the office has looked at them."""
    open_holds = OrderHold.objects.filter(
        company_id=desk.shop.machine.company_id, released_at=None, order__placed_at__lt=placed_before
    )
    released: dict[str, list[int]] = {}
    dropped: list[int] = []
    for order_id, kind, status in open_holds.order_by("id").values_list("order_id", "kind", "order__status"):
        if status == "confirmed" and kind != "payment" and desk.dice.randrange(100) < 25:
            dropped.append(order_id)
        elif status == "confirmed":
            released.setdefault(kind, []).append(order_id)
    for kind, order_ids in released.items():
        holds_release(actor=desk.shop.staff["clerk"], order_ids=order_ids, kind=kind)
    if dropped:
        refunds = (
            SalesOrder.objects.filter(id__in=dropped, paid_minor__gt=0).order_by("id").values_list("id", "paid_minor")
        )
        desk.refunds.extend((key, paid, desk.orders[key].pays_with) for key, paid in refunds)
        orders_cancel(actor=desk.shop.staff["clerk"], order_ids=dropped, reason="The check failed")


def money_take(desk: Desk, today: date) -> None:
    """Book bank transfers that came in, the marketplace's weekly payout, and refunds that were promised."""
    due = [row for row in desk.transfers if row[0] <= today]
    desk.transfers = [row for row in desk.transfers if row[0] > today]
    gone = set(
        SalesOrder.objects.filter(id__in=[row[1] for row in due], status="cancelled").values_list("id", flat=True)
    )
    payments = [
        PaymentDraft("bank", amount, order_id=order_id, customer_id=_customer(desk.shop, desk.orders[order_id]),
                     reference=f"BACS {desk.orders[order_id].external_id}", paid_on=today)
        for _, order_id, amount in due if order_id not in gone
    ]  # fmt: skip
    if today.weekday() == 0:
        payments += _payout(desk, today)
    payments += [
        PaymentDraft(method, amount, direction="out", order_id=order_id, reference="Refund", paid_on=today)
        for order_id, amount, method in desk.refunds
    ]
    desk.refunds.clear()
    payments_post(actor=desk.shop.staff["accountant"], payments=payments)


def _payout(desk: Desk, today: date) -> list[PaymentDraft]:
    rows = SalesOrder.objects.filter(
        company_id=desk.shop.machine.company_id, channel=AMAZON, payment_status="unpaid", fulfilment_status="fulfilled"
    )
    return [
        PaymentDraft(
            "marketplace", total, order_id=key, customer_id=customer, reference=f"Payout {today:%G-W%V}", paid_on=today
        )
        for key, total, customer in rows.order_by("id").values_list("id", "total_minor", "customer_id")
    ]


def wholesale_due(desk: Desk, today: date) -> None:
    """Note when each new wholesale invoice will be paid; one in five shops pays late, or not at all."""
    known = {row[1] for row in desk.transfers} | desk.unpaid_for_ever
    rows = Invoice.objects.filter(
        company_id=desk.shop.machine.company_id,
        kind="invoice",
        open_minor__gt=0,
        issued_on=today,
        order__channel=WHOLESALE,
    )
    for order_id, total in rows.order_by("id").values_list("order_id", "open_minor"):
        if order_id is None or order_id in known:
            continue
        if desk.dice.randrange(100) < 22:
            desk.unpaid_for_ever.add(order_id)
        else:
            desk.transfers.append((today + timedelta(days=desk.dice.randint(14, 36)), order_id, total))


def parcels_arrive(desk: Desk, today: date) -> None:
    """Note what carriers delivered: what left two days ago or earlier; one in forty parcels takes longer."""
    rows = list(
        Shipment.objects.filter(
            company_id=desk.shop.machine.company_id,
            status="shipped",
            shipped_at__lt=local(today - timedelta(days=1), 0),
        )
        .order_by("id")
        .values_list("id", "order_id")
    )
    arrived = [row for row in rows if desk.dice.randrange(40)]
    shipments_deliver(actor=desk.shop.machine, shipment_ids=[row[0] for row in arrived])
    for _, order_id in arrived:
        if desk.orders[order_id].channel not in {WHOLESALE, IN_STORE} and desk.dice.randrange(1000) < 55:
            desk.back.append((today + timedelta(days=desk.dice.randint(3, 14)), order_id))


def returns_take(desk: Desk, today: date) -> None:
    """Receive the returns that are due, most of them linked to their order, and remember to refund them."""
    due = [row[1] for row in desk.back if row[0] <= today]
    if not due:
        return
    desk.back = [row for row in desk.back if row[0] > today]
    lines = SalesOrderLine.objects.filter(order_id__in=due, kind="goods", shipped__gt=0, returned=0).order_by("id")
    drafts: dict[int, ReturnDraft] = {}
    for line in lines:
        if line.order_id in drafts:
            continue
        way = desk.dice.choices(DISPOSITIONS, (72, 15, 13))[0]
        part = ReturnLineDraft(desk.dice.randint(1, line.shipped), line.id, disposition=way,
                               grade={"restock": "A", "quarantine": "C", "scrap": "D"}[way])  # fmt: skip
        drafts[line.order_id] = ReturnDraft(
            desk.shop.warehouses[0].id, [part], order_id=line.order_id, channel=desk.orders[line.order_id].channel,
            customer_id=_customer(desk.shop, desk.orders[line.order_id]), reason=desk.dice.choice(RETURN_REASONS),
        )  # fmt: skip
    made = returns_receive(actor=desk.shop.staff["warehouse"], returns=list(drafts.values()))
    credits = dict(
        Invoice.objects.filter(
            company_id=desk.shop.machine.company_id,
            kind="credit_note",
            source__in=[f"return-order:{n}" for _, n in made],
        )
        .order_by("id")
        .values_list("order_id", "total_minor")
    )
    paid = dict(SalesOrder.objects.filter(id__in=credits).values_list("id", "paid_minor"))
    desk.refunds.extend(
        (key, min(amount, paid[key]), desk.orders[key].pays_with) for key, amount in credits.items()
        if key is not None and paid[key] and amount
    )  # fmt: skip


def blind_return_take(desk: Desk, today: date) -> None:
    """Receive something over the counter that nobody can tie to an order, and pay it back in cash."""
    ware = desk.dice.choice(desk.shop.goods)
    way = desk.dice.choices(DISPOSITIONS, (60, 25, 15))[0]
    made = returns_receive(
        actor=desk.shop.staff["cashier"],
        returns=[
            ReturnDraft(
                desk.shop.warehouses[0].id,
                [ReturnLineDraft(1, variant_id=desk.shop.variant_ids[ware.sku], unit_price_micro=ware.price * 10_000,
                                 disposition=way, grade="B")],
                channel=IN_STORE, reason="Unwanted gift, no receipt",
            )
        ],
    )  # fmt: skip
    notes = Invoice.objects.filter(company_id=desk.shop.machine.company_id, source=f"return-order:{made[0][1]}")
    payments_post(
        actor=desk.shop.staff["cashier"],
        payments=[
            PaymentDraft(
                "cash", note.total_minor, direction="out", invoice_ids=[note.id], reference=note.number, paid_on=today
            )
            for note in notes
        ],
    )
