"""A shop that only ever used the services breaks nothing."""

import json

import pytest

from cefn.books.services import PaymentDraft, payments_post
from cefn.reports.check import INVARIANTS, check_run
from tests.builders import busy_shop, order_place, order_ship, shop_open

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


def test_deposit_of_a_nameless_payer_settles_a_customers_invoice() -> None:
    """The deposit is booked on who paid, the debt on whom the invoice names; both accounts end at nothing."""
    shop = shop_open()
    order = order_place(shop, "prepaid", {0: 2}, customer_id=shop.customers[0].id)
    payments_post(actor=shop.actor, payments=[PaymentDraft("card", order.total_minor, order_id=order.id)])
    assert check_run(shop.company.id).violated == []
    order_ship(shop, "prepaid")
    assert check_run(shop.company.id).violated == []
