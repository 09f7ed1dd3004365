"""The shop and a logged-in client for the tests of the screens."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.test import Client

from cefn.kernel.memo import forget_everything
from tests.web.shop import Shop, shop_make


@pytest.fixture(autouse=True)
def _memories_empty() -> Iterator[None]:
    """Start without what another test's database taught, and without counted log-in failures."""
    forget_everything()
    cache.clear()
    yield
    forget_everything()


@pytest.fixture
def shop(db: None) -> Shop:
    """Return the whole shop."""
    return shop_make()


@pytest.fixture
def desk(shop: Shop) -> Client:
    """Return a client logged in as the shop's owner."""
    client = Client()
    client.force_login(shop.owner)
    return client
