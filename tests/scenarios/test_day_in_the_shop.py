"""A day in the shop: from the first delivery of mugs to books that balance."""

import pytest
from django.db.models import Sum

from cefn.books.models import Invoice, Payment
from cefn.inventory.models import CostLayer
from cefn.kernel.errors import CefnError
from cefn.kernel.transactions import run_whole
from cefn.ledger.models import JournalLine
from cefn.orders.models import RoutingDecision, SalesOrder
from cefn.orders.services import ReturnDraft, ReturnLineDraft, orders_cancel, returns_receive
from cefn.platform.models import AuditEvent
from cefn.warehouse.models import Shipment
from tests.shop import TestShop, require_clean, shop_make

pytestmark = pytest.mark.django_db(transaction=True)


def balance(shop: TestShop, code: str) -> int:
    lines = JournalLine.objects.filter(company_id=shop.company_id, account__code=code)
    return lines.aggregate(total=Sum("amount_minor"))["total"] or 0


def test_an_order_goes_from_placing_to_money() -> None:
    shop = shop_make()
    shop.stock("MUG-RED", 10)
    shop.stock("BOOK", 4)
    order = shop.order({"mug-red": 2, "BOOK": 1, "POST": 1})

    assert (order.status, order.allocation_status, order.fulfilment_status) == ("confirmed", "full", "unfulfilled")
    # 2 x 9.99 = 19.98 of which 3.33 VAT; a book at 12.00 without; postage 3.95 of which 0.66 VAT
    assert (order.net_minor, order.tax_minor, order.total_minor) == (1665 + 1200 + 329, 333 + 66, 3593)
    assert shop.level("MUG-RED") == (10, 2)
    decision = RoutingDecision.objects.get(order=order)
    assert decision.chosen == ["CF"]
    assert decision.reason.startswith("CF has it all")
    assert "nearer but short: BG" in decision.reason

    shop.send(order)
    order.refresh_from_db()
    assert (order.fulfilment_status, order.delivery_status) == ("fulfilled", "in_transit")
    assert (order.invoice_status, order.payment_status, order.status) == ("full", "unpaid", "processing")
    assert shop.level("MUG-RED") == (8, 0)
    invoice = Invoice.objects.get(order=order)
    assert (invoice.total_minor, invoice.open_minor, invoice.status) == (3593, 3593, "posted")

    shop.pay(order)
    order.refresh_from_db()
    assert (order.payment_status, order.status) == ("paid", "done")
    assert balance(shop, "1100") == 0
    assert balance(shop, "1210") == 3593
    assert balance(shop, "2100") == -399
    assert balance(shop, "4000") == -(1665 + 1200)
    assert balance(shop, "4010") == -329
    assert balance(shop, "5000") == 2 * 400 + 550
    assert balance(shop, "1000") == 8 * 400 + 3 * 550
    verbs = list(
        AuditEvent.objects.filter(company_id=shop.company_id, subject=f"sales-order:{order.number}")
        .order_by("id")
        .values_list("verb", flat=True)
    )
    assert verbs == ["placed", "allocated", "released", "picked", "packed", "shipped", "invoiced", "paid"]
    require_clean(shop)


def test_a_split_order_goes_out_in_two_parcels_and_is_billed_for_each() -> None:
    shop = shop_make()
    shop.stock("MUG-RED", 3, shop.cardiff)
    shop.stock("MUG-BLUE", 5, shop.bangor)
    order = shop.order({"MUG-RED": 2, "MUG-BLUE": 3})
    assert Shipment.objects.filter(order=order).count() == 2

    first, second = shop.shipments(order)
    assert RoutingDecision.objects.get(order=order).chosen == ["BG", "CF"]
    shop.send(order)
    order.refresh_from_db()
    assert (order.fulfilment_status, order.invoice_status) == ("fulfilled", "full")
    totals = sorted(Invoice.objects.filter(order=order).values_list("total_minor", flat=True))
    assert totals == [1998, 2997]
    assert sum(totals) == order.total_minor
    assert first != second
    require_clean(shop)


def test_what_is_missing_waits_and_goes_when_it_arrives() -> None:
    shop = shop_make()
    shop.stock("MUG-RED", 3)
    order = shop.order({"MUG-RED": 5})
    assert order.allocation_status == "partial"
    shop.send(order)
    order.refresh_from_db()
    assert (order.fulfilment_status, order.invoice_status, order.status) == ("partial", "partial", "processing")
    assert shop.level("MUG-RED") == (0, 0)

    shop.stock("MUG-RED", 7)
    order.refresh_from_db()
    assert order.allocation_status == "full"
    assert shop.level("MUG-RED") == (7, 2)
    shop.send(order)
    shop.pay(order)
    order.refresh_from_db()
    assert order.status == "done"
    amounts = list(Invoice.objects.filter(order=order).order_by("id").values_list("total_minor", flat=True))
    assert amounts == [2997, 1998]
    require_clean(shop)


def test_ship_complete_takes_nothing_until_it_can_have_all() -> None:
    shop = shop_make()
    shop.stock("MUG-RED", 1)
    order = shop.order({"MUG-RED": 2}, is_ship_complete=True)
    assert order.allocation_status == "none"
    assert shop.level("MUG-RED") == (1, 0)
    shop.stock("MUG-RED", 1)
    order.refresh_from_db()
    assert order.allocation_status == "full"
    require_clean(shop)


