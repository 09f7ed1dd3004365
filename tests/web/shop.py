"""A small gift shop for the tests of the screens: products, stock in two warehouses, orders in many states."""

import random
from dataclasses import dataclass
from datetime import timedelta

from cefn.books.services.payments import PaymentDraft, payments_post
from cefn.catalog.services import ProductDraft, VariantDraft, products_create
from cefn.flows.setup import company_open
from cefn.inventory.models import Location, LocationKind, Warehouse
from cefn.inventory.services import AdjustmentDraft, AdjustmentLineDraft, stock_adjust
from cefn.inventory.services.places import WarehouseDraft
from cefn.kernel import clock
from cefn.orders.models import SalesOrder
from cefn.orders.services import OrderDraft, OrderLineDraft, holds_place, orders_place
from cefn.parties.services import CustomerDraft, SupplierDraft, customers_create, suppliers_create
from cefn.platform.actors import Actor
from cefn.platform.companies import CompanyDraft
from cefn.platform.models import Company, Role, User
from cefn.platform.users import UserDraft, users_create
from cefn.warehouse.models import PickTask, Shipment
from cefn.warehouse.services import PackDraft, picks_confirm, picks_release, shipments_pack, shipments_ship

OPENED_DAYS_AGO = 70
PASSWORD = "llwy-bren-1831"
GOODS = (
    ("Welsh mug, red", "Mwg Cymru, coch", "MUG-RED", 9_500_000, "Kitchen"),
    ("Love spoon, oak", "Llwy garu, derw", "SPOON-OAK", 24_000_000, "Gifts"),
    ("Slate coaster", "Mat llechen", "COASTER-SL", 4_950_000, "Kitchen"),
    ("Wool blanket, heather", "Blanced wlân, grug", "BLKT-HEATHER", 89_000_000, "Home"),
    ("Welsh cake tin", "Tun picau ar y maen", "TIN-CAKES", 12_500_000, "Kitchen"),
    ("Sheepskin slippers", "Sliperi croen dafad", "SLIPPER-7", 38_000_000, "Home"),
    ("Daffodil tea towel", "Lliain cennin Pedr", "TOWEL-DAFF", 8_000_000, "Kitchen"),
    ("Dragon flag", "Baner y Ddraig Goch", "FLAG-DRAGON", 6_500_000, "Gifts"),
)
NAMES = ("Megan Price", "Rhys Evans", "Siân Davies", "Gethin Hughes", "Lowri Jones", "Tomos Lloyd", "Anwen Roberts")
TOWNS = (("Bangor", "LL57 1AA"), ("Cardiff", "CF10 1EP"), ("Aberystwyth", "SY23 2AA"), ("Leeds", "LS1 4DY"))


@dataclass
class Shop:
    """What the tests need of the shop."""

    company: Company
    actor: Actor
    owner: User
    variants: list[int]
    warehouses: list[Warehouse]


def shop_empty(code: str = "siop") -> Shop:
    """Make a company with two warehouses and an owner."""
    bins = [f"A-{aisle:02d}-{place:02d}" for aisle in (1, 2) for place in range(1, 7)]
    company, warehouses, actor = company_open(
        company=CompanyDraft(code=code, name="Siop y Cefn"),
        warehouses=[
            WarehouseDraft(code="BGR", name="Bangor", bins=bins, postcode="LL57 1AA", priority=1),
            WarehouseDraft(code="CDF", name="Cardiff", bins=bins, postcode="CF10 1EP", priority=2),
        ],
    )
    drafts = [UserDraft(email=f"{code}@example.com", name="Elin Morgan", password=PASSWORD, role=Role.OWNER)]
    owner = users_create(users=drafts, actor=actor)[0]
    return Shop(company, actor, owner, [], warehouses)


