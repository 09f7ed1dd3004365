"""A bad day in the shop: short bins, double clicks, changed minds, closed books. Nothing is lost or doubled."""

from datetime import date

import pytest

from cefn.books.errors import PaymentKnown, RefundTooMuch, RefundUnbacked
from cefn.books.services import PaymentDraft, payments_post
from cefn.catalog.services import products_archive
from cefn.inventory.errors import AdjustmentReversed, StockShort
from cefn.inventory.models import Adjustment
from cefn.inventory.services import adjustments_reverse
from cefn.kernel.errors import IllegalMove, NotFound
from cefn.kernel.transactions import run_whole
from cefn.ledger.errors import EntryUnbalanced, PeriodClosed
from cefn.ledger.models import JournalEntry, JournalLine, Period
from cefn.ledger.services import EntryDraft, post_entries
from cefn.orders.errors import CancelTooLate, DiscountInvalid, OrderKnown, QuantityInvalid, ReturnTooMuch, SkuArchived
from cefn.orders.services import (
    OrderDraft,
    OrderLineDraft,
    ReturnDraft,
    ReturnLineDraft,
    holds_place,
    holds_release,
    lines_cancel,
    orders_cancel,
    orders_place,
    returns_receive,
)
from cefn.parties.services import CustomerDraft, customers_create
from cefn.warehouse.errors import PickTooMuch, ShipmentBusy, TaskDone
from cefn.warehouse.models import Shipment
from tests.shop import TestShop, require_clean, shop_make

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_short_pick_sends_what_there_is_and_the_rest_waits() -> None:
    shop = shop_make()
    shop.stock("MUG-RED", 5)
    order = shop.order({"MUG-RED": 4})
    (task,) = shop.release(order)
    shop.pick([(task[0], 3)])
    shipment = Shipment.objects.get(order=order)
    assert shipment.exception == "MUG-RED: 1 missing in A-01"
    assert shop.level("MUG-RED") == (5, 3)
    shop.pack(order)
    shop.ship(order)
    order.refresh_from_db()
    line = order.lines.get()
    assert (order.fulfilment_status, line.shipped, line.allocated, line.picked) == ("partial", 3, 0, 0)
    require_clean(shop)


def test_an_empty_bin_cancels_the_shipment_and_the_order_waits() -> None:
    shop = shop_make()
    shop.stock("MUG-RED", 2)
    order = shop.order({"MUG-RED": 2})
    (task,) = shop.release(order)
    shop.pick([(task[0], 0)])
    assert Shipment.objects.get(order=order).status == "cancelled"
    order.refresh_from_db()
    assert (order.allocation_status, order.status) == ("none", "processing")
    require_clean(shop)


def test_every_second_click_is_refused_and_changes_nothing() -> None:
    shop = shop_make()
    shop.stock("MUG-RED", 5)
    order = shop.order({"MUG-RED": 2}, external_id="X-1")
    with pytest.raises(OrderKnown):
        shop.order({"MUG-RED": 2}, external_id="X-1")
    tasks = shop.release(order)
    with pytest.raises(ShipmentBusy):
        run_whole(lambda: shop.release(order) if shop.shipments(order, "draft") else _release_again(shop, order))
    with pytest.raises(PickTooMuch):
        shop.pick([(tasks[0][0], tasks[0][1] + 1)])
    shop.pick(tasks)
    with pytest.raises(TaskDone):
        shop.pick(tasks)
    shop.pack(order)
    keys = shop.shipments(order, "packed")
    shop.ship(order)
    from cefn.warehouse.services import shipments_ship

    with pytest.raises(ShipmentBusy):
        run_whole(lambda: shipments_ship(actor=shop.actor, shipment_ids=keys))
    shop.pay(order, source="stripe:pi_1")
    with pytest.raises(PaymentKnown):
        shop.pay(order, source="stripe:pi_1")
    order.refresh_from_db()
    assert (order.status, order.paid_minor) == ("done", order.total_minor)
    assert shop.level("MUG-RED") == (3, 0)
    require_clean(shop)


def _release_again(shop: TestShop, order: object) -> None:
    from cefn.warehouse.services import picks_release

    picks_release(actor=shop.actor, shipment_ids=shop.shipments(order, "released"))


def test_stock_that_is_promised_cannot_be_written_off() -> None:
    shop = shop_make()
    shop.stock("MUG-RED", 5)
    shop.order({"MUG-RED": 4})
    with pytest.raises(StockShort) as refused:
        shop.stock("MUG-RED", -2)
    assert "MUG-RED: 2 wanted from Caerdydd, 1 there" in str(refused.value)
    assert shop.level("MUG-RED") == (5, 4)
    require_clean(shop)


