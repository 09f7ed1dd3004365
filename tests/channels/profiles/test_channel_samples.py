"""The channel sample files parse to the counts and sums that stand beside them."""

import json
import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from cefn.channels.profiles.registry import Source, Wishes, source_open
from cefn.channels.records import OrderRecord, Parsed, ProductRecord, StockRecord
from cefn.kernel.money import minor_text

SHARED = Path(os.environ.get("CEFN_SHARED", Path(__file__).parents[4] / "shared")) / "data"
SAMPLES = SHARED / "channel_samples"

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not SAMPLES.is_dir(), reason=f"no shared samples at {SAMPLES}"),
]


@pytest.fixture(scope="module")
def expected() -> dict[str, dict[str, object]]:
    return json.loads((SAMPLES / "expected.json").read_text())


def read(name: str, kind: str, **wishes: object) -> tuple[Source, list[Parsed]]:
    source = source_open(SAMPLES / name, kind, Wishes(**wishes), zone="Europe/London")
    return source, list(source.records())


def orders_of(items: Sequence[Parsed]) -> list[OrderRecord]:
    assert [str(fault) for item in items for fault in item.refusals] == []
    return [item.record for item in items if isinstance(item.record, OrderRecord)]


def sums(orders: Sequence[OrderRecord], currency: str = "GBP") -> dict[str, object]:
    lines = [line for order in orders for line in order.lines]
    taxes = sum(order.tax_minor or 0 for order in orders if order.payment_method == "square")
    return {
        "orders": len(orders),
        "lines": len(lines),
        "units": sum(line.quantity for line in lines),
        "goods_value": minor_text(sum(line.amount_minor for line in lines) + taxes, currency),
        "shipping": minor_text(sum(order.shipping_minor for order in orders), currency),
    }


FILES = [
    ("shopify_orders_export.csv", "shopify"),
    ("amazon_all_orders.txt", "amazon"),
    ("walmart_orders.csv", "walmart"),
    ("bigcommerce_orders.csv", "bigcommerce"),
    ("ebay_orders.csv", "ebay"),
    ("square_items_detail.csv", "square"),
]


@pytest.mark.parametrize(("name", "profile"), FILES)
def test_orders_have_the_counts_and_sums_of_the_file(
    name: str, profile: str, expected: dict[str, dict[str, object]]
) -> None:
    source, items = read(name, "orders")
    assert source.profile.name == profile
    true = expected[name]
    live = [order for order in orders_of(items) if not order.is_cancelled or name[:4] in {"shop", "bigc"}]
    assert sums(live) == {key: true[key] for key in ("orders", "lines", "units", "goods_value", "shipping")}
    assert all(fault.note for item in items for fault in item.faults)


def test_shopify_keeps_payment_states_refunds_notes_and_apostrophes(expected: dict[str, dict[str, object]]) -> None:
    _, items = read("shopify_orders_export.csv", "orders")
    orders = orders_of(items)
    states = [order.payment for order in orders]
    assert {state: states.count(state) for state in sorted(set(states))} == {
        "paid": 49, "partly_refunded": 3, "refunded": 3, "unpaid": 5,
    }  # fmt: skip
    assert (
        minor_text(sum(order.refunded_minor for order in orders), "GBP")
        == expected["shopify_orders_export.csv"]["refunded"]
    )
    assert [order.external_id for order in orders if order.is_cancelled] == ["#1012"]
    noted = next(order for order in orders if order.external_id == "#1016")
    assert noted.note == "Gadewch gyda chymydog\nplease"
    spanish = next(order for order in orders if order.external_id == "#1042")
    assert (spanish.ship_to.postcode, spanish.ship_to.country, spanish.ship_to.phone) == (
        "29099",
        "ES",
        "+44 7700 900713",
    )
    assert min(order.placed_at for order in orders).isoformat() == "2011-08-01T12:02:00+00:00"


def test_amazon_and_walmart_name_the_cancelled(expected: dict[str, dict[str, object]]) -> None:
    for name in ("amazon_all_orders.txt", "walmart_orders.csv"):
        _, items = read(name, "orders")
        cancelled = [order for order in orders_of(items) if order.is_cancelled]
        assert len(cancelled) == expected[name]["cancelled_orders"]
        assert [order.lines for order in cancelled] == [()] * len(cancelled)


def test_amazon_price_is_for_the_line() -> None:
    _, items = read("amazon_all_orders.txt", "orders")
    line = orders_of(items)[0].lines[0]
    assert (line.sku, line.quantity, line.amount_minor, line.unit_price_micro, line.tax_minor) == (
        "22620", 36, 52_20, 1_450_000, 8_70,
    )  # fmt: skip


def test_walmart_order_numbers_stay_text_and_tax_is_on_top() -> None:
    source, items = read("walmart_orders.csv", "orders")
    first = orders_of(items)[0]
    assert (first.external_id, first.currency, first.prices_include_tax) == ("1088000000000", "USD", False)
    assert first.tax_minor == 2_46
    assert source.sniff.encoding == "utf-8"


