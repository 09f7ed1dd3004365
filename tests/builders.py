"""A busy shop, built through the services: orders in every state, returns, adjustments, payments, refunds, holds.

    shop = busy_shop()
    shop.orders["shipped"].number

Everything in it is fixed (three months of spring 2026, two warehouses, ten variants), so that a test may name figures.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from cefn.books.services import PaymentDraft, payments_post
from cefn.catalog.models import Variant
from cefn.catalog.services import ProductDraft, VariantDraft, products_create
from cefn.flows.setup import company_open
from cefn.inventory.models import Adjustment, Location, Warehouse
from cefn.inventory.services import AdjustmentDraft, AdjustmentLineDraft, adjustments_reverse, stock_adjust
from cefn.inventory.services.places import WarehouseDraft
from cefn.orders.models import SalesOrder, SalesOrderLine
from cefn.orders.services import (
    OrderDraft,
    OrderLineDraft,
    ReturnDraft,
    ReturnLineDraft,
    holds_place,
    holds_release,
    lines_cancel,
    orders_cancel,
    orders_place,
    returns_receive,
)
from cefn.parties.models import Customer
from cefn.parties.services import CustomerDraft, customers_create
from cefn.platform.actors import Actor
from cefn.platform.audit_chain import audit_seal
from cefn.platform.companies import CompanyDraft
from cefn.platform.idempotency import body_digest, key_claim, key_settle
from cefn.platform.models import Company
from cefn.warehouse.models import PickTask, Shipment
from cefn.warehouse.services import (
    PackDraft,
    picks_confirm,
    picks_release,
    shipments_deliver,
    shipments_pack,
    shipments_ship,
)

MARCH, APRIL, MAY = (datetime(2026, month, 10, 9, tzinfo=UTC) for month in (3, 4, 5))
ADDRESS = {"name": "Mair Llwyd", "line1": "1 Stryd Fawr", "city": "Bangor", "postcode": "LL57 2AB", "country": "GB"}


@dataclass
class BusyShop:
    """A company that has worked for three months; `orders` by what they are an example of."""

    company: Company
    actor: Actor
    warehouses: Sequence[Warehouse]
    variants: Sequence[Variant]
    postage: Variant
    customers: Sequence[Customer]
    orders: dict[str, SalesOrder] = field(default_factory=dict)

    def order(self, name: str) -> SalesOrder:
        """Return an order as it is in the database now."""
        return SalesOrder.objects.get(pk=self.orders[name].pk)

    def shipments(self, name: str) -> list[Shipment]:
        """Return an order's shipments."""
        return list(Shipment.objects.filter(order=self.orders[name]).order_by("id"))

    def line(self, name: str, position: int = 1) -> SalesOrderLine:
        """Return a line of an order."""
        return SalesOrderLine.objects.get(order=self.orders[name], position=position)


def shop_open(code: str = "", **company: Any) -> BusyShop:
    """Open a company with two warehouses, ten stocked variants at two costs each, postage and three customers.

    `company` are fields of `CompanyDraft`, such as `costing_method="average"`. Opening stock is of March and April.
    """
    draft = CompanyDraft(code=code or f"shop-{uuid.uuid4().hex[:10]}", name="Siop y Bont", **company)
    made, warehouses, actor = company_open(
        company=draft,
        warehouses=[
            WarehouseDraft("CF", "Caerdydd", ["A-01", "A-02", "B-01"], postcode="CF10 1AA"),
            WarehouseDraft("BG", "Bangor", ["A-01", "A-02"], postcode="LL57 1AA", priority=20),
        ],
    )
    mugs = ProductDraft(
        name="Mug",
        variants=[
            VariantDraft(sku=f"MUG-{at}", price_micro=9_990_000 + at * 10_000, cost_micro=4_000_000, weight_g=300)
            for at in range(10)
        ],
    )
    postage = ProductDraft(name="Postage", kind="service", variants=[VariantDraft(sku="POST", price_micro=3_950_000)])
    products = products_create(actor=actor, products=[mugs, postage])
    customers = customers_create(
        actor=actor,
        customers=[CustomerDraft(name=name, email=f"{name.lower()}@example.com") for name in ("Mair", "Gwen", "Huw")],
    )
    shop = BusyShop(
        made, actor, warehouses, list(products[0].variants.order_by("id")), products[1].variants.get(), customers
    )
    _stock_open(shop)
    return shop


def _stock_open(shop: BusyShop) -> None:
    cardiff, bangor = (Location.objects.get(warehouse=w, code="A-01") for w in shop.warehouses)
    drafts = []
    for moment, location, quantity, cost in (
        (MARCH, cardiff, 40, 4_000_000), (MARCH, bangor, 15, 4_123_457), (APRIL, cardiff, 20, 4_333_333),
    ):  # fmt: skip
        lines = [AdjustmentLineDraft(v.id, location.id, quantity, cost) for v in shop.variants]
        drafts.append(AdjustmentDraft(location.warehouse_id, "opening", lines, occurred_at=moment))
    stock_adjust(actor=shop.actor, adjustments=drafts)


