"""The dashboard's figures of the small shop at noon on 15 February, and who sees which."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from cefn.kernel import clock
from cefn.kernel.errors import NotAllowed
from cefn.kernel.memo import forget_everything
from cefn.orders.services import holds_place
from cefn.platform.permissions import role_permissions
from cefn.reports.dashboard import dashboard_facts
from tests.reports.actors import actor_of
from tests.reports.small_shop import NOON, SmallShop, feb, order


def test_the_figures_at_noon(shop: SmallShop) -> None:
    with clock.standing_at(NOON):
        facts = dashboard_facts(shop.actor)
    assert (facts.today, facts.currency) == (date(2026, 2, 15), "GBP")
    orders, work, cash, debts, sales = facts.orders, facts.work, facts.cash, facts.debts, facts.sales
    assert orders is not None
    assert work is not None
    assert cash is not None
    assert debts is not None
    assert sales is not None
    assert (orders.today.value, orders.today_minor, orders.yesterday.value) == (0, 0, 0)
    assert (orders.late.value, orders.due_today.value, orders.stuck.value, orders.waiting_for_stock.value) == (
        1,
        1,
        0,
        1,
    )
    assert (work.to_pick.value, work.to_pack.value, work.to_send.value, work.exceptions.value) == (2, 0, 0, 0)
    assert (cash.received_today.value, cash.refunded_today.value) == (0, 0)
    assert cash.balance is not None
    assert cash.balance.value == 2560
    assert (debts.owed.value, debts.overdue.value, debts.overdue_papers) == (1700, 0, 0)
    assert (sales.sum_minor, sales.sum_before_minor, sales.change_ppm) == (25000, 0, None)
    assert (len(sales.days), len(sales.days_before), sales.days[-1].on) == (30, 30, date(2026, 2, 15))
    assert facts.low_stock is not None
    assert facts.low_stock.value == 1
    assert [row.sku for row in facts.running_out or []] == ["MUG"]
    assert [(row.sku, row.units) for row in facts.best_sellers or []] == [("MUG", 22), ("BOOK", 3)]
    assert facts.on_time is not None
    assert (facts.on_time.sent, facts.on_time.in_time, facts.on_time.in_time_ppm) == (2, 1, 500_000)


def test_a_day_in_february(shop: SmallShop) -> None:
    with clock.standing_at(feb(15, 9)):
        order(shop, "E", {"BOOK": 2}, "web", feb(15, 8, 20), feb(15, 17))
        order(shop, "F", {"BOOK": 1}, "web", feb(14, 20), feb(16, 17))
        holds_place(actor=shop.actor, order_ids=[shop.orders["F"].id], kind="address", reason="no such street")
    with clock.standing_at(NOON):
        facts = dashboard_facts(shop.actor)
    assert facts.orders is not None
    assert facts.hours is not None
    assert (facts.orders.today.value, facts.orders.today_minor, facts.orders.yesterday.value) == (1, 1800, 1)
    assert (facts.orders.late.value, facts.orders.due_today.value, facts.orders.stuck.value) == (1, 2, 1)
    assert [(row.hour, row.today, row.week_before) for row in facts.hours if row.today or row.week_before] == [
        (8, 1, 0), (11, 0, 1), (20, 0, 1),
    ]  # fmt: skip


def test_stock_value_goes_back_from_today(shop: SmallShop) -> None:
    with clock.standing_at(NOON):
        days = dashboard_facts(shop.actor).stock_value_days
    assert days is not None
    by_day = {day.on.day: day.amount_minor for day in days if day.on.month == 2}
    assert [by_day[day] for day in (1, 2, 3, 5, 6, 9, 15)] == [0, 16200, 15400, 13900, 13400, 13800, 13800]
    assert len(days) == 30


def test_at_most_twelve_statements(shop: SmallShop, query_count: Callable[..., Any]) -> None:
    forget_everything()
    with clock.standing_at(NOON), query_count(at_most=12):
        dashboard_facts(shop.actor)


def test_a_warehouse_worker_sees_work_but_no_money(shop: SmallShop) -> None:
    worker = actor_of(shop.actor, permissions=role_permissions("warehouse"))
    with clock.standing_at(NOON):
        facts = dashboard_facts(worker)
    assert (facts.cash, facts.debts, facts.sales, facts.best_sellers, facts.stock_value_days) == (None,) * 5
    assert facts.work is not None
    assert facts.work.to_pick.value == 2
    clerk = actor_of(shop.actor, permissions=role_permissions("clerk"))
    with clock.standing_at(NOON):
        cash = dashboard_facts(clerk).cash
    assert cash is not None
    assert cash.balance is None


def test_record_rules_hold_on_the_dashboard(shop: SmallShop) -> None:
    with clock.standing_at(NOON):
        facts = dashboard_facts(actor_of(shop.actor, warehouses=("BG",), channels=("web",)))
    assert facts.orders is not None
    assert facts.work is not None
    assert facts.on_time is not None
    assert (facts.orders.late.value, facts.orders.waiting_for_stock.value) == (0, 0)
    assert (facts.work.to_pick.value, facts.on_time.sent) == (1, 0)
    assert facts.sales is not None
    assert facts.sales.sum_minor == 2300


def test_nobody_without_the_permission(shop: SmallShop) -> None:
    with pytest.raises(NotAllowed):
        dashboard_facts(actor_of(shop.actor, permissions=frozenset({"orders.view"})))
