"""How many statements one order takes from placing to money."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.shop import require_clean, shop_make

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_whole_cycle_of_an_order_takes_at_most_eighty_statements(query_count: Callable[..., Any]) -> None:
    shop = shop_make()
    for sku in ("MUG-RED", "MUG-BLUE", "BOOK"):
        shop.stock(sku, 50)
    warm = shop.order({"MUG-RED": 1, "MUG-BLUE": 1, "BOOK": 1})
    shop.send(warm)
    shop.pay(warm)
    with query_count(at_most=80):
        order = shop.order({"MUG-RED": 2, "MUG-BLUE": 1, "BOOK": 3})
        shop.send(order)
        shop.pay(order)
    require_clean(shop)
