"""A whole import is taken back by compensating documents, or refused by naming what depends on it."""

import pytest

from cefn.books.models import Payment
from cefn.catalog.models import Barcode, Product, Variant
from cefn.channels.errors import ImportNotDone, ImportNotUndoable
from cefn.channels.models import ImportedDocument
from cefn.flows.imports.undoing import imports_undo
from cefn.inventory.models import Adjustment, StockLevel
from cefn.orders.models import SalesOrder
from cefn.orders.services import OrderDraft, OrderLineDraft, orders_place
from cefn.parties.models import Customer
from tests.flows.imports.conftest import Shop
from tests.flows.imports.test_applying import ORDERS, PRODUCTS, STOCK


def test_undoing_products_archives_them_and_the_file_can_come_again(shop: Shop) -> None:
    run = shop.apply("products", PRODUCTS)
    imports_undo(actor=shop.actor, run=run)
    assert (run.state, set(Product.objects.values_list("status", flat=True))) == ("undone", {"archived"})
    assert Barcode.objects.count() == 0
    again = shop.apply("products", PRODUCTS)
    assert again.counts["changed"] == 2
    assert set(Variant.objects.values_list("status", flat=True)) == {"active"}
    assert Barcode.objects.get().variant.sku == "MUG-1"


def test_undoing_a_change_puts_the_old_values_back(shop: Shop) -> None:
    shop.apply("products", PRODUCTS)
    changed = "sku,product,name,price,barcode\nMUG-1,MUG,Mwg,5.25,\nMUG-3,MUG,Mwg,6,2000010133017\n"
    run = shop.apply("products", changed)
    assert Variant.objects.get(sku="MUG-1").price_micro == 5_250_000
    imports_undo(actor=shop.actor, run=run)
    assert Variant.objects.get(sku="MUG-1").price_micro == 4_950_000
    assert Product.objects.get(number="MUG").name == "Mug"
    assert Variant.objects.get(sku="MUG-3").status == "archived"
    assert Variant.objects.get(sku="MUG-1").status == "active"


def test_products_with_stock_or_changed_since_can_not_be_undone(shop: Shop) -> None:
    run = shop.apply("products", PRODUCTS)
    stock = shop.apply("stock", STOCK)
    with pytest.raises(ImportNotUndoable) as refusal:
        imports_undo(actor=shop.actor, run=run)
    assert "stock:MUG-1, stock:MUG-2, stock:TEA" in str(refusal.value)
    imports_undo(actor=shop.actor, run=stock)
    first = shop.apply("products", "sku,name,price\nTEA,Te Cymreig,4\n")
    shop.apply("products", "sku,name,price\nTEA,Te Cymreig,5\n")
    with pytest.raises(ImportNotUndoable, match="product:TEA"):
        imports_undo(actor=shop.actor, run=first)
    imports_undo(actor=shop.actor, run=run)
    assert set(Product.objects.values_list("status", flat=True)) == {"archived"}


def test_undoing_stock_reverses_the_adjustments(shop: Shop) -> None:
    shop.apply("products", PRODUCTS)
    run = shop.apply("stock", STOCK)
    imports_undo(actor=shop.actor, run=run)
    assert list(StockLevel.objects.values_list("on_hand", flat=True)) == [0, 0, 0]
    assert Adjustment.objects.filter(reverses__isnull=False).count() == 2
    assert shop.apply("stock", STOCK).counts["changed"] == 3


def test_stock_that_is_promised_can_not_be_undone(shop: Shop) -> None:
    shop.apply("products", PRODUCTS)
    run = shop.apply("stock", STOCK)
    shop.apply("orders", ORDERS)
    with pytest.raises(ImportNotUndoable) as refusal:
        imports_undo(actor=shop.actor, run=run)
    assert "stock:MUG-1, stock:TEA" in str(refusal.value)
    assert StockLevel.objects.get(variant__sku="MUG-1").on_hand == 100
    run.refresh_from_db()
    assert run.state == "done"


def test_undoing_orders_cancels_refunds_and_frees_their_numbers(shop: Shop) -> None:
    shop.apply("products", PRODUCTS)
    shop.apply("stock", STOCK)
    paid = ORDERS.replace(",shipping,", ",shipping,payment status,").replace(",3.50,", ",3.50,paid,")
    paid = paid.replace(",3.999,,", ",3.999,,,").replace(",0,2 Stryd", ",0,,2 Stryd")
    run = shop.apply("orders", paid)
    assert StockLevel.objects.get(variant__sku="MUG-1").allocated == 3
    imports_undo(actor=shop.actor, run=run)
    assert set(SalesOrder.objects.values_list("status", flat=True)) == {"cancelled"}
    assert StockLevel.objects.get(variant__sku="MUG-1").allocated == 0
    assert list(Payment.objects.order_by("id").values_list("direction", "amount_minor")) == [
        ("in", 17_40),
        ("out", 17_40),
    ]
    assert set(Customer.objects.values_list("is_archived", flat=True)) == {True}
    again = shop.apply("orders", paid)
    assert again.counts["new"] == 2
    assert SalesOrder.objects.exclude(status="cancelled").count() == 2
    imports_undo(actor=shop.actor, run=run)
    assert SalesOrder.objects.exclude(status="cancelled").count() == 2


def test_customers_with_orders_can_not_be_undone(shop: Shop) -> None:
    shop.apply("products", PRODUCTS)
    run = shop.apply("customers", "reference,name\nA1,Ann\n")
    customer = Customer.objects.get()
    lines = [OrderLineDraft(quantity=1, sku="TEA")]
    orders_place(actor=shop.actor, orders=[OrderDraft(lines=lines, customer_id=customer.id)])
    with pytest.raises(ImportNotUndoable, match="SO-000001"):
        imports_undo(actor=shop.actor, run=run)


def test_only_a_finished_import_can_be_undone(shop: Shop) -> None:
    run = shop.create("products", PRODUCTS)
    with pytest.raises(ImportNotDone):
        imports_undo(actor=shop.actor, run=run)
    assert ImportedDocument.objects.count() == 0