def test_an_order_on_hold_is_not_released() -> None:
    shop = shop_make()
    shop.stock("MUG-RED", 5)
    order = shop.order({"MUG-RED": 1})
    run_whole(lambda: holds_place(actor=shop.actor, order_ids=[order.id], kind="address", reason="no house number"))
    with pytest.raises(ShipmentBusy):
        shop.release(order)
    assert Shipment.objects.get(order=order).status == "draft"
    run_whole(lambda: holds_release(actor=shop.actor, order_ids=[order.id], kind="address"))
    shop.send(order)
    require_clean(shop)


def test_cancel_comes_too_late_once_it_is_picked() -> None:
    shop = shop_make()
    shop.stock("MUG-RED", 5)
    order = shop.order({"MUG-RED": 2})
    shop.pick(shop.release(order))
    with pytest.raises(CancelTooLate):
        run_whole(lambda: orders_cancel(actor=shop.actor, order_ids=[order.id], reason="late"))
    shop.pack(order)
    shop.ship(order)
    shop.pay(order)
    with pytest.raises(IllegalMove):
        run_whole(lambda: orders_cancel(actor=shop.actor, order_ids=[order.id], reason="too late"))
    require_clean(shop)


def test_part_of_a_released_order_is_cancelled_and_the_rest_goes_out() -> None:
    shop = shop_make()
    shop.stock("MUG-RED", 5)
    shop.stock("BOOK", 5)
    order = shop.order({"MUG-RED": 3, "BOOK": 1})
    shop.release(order)
    line = order.lines.get(position=1)
    run_whole(lambda: lines_cancel(actor=shop.actor, lines=[(line.id, 2)], reason="only one"))
    line.refresh_from_db()
    assert (line.cancelled, line.allocated) == (2, 1)
    assert shop.level("MUG-RED") == (5, 1)
    shop.send(order)
    order.refresh_from_db()
    assert order.fulfilment_status == "fulfilled"
    require_clean(shop)


def test_no_more_comes_back_than_was_sent_and_no_more_is_refunded_than_was_paid() -> None:
    shop = shop_make()
    shop.stock("MUG-RED", 5)
    order = shop.order({"MUG-RED": 2})
    shop.send(order)
    shop.pay(order)
    lines = [ReturnLineDraft(3, order_line_id=order.lines.get().id)]
    with pytest.raises(ReturnTooMuch):
        run_whole(
            lambda: returns_receive(actor=shop.actor, returns=[ReturnDraft(shop.cardiff.id, lines, order_id=order.id)])
        )
    with pytest.raises(RefundTooMuch):
        shop.pay(order, amount_minor=order.total_minor + 1, direction="out")
    require_clean(shop)


def test_nothing_is_posted_into_a_closed_month() -> None:
    shop = shop_make()
    shop.stock("MUG-RED", 5)
    Period.objects.filter(company_id=shop.company_id).update(state="closed")
    before = JournalEntry.objects.filter(company_id=shop.company_id).count()
    with pytest.raises(PeriodClosed):
        shop.stock("MUG-RED", 1)
    assert JournalEntry.objects.filter(company_id=shop.company_id).count() == before
    assert shop.level("MUG-RED") == (5, 0)
    Period.objects.filter(company_id=shop.company_id).update(state="open")
    require_clean(shop)


def test_an_entry_that_does_not_balance_is_refused() -> None:
    shop = shop_make()
    draft = EntryDraft("general", date(2026, 1, 5), "test:1", "x", [("1200", 100, ""), ("3000", -99, "")])
    with pytest.raises(EntryUnbalanced):
        run_whole(lambda: post_entries(actor=shop.actor, entries=[draft]))
    assert not JournalEntry.objects.filter(company_id=shop.company_id).exists()


def test_an_adjustment_is_undone_once_by_its_opposite() -> None:
    shop = shop_make()
    shop.stock("MUG-RED", 5)
    lost = Adjustment.objects.get(company_id=shop.company_id, number=shop.stock("MUG-RED", -2))
    run_whole(lambda: adjustments_reverse(actor=shop.actor, adjustment_ids=[lost.id], reason="they were in B-01"))
    assert shop.level("MUG-RED") == (5, 0)
    with pytest.raises(AdjustmentReversed):
        run_whole(lambda: adjustments_reverse(actor=shop.actor, adjustment_ids=[lost.id], reason="again"))
    require_clean(shop)


def test_bad_orders_are_refused_whole() -> None:
    shop = shop_make()
    for quantity in (0, -3):
        with pytest.raises(QuantityInvalid):
            shop.order({"MUG-RED": quantity})
    run_whole(lambda: products_archive(actor=shop.actor, product_ids=[shop.variants["BOOK"].product_id]))
    drafts = [
        OrderDraft(lines=[OrderLineDraft(1, sku="MUG-RED")]),
        OrderDraft(lines=[OrderLineDraft(1, sku="BOOK")]),
    ]
    with pytest.raises(SkuArchived):
        run_whole(lambda: orders_place(actor=shop.actor, orders=drafts))
    assert shop.level("MUG-RED") == (0, 0)
    require_clean(shop)


