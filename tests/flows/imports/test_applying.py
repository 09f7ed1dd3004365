"""Files become products, stock, parties and orders; the same file again changes nothing."""

from collections.abc import Callable
from io import BytesIO

import pytest

from cefn.books.models import Payment
from cefn.catalog.models import Product, Variant
from cefn.channels.errors import ImportRefused
from cefn.channels.models import ImportedDocument, ImportRow, ImportRun
from cefn.channels.tables.faults import RowFault
from cefn.flows.imports.applying import imports_preview
from cefn.flows.imports.sheets import faults_sheet
from cefn.inventory.models import Adjustment, StockLevel
from cefn.orders.models import SalesOrder, SalesOrderLine
from cefn.parties.models import Customer, Supplier
from tests.flows.imports.conftest import Shop

Counts = Callable[[ImportRun], tuple[int, ...]]

PRODUCTS = """sku,product,name,price,cost,barcode,category
MUG-1,MUG,Mug,4.95,2.10,2000010133000,Kitchen
MUG-2,MUG,Mug,5.45,2.30,,Kitchen
TEA,TEA,Te Cymreig,3.999,1.5,,Food
"""
STOCK = """sku,warehouse,quantity
mug-1,CDF,100
MUG-2,CDF,20
TEA,Siop Bangor,50
"""
ORDERS = """order,date,email,customer_name,sku,quantity,price,shipping,ship line1,ship city,ship postcode,ship country
1001,2011-08-01 10:00,a@example.com,Ann,MUG-1,2,4.95,3.50,1 Stryd,Bangor,LL57 9ZZ,GB
1001,2011-08-01 10:00,a@example.com,Ann,TEA,1,3.999,,,,,
1002,2011-08-02,b@example.com,Bob,MUG-1,1,4.95,0,2 Stryd,Leeds,LS1 9ZZ,GB
"""


def faults_of(run: ImportRun) -> list[tuple[int, str, str, str]]:
    return [
        (fault.line, fault.column, fault.value, fault.code)
        for row in ImportRow.objects.filter(run=run).order_by("line")
        for fault in (RowFault.from_json(data) for data in row.faults)
    ]


def test_products_come_in_and_the_same_file_changes_nothing(shop: Shop, counts: Counts) -> None:
    run = shop.apply("products", PRODUCTS)
    assert (run.state, counts(run)) == ("done", (2, 0, 0, 0, 0))
    assert list(Variant.objects.order_by("sku").values_list("sku", "price_micro", "cost_micro", "product__number")) == [
        ("MUG-1", 4_950_000, 2_100_000, "MUG"),
        ("MUG-2", 5_450_000, 2_300_000, "MUG"),
        ("TEA", 3_999_000, 1_500_000, "TEA"),
    ]
    again = shop.apply("products", PRODUCTS)
    assert (again.state, counts(again)) == ("done", (0, 0, 2, 0, 0))
    assert ImportedDocument.objects.filter(run=again).count() == 0
    assert Product.objects.count() == 2


def test_a_changed_product_shows_its_diff_and_keeps_what_is_not_stated(shop: Shop, counts: Counts) -> None:
    shop.apply("products", PRODUCTS)
    run = shop.create("products", "sku,name,price,category\nmug-1,Mug,5.25,\nTEA,Te Cymreig,3.999,Drinks\n")
    imports_preview(actor=shop.actor, run=run)
    assert counts(run) == (0, 2, 0, 0, 0)
    assert [row.diff for row in ImportRow.objects.filter(run=run).order_by("line")] == [
        {"MUG-1 price_micro": [4_950_000, 5_250_000]},
        {"category": ["Food", "Drinks"]},
    ]
    assert Variant.objects.get(sku="MUG-1").price_micro == 4_950_000
    shop.apply("products", "sku,name,price,category\nmug-1,Mug,5.25,\nTEA,Te Cymreig,3.999,Drinks\n")
    variant = Variant.objects.select_related("product").get(sku="MUG-1")
    assert (variant.price_micro, variant.cost_micro, variant.product.category) == (5_250_000, 2_100_000, "Kitchen")


