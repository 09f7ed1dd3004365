"""Opening the demo shop: company, warehouses with bins, staff, customers, suppliers, products, opening stock."""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from cefn.catalog.models import Variant
from cefn.catalog.services import ProductDraft, products_create
from cefn.flows.demo.catalogue import Weighted, catalogue
from cefn.flows.demo.parcels import carrier_open
from cefn.flows.demo.people import STAFF, Person, customer_drafts, people, supplier_drafts
from cefn.flows.setup import company_open
from cefn.inventory.models import Location, LocationKind, Warehouse
from cefn.inventory.services import AdjustmentDraft, AdjustmentLineDraft, stock_adjust
from cefn.inventory.services.places import LocationSpot, WarehouseDraft, locations_place
from cefn.parties.services import customers_create, suppliers_create
from cefn.platform.actors import Actor, actor_for_user
from cefn.platform.companies import CompanyDraft
from cefn.platform.users import UserDraft, users_create

NAME = "Siop Anrhegion Cefn"
EMAIL_AT = "@cefn.example"
AISLE_MM, RACK_MM = 3_000, 1_350
SAFETY_DAYS = 7


@dataclass(slots=True)
class Shop:
    """The shop as the story goes on: who acts, where things are, what exists."""

    machine: Actor
    staff: dict[str, Actor]
    warehouses: list[Warehouse]
    bins: dict[int, list[int]]
    goods: list[Weighted]
    persons: list[Person]
    customer_ids: list[int] = field(default_factory=list)
    variant_ids: dict[str, int] = field(default_factory=dict)
    homes: dict[tuple[str, int], int] = field(default_factory=dict)


@dataclass(slots=True)
class Scene:
    """What is drawn before anything is written: the wares and the people."""

    products: list[ProductDraft]
    goods: list[Weighted]
    persons: list[Person]


def scene(dice: random.Random, customers: int) -> Scene:
    """Draw the wares and the people."""
    products, goods = catalogue(dice)
    return Scene(products, goods, people(dice, customers))


def bin_codes(aisles: str, racks: int) -> list[str]:
    """Return bins in walking order: up one aisle, down the next."""
    codes: list[str] = []
    for at, aisle in enumerate(aisles):
        numbers = range(1, racks + 1) if at % 2 == 0 else range(racks, 0, -1)
        codes.extend(f"{aisle}-{number:02d}" for number in numbers)
    return codes


WAREHOUSES = (
    WarehouseDraft(
        "CDF", "Caerdydd", bin_codes("ABCDEF", 12), postcode="CF10 1AA", latitude_micro=51_480_000,
        longitude_micro=-3_180_000, priority=1, address_lines=["Uned 4, Heol y Gamlas", "Caerdydd"],
    ),
    WarehouseDraft(
        "BGR", "Bangor", bin_codes("ABCDE", 13), postcode="LL57 1AA", latitude_micro=53_230_000,
        longitude_micro=-4_130_000, priority=2, address_lines=["Hen Iard y Chwarel", "Bangor"],
    ),
)  # fmt: skip


def shop_open(scene: Scene, *, code: str, password: str) -> Shop:
    """Make the company with its buildings, its people and its wares; no stock yet."""
    company, buildings, machine = company_open(
        company=CompanyDraft(
            code=code, name=NAME, legal_name="Siop Anrhegion Cefn Cyf", vat_number="GB999999973",
            address_lines=["Uned 4, Heol y Gamlas", "Caerdydd"], postcode="CF10 1AA", email=f"helo{EMAIL_AT}",
            phone="029 2018 0999", is_demo=True,
        ),
        warehouses=WAREHOUSES,
    )  # fmt: skip
    users = users_create(
        actor=machine,
        users=[
            UserDraft(email=_email(local, code), name=name, password=password, role=role, language=language,
                      warehouse_codes=codes)
            for role, name, local, language, codes in STAFF
        ],
    )  # fmt: skip
    staff = {user_row[0]: actor_for_user(user, company.id) for user_row, user in zip(STAFF, users, strict=True)}
    bins = {building.id: _bins_place(machine, building.id) for building in buildings}
    carrier_open(staff["manager"])
    products_create(actor=staff["manager"], products=scene.products)
    shop = Shop(machine, staff, buildings, bins, scene.goods, scene.persons)
    shop.customer_ids = [row.id for row in customers_create(actor=machine, customers=customer_drafts(scene.persons))]
    suppliers_create(actor=staff["buyer"], suppliers=supplier_drafts())
    shop.variant_ids = dict(Variant.objects.filter(company_id=company.id).values_list("sku", "id"))
    return shop