def order_place(
    shop: BusyShop,
    name: str,
    lines: Mapping[int, int],
    *,
    placed_at: datetime = APRIL,
    postage: bool = False,
    **more: Any,
) -> SalesOrder:
    """Place an order of {variant's place: quantity} and remember it under `name`."""
    drafts = [OrderLineDraft(quantity, variant_id=shop.variants[at].id) for at, quantity in lines.items()]
    if postage:
        drafts.append(OrderLineDraft(1, variant_id=shop.postage.id))
    draft = OrderDraft(lines=drafts, ship_to=ADDRESS, placed_at=placed_at, **more)
    (placed,) = orders_place(actor=shop.actor, orders=[draft])
    shop.orders[name] = SalesOrder.objects.get(pk=placed.id)
    return shop.orders[name]


def order_release(shop: BusyShop, name: str) -> list[int]:
    """Release all drafts of an order; return the ids of the open pick tasks."""
    keys = [s.id for s in shop.shipments(name) if s.status == "draft"]
    picks_release(actor=shop.actor, shipment_ids=keys)
    tasks = PickTask.objects.filter(shipment_line__shipment__in=keys, status="open")
    return list(tasks.order_by("id").values_list("id", flat=True))


def order_pick(shop: BusyShop, name: str, *, short: int = 0) -> None:
    """Release and pick an order; the first task is `short` by so many units."""
    tasks = PickTask.objects.in_bulk(order_release(shop, name))
    picks = [(key, task.quantity - (short if at == 0 else 0)) for at, (key, task) in enumerate(sorted(tasks.items()))]
    picks_confirm(actor=shop.actor, picks=picks)


def order_pack(shop: BusyShop, name: str) -> list[int]:
    """Release, pick and pack an order; return its packed shipments."""
    order_pick(shop, name)
    keys = [s.id for s in shop.shipments(name) if s.status == "picked"]
    shipments_pack(actor=shop.actor, packs=[PackDraft(key) for key in keys])
    return keys


def order_ship(shop: BusyShop, name: str, *, shipped_at: datetime = APRIL) -> None:
    """Take an order from draft shipments to sent and invoiced."""
    keys = order_pack(shop, name)
    shipments_ship(actor=shop.actor, shipment_ids=keys, shipped_at=dict.fromkeys(keys, shipped_at))


def order_pay(
    shop: BusyShop, name: str, amount: int | None = None, *, direction: str = "in", method: str = "card"
) -> None:
    """Pay (or refund) an order: its total unless an amount is given, in minor units."""
    order = shop.order(name)
    draft = PaymentDraft(
        method, order.total_minor if amount is None else amount, direction=direction, order_id=order.id,
        customer_id=order.customer_id, paid_on=date(2026, 4, 20),
    )  # fmt: skip
    payments_post(actor=shop.actor, payments=[draft])


def busy_shop(code: str = "", **company: Any) -> BusyShop:
    """Build the shop with examples of everything that can happen to an order, and return it, its audit log sealed."""
    shop = shop_open(code, **company)
    _orders_open(shop)
    _orders_sent(shop)
    _orders_back(shop)
    _orders_off(shop)
    _stock_changed(shop)
    _platform_used(shop)
    audit_seal(shop.company.id)
    # A few events after the seal, as there are at any time.
    order_place(shop, "newest", {5: 1}, placed_at=MAY, customer_id=shop.customers[1].id)
    return shop


def _orders_open(shop: BusyShop) -> None:
    mair, gwen, _huw = (customer.id for customer in shop.customers)
    order_place(shop, "new", {0: 2, 1: 1}, postage=True, customer_id=mair, channel="web", external_id="W-1001")
    order_place(shop, "held", {2: 1}, hold=("fraud", "two cards refused"), channel="web", external_id="W-1002")
    order_place(shop, "freed", {2: 2}, customer_id=gwen)
    holds_place(actor=shop.actor, order_ids=[shop.orders["freed"].id], kind="address", reason="no house number")
    holds_release(actor=shop.actor, order_ids=[shop.orders["freed"].id], kind="address")
    order_place(shop, "short-of-stock", {9: 200}, priority=2)
    order_place(shop, "complete-only", {8: 90}, is_ship_complete=True)
    order_place(shop, "released", {1: 3, 2: 1})
    order_release(shop, "released")
    order_place(shop, "picked", {1: 2, 3: 2}, postage=True)
    order_pick(shop, "picked")
    order_place(shop, "short-picked", {3: 4, 4: 1})
    order_pick(shop, "short-picked", short=1)
    order_place(shop, "half-picked", {3: 1, 4: 1})
    picks_confirm(actor=shop.actor, picks=[(order_release(shop, "half-picked")[0], 1)])
    order_place(shop, "packed", {4: 2})
    order_pack(shop, "packed")
    order_place(shop, "prepaid", {4: 1}, customer_id=mair)
    order_pay(shop, "prepaid", method="bank")