def test_stock_is_set_to_what_was_counted(shop: Shop, counts: Counts) -> None:
    shop.apply("products", PRODUCTS)
    run = shop.apply("stock", STOCK)
    assert counts(run) == (3, 0, 0, 0, 0)
    levels = StockLevel.objects.order_by("variant__sku").values_list("variant__sku", "warehouse__code", "on_hand")
    assert list(levels) == [("MUG-1", "CDF", 100), ("MUG-2", "CDF", 20), ("TEA", "BGR", 50)]
    again = shop.apply("stock", STOCK)
    assert counts(again) == (0, 0, 3, 0, 0)
    counted = shop.apply("stock", STOCK.replace("100", "93"))
    assert counts(counted) == (0, 1, 2, 0, 0)
    assert StockLevel.objects.get(variant__sku="MUG-1").on_hand == 93
    assert Adjustment.objects.count() == 3


def test_orders_are_placed_paid_for_postage_and_known_again(shop: Shop, counts: Counts) -> None:
    shop.apply("products", PRODUCTS)
    shop.apply("stock", STOCK)
    run = shop.apply("orders", ORDERS)
    assert counts(run) == (2, 0, 0, 0, 0)
    first = SalesOrder.objects.get(external_id="1001")
    lines = SalesOrderLine.objects.filter(order=first).order_by("position")
    assert [(line.variant.sku, line.quantity, line.net_minor + line.tax_minor) for line in lines] == [
        ("MUG-1", 2, 9_90), ("TEA", 1, 4_00), ("POSTAGE", 1, 3_50),
    ]  # fmt: skip
    assert (first.total_minor, first.channel, first.tags) == (17_40, "import", [run.number])
    assert first.customer is not None
    assert first.customer.email == "a@example.com"
    again = shop.apply("orders", ORDERS)
    assert counts(again) == (0, 0, 2, 0, 0)
    assert SalesOrder.objects.count() == 2


def test_the_same_order_with_other_content_is_refused_and_nothing_is_saved(shop: Shop) -> None:
    shop.apply("products", PRODUCTS)
    shop.apply("orders", ORDERS)
    other = ORDERS.replace("TEA,1,3.999", "TEA,2,3.999") + "1003,2011-08-03,c@example.com,Cai,TEA,1,4,,,,,\n"
    run = shop.create("orders", other)
    with pytest.raises(ImportRefused) as refusal:
        shop.apply("orders", other)
    run = ImportRun.objects.order_by("-id")[0]
    assert (run.state, run.counts["refused"], run.counts["new"], run.counts["same"]) == ("refused", 1, 1, 1)
    assert "1 of 3 rows" in str(refusal.value)
    assert SalesOrder.objects.count() == 2
    assert Customer.objects.count() == 2
    (row,) = ImportRow.objects.filter(run=run, action="refused")
    (fault,) = [RowFault.from_json(data) for data in row.faults]
    assert (fault.code, fault.value) == ("CEFN-IMP-311", "1001")
    assert fault.sentence == "1001 (SO-000001) was imported before with other content: lines."


def test_good_rows_go_in_when_asked(shop: Shop) -> None:
    shop.apply("products", PRODUCTS)
    bad = ORDERS + "1003,2011-08-03,c@example.com,Cai,NO-SUCH,1,4,,,,,\n"
    run = shop.apply("orders", bad, good_rows=True)
    assert (run.state, run.counts["new"], run.counts["refused"]) == ("done", 2, 1)
    assert faults_of(run) == [(5, "SKU", "NO-SUCH", "CEFN-IMP-310")]
    assert SalesOrder.objects.count() == 2