def test_a_return_brings_back_the_cost_that_left_and_the_money() -> None:
    shop = shop_make()
    shop.stock("MUG-RED", 1, cost_micro=3_330_000)
    shop.stock("MUG-RED", 2, cost_micro=4_440_000)
    order = shop.order({"MUG-RED": 3})
    shop.send(order)
    shop.pay(order)
    line = order.lines.get()
    assert line.shipped_cost_minor == 333 + 888

    for quantity in (1, 2):
        draft = ReturnDraft(shop.cardiff.id, [ReturnLineDraft(quantity, order_line_id=line.id)], order_id=order.id)
        run_whole(lambda draft=draft: returns_receive(actor=shop.actor, returns=[draft]))
    line.refresh_from_db()
    assert (line.returned, line.returned_cost_minor) == (3, 1221)
    assert balance(shop, "5000") == 0
    assert balance(shop, "1000") == 1221
    credits = Invoice.objects.filter(order=order, kind="credit_note")
    assert sum(credit.total_minor for credit in credits) == order.total_minor

    shop.pay(order, direction="out")
    order.refresh_from_db()
    assert (order.payment_status, order.return_status) == ("refunded", "full")
    assert balance(shop, "1100") == 0
    assert balance(shop, "1210") == 0
    layers = CostLayer.objects.filter(company_id=shop.company_id).aggregate(
        left=Sum("remaining"), value=Sum("remaining_value_minor")
    )
    assert layers == {"left": 3, "value": 1221}
    require_clean(shop)


def test_scrapped_returns_are_written_off_and_never_sold_again() -> None:
    shop = shop_make()
    shop.stock("MUG-RED", 2)
    order = shop.order({"MUG-RED": 2})
    shop.send(order)
    lines = [ReturnLineDraft(1, order_line_id=order.lines.get().id, disposition="scrap")]
    run_whole(
        lambda: returns_receive(actor=shop.actor, returns=[ReturnDraft(shop.cardiff.id, lines, order_id=order.id)])
    )
    assert shop.level("MUG-RED") == (0, 0)
    assert balance(shop, "5040") == 400
    assert balance(shop, "5000") == 400
    require_clean(shop)


def test_cancelling_frees_the_stock_for_the_next() -> None:
    shop = shop_make()
    shop.stock("MUG-RED", 2)
    first = shop.order({"MUG-RED": 2})
    second = shop.order({"MUG-RED": 1})
    assert second.allocation_status == "none"
    run_whole(lambda: orders_cancel(actor=shop.actor, order_ids=[first.id], reason="changed her mind"))
    first.refresh_from_db()
    assert first.status == "cancelled"
    second.refresh_from_db()
    assert second.allocation_status == "full"
    assert shop.level("MUG-RED") == (2, 1)
    assert Shipment.objects.get(order=first).status == "cancelled"
    require_clean(shop)


def test_money_before_the_invoice_is_a_deposit_and_settles_it() -> None:
    shop = shop_make()
    shop.stock("MUG-RED", 5)
    order = shop.order({"MUG-RED": 1})
    shop.pay(order)
    assert balance(shop, "2200") == -999
    assert balance(shop, "1100") == 0
    shop.send(order)
    order.refresh_from_db()
    assert order.status == "done"
    assert balance(shop, "2200") == 0
    assert balance(shop, "1100") == 0
    assert Payment.objects.get(order=order).unallocated_minor == 0
    require_clean(shop)


def test_services_alone_are_billed_at_once() -> None:
    shop = shop_make()
    order = shop.order({"POST": 2})
    order.refresh_from_db()
    assert (order.invoice_status, order.fulfilment_status) == ("full", "fulfilled")
    shop.pay(order)
    order.refresh_from_db()
    assert order.status == "done"
    require_clean(shop)


@pytest.mark.parametrize("method", ["fifo", "average"])
def test_stock_and_books_agree_to_the_penny_after_many_odd_costs(method: str) -> None:
    shop = shop_make(costing_method=method)
    for quantity, cost in ((3, 3_333_333), (7, 4_142_857), (2, 9_999_999)):
        shop.stock("MUG-RED", quantity, cost_micro=cost)
    for quantity in (1, 4, 2, 3):
        order = shop.order({"MUG-RED": quantity})
        shop.send(order)
        shop.stock("MUG-BLUE", 1)
    shop.stock("MUG-RED", -1)
    value = CostLayer.objects.filter(company_id=shop.company_id).aggregate(n=Sum("remaining_value_minor"))["n"]
    assert balance(shop, "1000") == value
    require_clean(shop)


def test_orders_are_numbered_without_a_gap_when_one_is_refused() -> None:
    shop = shop_make()
    with pytest.raises(CefnError):
        shop.order({"NO-SUCH-SKU": 1})
    numbers = [shop.order({"POST": 1}).number for _ in range(3)]
    assert numbers == ["SO-000001", "SO-000002", "SO-000003"]
    assert SalesOrder.objects.filter(company_id=shop.company_id).count() == 3
