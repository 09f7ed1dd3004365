"""Sales by day, hour, channel and product.

Sales are orders as placed, without tax; drafts, quotes and cancelled orders are left out. A line cancelled later stays,
so that the days, hours, channels and products of a span sum to the same amount.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from cefn.kernel import clock, sql
from cefn.platform.actors import Actor
from cefn.platform.company_facts import company_facts
from cefn.platform.permissions import permission_has, permission_require
from cefn.reports.shape import Opens, codes_rows, day_rows, day_start, hour_rows, own_name, share_ppm

SEES = "reports.view"


@dataclass(frozen=True, slots=True, kw_only=True)
class SalesDay:
    """What was ordered on a day."""

    on: date
    orders: int
    net_minor: int
    tax_minor: int
    opens: Opens


@dataclass(frozen=True, slots=True, kw_only=True)
class SalesHour:
    """What was ordered in an hour of the clock (0 to 23), all days of the span together."""

    hour: int
    orders: int
    net_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SalesChannel:
    """What was ordered over a channel, and its share of the whole in parts per million."""

    channel: str
    orders: int
    net_minor: int
    tax_minor: int
    share_ppm: int | None
    opens: Opens


@dataclass(frozen=True, slots=True, kw_only=True)
class SalesProduct:
    """What was ordered of a variant, and what became of it.

    `sent_net_minor` is the part of `net_minor` that was sent, less what came back; `cost_minor` is what that cost and
    `margin_minor` the difference. Cost and margin are None for those who may not see costs.
    """

    variant_id: int
    sku: str
    name: str
    variant_name: str
    category: str
    orders: int
    units: int
    units_cancelled: int
    units_sent: int
    units_returned: int
    net_minor: int
    sent_net_minor: int
    cost_minor: int | None
    margin_minor: int | None
    margin_ppm: int | None
    opens: Opens


def sales_by_day(actor: Actor, *, first_on: date, last_on: date) -> list[SalesDay]:
    """Return every day of the span, quiet ones too: one statement."""
    permission_require(actor, SEES)
    rows = sql.fetch(
        "SELECT v.d, COUNT(o.id), COALESCE(SUM(o.net_minor), 0), COALESCE(SUM(o.tax_minor), 0) FROM {v}"
        " LEFT JOIN orders_salesorder AS o ON o.company_id = %s AND o.placed_at >= v.a AND o.placed_at < v.b"
        " AND o.status NOT IN ('draft', 'quoted', 'cancelled') AND (%s OR o.channel IN (SELECT c.c FROM {c}))"
        " GROUP BY v.d ORDER BY v.d",
        [actor.company_id, not actor.channel_codes],
        v=day_rows(first_on, last_on, company_facts(actor.company_id).timezone),
        c=codes_rows(actor.channel_codes),
    )
    return [
        SalesDay(
            on=date.fromisoformat(day), orders=count, net_minor=int(net), tax_minor=int(tax),
            opens=Opens("orders", {"placed_from": day, "placed_to": day}),
        )
        for day, count, net, tax in rows
    ]  # fmt: skip


def sales_by_hour(actor: Actor, *, first_on: date, last_on: date) -> list[SalesHour]:
    """Return the twenty-four hours of the clock over the span: one statement."""
    permission_require(actor, SEES)
    rows = sql.fetch(
        "SELECT v.h, COUNT(o.id), COALESCE(SUM(o.net_minor), 0) FROM {v}"
        " JOIN orders_salesorder AS o ON o.company_id = %s AND o.placed_at >= v.a AND o.placed_at < v.b"
        " AND o.status NOT IN ('draft', 'quoted', 'cancelled') AND (%s OR o.channel IN (SELECT c.c FROM {c}))"
        " GROUP BY v.h",
        [actor.company_id, not actor.channel_codes],
        v=hour_rows(first_on, last_on, company_facts(actor.company_id).timezone),
        c=codes_rows(actor.channel_codes),
    )
    found = {hour: (count, int(net)) for hour, count, net in rows}
    hours = [(hour, *found.get(hour, (0, 0))) for hour in range(24)]
    return [SalesHour(hour=hour, orders=count, net_minor=net) for hour, count, net in hours]


def sales_by_channel(actor: Actor, *, first_on: date, last_on: date) -> list[SalesChannel]:
    """Return the channels that sold, the strongest first: one statement."""
    permission_require(actor, SEES)
    zone = company_facts(actor.company_id).timezone
    rows = sql.fetch(
        "SELECT o.channel, COUNT(o.id), SUM(o.net_minor), SUM(o.tax_minor) FROM orders_salesorder AS o"
        " WHERE o.company_id = %s AND o.placed_at >= %s AND o.placed_at < %s"
        " AND o.status NOT IN ('draft', 'quoted', 'cancelled') AND (%s OR o.channel IN (SELECT c.c FROM {c}))"
        " GROUP BY o.channel ORDER BY 3 DESC, 1",
        [
            actor.company_id,
            day_start(first_on, zone),
            day_start(last_on + timedelta(days=1), zone),
            not actor.channel_codes,
        ],
        c=codes_rows(actor.channel_codes),
    )
    whole = sum(int(row[2]) for row in rows)
    span = {"placed_from": first_on.isoformat(), "placed_to": last_on.isoformat()}
    return [
        SalesChannel(
            channel=channel, orders=count, net_minor=int(net), tax_minor=int(tax), share_ppm=share_ppm(int(net), whole),
            opens=Opens("orders", span | {"channel": channel}),
        )
        for channel, count, net, tax in rows
    ]  # fmt: skip


BY_NET = "net"
BY_UNITS = "units"


def sales_by_product(
    actor: Actor, *, first_on: date, last_on: date, limit: int = 100, by: str = BY_NET, goods_only: bool = False
) -> list[SalesProduct]:
    """Return the variants that sold best in the span, by net amount or (`by="units"`) by units: one statement.

    Services such as postage are lines too, unless `goods_only`. Raises ValueError for another `by`.
    """
    permission_require(actor, SEES)
    if by not in {BY_NET, BY_UNITS}:
        raise ValueError(f"by is {by!r}, must be {BY_NET!r} or {BY_UNITS!r}")
    zone = company_facts(actor.company_id).timezone
    rows = sql.fetch(
        "SELECT s.variant_id, x.sku, p.name, p.name_cy, x.name, p.category, s.orders, s.units, s.cancelled, s.sent,"
        " s.returned, s.net, s.sent_net, s.cost FROM (SELECT l.variant_id, COUNT(DISTINCT l.order_id) AS orders,"
        " SUM(l.quantity) AS units, SUM(l.cancelled) AS cancelled, SUM(l.shipped) AS sent, SUM(l.returned) AS returned,"
        " SUM(l.net_minor) AS net, SUM((l.net_minor * (CASE WHEN l.kind = 'goods' THEN l.shipped - l.returned"
        " ELSE l.invoiced END) * 2 + l.quantity) / (l.quantity * 2)) AS sent_net,"
        " SUM(l.shipped_cost_minor - l.returned_cost_minor) AS cost"
        " FROM orders_salesorder AS o JOIN orders_salesorderline AS l ON l.order_id = o.id"
        " WHERE o.company_id = %s AND o.placed_at >= %s AND o.placed_at < %s"
        " AND o.status NOT IN ('draft', 'quoted', 'cancelled') AND (%s OR o.channel IN (SELECT c.c FROM {c}))"
        " AND (%s OR l.kind = 'goods') GROUP BY l.variant_id) AS s"
        " JOIN catalog_variant AS x ON x.id = s.variant_id JOIN catalog_product AS p ON p.id = x.product_id"
        " ORDER BY CASE WHEN %s THEN s.units ELSE s.net END DESC, x.sku LIMIT %s",
        [
            actor.company_id, day_start(first_on, zone), day_start(last_on + timedelta(days=1), zone),
            not actor.channel_codes, not goods_only, by == BY_UNITS, limit,
        ],
        c=codes_rows(actor.channel_codes),
    )  # fmt: skip
    span = {"placed_from": first_on.isoformat(), "placed_to": last_on.isoformat()}
    sees_cost = permission_has(actor, "costs.view")
    return [_product(row, span, sees_cost) for row in rows]


def _product(row: Sequence[Any], span: dict[str, str], sees_cost: bool) -> SalesProduct:
    key, sku, name, name_cy, variant_name, category, *numbers = row
    orders, units, cancelled, sent, returned, net, sent_net, cost = (int(number) for number in numbers)
    return SalesProduct(
        variant_id=key, sku=sku, name=own_name(name, name_cy), variant_name=variant_name, category=category,
        orders=orders,
        units=units, units_cancelled=cancelled, units_sent=sent, units_returned=returned, net_minor=net,
        sent_net_minor=sent_net, cost_minor=cost if sees_cost else None,
        margin_minor=sent_net - cost if sees_cost else None,
        margin_ppm=share_ppm(sent_net - cost, sent_net) if sees_cost else None, opens=Opens("orders",
        span | {"sku": sku}),
    )  # fmt: skip


def best_sellers(actor: Actor, *, days: int = 30, limit: int = 10) -> list[SalesProduct]:
    """Return the goods of which most units were ordered in the last `days`, today included: one statement."""
    today = company_facts(actor.company_id).day(clock.now())
    return sales_by_product(
        actor, first_on=today - timedelta(days=days - 1), last_on=today, limit=limit, by=BY_UNITS, goods_only=True
    )
