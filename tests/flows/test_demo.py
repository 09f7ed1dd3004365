"""The demo shop: the same each time, in every state, and clean by every invariant."""

import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from stdnum import ean

from cefn.books.models import Invoice, Payment
from cefn.catalog.models import Barcode, Variant
from cefn.cli.main import main
from cefn.flows.demo.catalogue import SERVICES, catalogue
from cefn.flows.demo.errors import DemoNotEmpty
from cefn.flows.demo.make import DemoMade, demo_create
from cefn.flows.demo.people import people
from cefn.flows.demo.plan import DAYS, ZONE, demand_of, orders_planned
from cefn.inventory.models import Adjustment, Location, StockMove
from cefn.kernel.memo import forget_everything
from cefn.orders.models import OrderHold, ReturnLine, ReturnOrder, SalesOrder
from cefn.parties.models import Customer, Supplier
from cefn.platform.actors import system_actor
from cefn.platform.models import AuditEvent, Company, Membership
from cefn.platform.permissions import Role
from cefn.reports.debtors import aged_debtors
from cefn.reports.money import trial_balance
from cefn.reports.stock_value import stock_value
from cefn.warehouse.models import Shipment

NOW = datetime(2026, 6, 18, 13, 20, tzinfo=UTC)
PASSWORD = "llwy-garu-4711"


def test_the_catalogue_is_as_large_as_promised() -> None:
    products, goods = catalogue(random.Random(1))
    variants = [variant for product in products if product.kind == "goods" for variant in product.variants]
    assert len(variants) == len({variant.sku for variant in variants}) == len(goods) == 400
    assert all(product.name_cy for product in products)
    codes = [code for variant in variants for code in variant.barcodes]
    assert all(ean.is_valid(code) and code.startswith("200") and len(code) == 13 for code in codes)
    assert len(set(codes)) == 400
    assert {product.tax_category for product in products} == {"standard", "zero"}
    assert all(0 < variant.cost_micro < variant.price_micro and variant.weight_g > 0 for variant in variants)


def test_people_can_reach_nobody_real() -> None:
    found = people(random.Random(1), 350)
    assert len({person.email for person in found}) == len({person.address.phone for person in found}) == 350
    assert all(person.email.endswith("@example.com") and person.email.isascii() for person in found)
    assert all(person.address.phone.startswith("07700 900") for person in found)
    assert {person.address.country for person in found} > {"GB"}
    assert sum(person.is_business for person in found) == 10


def test_the_plan_is_the_same_for_the_same_seed_and_never_in_the_future() -> None:
    def plan(seed: int) -> list[Any]:
        dice = random.Random(seed)
        _, goods = catalogue(dice)
        return orders_planned(dice, now=NOW.astimezone(ZONE), count=600, goods=goods, persons=people(dice, 60))

    first, again, other = plan(7), plan(7), plan(8)
    assert first == again
    assert first != other
    assert 560 <= len(first) <= 600
    assert all(order.placed_at <= NOW for order in first)
    assert first[0].placed_at >= NOW - timedelta(days=DAYS)
    assert [order.placed_at for order in first] == sorted(order.placed_at for order in first)
    assert len({(order.channel, order.external_id) for order in first}) == len(first)
    assert set(demand_of(first)) & {code for code, *_ in SERVICES}


def test_no_discount_is_more_than_its_line() -> None:
    dice = random.Random(11)
    _, goods = catalogue(dice)
    prices = {ware.sku: ware.price for ware in goods}
    planned = orders_planned(dice, now=NOW.astimezone(ZONE), count=1500, goods=goods, persons=people(dice, 60))
    discounts = [
        (discount, prices[sku] * quantity)
        for order in planned
        for sku, quantity, _, discount in order.lines
        if discount
    ]
    assert len(discounts) > 20
    assert all(0 < discount < worth for discount, worth in discounts)


def _shape(company_id: int) -> dict[str, Any]:
    """Return what must be the same in two shops of one seed."""
    orders = SalesOrder.objects.filter(company_id=company_id)
    return {
        "orders": list(
            orders.order_by("number").values_list("number", "external_id", "status", "total_minor", "placed_at")
        ),
        "shipments": sorted(
            Shipment.objects.filter(company_id=company_id).values_list("number", "status", "shipped_at")
        ),
        "payments": list(
            Payment.objects.filter(company_id=company_id)
            .order_by("number")
            .values_list("number", "amount_minor", "paid_on")
        ),
        "events": Counter(AuditEvent.objects.filter(company_id=company_id).values_list("verb", flat=True)),
    }


