"""The small shop for every test of the reports."""

import pytest

from tests.reports.small_shop import SmallShop, small_shop


@pytest.fixture
def shop(db: None) -> SmallShop:
    """Return the small shop after its February."""
    return small_shop()
