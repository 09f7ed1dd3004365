"""A small shop for tests, made through the same services as a real one, and the verbs of its day in short."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from cefn.books.services import PaymentDraft, payments_post
from cefn.catalog.models import Variant
from cefn.catalog.services import ProductDraft, VariantDraft, products_create
from cefn.flows.setup import company_open
from cefn.inventory.models import Location, StockLevel, Warehouse
from cefn.inventory.services import AdjustmentDraft, AdjustmentLineDraft, stock_adjust
from cefn.inventory.services.places import WarehouseDraft
from cefn.kernel.transactions import run_whole
from cefn.orders.models import SalesOrder
from cefn.orders.services import OrderDraft, OrderLineDraft, orders_place
from cefn.platform.actors import Actor
from cefn.platform.companies import CompanyDraft
from cefn.reports.check.registry import check_run
from cefn.warehouse.models import PickTask, Shipment
from cefn.warehouse.services import PackDraft, picks_confirm, picks_release, shipments_pack, shipments_ship

SKUS = {"MUG-RED": (9_990_000, 4_000_000), "MUG-BLUE": (9_990_000, 4_000_000), "BOOK": (12_000_000, 5_500_000)}
BANGOR = {"name": "Mair Enghraifft", "line1": "1 Stryd Fawr", "city": "Bangor", "postcode": "LL57 2AB", "country": "GB"}


@dataclass
class TestShop:
    """A company with two warehouses, three SKUs and a postage service."""

    __test__ = False

    actor: Actor
    cardiff: Warehouse
    bangor: Warehouse
    variants: dict[str, Variant]
    bins: dict[int, int]

    @property
    def company_id(self) -> int:
        return self.actor.company_id

    def stock(self, sku: str, quantity: int, warehouse: Warehouse | None = None, cost_micro: int | None = None) -> str:
        """Find or lose units; return the adjustment's number."""
        place = warehouse or self.cardiff
        line = AdjustmentLineDraft(self.variants[sku].id, self.bins[place.id], quantity, cost_micro)
        reason = "opening" if quantity > 0 else "damaged"
        return run_whole(
            lambda: stock_adjust(actor=self.actor, adjustments=[AdjustmentDraft(place.id, reason, [line])])
        )[0]

    def order(self, lines: Mapping[str, int], **settings: object) -> SalesOrder:
        """Place an order of SKU -> quantity at list price."""
        facts = {"ship_to": BANGOR, "channel": "test"} | settings
        draft = OrderDraft(lines=[OrderLineDraft(quantity, sku=sku) for sku, quantity in lines.items()], **facts)
        placed = run_whole(lambda: orders_place(actor=self.actor, orders=[draft]))
        return SalesOrder.objects.get(id=placed[0].id)

    def shipments(self, order: SalesOrder, *states: str) -> list[int]:
        """Return the ids of an order's shipments, of the given states or all."""
        found = Shipment.objects.filter(order=order).order_by("id")
        return list((found.filter(status__in=states) if states else found).values_list("id", flat=True))

    def release(self, order: SalesOrder) -> list[tuple[int, int]]:
        """Release an order's draft shipments; return its pick tasks as (id, quantity)."""
        batches = run_whole(lambda: picks_release(actor=self.actor, shipment_ids=self.shipments(order, "draft")))
        return list(
            PickTask.objects.filter(batch_id__in=[key for key, _ in batches])
            .order_by("sequence")
            .values_list("id", "quantity")
        )

    def pick(self, tasks: Sequence[tuple[int, int]]) -> None:
        """Confirm picks."""
        run_whole(lambda: picks_confirm(actor=self.actor, picks=tasks))

    def pack(self, order: SalesOrder) -> None:
        """Pack what was picked, one parcel a shipment."""
        keys = self.shipments(order, "picked")
        run_whole(lambda: shipments_pack(actor=self.actor, packs=[PackDraft(key) for key in keys]))

    def ship(self, order: SalesOrder, at: datetime | None = None) -> None:
        """Send what is packed."""
        keys = self.shipments(order, "packed")
        moments = dict.fromkeys(keys, at) if at else None
        run_whole(lambda: shipments_ship(actor=self.actor, shipment_ids=keys, shipped_at=moments))

    def send(self, order: SalesOrder) -> None:
        """Take an order's drafts all the way out of the door."""
        self.pick(self.release(order))
        self.pack(order)
        self.ship(order)

    def pay(self, order: SalesOrder, amount_minor: int | None = None, direction: str = "in", source: str = "") -> None:
        """Book a card payment, of the whole total unless told otherwise."""
        amount = order.total_minor if amount_minor is None else amount_minor
        draft = PaymentDraft("card", amount, direction=direction, order_id=order.id, source=source)
        run_whole(lambda: payments_post(actor=self.actor, payments=[draft]))

    def level(self, sku: str, warehouse: Warehouse | None = None) -> tuple[int, int]:
        """Return (on hand, allocated) of a SKU in a warehouse."""
        row = StockLevel.objects.filter(variant=self.variants[sku], warehouse=warehouse or self.cardiff).first()
        return (row.on_hand, row.allocated) if row else (0, 0)


def shop_make(**settings: object) -> TestShop:
    """Make a shop in a company of its own; `settings` are fields of CompanyDraft."""
    _, warehouses, actor = company_open(
        company=CompanyDraft(code=f"shop-{uuid4().hex[:10]}", name="Siop", **settings),
        warehouses=[
            WarehouseDraft("CF", "Caerdydd", ["A-01", "A-02", "B-01"], postcode="CF10 1AA", priority=1),
            WarehouseDraft("BG", "Bangor", ["A-01", "A-02"], postcode="LL57 1AA", priority=2),
        ],
        via="test",
    )
    goods = [
        ProductDraft(
            name=sku.title(),
            variants=[VariantDraft(sku, price_micro=price, cost_micro=cost, weight_g=350)],
            tax_category="zero" if sku == "BOOK" else "standard",
        )
        for sku, (price, cost) in SKUS.items()
    ]
    postage = ProductDraft(name="Postage", kind="service", variants=[VariantDraft("POST", price_micro=3_950_000)])
    run_whole(lambda: products_create(actor=actor, products=[*goods, postage]))
    bins = {
        warehouse.id: Location.objects.filter(warehouse=warehouse, kind="bin").order_by("sequence")[0].id
        for warehouse in warehouses
    }
    variants = {variant.sku: variant for variant in Variant.objects.filter(company_id=actor.company_id)}
    return TestShop(actor, warehouses[0], warehouses[1], variants, bins)


def require_clean(shop: TestShop) -> None:
    """Fail, naming the rows, unless every invariant holds in the shop's company."""
    report = check_run(company_id=shop.company_id)
    assert report.is_clean, [i for i in report.as_json()["invariants"] if i["violations"]]