@pytest.mark.parametrize("moment", [datetime(2026, 3, 1, 0, 10, tzinfo=UTC), datetime(2026, 10, 26, 6, 0, tzinfo=UTC)])
def test_any_hour_of_any_day_will_do(db: None, moment: datetime) -> None:
    made = demo_create(seed=2, orders=90, password=PASSWORD, now=moment)
    assert trial_balance(system_actor(made.company_id), as_of=moment.date()).difference_minor == 0
    assert stock_value(system_actor(made.company_id)).difference_minor == 0
    assert not SalesOrder.objects.filter(placed_at__gt=moment).exists()


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: Any) -> Iterator[DemoMade]:
    """Return the demo shop of 220 orders on a Thursday afternoon in June; made once, taken back after the last test."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield demo_create(seed=5, orders=220, password=PASSWORD, now=NOW)
        transaction.set_rollback(True)
    forget_everything()


def test_books_stock_and_debtors_agree(db: None, made: DemoMade) -> None:
    actor = system_actor(made.company_id)
    today = NOW.date()
    assert trial_balance(actor, as_of=today).difference_minor == 0
    assert stock_value(actor).difference_minor == 0
    for ago in (0, 1, 7, 30, 60):
        assert aged_debtors(actor, as_of=today - timedelta(days=ago)).difference_minor == 0


def test_every_invariant_holds(db: None, made: DemoMade, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"]) == 0
    assert "Clean" in capsys.readouterr().out


def test_orders_are_in_all_states(db: None, made: DemoMade) -> None:
    orders = SalesOrder.objects.filter(company_id=made.company_id)
    assert set(orders.values_list("status", flat=True)) == {"confirmed", "processing", "done", "cancelled"}
    assert set(orders.values_list("channel", flat=True)) == {"web-shop", "amazon", "in-store", "wholesale"}
    assert {"unfulfilled", "partial", "fulfilled"} == set(orders.values_list("fulfilment_status", flat=True))
    assert {"none", "in_transit", "delivered"} == set(orders.values_list("delivery_status", flat=True))
    assert {"unpaid", "paid"} < set(orders.values_list("payment_status", flat=True))
    assert orders.filter(is_on_hold=True, status="confirmed").exists()
    assert orders.filter(ship_by_at__lt=NOW, status="confirmed").exists()
    waiting = orders.exclude(fulfilment_status="fulfilled").exclude(allocation_status="full")
    assert waiting.filter(status__in=("confirmed", "processing")).exists()
    assert orders.exclude(ship_country="GB").exists()
    statuses = set(Shipment.objects.filter(company_id=made.company_id).values_list("status", flat=True))
    assert {"draft", "picked", "packed", "shipped", "delivered", "cancelled"} <= statuses
    assert OrderHold.objects.filter(company_id=made.company_id).exclude(released_at=None).exists()


def test_returns_refunds_losses_and_debts(db: None, made: DemoMade) -> None:
    company = made.company_id
    returns = ReturnOrder.objects.filter(company_id=company)
    assert returns.filter(order=None).count() >= 5
    assert returns.exclude(order=None).exists()
    assert "restock" in set(ReturnLine.objects.filter(company_id=company).values_list("disposition", flat=True))
    assert Payment.objects.filter(company_id=company, direction="out").exists()
    assert Payment.objects.filter(company_id=company, unallocated_minor__gt=0).exists()
    assert Invoice.objects.filter(company_id=company, kind="credit_note").exists()
    assert Adjustment.objects.filter(company_id=company).exclude(reason__code="opening").exists()


def test_the_story_is_told_in_its_own_time(db: None, made: DemoMade) -> None:
    company = made.company_id
    first = NOW - timedelta(days=DAYS + 1)
    for moments in (
        AuditEvent.objects.filter(company_id=company).values_list("at", flat=True),
        StockMove.objects.filter(company_id=company).values_list("recorded_at", flat=True),
        SalesOrder.objects.filter(company_id=company).values_list("recorded_at", flat=True),
    ):
        assert first <= min(moments) <= max(moments) <= NOW
    assert not Shipment.objects.filter(company_id=company, shipped_at__week_day=1).exists()
    events = AuditEvent.objects.filter(company_id=company).order_by("id").values_list("at", flat=True)
    assert list(events) == sorted(events)


def test_the_shop_is_furnished(db: None, made: DemoMade) -> None:
    company = made.company_id
    assert Company.objects.get(id=company).is_demo
    assert Variant.objects.filter(company_id=company, is_stocked=True).count() == 400
    assert Barcode.objects.filter(company_id=company).count() == 400
    assert Customer.objects.filter(company_id=company).count() == 350
    assert Supplier.objects.filter(company_id=company).count() == 9
    bins = Location.objects.filter(company_id=company, kind="bin")
    assert {bins.filter(warehouse__code=code).count() for code in ("CDF", "BGR")} == {72, 65}
    assert len(set(bins.filter(warehouse__code="CDF").values_list("x_mm", "y_mm"))) == 72
    people_made = Membership.objects.filter(company_id=company).select_related("user")
    assert {membership.role for membership in people_made} == set(Role.values)
    assert all(membership.user.check_password(PASSWORD) for membership in people_made)


def test_a_second_shop_only_when_forced_and_the_same_again(db: None, made: DemoMade) -> None:
    before = _shape(made.company_id)
    with pytest.raises(DemoNotEmpty) as refused:
        demo_create(seed=5, orders=220, password=PASSWORD, now=NOW)
    assert "Siop Anrhegion Cefn" in str(refused.value)
    again = demo_create(seed=5, orders=220, password=PASSWORD, now=NOW, is_forced=True)
    assert again.company_code != made.company_code
    assert again.owner_email != made.owner_email
    assert _shape(again.company_id) == before
    assert _shape(made.company_id) == before