def test_one_of_two_comes_back_at_the_price_of_one() -> None:
    shop = shop_make()
    shop.stock("MUG-RED", 2)
    order = shop.order({"MUG-RED": 2})
    shop.send(order)
    line = order.lines.get().id
    totals = []
    for _ in range(2):
        draft = ReturnDraft(shop.cardiff.id, [ReturnLineDraft(1, order_line_id=line)], order_id=order.id)
        run_whole(lambda draft=draft: returns_receive(actor=shop.actor, returns=[draft]))
    totals = list(order.returns.order_by("id").values_list("total_minor", flat=True))
    assert totals == [999, 999]
    require_clean(shop)


def test_a_discount_is_never_more_than_the_line() -> None:
    shop = shop_make()
    for discount in (-1, 1000):
        draft = OrderDraft(lines=[OrderLineDraft(1, sku="MUG-RED", discount_minor=discount)])
        with pytest.raises(DiscountInvalid):
            run_whole(lambda draft=draft: orders_place(actor=shop.actor, orders=[draft]))
    free = OrderDraft(lines=[OrderLineDraft(1, sku="MUG-RED", discount_minor=999)])
    (placed,) = run_whole(lambda: orders_place(actor=shop.actor, orders=[free]))
    assert placed.total_minor == 0
    require_clean(shop)


def test_nothing_reaches_into_another_company() -> None:
    shop, other = shop_make(), shop_make()
    stranger = run_whole(lambda: customers_create(actor=other.actor, customers=[CustomerDraft(name="Nia")]))[0]
    with pytest.raises(NotFound):
        shop.order({"POST": 1}, customer_id=stranger.id)
    theirs = other.order({"POST": 1})
    with pytest.raises(NotFound):
        shop.pay(theirs)
    line = theirs.lines.get().id
    draft = ReturnDraft(shop.cardiff.id, [ReturnLineDraft(1, order_line_id=line)], order_id=theirs.id)
    with pytest.raises(NotFound):
        run_whole(lambda: returns_receive(actor=shop.actor, returns=[draft]))
    require_clean(shop)
    require_clean(other)


def test_money_before_the_invoice_is_the_customers_own() -> None:
    shop = shop_make()
    shop.stock("MUG-RED", 1)
    buyer = run_whole(lambda: customers_create(actor=shop.actor, customers=[CustomerDraft(name="Nia")]))[0]
    order = shop.order({"MUG-RED": 1}, customer_id=buyer.id)
    shop.pay(order)
    shop.send(order)
    lines = JournalLine.objects.filter(company_id=shop.company_id, account__code__in=["1100", "2200"])
    assert set(lines.values_list("partner", flat=True)) == {f"customer:{buyer.id}"}
    require_clean(shop)


def test_a_refund_stands_against_a_credit_or_a_deposit() -> None:
    shop = shop_make()
    shop.stock("MUG-RED", 3)
    order = shop.order({"MUG-RED": 1})
    shop.send(order)
    shop.pay(order)
    with pytest.raises(RefundUnbacked):
        shop.pay(order, direction="out")
    early = shop.order({"MUG-RED": 1})
    shop.pay(early)
    shop.pay(early, amount_minor=400, direction="out")
    shop.send(early)
    early.refresh_from_db()
    assert early.invoices.get().open_minor == 400
    require_clean(shop)


def test_what_is_rejected_is_neither_credited_nor_taken_in() -> None:
    shop = shop_make()
    shop.stock("MUG-RED", 2)
    order = shop.order({"MUG-RED": 2})
    shop.send(order)
    line = order.lines.get()
    lines = [ReturnLineDraft(1, order_line_id=line.id, disposition="reject"), ReturnLineDraft(2, order_line_id=line.id)]
    run_whole(
        lambda: returns_receive(actor=shop.actor, returns=[ReturnDraft(shop.cardiff.id, lines, order_id=order.id)])
    )
    line.refresh_from_db()
    assert line.returned == 2
    assert order.returns.get().total_minor == order.total_minor
    assert shop.level("MUG-RED") == (2, 0)
    require_clean(shop)


def test_a_payment_on_another_customers_invoice_settles_that_customers_debt() -> None:
    shop = shop_make()
    shop.stock("MUG-RED", 1)
    buyer, payer = run_whole(
        lambda: customers_create(actor=shop.actor, customers=[CustomerDraft(name="Nia"), CustomerDraft(name="Ffion")])
    )
    order = shop.order({"MUG-RED": 1}, customer_id=buyer.id)
    shop.send(order)
    draft = PaymentDraft("bank", 1200, customer_id=payer.id, invoice_ids=[order.invoices.get().id])
    run_whole(lambda: payments_post(actor=shop.actor, payments=[draft]))
    order.refresh_from_db()
    assert order.payment_status == "paid"
    require_clean(shop)
