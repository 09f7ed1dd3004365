"""Orders and stock against a plain-Python model: whatever people do in whatever order, the numbers are the model's."""

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from cefn.inventory.errors import StockShort
from cefn.inventory.services import unit_costs
from cefn.kernel.transactions import run_whole
from cefn.orders.models import SalesOrder, SalesOrderLine
from cefn.orders.services import ReturnDraft, ReturnLineDraft, orders_cancel, returns_receive
from cefn.warehouse.models import Shipment
from tests.shop import TestShop, require_clean, shop_make

pytestmark = pytest.mark.django_db(transaction=True)

SKUS = ("MUG-RED", "MUG-BLUE")


class ShopMachine(RuleBasedStateMachine):
    """One warehouse in use, two SKUs. The model knows what is on hand and what each order has got."""

    def __init__(self) -> None:
        super().__init__()
        self.shop: TestShop = shop_make()
        self.on_hand = dict.fromkeys(SKUS, 0)
        self.orders: list[dict[str, Any]] = []
        self.clock = 0

    def free(self, sku: str) -> int:
        return self.on_hand[sku] - sum(order["got"][sku] for order in self.orders)

    def serve(self) -> None:
        """Give what is free to who waits, the older first."""
        for order in self.orders:
            if order["open"]:
                for sku in SKUS:
                    take = min(order["want"][sku] - order["got"][sku], self.free(sku))
                    order["got"][sku] += max(0, take)

    @initialize(first=st.integers(1, 9), second=st.integers(1, 9))
    def open_shop(self, first: int, second: int) -> None:
        self.find("MUG-RED", first)
        self.find("MUG-BLUE", second)

    @rule(sku=st.sampled_from(SKUS), quantity=st.integers(1, 6))
    def find(self, sku: str, quantity: int) -> None:
        self.shop.stock(sku, quantity)
        self.on_hand[sku] += quantity
        self.serve()

    @rule(sku=st.sampled_from(SKUS), quantity=st.integers(1, 4))
    def lose(self, sku: str, quantity: int) -> None:
        if quantity > self.free(sku):
            with pytest.raises(StockShort):
                self.shop.stock(sku, -quantity)
        else:
            self.shop.stock(sku, -quantity)
            self.on_hand[sku] -= quantity

    @rule(red=st.integers(0, 4), blue=st.integers(0, 4))
    def order(self, red: int, blue: int) -> None:
        wants = {sku: number for sku, number in zip(SKUS, (red, blue), strict=True) if number}
        if not wants:
            return
        row = self.shop.order(wants)
        entry = {"id": row.id, "want": dict.fromkeys(SKUS, 0) | wants, "got": dict.fromkeys(SKUS, 0), "open": True}
        self.orders.append(entry)
        self.serve_one(entry)

    def serve_one(self, entry: dict[str, Any]) -> None:
        for sku in SKUS:
            others = self.on_hand[sku] - sum(o["got"][sku] for o in self.orders if o is not entry)
            entry["got"][sku] = max(0, min(entry["want"][sku], others))

    @precondition(lambda self: any(o["open"] for o in self.orders))
    @rule(data=st.data())
    def send(self, data: st.DataObject) -> None:
        entry = data.draw(st.sampled_from([o for o in self.orders if o["open"]]))
        row = SalesOrder.objects.get(id=entry["id"])
        if not self.shop.shipments(row, "draft"):
            return
        self.shop.send(row)
        for sku in SKUS:
            self.on_hand[sku] -= entry["got"][sku]
            entry["want"][sku] -= entry["got"][sku]
            entry["got"][sku] = 0
        entry["open"] = any(entry["want"].values())

    @precondition(lambda self: any(o["open"] for o in self.orders))
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        entry = data.draw(st.sampled_from([o for o in self.orders if o["open"]]))
        row = SalesOrder.objects.get(id=entry["id"])
        if Shipment.objects.filter(order=row, status="shipped").exists():
            return
        run_whole(lambda: orders_cancel(actor=self.shop.actor, order_ids=[row.id], reason="model"))
        entry.update(want=dict.fromkeys(SKUS, 0), got=dict.fromkeys(SKUS, 0), open=False)
        self.serve()

    @rule(data=st.data())
    def give_back(self, data: st.DataObject) -> None:
        lines = list(
            SalesOrderLine.objects.filter(company_id=self.shop.company_id, shipped__gt=0).values_list(
                "id", "order_id", "shipped", "returned", "variant__sku"
            )
        )
        lines = [line for line in lines if line[2] > line[3]]
        if not lines:
            return
        key, order_id, shipped, returned, sku = data.draw(st.sampled_from(sorted(lines)))
        quantity = data.draw(st.integers(1, shipped - returned))
        draft = ReturnDraft(self.shop.cardiff.id, [ReturnLineDraft(quantity, order_line_id=key)], order_id=order_id)
        run_whole(lambda: returns_receive(actor=self.shop.actor, returns=[draft]))
        self.on_hand[sku] += quantity
        self.serve()

    @invariant()
    def levels_are_the_models(self) -> None:
        for sku in SKUS:
            promised = sum(order["got"][sku] for order in self.orders)
            assert self.shop.level(sku) == (self.on_hand[sku], promised), sku

    def teardown(self) -> None:
        require_clean(self.shop)
        ids = [self.shop.variants[sku].id for sku in SKUS]
        assert all(cost >= 0 for cost in unit_costs(company_id=self.shop.company_id, variant_ids=ids).values())


def test_stock_and_orders_follow_the_model() -> None:
    run_state_machine_as_test(
        ShopMachine,
        settings=settings(
            max_examples=12,
            stateful_step_count=18,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
            phases=[Phase.generate],
        ),
    )
