"""Sales by day, hour, channel and product, and how well the promise was kept."""

from datetime import UTC, date, datetime

import pytest

from cefn.kernel import clock
from cefn.kernel.errors import NotAllowed
from cefn.platform.permissions import role_permissions
from cefn.reports.sales import best_sellers, sales_by_channel, sales_by_day, sales_by_hour, sales_by_product
from cefn.reports.service import fill_rate
from cefn.reports.shape import day_rows, hour_rows
from tests.reports.actors import actor_of
from tests.reports.small_shop import FIRST, LAST, NOON, SmallShop, order


def test_days_have_what_was_placed_on_them(shop: SmallShop) -> None:
    days = sales_by_day(shop.actor, first_on=FIRST, last_on=LAST)
    assert len(days) == 15
    busy = {day.on.day: (day.orders, day.net_minor, day.tax_minor) for day in days if day.orders}
    # The fourth has order B alone: C was cancelled.
    assert busy == {3: (1, 2300, 460), 4: (1, 2700, 0), 10: (1, 20000, 4000)}
    assert days[2].opens.where == {"placed_from": "2026-02-03", "placed_to": "2026-02-03"}


def test_hours_days_channels_and_products_sum_to_the_same(shop: SmallShop) -> None:
    span = {"first_on": FIRST, "last_on": LAST}
    hours = sales_by_hour(shop.actor, **span)
    assert {row.hour: (row.orders, row.net_minor) for row in hours if row.orders} == {10: (1, 2300), 11: (2, 22700)}
    assert [row.hour for row in hours] == list(range(24))
    channels = sales_by_channel(shop.actor, **span)
    assert [(row.channel, row.orders, row.net_minor, row.tax_minor, row.share_ppm) for row in channels] == [
        ("amazon", 1, 20000, 4000, 800_000), ("wholesale", 1, 2700, 0, 108_000), ("web", 1, 2300, 460, 92_000),
    ]  # fmt: skip
    products = sales_by_product(shop.actor, **span)
    sums = {
        sum(row.net_minor for row in rows)
        for rows in (hours, channels, products, sales_by_day(shop.actor, **span))  # type: ignore[attr-defined]
    }
    assert sums == {25000}


def test_products_know_their_margin(shop: SmallShop) -> None:
    found = {row.sku: row for row in sales_by_product(shop.actor, first_on=FIRST, last_on=LAST)}
    mug, book, post = found["MUG"], found["BOOK"], found["POST"]
    assert (mug.orders, mug.units, mug.units_sent, mug.units_returned, mug.net_minor) == (2, 22, 2, 1, 22000)
    assert (mug.sent_net_minor, mug.cost_minor, mug.margin_minor, mug.margin_ppm) == (1000, 400, 600, 600_000)
    assert (book.net_minor, book.cost_minor, book.margin_minor) == (2700, 1500, 1200)
    assert (post.units, post.sent_net_minor, post.cost_minor, post.margin_minor) == (1, 300, 0, 300)


def test_cost_is_only_for_those_who_may_see_it(shop: SmallShop) -> None:
    clerk = actor_of(shop.actor, permissions=role_permissions("clerk"))
    rows = sales_by_product(clerk, first_on=FIRST, last_on=LAST)
    assert [row.sku for row in rows] == ["MUG", "BOOK", "POST"]
    assert {(row.cost_minor, row.margin_minor, row.margin_ppm) for row in rows} == {(None, None, None)}
    with pytest.raises(NotAllowed):
        sales_by_day(actor_of(shop.actor, permissions=role_permissions("warehouse")), first_on=FIRST, last_on=LAST)


def test_best_sellers_by_units_without_postage(shop: SmallShop) -> None:
    with clock.standing_at(NOON):
        assert [(row.sku, row.units) for row in best_sellers(shop.actor)] == [("MUG", 22), ("BOOK", 3)]
        assert [row.sku for row in best_sellers(shop.actor, limit=1)] == ["MUG"]
        assert [row.sku for row in best_sellers(shop.actor, days=6)] == ["MUG"]
        assert best_sellers(shop.actor, days=5) == []


def test_an_order_that_sorts_by_nothing_known(shop: SmallShop) -> None:
    with pytest.raises(ValueError, match="net"):
        sales_by_product(shop.actor, first_on=FIRST, last_on=LAST, by="luck")


def test_record_rules_hide_other_channels(shop: SmallShop) -> None:
    web = actor_of(shop.actor, channels=("web",))
    assert sum(day.net_minor for day in sales_by_day(web, first_on=FIRST, last_on=LAST)) == 2300
    assert sum(row.net_minor for row in sales_by_hour(web, first_on=FIRST, last_on=LAST)) == 2300
    assert [row.channel for row in sales_by_channel(web, first_on=FIRST, last_on=LAST)] == ["web"]
    assert {row.sku: row.units for row in sales_by_product(web, first_on=FIRST, last_on=LAST)} == {"MUG": 2, "POST": 1}
    with clock.standing_at(NOON):
        assert fill_rate(web, first_on=FIRST, last_on=LAST).orders == 1


def test_a_day_ends_at_the_company_s_midnight(shop: SmallShop) -> None:
    late = datetime(2026, 3, 29, 23, 30, tzinfo=UTC)
    order(shop, "E", {"BOOK": 1}, "web", late, late)
    days = sales_by_day(shop.actor, first_on=date(2026, 3, 29), last_on=date(2026, 3, 30))
    assert [(day.on.day, day.orders) for day in days] == [(29, 0), (30, 1)]
    hours = sales_by_hour(shop.actor, first_on=date(2026, 3, 30), last_on=date(2026, 3, 30))
    assert [row.hour for row in hours if row.orders] == [0]


def test_clocks_that_change_lose_and_gain_an_hour() -> None:
    spring, autumn = date(2026, 3, 29), date(2026, 10, 25)
    assert [row[0] for row in hour_rows(spring, spring, "Europe/London").rows] == [0, *range(2, 24)]
    assert [row[0] for row in hour_rows(autumn, autumn, "Europe/London").rows] == [0, 1, 1, *range(2, 24)]
    ((_, start, end),) = day_rows(autumn, autumn, "Europe/London").rows
    assert (start, end) == (datetime(2026, 10, 24, 23, tzinfo=UTC), datetime(2026, 10, 26, tzinfo=UTC))
    assert day_rows(autumn, spring, "Europe/London").rows == []


def test_fill_rate_counts_what_left_by_its_moment(shop: SmallShop) -> None:
    with clock.standing_at(NOON):
        found = fill_rate(shop.actor, first_on=FIRST, last_on=LAST)
    # A in time; B a day late; D has not left; C was cancelled.
    assert (found.orders, found.orders_in_full, found.order_ppm) == (3, 1, 333_333)
    assert (found.lines, found.lines_in_full, found.units, found.units_in_time) == (3, 1, 25, 2)
    assert found.unit_ppm == 80_000


def test_fill_rate_does_not_count_what_is_not_due_yet(shop: SmallShop) -> None:
    with clock.standing_at(datetime(2026, 2, 11, 16, tzinfo=UTC)):
        found = fill_rate(shop.actor, first_on=FIRST, last_on=LAST)
    assert (found.orders, found.orders_in_full) == (2, 1)
    nothing = fill_rate(shop.actor, first_on=date(2025, 1, 1), last_on=date(2025, 1, 2))
    assert (nothing.orders, nothing.order_ppm, nothing.line_ppm, nothing.unit_ppm) == (0, None, None, None)
