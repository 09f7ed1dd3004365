"""Price lists: quantity breaks, days, currencies."""

from datetime import UTC, date, datetime

import pytest

from cefn.kernel.transactions import run_whole
from cefn.pricing.errors import PriceListCurrency, PriceListUnknown
from cefn.pricing.services import Ask, PriceDraft, price_lists_create, prices_find, prices_set
from tests.shop import TestShop, shop_make

pytestmark = pytest.mark.django_db(transaction=True)
MAY = date(2026, 5, 1)


def trade(shop: TestShop) -> int:
    mug = shop.variants["MUG-RED"].id
    run_whole(lambda: price_lists_create(actor=shop.actor, lists=[("trade", "Trade", "GBP", True)]))
    prices = [
        PriceDraft(mug, 8_000_000, date(2026, 1, 1)),
        PriceDraft(mug, 7_000_000, date(2026, 1, 1), 10),
        PriceDraft(mug, 7_500_000, date(2026, 6, 1), 10),
        PriceDraft(mug, 6_000_000, date(2026, 1, 1), 100),
    ]
    run_whole(lambda: prices_set(actor=shop.actor, code="trade", prices=prices))
    return mug


def find(shop: TestShop, variant: int, quantity: int, on: date = MAY) -> int | None:
    ask = Ask(variant, quantity)
    found = prices_find(company_id=shop.company_id, code="trade", asks=[ask], on=on, currency="GBP", includes_tax=True)
    return found.get(ask)


def test_the_largest_quantity_reached_wins_then_the_latest_day() -> None:
    shop = shop_make()
    mug = trade(shop)
    assert find(shop, mug, 1) == 8_000_000
    assert find(shop, mug, 9) == 8_000_000
    assert find(shop, mug, 10) == 7_000_000
    assert find(shop, mug, 10, date(2026, 6, 1)) == 7_500_000
    assert find(shop, mug, 250, date(2026, 7, 1)) == 6_000_000
    assert find(shop, mug, 1, date(2025, 12, 31)) is None
    assert find(shop, shop.variants["BOOK"].id, 1) is None


def test_a_price_of_the_same_day_and_quantity_is_replaced() -> None:
    shop = shop_make()
    mug = trade(shop)
    run_whole(lambda: prices_set(actor=shop.actor, code="trade", prices=[PriceDraft(mug, 7_900_000, date(2026, 1, 1))]))
    assert find(shop, mug, 1) == 7_900_000


def test_an_order_takes_its_prices_from_its_list_and_else_from_the_product() -> None:
    shop = shop_make()
    trade(shop)
    order = shop.order({"MUG-RED": 10, "BOOK": 1}, price_list="trade", placed_at=datetime(2026, 5, 1, 12, tzinfo=UTC))
    assert [line.unit_price_micro for line in order.lines.order_by("position")] == [7_000_000, 12_000_000]
    assert order.total_minor == 7000 + 1200


def test_a_list_in_another_currency_or_tax_mode_is_refused() -> None:
    shop = shop_make()
    run_whole(lambda: price_lists_create(actor=shop.actor, lists=[("eur", "Euro", "EUR", True)]))
    with pytest.raises(PriceListCurrency):
        shop.order({"MUG-RED": 1}, price_list="eur")
    with pytest.raises(PriceListUnknown):
        shop.order({"MUG-RED": 1}, price_list="none")
