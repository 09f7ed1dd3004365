"""Today at a glance: what is late, must go out, runs out, came in, is stuck; in at most 12 statements.

Every part asks for its own permission and keeps to the actor's warehouses and channels; a part that the actor may not
see is None.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from cefn.kernel import clock, sql
from cefn.platform.actors import Actor
from cefn.platform.company_facts import CompanyFacts, company_facts
from cefn.platform.permissions import permission_has, permission_require
from cefn.reports.cover import CoverRow, cover_rows, urgency
from cefn.reports.sales import SalesDay, SalesProduct, best_sellers, sales_by_day
from cefn.reports.shape import (
    DayAmount,
    Figure,
    Opens,
    codes_rows,
    day_start,
    days_between,
    hour_rows,
    share_ppm,
)

SALES_DAYS = 30
HOURS_MEAN_OF = 7
COVER_DAYS = 14
SHORT_LIST = 8
CASH_ACCOUNTS = ("1200", "1210", "1220", "1230")


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFigures:
    """Orders now: counts, and the amount (tax included) of those that came in today, cancelled ones aside."""

    today: Figure
    today_minor: int
    yesterday: Figure
    late: Figure
    due_today: Figure
    stuck: Figure
    waiting_for_stock: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkFigures:
    """Shipments at work in the warehouses: to release or being picked, to pack, to send, with an exception."""

    to_pick: Figure
    to_pack: Figure
    to_send: Figure
    exceptions: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class CashFigures:
    """Money: received and refunded today, and the balance of bank, card, marketplace and till accounts."""

    received_today: Figure
    refunded_today: Figure
    balance: Figure | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DebtFigures:
    """Open invoices: what is owed and what of it is past its day; `overdue_papers` counts these."""

    owed: Figure
    overdue: Figure
    overdue_papers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SalesFigures:
    """Sales without tax of thirty days, today included, beside the thirty before; the days in order."""

    days: list[SalesDay]
    days_before: list[SalesDay]
    sum_minor: int
    sum_before_minor: int

    @property
    def change_ppm(self) -> int | None:
        """Return by how much sales changed against the days before; None if there were none."""
        return share_ppm(self.sum_minor - self.sum_before_minor, self.sum_before_minor)


@dataclass(frozen=True, slots=True, kw_only=True)
class HourFigures:
    """Orders in an hour of the clock: today, and of the seven days before together (divide by seven for the mean)."""

    hour: int
    today: int
    week_before: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OnTimeFigures:
    """Shipments of the last thirty days that had a day to leave by, and those that left in time."""

    sent: int
    in_time: int

    @property
    def in_time_ppm(self) -> int | None:
        """Return the share that left in time."""
        return share_ppm(self.in_time, self.sent)


@dataclass(frozen=True, slots=True, kw_only=True)
class DashboardFacts:
    """All of it, as of `at`; amounts in minor units of `currency`."""

    at: datetime
    today: date
    currency: str
    orders: OrderFigures | None
    work: WorkFigures | None
    low_stock: Figure | None
    running_out: list[CoverRow] | None
    cash: CashFigures | None
    debts: DebtFigures | None
    sales: SalesFigures | None
    hours: list[HourFigures] | None
    best_sellers: list[SalesProduct] | None
    stock_value_days: list[DayAmount] | None
    on_time: OnTimeFigures | None


def dashboard_facts(actor: Actor) -> DashboardFacts:
    """Return what the dashboard shows to this actor. Raises NotAllowed without `dashboard.view`."""
    permission_require(actor, "dashboard.view")
    company, now = company_facts(actor.company_id), clock.now()
    today = company.day(now)
    sees = {code: permission_has(actor, code) for code in PARTS}
    cover = cover_rows(actor) if sees["stock.view"] else None
    return DashboardFacts(
        at=now, today=today, currency=company.currency,
        orders=_orders(actor, company, now, today) if sees["orders.view"] else None,
        work=_work(actor) if sees["shipping.view"] else None,
        low_stock=None if cover is None else Figure(sum(row.is_low for row in cover), Opens("stock", {"low": "yes"})),
        running_out=None if cover is None else _running_out(cover),
        cash=_cash(actor, today) if sees["payments.view"] else None,
        debts=_debts(actor, today) if sees["invoices.view"] else None,
        sales=_sales(actor, today) if sees["reports.view"] else None,
        hours=_hours(actor, company, today) if sees["orders.view"] else None,
        best_sellers=best_sellers(actor, limit=SHORT_LIST) if sees["reports.view"] else None,
        stock_value_days=_stock_value(actor, today) if sees["costs.view"] else None,
        on_time=_on_time(actor, company, today) if sees["shipping.view"] else None,
    )  # fmt: skip


PARTS = (
    "orders.view", "shipping.view", "stock.view", "payments.view", "invoices.view", "reports.view", "costs.view",
)  # fmt: skip


ORDERS_NOW = """
SELECT n.late, n.due, n.stuck, n.waiting, c.came, c.came_minor, c.before FROM
(SELECT COALESCE(SUM(CASE WHEN o.fulfilment_status <> 'fulfilled' AND o.ship_by_at < %s THEN 1 ELSE 0 END), 0) AS late,
    COALESCE(SUM(CASE WHEN o.fulfilment_status <> 'fulfilled' AND o.ship_by_at < %s THEN 1 ELSE 0 END), 0) AS due,
    COALESCE(SUM(CASE WHEN o.is_on_hold OR o.exception <> '' THEN 1 ELSE 0 END), 0) AS stuck,
    COALESCE(SUM(CASE WHEN o.fulfilment_status <> 'fulfilled' AND o.allocation_status <> 'full' THEN 1 ELSE 0 END), 0)
      AS waiting
  FROM orders_salesorder AS o WHERE o.company_id = %s AND o.status IN ('confirmed', 'processing')
    AND (%s OR o.channel IN (SELECT c.c FROM {c}))) AS n