def test_bigcommerce_dates_take_the_order_that_the_file_proves() -> None:
    source, items = read("bigcommerce_orders.csv", "orders")
    assert (source.sniff.encoding, source.sniff.date_order) == ("utf-8-sig", "dmy")
    placed = sorted(order.placed_at for order in orders_of(items))
    assert (placed[0].isoformat(), placed[-1].isoformat()) == ("2011-07-31T23:00:00+00:00", "2011-08-30T23:00:00+00:00")
    states = [order.payment for order in orders_of(items)]
    assert (states.count("refunded"), states.count("partly_refunded"), states.count("unpaid")) == (1, 1, 16)


def test_ebay_header_after_a_blank_line() -> None:
    source, items = read("ebay_orders.csv", "orders")
    assert source.sniff.header_line == 2
    assert orders_of(items)[0].lines[0].line == 3


def test_etsy_is_refused_because_it_has_no_quantities() -> None:
    source, items = read("etsy_sold_orders.csv", "orders")
    assert source.profile.name == "etsy"
    assert len(items) == 20
    assert {fault.code for item in items for fault in item.refusals} == {"CEFN-IMP-303"}
    assert [item.record for item in items] == [None] * 20


def products_of(items: Sequence[Parsed]) -> list[ProductRecord]:
    assert [str(fault) for item in items for fault in item.refusals] == []
    return [item.record for item in items if isinstance(item.record, ProductRecord)]


def test_shopify_products(expected: dict[str, dict[str, int]]) -> None:
    _, items = read("shopify_products_export.csv", "products")
    products = products_of(items)
    true = expected["shopify_products_export.csv"]
    variants = [variant for product in products for variant in product.variants]
    assert (len(products), len(variants)) == (true["products"], true["variants"])
    assert sum(len(product.variants) > 1 for product in products) == true["multi_variant"]
    assert sum(variant.quantity or 0 for variant in variants) == true["stock"]
    assert {len(variant.barcode) for variant in variants} == {13}


def test_shopify_inventory(expected: dict[str, dict[str, int]]) -> None:
    source, items = read("shopify_inventory_export.csv", "stock")
    true = expected["shopify_inventory_export.csv"]
    stock = [item.record for item in items if isinstance(item.record, StockRecord)]
    assert len(stock) == true["rows"]
    assert len({record.warehouse for record in stock}) == true["locations"]
    assert sum(record.quantity for record in stock) == true["on_hand"]
    assert source.profile.name == "shopify"


def test_bigcommerce_products(expected: dict[str, dict[str, int]]) -> None:
    _, items = read("bigcommerce_products.csv", "products")
    products = products_of(items)
    true = expected["bigcommerce_products.csv"]
    assert len(products) == true["products"]
    assert sum(len(product.variants) for product in products) == true["rows"]
    parasol = next(product for product in products if product.number == "15056BL")
    assert [(variant.sku, variant.options) for variant in parasol.variants] == [
        ("15056BL", ()), ("15056N", (("Colour", "N"),)),
    ]  # fmt: skip
    assert parasol.variants[0].weight_g == 200


def test_meta_catalogue(expected: dict[str, dict[str, int]]) -> None:
    source, items = read("meta_catalog.csv", "products")
    assert len(products_of(items)) == expected["meta_catalog.csv"]["items"]
    assert source.profile.name == "meta"
    assert products_of(items)[0].variants[0].price_micro == 420_000


def test_woocommerce_variations_find_their_parents() -> None:
    source = source_open(SHARED / "woocommerce" / "sample_products.csv", "products")
    items = list(source.records())
    assert source.profile.name == "woocommerce"
    products = products_of(items)
    assert sum(len(product.variants) for product in products) == 9 + 2 + 9
    hoodie = next(product for product in products if product.number == "cc-hoodie")
    assert len(hoodie.variants) == 6
    assert hoodie.variants[0].options == (("Color", "Red"), ("Logo", "No"))
    assert [fault.code for item in items for fault in item.faults] == ["CEFN-IMP-308", "CEFN-IMP-308"]
    assert sorted(product.number for product in products if product.is_service) == ["cc-album", "cc-single"]


def test_northwind_tables() -> None:
    folder = SHARED / "northwind"
    for kind, name, count in (
        ("products", "products.csv", 77),
        ("customers", "customers.csv", 91),
        ("suppliers", "suppliers.csv", 29),
    ):
        source = source_open(folder / name, kind)
        items = list(source.records())
        assert source.profile.name == "northwind"
        assert [str(fault) for item in items for fault in item.refusals] == []
        assert len(items) == count
    source = source_open(folder / "orders.csv", "orders", companion=folder / "order_details.csv")
    orders = orders_of(list(source.records()))
    assert (len(orders), sum(len(order.lines) for order in orders)) == (830, 2_155)
    # 1,265,793.04 with fractions of a penny; 677 of the discounts are rounded to one, a line at a time.
    assert sum(order.goods_minor for order in orders) == 126_579_276
    assert sum(line.amount_minor for order in orders for line in order.lines) == 135_445_859
    assert sum(order.fulfilment == "unfulfilled" for order in orders) == 21


def test_northwind_prices_lose_their_binary_noise() -> None:
    source = source_open(SHARED / "northwind" / "products.csv", "products")
    prices = {
        item.key: item.record.variants[0].price_micro
        for item in source.records()
        if isinstance(item.record, ProductRecord)
    }
    assert (prices["5"], prices["16"], prices["19"]) == (21_350_000, 17_450_000, 9_200_000)
