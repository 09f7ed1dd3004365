"""A shop that only ever used the services breaks nothing."""

import json

import pytest

from cefn.reports.check import INVARIANTS, check_run
from tests.builders import busy_shop

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "company",
    [{}, {"costing_method": "average"}, {"prices_include_tax": False}, {"tax_rounding": "document"}],
    ids=["usual", "moving average", "net prices", "tax per document"],
)
def test_busy_shop_is_clean(company: dict[str, object]) -> None:
    shop = busy_shop(**company)
    report = check_run(shop.company.id)
    assert json.dumps([i for i in report.as_json()["invariants"] if i["violations"]], indent=1) == "[]"
    assert report.is_clean
    assert len(report.results) == len(INVARIANTS)