def _email(local: str, code: str) -> str:
    return f"{local}{EMAIL_AT}" if code == "cefn" else f"{local}.{code}{EMAIL_AT}"


def owner_email(code: str) -> str:
    """Return the address with which the owner of this demo company logs in."""
    return _email("owner", code)


def _bins_place(actor: Actor, warehouse_id: int) -> list[int]:
    """Give each bin its place on the floor; return the bins in walking order."""
    rows = list(
        Location.objects.filter(warehouse_id=warehouse_id, kind=LocationKind.BIN)
        .order_by("sequence")
        .values_list("id", "code")
    )
    spots = [
        LocationSpot(key, (ord(code[0]) - ord("A")) * AISLE_MM + AISLE_MM, int(code[2:]) * RACK_MM)
        for key, code in rows
    ]
    locations_place(actor=actor, spots=spots)
    return [key for key, _ in rows]


def low_stock_marks(scene: Scene, demand: Counter[str], days: int) -> None:
    """Set each variant's low-stock mark to what some days sell, two at least."""
    for draft in scene.products:
        for variant in draft.variants:
            if draft.kind == "goods":
                variant.low_stock_at = max(2, -(-demand[variant.sku] * SAFETY_DAYS // days))


def stock_open(dice: random.Random, shop: Shop, demand: Counter[str]) -> None:
    """Put the opening stock on the shelves: mostly more than will sell, of some wares too little."""
    first, second = (building.id for building in shop.warehouses)
    lines: dict[int, list[AdjustmentLineDraft]] = {first: [], second: []}
    order = sorted(shop.goods, key=lambda ware: (ware.category, ware.sku))
    for at, ware in enumerate(order):
        percent = dice.choices((55, 90, 130, 170, 220, 320), (4, 6, 22, 33, 25, 10))[0]
        quantity = max(4, -(-demand[ware.sku] * percent // 100))
        away = quantity * 2 // 5 if dice.randrange(100) < 75 else 0
        for building, number in ((first, quantity - away), (second, away)):
            home = shop.bins[building][at * len(shop.bins[building]) // len(order)]
            shop.homes[(ware.sku, building)] = home
            if number:
                cost = ware.cost * dice.randint(94, 106) * 100
                lines[building].append(AdjustmentLineDraft(shop.variant_ids[ware.sku], home, number, cost))
    _adjust(shop, lines, "opening", "Opening stock")


def stock_join(dice: random.Random, shop: Shop, demand: Counter[str], short: Sequence[str]) -> None:
    """Bring in, half-way, stock from a shop that closed: backorders are served from it."""
    first, second = (building.id for building in shop.warehouses)
    lines: dict[int, list[AdjustmentLineDraft]] = {first: [], second: []}
    by_sku = {ware.sku: ware for ware in shop.goods}
    for sku in short:
        building = dice.choice((first, second))
        number = max(3, demand[sku] * dice.choice((15, 25, 35)) // 100)
        cost = by_sku[sku].cost * dice.randint(98, 110) * 100
        lines[building].append(AdjustmentLineDraft(shop.variant_ids[sku], shop.homes[(sku, building)], number, cost))
    _adjust(shop, lines, "opening", "Stock of the closed shop in Aberystwyth")


def _adjust(shop: Shop, lines: dict[int, list[AdjustmentLineDraft]], reason: str, note: str) -> None:
    stock_adjust(
        actor=shop.staff["manager"],
        adjustments=[AdjustmentDraft(building, reason, rows, note) for building, rows in lines.items() if rows],
    )
