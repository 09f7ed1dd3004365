"""The value of stock against exact answers: FIFO and moving average, to the last penny."""

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from django.db.models import Sum

from cefn.catalog.models import Variant
from cefn.catalog.services import ProductDraft, VariantDraft, products_create
from cefn.inventory.errors import CostShort
from cefn.inventory.models import CostLayer, Location
from cefn.inventory.services import (
    AdjustmentDraft,
    AdjustmentLineDraft,
    Issue,
    Receipt,
    cost_consume,
    layers_open,
    stock_adjust,
    unit_costs,
)
from cefn.kernel import clock
from tests.shop import TestShop, require_clean, shop_make

pytestmark = pytest.mark.django_db


def cases(shared: Path) -> list[dict[str, Any]]:
    found = json.loads((shared / "accounting" / "valuation.json").read_text("utf-8"))
    assert len(found) == 60
    return found


def variants_make(shop: TestShop, count: int) -> list[Variant]:
    products = products_create(
        actor=shop.actor,
        products=[ProductDraft(name=f"Case {at}", variants=[VariantDraft(f"CASE-{at}")]) for at in range(count)],
    )
    return [product.variants.get() for product in products]


def moved(shop: TestShop, variant: Variant, movements: list[list[Any]]) -> tuple[int, list[int | None]]:
    """Let a case happen; return the value that came in, and the cost of each issue (None for receipts)."""
    bought, costs = 0, list[int | None]()
    for way, quantity, unit_pence in movements:
        if way == "in":
            value = quantity * unit_pence
            bought += value
            layers_open(
                actor=shop.actor, receipts=[Receipt(variant.id, quantity, value, "purchase-order:1", clock.now())]
            )
            costs.append(None)
        else:
            issue = Issue(variant.id, quantity)
            cost_consume(actor=shop.actor, issues=[issue])
            assert sum(bite.quantity for bite in issue.bites) == quantity
            assert sum(bite.value_minor for bite in issue.bites) == issue.value_minor
            costs.append(issue.value_minor)
    return bought, costs


def closing(variant: Variant) -> tuple[int, int]:
    sums = CostLayer.objects.filter(variant=variant).aggregate(n=Sum("remaining"), value=Sum("remaining_value_minor"))
    return sums["n"] or 0, sums["value"] or 0


@pytest.mark.shared
@pytest.mark.parametrize(
    ("method", "issues_key", "closing_key"),
    [
        ("fifo", "fifo_cogs_per_issue", "fifo_closing_value"),
        ("average", "avco_perpetual_cogs_per_issue", "avco_perpetual_closing_value"),
    ],
)
def test_issues_and_closing_value(shared: Path, method: str, issues_key: str, closing_key: str) -> None:
    shop = shop_make(costing_method=method)
    known = cases(shared)
    for case, variant in zip(known, variants_make(shop, len(known)), strict=True):
        bought, costs = moved(shop, variant, case["movements"])
        quantity, value = closing(variant)
        expected = case["expected"]
        assert sum(cost for cost in costs if cost is not None) + value == bought, case["id"]
        assert quantity == expected["closing_qty"], case["id"]
        for cost, exact in zip(costs, expected[issues_key], strict=True):
            assert (cost is None) == (exact is None), case["id"]
            if cost is not None:
                assert abs(cost - Fraction(exact)) <= 1, (case["id"], cost, exact)
        assert abs(value - Fraction(expected[closing_key])) <= 1, case["id"]


def test_the_last_unit_takes_what_is_left() -> None:
    shop = shop_make()
    variant = shop.variants["MUG-RED"]
    layers_open(actor=shop.actor, receipts=[Receipt(variant.id, 3, 100, "purchase-order:1", clock.now())])
    issues = [Issue(variant.id, 1) for _ in range(3)]
    cost_consume(actor=shop.actor, issues=issues)
    assert [issue.value_minor for issue in issues] == [33, 34, 33]
    assert closing(variant) == (0, 0)


def test_an_issue_goes_through_several_layers() -> None:
    shop = shop_make()
    variant = shop.variants["MUG-RED"]
    receipts = [Receipt(variant.id, n, value, "purchase-order:1", clock.now()) for n, value in ((2, 200), (2, 300))]
    layers_open(actor=shop.actor, receipts=receipts)
    issue = Issue(variant.id, 3)
    cost_consume(actor=shop.actor, issues=[issue])
    assert [(bite.quantity, bite.value_minor) for bite in issue.bites] == [(2, 200), (1, 150)]
    assert closing(variant) == (1, 150)


def test_nothing_leaves_without_a_cost() -> None:
    shop = shop_make()
    variant = shop.variants["MUG-RED"]
    layers_open(actor=shop.actor, receipts=[Receipt(variant.id, 2, 200, "purchase-order:1", clock.now())])
    with pytest.raises(CostShort, match="MUG-RED: no cost is known for 3"):
        cost_consume(actor=shop.actor, issues=[Issue(variant.id, 5)])
    assert closing(variant) == (2, 200)


def test_what_is_sold_by_weight_is_costed_by_the_whole_unit() -> None:
    shop = shop_make()
    tea = VariantDraft("TEA", price_micro=30_000_000, cost_micro=12_000_000)
    (product,) = products_create(actor=shop.actor, products=[ProductDraft(name="Te", variants=[tea], unit="kg")])
    variant = product.variants.get()
    assert unit_costs(company_id=shop.company_id, variant_ids=[variant.id]) == {variant.id: 12_000_000}
    bin_ = Location.objects.get(id=shop.bins[shop.cardiff.id])
    for quantity, cost in ((2_500, 10_000_000), (500, None)):
        line = AdjustmentLineDraft(variant.id, bin_.id, quantity, cost)
        stock_adjust(actor=shop.actor, adjustments=[AdjustmentDraft(shop.cardiff.id, "found", [line])])
    assert closing(variant) == (3_000, 3_000)
    assert unit_costs(company_id=shop.company_id, variant_ids=[variant.id]) == {variant.id: 10_000_000}
    require_clean(shop)