def test_an_identical_line_is_reported_and_not_added_unless_kept(shop: Shop) -> None:
    shop.apply("products", PRODUCTS)
    doubled = "order,date,sku,quantity,price\n7,2011-08-01,TEA,1,4\n7,2011-08-01,tea,1,4\n"
    run = shop.apply("orders", doubled)
    assert faults_of(run) == [(3, "", "tea", "CEFN-IMP-301")]
    assert SalesOrderLine.objects.filter(order__external_id="7").count() == 1
    shop.apply("orders", doubled.replace("7,2011", "8,2011"), keep_duplicate_lines=True)
    assert SalesOrderLine.objects.filter(order__external_id="8").count() == 2


def test_customers_and_suppliers(shop: Shop, counts: Counts) -> None:
    text = "reference,name,email,line1,city,country\nA1,Ann,ann@example.com,1 Stryd,Bangor,Wales\nB2,Bob,,,,\n"
    run = shop.apply("customers", text)
    assert counts(run) == (2, 0, 0, 0, 0)
    assert Customer.objects.get(reference="A1").addresses.get().country == "GB"
    changed = shop.apply("customers", text.replace("1 Stryd", "9 Stryd"))
    assert counts(changed) == (0, 1, 1, 0, 0)
    assert Customer.objects.get(reference="A1").addresses.get().line1 == "9 Stryd"
    shop.apply("suppliers", "supplier,name,lead time\nS1,Sais,7\n")
    assert Supplier.objects.get(reference="S1").lead_time_days == 7


def test_refused_rows_come_back_as_a_sheet_that_can_be_mended_and_sent_again(shop: Shop) -> None:
    shop.apply("products", PRODUCTS)
    run = shop.apply("stock", STOCK + "NO-SUCH,CDF,1\nTEA,CDF,-4\n", good_rows=True)
    sheet = BytesIO()
    assert faults_sheet(actor=shop.actor, run=run, stream=sheet, format="csv") == 2
    lines = sheet.getvalue().decode("utf-8-sig").splitlines()
    assert lines[0] == "sku,warehouse,quantity,Cefn: line,Cefn: what is wrong,Cefn: what to do"
    assert lines[1] == (
        "NO-SUCH,CDF,1,5,SKU: There is no product with the SKU NO-SUCH.,"
        '"Import the products first, or correct the SKU."'
    )
    assert lines[2].startswith("TEA,CDF,-4,6,quantity: The number may not be negative.")
    mended = sheet.getvalue().decode().replace("NO-SUCH", "MUG-1").replace(",-4,", ",4,").replace("1,CDF", "1,BGR")
    again = shop.apply("stock", mended)
    assert (again.counts["new"] + again.counts["changed"], again.counts["refused"]) == (2, 0)


def test_paid_orders_of_a_channel_are_paid_and_sent_ones_held(shop: Shop) -> None:
    shop.apply("products", PRODUCTS)
    head = (
        "Name,Email,Financial Status,Fulfillment Status,Currency,Shipping,Total,Created at,"
        "Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Refunded Amount\n"
    )
    rows = (
        "#1,a@example.com,paid,fulfilled,GBP,0,4.95,2011-08-01 13:02:00 +0100,1,Mug,4.95,MUG-1,0\n"
        "#2,b@example.com,pending,unfulfilled,GBP,0,4.95,2011-08-01 13:02:00 +0100,1,Mug,4.95,MUG-1,0\n"
        "#3,c@example.com,partially_refunded,unfulfilled,GBP,0,9.90,2011-08-01 13:02:00 +0100,2,Mug,4.95,MUG-1,4.95\n"
    )
    run = shop.apply("orders", head + rows)
    assert (run.format, run.counts["new"]) == ("shopify", 3)
    orders = {order.external_id: order for order in SalesOrder.objects.all()}
    assert [orders[key].is_on_hold for key in ("#1", "#2", "#3")] == [True, True, False]
    assert orders["#1"].payment_status == "paid"
    paid = Payment.objects.order_by("id").values_list("order__external_id", "direction", "amount_minor")
    assert list(paid) == [("#1", "in", 4_95), ("#3", "in", 9_90), ("#3", "out", 4_95)]
