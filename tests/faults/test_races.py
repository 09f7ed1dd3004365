"""Processes that race on PostgreSQL: SQLite has one writer and would hide what goes wrong here."""

import pytest

from cefn.books.services import PaymentDraft, payments_post
from cefn.inventory.models import StockLevel
from cefn.kernel.transactions import run_whole
from cefn.ledger.models import JournalEntry
from cefn.orders.models import SalesOrder
from cefn.orders.services import ReturnDraft, ReturnLineDraft, orders_cancel, returns_receive
from cefn.warehouse.services import picks_confirm, picks_release, shipments_ship
from tests.processes import race
from tests.shop import require_clean, shop_make

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres, pytest.mark.processes]

RACERS = 8


def test_the_last_units_are_sold_once() -> None:
    shop = shop_make()
    shop.stock("MUG-RED", 20)

    def buy(number: int) -> int:
        for at in range(5):
            shop.order({"MUG-RED": 1}, external_id=f"R-{number}-{at}")
        return number

    assert race(buy, RACERS) == list(range(RACERS))
    assert shop.level("MUG-RED") == (20, 20)
    full = SalesOrder.objects.filter(company_id=shop.company_id, allocation_status="full").count()
    assert full == 20
    numbers = sorted(SalesOrder.objects.filter(company_id=shop.company_id).values_list("number", flat=True))
    assert numbers == [f"SO-{n:06d}" for n in range(1, 41)]
    require_clean(shop)


def test_orders_of_the_same_two_skus_in_opposite_order_do_not_lock_each_other_out() -> None:
    shop = shop_make()
    shop.stock("MUG-RED", 500)
    shop.stock("BOOK", 500)

    def buy_and_send(number: int) -> str:
        for _ in range(3):
            lines = {"MUG-RED": 2, "BOOK": 1} if number % 2 else {"BOOK": 1, "MUG-RED": 2}
            order = shop.order(lines)
            shop.send(order)
            shop.pay(order)
        return "sent"

    assert race(buy_and_send, RACERS) == ["sent"] * RACERS
    assert shop.level("MUG-RED") == (500 - RACERS * 6, 0)
    assert shop.level("BOOK") == (500 - RACERS * 3, 0)
    require_clean(shop)


def test_a_shipment_is_released_picked_and_sent_once_by_many_hands() -> None:
    shop = shop_make()
    shop.stock("MUG-RED", 5)
    order = shop.order({"MUG-RED": 2})
    (key,) = shop.shipments(order)
    outcomes = race(lambda _: len(run_whole(lambda: picks_release(actor=shop.actor, shipment_ids=[key]))), RACERS)
    assert sorted(map(str, outcomes)) == ["1", *["ShipmentBusy"] * (RACERS - 1)]
    tasks = [(task.id, task.quantity) for line in order.lines.get().shipment_lines.all() for task in line.tasks.all()]
    outcomes = race(lambda _: run_whole(lambda: picks_confirm(actor=shop.actor, picks=tasks)), RACERS)
    assert sorted(map(str, outcomes)) == ["None", *["TaskDone"] * (RACERS - 1)]
    shop.pack(order)
    outcomes = race(lambda _: run_whole(lambda: shipments_ship(actor=shop.actor, shipment_ids=[key])), RACERS)
    assert sorted(map(str, outcomes)) == ["None", *["ShipmentBusy"] * (RACERS - 1)]
    assert shop.level("MUG-RED") == (3, 0)
    require_clean(shop)


@pytest.mark.parametrize("turn", range(5))
def test_cancel_against_pick_has_one_winner(turn: int) -> None:
    shop = shop_make()
    shop.stock("MUG-RED", 5)
    order = shop.order({"MUG-RED": 2}, external_id=f"turn-{turn}")
    tasks = shop.release(order)

    def step(number: int) -> str:
        if number:
            run_whole(lambda: picks_confirm(actor=shop.actor, picks=tasks))
            return "picked"
        run_whole(lambda: orders_cancel(actor=shop.actor, order_ids=[order.id], reason="race"))
        return "cancelled"

    cancelled, picked = race(step, 2)
    order.refresh_from_db()
    if cancelled == "cancelled":
        assert picked == "TaskDone"
        assert order.status == "cancelled"
        assert shop.level("MUG-RED") == (5, 0)
    else:
        assert (cancelled, picked) == ("CancelTooLate", "picked")
        assert shop.level("MUG-RED") == (5, 2)
    require_clean(shop)


def test_a_unit_is_returned_and_refunded_once() -> None:
    shop = shop_make()
    shop.stock("MUG-RED", 5)
    order = shop.order({"MUG-RED": 1})
    shop.send(order)
    shop.pay(order)
    line = order.lines.get().id

    def give_back(_: int) -> str:
        draft = ReturnDraft(shop.cardiff.id, [ReturnLineDraft(1, order_line_id=line)], order_id=order.id)
        run_whole(lambda: returns_receive(actor=shop.actor, returns=[draft]))
        return "returned"

    assert sorted(race(give_back, RACERS)) == [*["ReturnTooMuch"] * (RACERS - 1), "returned"]

    def refund(_: int) -> str:
        draft = PaymentDraft("card", order.total_minor, direction="out", order_id=order.id)
        run_whole(lambda: payments_post(actor=shop.actor, payments=[draft]))
        return "refunded"

    assert sorted(race(refund, RACERS)) == [*["RefundTooMuch"] * (RACERS - 1), "refunded"]
    require_clean(shop)


def test_journal_numbers_have_no_gap_when_some_posts_fail() -> None:
    shop = shop_make()
    shop.stock("MUG-RED", 3)

    def work(number: int) -> int:
        done = 0
        for _ in range(4):
            try:
                shop.stock("MUG-RED", -2 if number % 2 else 1)
                done += 1
            except Exception:  # a StockShort after its numbers were taken
                continue
        return done

    race(work, RACERS)
    numbers = sorted(JournalEntry.objects.filter(company_id=shop.company_id).values_list("number", flat=True))
    assert numbers == [f"JE-{n:06d}" for n in range(1, len(numbers) + 1)]
    level = StockLevel.objects.get(variant=shop.variants["MUG-RED"])
    assert level.on_hand >= 0
    require_clean(shop)
