"""Fixtures of the API's tests: a shop, and a program that may do everything in it."""

import pytest
from django.core.cache import cache

from tests.api.programs import Program, Shop, shop_open


@pytest.fixture
def shop(db: None) -> Shop:
    """Return the shop; every test has its own requests a minute."""
    cache.clear()
    return shop_open()


@pytest.fixture
def owner(shop: Shop) -> Program:
    """Return a program that may do everything."""
    return shop.program()