def _orders_sent(shop: BusyShop) -> None:
    mair, gwen, huw = (customer.id for customer in shop.customers)
    order_place(
        shop, "shipped", {0: 3, 1: 2, 2: 1}, postage=True, customer_id=mair, channel="web", external_id="W-1003"
    )
    order_ship(shop, "shipped")
    order_place(shop, "delivered", {0: 1, 5: 2}, customer_id=gwen, placed_at=MARCH)
    order_ship(shop, "delivered", shipped_at=MARCH)
    shipments_deliver(actor=shop.actor, shipment_ids=[s.id for s in shop.shipments("delivered")], delivered_at=APRIL)
    order_pay(shop, "delivered")
    order_place(shop, "split", {6: 58}, customer_id=huw)
    order_ship(shop, "split")
    order_place(shop, "paid-first", {5: 1, 0: 1}, postage=True, customer_id=huw)
    order_pay(shop, "paid-first", method="paypal")
    order_ship(shop, "paid-first")
    order_place(shop, "part-paid", {5: 3}, customer_id=gwen)
    order_ship(shop, "part-paid", shipped_at=MAY)
    order_pay(shop, "part-paid", 500)
    order_place(shop, "overpaid", {5: 1})
    order_ship(shop, "overpaid")
    order_pay(shop, "overpaid", shop.order("overpaid").total_minor + 25)


def _orders_back(shop: BusyShop) -> None:
    cardiff = shop.warehouses[0].id
    for name, lines in (("returned", {0: 3}), ("part-returned", {1: 3, 2: 2}), ("refunded", {2: 2})):
        order_place(shop, name, lines, customer_id=shop.customers[2].id)
        order_ship(shop, name)
        order_pay(shop, name)
    linked = [
        ("returned", [ReturnLineDraft(2, shop.line("returned").id), ReturnLineDraft(1, shop.line("returned").id)]),
        ("part-returned", [
            ReturnLineDraft(1, shop.line("part-returned").id, disposition="scrap"),
            ReturnLineDraft(1, shop.line("part-returned", 2).id, disposition="quarantine", grade="B"),
        ]),
        ("refunded", [ReturnLineDraft(2, shop.line("refunded").id)]),
    ]  # fmt: skip
    returns_receive(
        actor=shop.actor,
        returns=[
            ReturnDraft(
                cardiff, lines, order_id=shop.orders[name].id, customer_id=shop.customers[2].id, received_at=MAY
            )
            for name, lines in linked
        ],
    )
    blind = [
        ReturnLineDraft(1, sku="mug-7", unit_price_micro=5_000_000),
        ReturnLineDraft(1, sku="post", unit_price_micro=3_950_000),
    ]
    returns_receive(
        actor=shop.actor, returns=[ReturnDraft(cardiff, blind, channel="web", external_id="R-1", received_at=MAY)]
    )
    order_pay(shop, "refunded", direction="out")
    order_pay(shop, "part-returned", 500, direction="out")


def _orders_off(shop: BusyShop) -> None:
    order_place(shop, "cancelled", {7: 2}, postage=True)
    orders_cancel(actor=shop.actor, order_ids=[shop.orders["cancelled"].id], reason="changed their mind")
    order_place(shop, "cut", {7: 3, 8: 1}, customer_id=shop.customers[0].id)
    lines_cancel(actor=shop.actor, lines=[(shop.line("cut").id, 1)], reason="one too many")
    order_ship(shop, "cut", shipped_at=MAY)
    order_pay(shop, "cut", 2008)
    order_place(shop, "cancelled-released", {7: 1})
    order_release(shop, "cancelled-released")
    orders_cancel(actor=shop.actor, order_ids=[shop.orders["cancelled-released"].id], reason="out of time")


def _stock_changed(shop: BusyShop) -> None:
    cardiff = shop.warehouses[0].id
    bin_a, bin_b = (
        Location.objects.get(warehouse=cardiff, code="A-01"),
        Location.objects.get(warehouse=cardiff, code="B-01"),
    )
    seven, eight = shop.variants[7].id, shop.variants[8].id
    drafts = [
        AdjustmentDraft(cardiff, "damaged", [AdjustmentLineDraft(seven, bin_a.id, -3)], occurred_at=APRIL),
        AdjustmentDraft(
            cardiff, "found", [AdjustmentLineDraft(eight, bin_b.id, 2)], note="behind the rack", occurred_at=MAY
        ),
        AdjustmentDraft(cardiff, "lost", [AdjustmentLineDraft(eight, bin_a.id, -1)], occurred_at=MAY),
    ]
    stock_adjust(actor=shop.actor, adjustments=drafts)
    lost = Adjustment.objects.get(company=shop.company, reason__code="lost")
    adjustments_reverse(actor=shop.actor, adjustment_ids=[lost.id], reason="it lay under the bench")


def _platform_used(shop: BusyShop) -> None:
    digest = body_digest({"order": "W-1001"})
    key_claim(company_id=shop.company.id, scope="orders.place", key="k-1", body_hash=digest)
    key_settle(company_id=shop.company.id, scope="orders.place", key="k-1", result={"number": "SO-000001"})
