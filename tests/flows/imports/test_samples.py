"""A shop moves in with its channels' exports: products, stock and orders to the counts and sums of the files."""

import gzip
from pathlib import Path

import pytest
from django.db.models import F, Sum

from cefn.catalog.models import Product, Variant
from cefn.flows.imports.undoing import imports_undo
from cefn.inventory.models import StockLevel
from cefn.ledger.models import JournalLine
from cefn.orders.models import SalesOrder, SalesOrderLine
from cefn.parties.models import Customer, Supplier
from cefn.reports.check.registry import check_run
from tests.flows.imports.conftest import Shop

pytestmark = pytest.mark.shared


def clean() -> None:
    assert check_run().violated == []
    assert sum(JournalLine.objects.values_list("amount_minor", flat=True)) == 0


def test_a_shopify_shop_moves_in(shop: Shop, shared: Path) -> None:
    samples = shared / "channel_samples"
    products = shop.apply("products", samples / "shopify_products_export.csv")
    assert (products.counts["new"], Product.objects.count(), Variant.objects.count()) == (397, 397, 400)
    stock = shop.apply("stock", samples / "shopify_inventory_export.csv")
    assert stock.counts["refused"] == 0
    assert StockLevel.objects.aggregate(total=Sum("on_hand"))["total"] == 20_181
    orders = shop.apply("orders", samples / "shopify_orders_export.csv", create_products=True)
    assert (orders.counts["new"], orders.counts["skipped"]) == (60, 0)
    assert SalesOrder.objects.filter(status="cancelled").count() == 1
    goods = SalesOrderLine.objects.filter(kind="goods")
    assert (goods.count(), goods.aggregate(total=Sum("quantity"))["total"]) == (184, 2_158)
    assert SalesOrder.objects.exclude(channel_total_minor=F("total_minor")).count() == 0
    assert SalesOrder.objects.filter(payment_status="paid").count() == 49
    assert SalesOrder.objects.aggregate(total=Sum("refunded_minor"))["total"] == 304_86
    clean()
    for run in (products, stock, orders):
        again = shop.apply(run.kind, samples / run.file.name, **run.options)
        assert (again.counts["new"], again.counts["changed"], again.counts["refused"]) == (0, 0, 0)
    imports_undo(actor=shop.actor, run=orders)
    imports_undo(actor=shop.actor, run=stock)
    imports_undo(actor=shop.actor, run=products)
    assert StockLevel.objects.exclude(on_hand=0).count() == 0
    clean()


@pytest.mark.parametrize(
    ("name", "orders", "lines", "units", "options"),
    [
        ("amazon_all_orders.txt", 56, 193, 2_911, {}),
        ("walmart_orders.csv", 39, 151, 2_467, {"currency": "GBP"}),
        ("bigcommerce_orders.csv", 60, 223, 2_846, {}),
        ("ebay_orders.csv", 25, 103, 1_772, {}),
        ("square_items_detail.csv", 50, 172, 2_768, {}),
    ],
)
def test_orders_of_other_channels_come_in(
    shop: Shop, shared: Path, name: str, orders: int, lines: int, units: int, options: dict[str, str]
) -> None:
    run = shop.apply("orders", shared / "channel_samples" / name, create_products=True, **options)
    assert (run.counts["new"], run.counts["refused"]) == (orders, 0)
    goods = SalesOrderLine.objects.filter(kind="goods")
    assert SalesOrder.objects.count() == orders
    assert (goods.count(), goods.aggregate(total=Sum("quantity"))["total"]) == (lines, units)
    again = shop.apply("orders", shared / "channel_samples" / name, create_products=True, **options)
    assert (again.counts["new"], again.counts["same"]) == (0, orders)
    clean()


def test_northwind_moves_in(shop: Shop, shared: Path) -> None:
    folder = shared / "northwind"
    for kind, count in (("products", 77), ("customers", 91), ("suppliers", 29)):
        assert shop.apply(kind, folder / f"{kind}.csv").counts["new"] == count
    assert (Customer.objects.count(), Supplier.objects.count()) == (91, 29)
    assert Customer.objects.get(reference="northwind:VINET").addresses.get().country == "FR"
    assert Variant.objects.filter(status="archived").count() == 10


def test_a_month_of_online_retail_comes_in(shop: Shop, shared: Path) -> None:
    content = gzip.decompress((shared / "online_retail" / "online_retail_2011-02.csv.gz").read_bytes())
    run = shop.apply("orders", shop.file(content, "feb.csv"), create_products=True, good_rows=True, hold=False)
    assert run.format == "online-retail"
    assert run.counts["refused"] == 0
    assert run.counts["new"] + run.counts["skipped"] == run.counts["rows"]
    assert SalesOrder.objects.count() == run.counts["new"]