CROSS JOIN
(SELECT COALESCE(SUM(CASE WHEN o.placed_at >= %s THEN 1 ELSE 0 END), 0) AS came,
    COALESCE(SUM(CASE WHEN o.placed_at >= %s AND o.status <> 'cancelled' THEN o.total_minor ELSE 0 END),
    0) AS came_minor,
    COALESCE(SUM(CASE WHEN o.placed_at < %s THEN 1 ELSE 0 END), 0) AS before
  FROM orders_salesorder AS o WHERE o.company_id = %s AND o.placed_at >= %s AND o.status NOT IN ('draft', 'quoted')
    AND (%s OR o.channel IN (SELECT c.c FROM {c}))) AS c
"""


def _orders(actor: Actor, company: CompanyFacts, now: datetime, today: date) -> OrderFigures:
    start = day_start(today, company.timezone)
    tomorrow, yesterday = (day_start(today + timedelta(days=n), company.timezone) for n in (1, -1))
    row = sql.fetch(
        ORDERS_NOW,
        [
            now, tomorrow, actor.company_id, not actor.channel_codes,
            start, start, start, actor.company_id, yesterday, not actor.channel_codes,
        ],
        c=codes_rows(actor.channel_codes),
    )[0]  # fmt: skip
    late, due, stuck, waiting, came, came_minor, before = (int(number) for number in row)
    days = [(today - timedelta(days=ago)).isoformat() for ago in (0, 1)]
    return OrderFigures(
        today=Figure(came, Opens("orders", {"placed_from": days[0]})), today_minor=came_minor,
        yesterday=Figure(before, Opens("orders", {"placed_from": days[1], "placed_to": days[1]})),
        late=Figure(late, Opens("orders", {"late": "yes"})),
        due_today=Figure(due, Opens("orders", {"due": "yes"})),
        stuck=Figure(stuck, Opens("orders", {"stuck": "yes"})),
        waiting_for_stock=Figure(waiting, Opens("orders", {"short": "yes"})),
    )  # fmt: skip


def _work(actor: Actor) -> WorkFigures:
    rows = sql.fetch(
        "SELECT s.status, COUNT(*), SUM(CASE WHEN s.exception <> '' THEN 1 ELSE 0 END) FROM warehouse_shipment AS s"
        " JOIN inventory_warehouse AS w ON w.id = s.warehouse_id WHERE s.company_id = %s"
        " AND NOT (s.status IN ('shipped', 'delivered', 'cancelled')) AND (%s OR w.code IN (SELECT c.c FROM {c}))"
        " GROUP BY s.status",
        [actor.company_id, not actor.warehouse_codes],
        c=codes_rows(actor.warehouse_codes),
    )
    counts = {status: count for status, count, _ in rows}
    picks = ("draft", "released", "picking")
    return WorkFigures(
        to_pick=Figure(sum(counts.get(s, 0) for s in picks), Opens("shipments", {"status": ",".join(picks)})),
        to_pack=Figure(counts.get("picked", 0), Opens("shipments", {"status": "picked"})),
        to_send=Figure(counts.get("packed", 0), Opens("shipments", {"status": "packed"})),
        exceptions=Figure(sum(int(row[2]) for row in rows), Opens("shipments", {"exception": "yes"})),
    )  # fmt: skip


def _running_out(cover: list[CoverRow]) -> list[CoverRow]:
    rows = [row for row in cover if row.days_of_cover is not None and row.days_of_cover <= COVER_DAYS]
    return sorted(rows, key=urgency)[:SHORT_LIST]


def _cash(actor: Actor, today: date) -> CashFigures:
    sees_balance = permission_has(actor, "ledger.view")
    rows = sql.fetch(
        "SELECT p.direction, SUM(p.amount_minor) FROM books_payment AS p WHERE p.company_id = %s AND p.paid_on = %s"
        " GROUP BY p.direction UNION ALL SELECT 'balance', COALESCE(SUM(l.amount_minor), 0) FROM ledger_account AS a"
        " JOIN {v} ON a.code = v.c JOIN ledger_journalline AS l ON l.account_id = a.id AND l.company_id = a.company_id"
        " WHERE a.company_id = %s",
        [actor.company_id, today, actor.company_id],
        v=sql.Rows("c text", [(code,) for code in CASH_ACCOUNTS] if sees_balance else []),
    )
    came = dict(rows)
    opens = Opens("account", {"code": ",".join(CASH_ACCOUNTS)})
    balance = Figure(int(came["balance"]), opens) if sees_balance else None
    on = {"paid_on": today.isoformat()}
    return CashFigures(
        received_today=Figure(int(came.get("in", 0)), Opens("payments", on | {"direction": "in"})),
        refunded_today=Figure(int(came.get("out", 0)), Opens("payments", on | {"direction": "out"})), balance=balance,
    )  # fmt: skip


def _debts(actor: Actor, today: date) -> DebtFigures:
    owed, overdue, papers = sql.fetch(
        "SELECT COALESCE(SUM(i.open_minor), 0), COALESCE(SUM(CASE WHEN i.due_on < %s THEN i.open_minor ELSE 0 END), 0),"
        " COALESCE(SUM(CASE WHEN i.due_on < %s THEN 1 ELSE 0 END), 0) FROM books_invoice AS i"
        " WHERE i.company_id = %s AND i.open_minor > 0 AND i.kind = 'invoice'",
        [today, today, actor.company_id],
    )[0]
    return DebtFigures(
        owed=Figure(int(owed), Opens("invoices", {"open": "yes"})),
        overdue=Figure(int(overdue), Opens("invoices", {"overdue": "yes"})), overdue_papers=int(papers),
    )  # fmt: skip


def _sales(actor: Actor, today: date) -> SalesFigures:
    days = sales_by_day(actor, first_on=today - timedelta(days=2 * SALES_DAYS - 1), last_on=today)
    before, now = days[:SALES_DAYS], days[SALES_DAYS:]
    return SalesFigures(
        days=now, days_before=before, sum_minor=sum(day.net_minor for day in now),
        sum_before_minor=sum(day.net_minor for day in before),
    )  # fmt: skip


def _hours(actor: Actor, company: CompanyFacts, today: date) -> list[HourFigures]:
    first = today - timedelta(days=HOURS_MEAN_OF)
    rows = sql.fetch(
        "SELECT v.h, SUM(CASE WHEN o.placed_at >= %s THEN 1 ELSE 0 END), SUM(CASE WHEN o.placed_at < %s THEN 1 ELSE 0"
        " END)"
        " FROM {v} JOIN orders_salesorder AS o ON o.company_id = %s AND o.placed_at >= v.a AND o.placed_at < v.b"
        " AND o.status NOT IN ('draft', 'quoted') AND (%s OR o.channel IN (SELECT c.c FROM {c})) GROUP BY v.h",
        [*[day_start(today, company.timezone)] * 2, actor.company_id, not actor.channel_codes],
        v=hour_rows(first, today, company.timezone),
        c=codes_rows(actor.channel_codes),
    )
    found = {hour: (int(now), int(before)) for hour, now, before in rows}
    pairs = [(hour, *found.get(hour, (0, 0))) for hour in range(24)]
    return [HourFigures(hour=hour, today=now, week_before=before) for hour, now, before in pairs]


def _stock_value(actor: Actor, today: date) -> list[DayAmount]:
    """Return the stock's value at the end of each day: the layers now, less what changed since in the ledger."""
    first = today - timedelta(days=SALES_DAYS - 1)
    rows = sql.fetch(
        "SELECT NULL, SUM(c.remaining_value_minor) FROM inventory_costlayer AS c WHERE c.company_id = %s AND"
        " c.remaining > 0"
        " UNION ALL SELECT l.posted_on, SUM(l.amount_minor) FROM ledger_account AS a"
        " JOIN ledger_journalline AS l ON l.account_id = a.id AND l.company_id = a.company_id"
        " WHERE a.company_id = %s AND a.code IN ('1000', '1010') AND l.posted_on > %s GROUP BY l.posted_on",
        [actor.company_id, actor.company_id, first],
    )
    level = int(next(amount for on, amount in rows if on is None) or 0)
    changes = {sql.day(on): int(amount) for on, amount in rows if on is not None}
    found = []
    for on in reversed(days_between(first, today)):
        found.append(DayAmount(on, level))
        level -= changes.get(on, 0)
    return found[::-1]


def _on_time(actor: Actor, company: CompanyFacts, today: date) -> OnTimeFigures:
    since = day_start(today - timedelta(days=SALES_DAYS - 1), company.timezone)
    sent, late = sql.fetch(
        "SELECT COUNT(*), COALESCE(SUM(CASE WHEN s.shipped_at > s.ship_by_at THEN 1 ELSE 0 END), 0)"
        " FROM warehouse_shipment AS s JOIN inventory_warehouse AS w ON w.id = s.warehouse_id"
        " WHERE s.company_id = %s AND s.shipped_at >= %s AND s.ship_by_at IS NOT NULL"
        " AND (%s OR w.code IN (SELECT c.c FROM {c}))",
        [actor.company_id, since, not actor.warehouse_codes],
        c=codes_rows(actor.warehouse_codes),
    )[0]
    return OnTimeFigures(sent=sent, in_time=sent - int(late))
