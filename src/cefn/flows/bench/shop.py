"""A shop to measure in: enough SKUs and stock that no order waits."""

import random
from uuid import uuid4

from cefn.catalog.services import ProductDraft, VariantDraft, products_create
from cefn.flows.setup import company_open
from cefn.inventory.models import Location, Warehouse
from cefn.inventory.services import AdjustmentDraft, AdjustmentLineDraft, stock_adjust
from cefn.inventory.services.places import WarehouseDraft
from cefn.kernel.transactions import run_whole
from cefn.orders.services import OrderDraft, OrderLineDraft
from cefn.platform.actors import Actor
from cefn.platform.companies import CompanyDraft

BINS = [f"{aisle}-{rack:02d}" for aisle in "ABCDEFGH" for rack in range(1, 26)]


def bench_shop(*, variants: int, stock: int) -> tuple[Actor, Warehouse, list[int]]:
    """Make a company with one warehouse and `variants` SKUs, `stock` units of each; return the variants' ids."""
    _, warehouses, actor = company_open(
        company=CompanyDraft(code=f"bench-{uuid4().hex[:8]}", name="Bench"),
        warehouses=[WarehouseDraft("MAIN", "Main", BINS, postcode="CF10 1AA")],
    )
    products = run_whole(
        lambda: products_create(
            actor=actor,
            products=[
                ProductDraft(
                    name=f"Thing {at}",
                    variants=[
                        VariantDraft(sku=f"T-{at:05d}", price_micro=4_990_000, cost_micro=2_000_000, weight_g=200)
                    ],
                )
                for at in range(variants)
            ],
        )
    )
    ids = [variant.id for product in products for variant in product.variants.all()]
    bins = list(
        Location.objects.filter(warehouse=warehouses[0], kind="bin").order_by("sequence").values_list("id", flat=True)
    )
    run_whole(
        lambda: stock_adjust(
            actor=actor,
            adjustments=[
                AdjustmentDraft(
                    warehouses[0].id,
                    "opening",
                    [
                        AdjustmentLineDraft(variant, bins[at % len(bins)], stock, 2_000_000)
                        for at, variant in enumerate(ids)
                    ],
                )
            ],
        )
    )
    return actor, warehouses[0], ids


def bench_orders(*, variant_ids: list[int], count: int, lines: int, seed: int = 1) -> list[OrderDraft]:
    """Return orders of `lines` different SKUs, one to three of each, always the same for a seed."""
    draw = random.Random(seed)  # noqa: S311 - repeatable, not secret
    return [
        OrderDraft(
            lines=[
                OrderLineDraft(quantity=draw.randint(1, 3), variant_id=variant)
                for variant in draw.sample(variant_ids, lines)
            ],
            channel="bench",
            external_id=f"B-{seed}-{at}",
            customer_name="Mair Enghraifft",
            ship_to={"name": "Mair Enghraifft", "line1": "1 Stryd Fawr", "city": "Bangor", "postcode": "LL57 2AB",
                     "country": "GB"},
            shipping_service="Tracked 48",
        )
        for at in range(count)
    ]  # fmt: skip
