"""A process is killed with SIGKILL in mid-order, mid-ship, mid-post, mid-import, forty times.

Every write carries a key. What was not acknowledged is sent again; in the end each happened once and all is clean.
"""

import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from cefn.books.models import Payment
from cefn.books.services import PaymentDraft, payments_post
from cefn.channels.services import imports_create
from cefn.flows.imports.applying import imports_apply
from cefn.inventory.models import Adjustment
from cefn.inventory.services import AdjustmentDraft, AdjustmentLineDraft, stock_adjust
from cefn.kernel.transactions import run_whole
from cefn.orders.models import SalesOrder
from cefn.orders.services import OrderDraft, OrderLineDraft, orders_place
from cefn.platform.idempotency import body_digest, key_claim, key_settle
from cefn.warehouse.models import PickTask, Shipment
from cefn.warehouse.services import PackDraft, picks_confirm, picks_release, shipments_pack, shipments_ship
from tests.processes import fork, kill_after
from tests.shop import TestShop, require_clean, shop_make

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.processes]

KILLS = 40
ORDERS = 150 if os.environ.get("CEFN_TEST_DB") == "postgres" else 400


def keyed(shop: TestShop, key: str, work: Callable[[], None]) -> None:
    """Do a piece of work once, whoever asks for it however often."""

    def once() -> None:
        body = body_digest({"key": key})
        if key_claim(company_id=shop.company_id, scope="test", key=key, body_hash=body) is None:
            work()
            key_settle(company_id=shop.company_id, scope="test", key=key, result={"done": key})

    run_whole(once)


def place(shop: TestShop, number: int) -> None:
    lines = [
        OrderLineDraft(1 + number % 2, sku="MUG-RED"),
        OrderLineDraft(1, sku="BOOK"),
        OrderLineDraft(1, sku="POST"),
    ]
    orders_place(actor=shop.actor, orders=[OrderDraft(lines=lines, channel="kill", external_id=f"K-{number}")])


def order_of(shop: TestShop, number: int) -> SalesOrder:
    return SalesOrder.objects.get(company_id=shop.company_id, channel="kill", external_id=f"K-{number}")


def pick(shop: TestShop, number: int) -> None:
    keys = list(Shipment.objects.filter(order=order_of(shop, number)).values_list("id", flat=True))
    batches = picks_release(actor=shop.actor, shipment_ids=keys)
    tasks = PickTask.objects.filter(batch_id__in=[key for key, _ in batches])
    picks_confirm(actor=shop.actor, picks=list(tasks.values_list("id", "quantity")))


def ship(shop: TestShop, number: int) -> None:
    keys = list(Shipment.objects.filter(order=order_of(shop, number)).values_list("id", flat=True))
    shipments_pack(actor=shop.actor, packs=[PackDraft(key) for key in keys])
    shipments_ship(actor=shop.actor, shipment_ids=keys)


def pay(shop: TestShop, number: int) -> None:
    order = order_of(shop, number)
    draft = PaymentDraft("card", order.total_minor, order_id=order.id, source=f"kill:{number}")
    payments_post(actor=shop.actor, payments=[draft])


def lose(shop: TestShop, number: int) -> None:
    line = AdjustmentLineDraft(shop.variants["MUG-BLUE"].id, shop.bins[shop.cardiff.id], -1)
    draft = AdjustmentDraft(shop.cardiff.id, "lost", [line], f"kill {number}")
    stock_adjust(actor=shop.actor, adjustments=[draft])


STEPS = (place, pick, ship, pay, lose)
WORK = [(number, step) for number in range(ORDERS) for step in STEPS]


def acknowledged(path: Path) -> int:
    return len(path.read_bytes().split(b"\n")) - 1 if path.exists() else 0


def work_on(shop: TestShop, path: Path) -> None:
    """Do the work from the first piece that was not acknowledged; acknowledge each when it is committed."""
    with path.open("ab", buffering=0) as log:
        for number, step in WORK[acknowledged(path) :]:
            keyed(shop, f"{step.__name__}:{number}", lambda number=number, step=step: step(shop, number))
            log.write(b"%d\n" % number)
            os.fsync(log.fileno())


def test_forty_kills_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    shop = shop_make()
    for sku in ("MUG-RED", "MUG-BLUE", "BOOK"):
        shop.stock(sku, 1000)
    log, draw, met = tmp_path / "acknowledged", random.Random(9), 0
    for _ in range(KILLS):
        met += kill_after(fork(work_on, shop, log), draw.uniform(0.04, 0.16))
    assert met >= KILLS // 2, "the work was done before the kills: make it longer"
    finish = fork(work_on, shop, log)
    finish.join(240)
    assert finish.exitcode == 0
    assert acknowledged(log) == len(WORK)

    orders = SalesOrder.objects.filter(company_id=shop.company_id, channel="kill")
    assert orders.count() == ORDERS
    assert set(orders.values_list("status", "payment_status", "fulfilment_status")) == {("done", "paid", "fulfilled")}
    assert Payment.objects.filter(company_id=shop.company_id).count() == ORDERS
    assert Adjustment.objects.filter(company_id=shop.company_id, note__startswith="kill ").count() == ORDERS
    assert shop.level("MUG-BLUE") == (1000 - ORDERS, 0)
    assert shop.level("BOOK") == (1000 - ORDERS, 0)
    require_clean(shop)


def test_an_import_killed_anywhere_is_whole_or_nothing(tmp_path: Path) -> None:
    shop = shop_make()
    for sku in ("MUG-RED", "BOOK"):
        shop.stock(sku, 5000)
    sheet = tmp_path / "orders.csv"
    rows = ["order,placed_at,sku,quantity,unit_price,customer,country"]
    rows += [f"I-{n},2026-05-04 10:00,{'MUG-RED' if n % 2 else 'BOOK'},1,9.99,Mair Enghraifft,GB" for n in range(400)]
    sheet.write_text("\n".join(rows) + "\n")
    run = imports_create(actor=shop.actor, kind="orders", path=sheet, name=sheet.name)
    draw, met = random.Random(4), 0
    orders = SalesOrder.objects.filter(company_id=shop.company_id)
    for _ in range(12):
        met += kill_after(fork(lambda: imports_apply(actor=shop.actor, run=run)), draw.uniform(0.02, 0.4))
        assert orders.count() in {0, 400}
    last = fork(lambda: imports_apply(actor=shop.actor, run=run))
    last.join(120)
    assert last.exitcode == 0
    assert met > 0, "no kill met the import at work"
    assert orders.count() == 400
    again = imports_create(actor=shop.actor, kind="orders", path=sheet, name=sheet.name)
    imports_apply(actor=shop.actor, run=again)
    assert orders.count() == 400
    require_clean(shop)
