"""The measurement of imports measures a whole import."""

import pytest

from cefn.flows.bench.imports import import_bench
from cefn.orders.models import SalesOrderLine


@pytest.mark.django_db
def test_the_bench_imports_every_order_once() -> None:
    result = import_bench(count=25)
    assert (result["orders"], result["lines"], result["again_same"]) == (25, 75, 25)
    assert SalesOrderLine.objects.filter(kind="goods", allocated__gt=0).count() == 75
    assert result["seconds"] > 0
