"""A shop so small that every figure of its reports can be worked out by hand: February 2026, two wares, four orders.

2 Feb   opening: 10 mugs at 4.00 and 20 books at 5.00 in Cardiff, 5 mugs at 4.40 in Bangor       162.00
3 Feb   A  web        2 mugs, postage; 27.60 with tax, paid at once, sent in time                cost  8.00
4 Feb   B  wholesale  3 books, no tax, 27.00 on account; sent on the 5th, a day late             cost 15.00
4 Feb   C  web        a mug and a book, cancelled
6 Feb   a book is damaged                                                                        cost  5.00
9 Feb   a mug of A comes back to the shelf, 12.00 refunded                                       cost  4.00 back
10 Feb  D  amazon     20 mugs; 14 there are, 6 wait
12 Feb  10.00 of B is paid
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from cefn.books.services import PaymentDraft, payments_post
from cefn.catalog.services import ProductDraft, VariantDraft, products_create
from cefn.flows.setup import company_open
from cefn.inventory.models import Location, Warehouse
from cefn.inventory.services import AdjustmentDraft, AdjustmentLineDraft, stock_adjust
from cefn.inventory.services.places import WarehouseDraft
from cefn.kernel import clock
from cefn.orders.models import SalesOrderLine
from cefn.orders.services import (
    OrderDraft,
    OrderLineDraft,
    PlacedOrder,
    ReturnDraft,
    ReturnLineDraft,
    orders_cancel,
    orders_place,
    returns_receive,
)
from cefn.parties.services import CustomerDraft, customers_create
from cefn.platform.actors import Actor
from cefn.platform.companies import CompanyDraft
from cefn.warehouse.models import PickTask, Shipment
from cefn.warehouse.services import PackDraft, picks_confirm, picks_release, shipments_pack, shipments_ship

FIRST, LAST = date(2026, 2, 1), date(2026, 2, 15)
NOON = datetime(2026, 2, 15, 12, tzinfo=UTC)
CARDIFF = {"name": "Mair Llwyd", "line1": "1 Stryd Fawr", "city": "Caerdydd", "postcode": "CF10 2AB", "country": "GB"}


def feb(day: int, hour: int = 9, minute: int = 0) -> datetime:
    """Return a moment of February 2026, when London keeps UTC."""
    return datetime(2026, 2, day, hour, minute, tzinfo=UTC)


@dataclass
class SmallShop:
    """The shop, its variants by SKU, its orders by letter."""

    actor: Actor
    cardiff: Warehouse
    bangor: Warehouse
    gwen_id: int
    variants: dict[str, int]
    orders: dict[str, PlacedOrder] = field(default_factory=dict)

    def line_id(self, letter: str, position: int = 1) -> int:
        """Return a line of an order."""
        return SalesOrderLine.objects.get(order_id=self.orders[letter].id, position=position).id


def small_shop() -> SmallShop:
    """Open the shop and let February happen."""
    with clock.standing_at(feb(2)):
        shop = _open()
    with clock.standing_at(feb(3, 10)):
        order(shop, "A", {"MUG": 2, "POST": 1}, "web", feb(3, 10), feb(3, 17))
        pay(shop, "card", 2760, order_id=shop.orders["A"].id)
    send(shop, "A", feb(3, 15))
    with clock.standing_at(feb(4, 23, 40)):
        order(shop, "B", {"BOOK": 3}, "wholesale", feb(4, 11, 30), feb(4, 17), customer_id=shop.gwen_id)
        order(shop, "C", {"MUG": 1, "BOOK": 1}, "web", feb(4, 23, 30), feb(5, 17))
        orders_cancel(actor=shop.actor, order_ids=[shop.orders["C"].id], reason="changed their mind")
    send(shop, "B", feb(5, 15))
    with clock.standing_at(feb(6)):
        shelf = Location.objects.get(warehouse=shop.cardiff, code="A-01").id
        damaged = AdjustmentLineDraft(shop.variants["BOOK"], shelf, -1)
        stock_adjust(actor=shop.actor, adjustments=[AdjustmentDraft(shop.cardiff.id, "damaged", [damaged])])
    with clock.standing_at(feb(9)):
        back = ReturnDraft(shop.cardiff.id, [ReturnLineDraft(1, shop.line_id("A"))], order_id=shop.orders["A"].id)
        returns_receive(actor=shop.actor, returns=[back])
        pay(shop, "card", 1200, direction="out", order_id=shop.orders["A"].id)
    with clock.standing_at(feb(10, 12)):
        order(shop, "D", {"MUG": 20}, "amazon", feb(10, 11, 10), feb(11, 17))
    with clock.standing_at(feb(12)):
        pay(shop, "bank", 1000, order_id=shop.orders["B"].id)
    return shop


def _open() -> SmallShop:
    _, (cardiff, bangor), actor = company_open(
        company=CompanyDraft(code="siop-fach", name="Siop Fach"),
        warehouses=[
            WarehouseDraft("CF", "Caerdydd", ["A-01"], postcode="CF10 1AA", latitude_micro=51_480_000,
                           longitude_micro=-3_180_000, priority=1),
            WarehouseDraft("BG", "Bangor", ["A-01"], postcode="LL57 1AA", latitude_micro=53_230_000,
                           longitude_micro=-4_130_000, priority=2),
        ],
    )  # fmt: skip
    products = products_create(
        actor=actor,
        products=[
            ProductDraft(name="Mug", name_cy="Mwg", category="Kitchen",
                         variants=[VariantDraft(sku="MUG", price_micro=12_000_000, low_stock_at=5)]),
            ProductDraft(name="Book", name_cy="Llyfr", tax_category="zero",
                         variants=[VariantDraft(sku="BOOK", price_micro=9_000_000, low_stock_at=2)]),
            ProductDraft(name="Postage", kind="service", variants=[VariantDraft(sku="POST", price_micro=3_600_000)]),
        ],
    )  # fmt: skip
    variants = {variant.sku: variant.id for product in products for variant in product.variants.all()}
    near, far = (Location.objects.get(warehouse=w, code="A-01").id for w in (cardiff, bangor))
    mug, book = variants["MUG"], variants["BOOK"]
    stock_adjust(
        actor=actor,
        adjustments=[
            AdjustmentDraft(cardiff.id, "opening", [AdjustmentLineDraft(mug, near, 10, 4_000_000),
                                                    AdjustmentLineDraft(book, near, 20, 5_000_000)]),
            AdjustmentDraft(bangor.id, "opening", [AdjustmentLineDraft(mug, far, 5, 4_400_000)]),
        ],
    )  # fmt: skip
    (gwen,) = customers_create(actor=actor, customers=[CustomerDraft(name="Gwen Rees", is_business=True)])
    return SmallShop(actor, cardiff, bangor, gwen.id, variants)


def order(
    shop: SmallShop, letter: str, wants: dict[str, int], channel: str, placed_at: datetime, ship_by_at: datetime,
    customer_id: int | None = None,
) -> None:  # fmt: skip
    """Place an order of {SKU: quantity} and remember it by its letter."""
    draft = OrderDraft(
        lines=[OrderLineDraft(quantity, sku=sku) for sku, quantity in wants.items()], channel=channel,
        external_id=letter,
        placed_at=placed_at, ship_by_at=ship_by_at, ship_to=CARDIFF, customer_id=customer_id,
    )  # fmt: skip
    (shop.orders[letter],) = orders_place(actor=shop.actor, orders=[draft])


def send(shop: SmallShop, letter: str, at: datetime) -> None:
    """Pick, pack and send all that is promised of an order."""
    with clock.standing_at(at):
        keys = list(
            Shipment.objects.filter(order_id=shop.orders[letter].id, status="draft").values_list("id", flat=True)
        )
        picks_release(actor=shop.actor, shipment_ids=keys)
        tasks = PickTask.objects.filter(shipment_line__shipment_id__in=keys).values_list("id", "quantity")
        picks_confirm(actor=shop.actor, picks=list(tasks))
        shipments_pack(actor=shop.actor, packs=[PackDraft(key) for key in keys])
        shipments_ship(actor=shop.actor, shipment_ids=keys)


def pay(shop: SmallShop, method: str, amount: int, *, order_id: int, direction: str = "in") -> None:
    """Book a payment or refund of an order."""
    draft = PaymentDraft(method, amount, direction=direction, order_id=order_id)
    payments_post(actor=shop.actor, payments=[draft])