def shop_stock(shop: Shop, each: int = 60) -> None:
    """Give the shop products and stock: all in the first warehouse, half in the second."""
    drafts = [
        ProductDraft(
            name=name,
            name_cy=welsh,
            category=category,
            variants=[VariantDraft(sku=sku, price_micro=price, cost_micro=price // 2, weight_g=300, low_stock_at=8)],
        )
        for name, welsh, sku, price, category in GOODS
    ]
    made = products_create(actor=shop.actor, products=drafts)
    shop.variants = [product.variants.get().pk for product in made]
    opened_at = clock.now() - timedelta(days=OPENED_DAYS_AGO)
    for at, warehouse in enumerate(shop.warehouses):
        bins = list(Location.objects.filter(warehouse=warehouse, kind=LocationKind.BIN).order_by("sequence"))
        lines = [
            AdjustmentLineDraft(variant, bins[number % len(bins)].pk, each // (at + 1), 4_000_000)
            for number, variant in enumerate(shop.variants)
        ]
        stock_adjust(
            actor=shop.actor,
            adjustments=[
                AdjustmentDraft(warehouse_id=warehouse.pk, reason="opening", lines=lines, occurred_at=opened_at)
            ],
        )
    customers_create(
        actor=shop.actor,
        customers=[
            CustomerDraft(name=name, reference=f"c{at}", email=f"c{at}@example.com") for at, name in enumerate(NAMES)
        ],
    )
    suppliers_create(actor=shop.actor, suppliers=[SupplierDraft(name="Crochenwaith Môn", email="post@example.com")])


def orders_make(shop: Shop, count: int, days: int = 40, seed: int = 7) -> list[SalesOrder]:
    """Place `count` orders over the last `days` days."""
    pick = random.Random(seed)
    now = clock.now()
    drafts = []
    for number in range(count):
        town, postcode = pick.choice(TOWNS)
        name = pick.choice(NAMES)
        placed_at = now - timedelta(hours=pick.randrange(1, days * 24))
        lines = [
            OrderLineDraft(quantity=pick.randint(1, 3), variant_id=variant)
            for variant in pick.sample(shop.variants, pick.randint(1, 3))
        ]
        drafts.append(
            OrderDraft(
                lines=lines,
                channel=pick.choice(("shopify", "amazon", "manual")),
                external_id=f"X-{seed}-{number}",
                ship_to={"name": name, "line1": "1 High Street", "city": town, "postcode": postcode, "country": "GB"},
                customer_name=name,
                placed_at=placed_at,
                ship_by_at=placed_at + timedelta(days=2),
            )
        )
    placed = orders_place(actor=shop.actor, orders=drafts)
    return list(SalesOrder.objects.filter(pk__in=[order.id for order in placed]).order_by("placed_at"))


def orders_send(shop: Shop, orders: list[SalesOrder]) -> None:
    """Pick, pack and ship what is allocated of these orders, and record their payment."""
    shipments = list(Shipment.objects.filter(order__in=orders, status="draft").values_list("id", flat=True))
    picks_release(actor=shop.actor, shipment_ids=shipments)
    tasks = PickTask.objects.filter(shipment_line__shipment__in=shipments).values_list("id", "quantity")
    picks_confirm(actor=shop.actor, picks=list(tasks))
    shipments_pack(actor=shop.actor, packs=[PackDraft(shipment_id=key) for key in shipments])
    moments = dict(Shipment.objects.filter(id__in=shipments).values_list("id", "order__placed_at"))
    shipped_at = {key: moment + timedelta(hours=30) for key, moment in moments.items()}
    shipments_ship(actor=shop.actor, shipment_ids=shipments, shipped_at=shipped_at)
    payments_post(
        actor=shop.actor,
        payments=[PaymentDraft(method="card", amount_minor=order.total_minor, order_id=order.pk) for order in orders],
    )


def shop_make(orders: int = 40) -> Shop:
    """Make the whole shop: two thirds of the orders are sent and paid, one is on hold."""
    shop = shop_empty()
    shop_stock(shop)
    placed = orders_make(shop, orders)
    sent = [order for order in placed if order.allocation_status == "full"][: orders * 2 // 3]
    orders_send(shop, sent)
    last = placed[-1]
    holds_place(actor=shop.actor, order_ids=[last.pk], kind="address", reason="No house number")
    return shop
