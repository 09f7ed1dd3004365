"""The value of the stock against its account in the ledger, now and at each period's end (INV-09).

Now: the account's balance is the sum of what the cost layers still hold. At a period's end: the balance of entries
up to
that day is what came in until then (the cost of moves from outside to the shelves) less what went out (what moves took
from layers). A day ends at midnight in the company's time zone.
"""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from cefn.books.posting import STOCK
from cefn.kernel import sql
from cefn.reports.check.probe import LISTED, Break, Found, Probe, Scope

COMPANIES = "SELECT c.id, c.code, c.timezone FROM platform_company AS c ORDER BY c.id"
LAYERS = "SELECT COALESCE(SUM(remaining_value_minor), 0) FROM inventory_costlayer WHERE company_id = %s"
BALANCES = """
SELECT p.ends_on, SUM(l.amount_minor) FROM ledger_journalline AS l
JOIN ledger_account AS a ON a.id = l.account_id AND a.code = %s JOIN ledger_journalentry AS e ON e.id = l.entry_id
JOIN ledger_period AS p ON p.id = e.period_id WHERE l.company_id = %s GROUP BY p.ends_on
"""
CAME = """
SELECT BUCKET AS bucket, SUM(m.cost_minor) FROM inventory_stockmove AS m
JOIN inventory_location AS f ON f.id = m.from_location_id AND f.warehouse_id IS NULL
JOIN inventory_location AS t ON t.id = m.to_location_id AND t.warehouse_id IS NOT NULL
WHERE m.company_id = %s AND m.cost_minor <> 0 GROUP BY 1
"""
WENT = """
SELECT BUCKET AS bucket, SUM(c.value_minor) FROM inventory_costconsumption AS c
JOIN inventory_stockmove AS m ON m.id = c.move_id WHERE c.company_id = %s GROUP BY 1
"""


def _day_end(day: date, timezone: str) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=ZoneInfo(timezone))


def _by_period(statement: str, ends: list[date], timezone: str, company_id: int) -> dict[int, int]:
    """Return the sum of a statement's amounts by place in `ends`; what lies after all of them is at `len(ends)`."""
    whens = " ".join(f"WHEN m.occurred_at < %s THEN {at}" for at in range(len(ends)))
    bucket = f"CASE {whens} ELSE {len(ends)} END" if ends else "0"
    moments = [_day_end(day, timezone) for day in ends]
    return {
        int(at): int(amount) for at, amount in sql.fetch(statement.replace("BUCKET", bucket), [*moments, company_id])
    }


def _company_breaks(company_id: int, code: str, timezone: str) -> list[Break]:
    booked: dict[date, int] = {sql.day(end): int(amount) for end, amount in sql.fetch(BALANCES, [STOCK, company_id])}
    periods: list[Any] = sql.fetch(
        "SELECT ends_on, id FROM ledger_period WHERE company_id = %s ORDER BY ends_on", [company_id]
    )
    ends = [sql.day(end) for end, _key in periods]
    came = _by_period(CAME, ends, timezone, company_id)
    went = _by_period(WENT, ends, timezone, company_id)
    breaks = []
    worth = balance = 0
    for at, (end, (_end, key)) in enumerate(zip(ends, periods, strict=True)):
        worth += came.get(at, 0) - went.get(at, 0)
        balance += booked.get(end, 0)
        if worth != balance:
            breaks.append(Break(company_id, f"{code} {end.isoformat()}", key, str(worth), str(balance)))
    layers = int(sql.fetch(LAYERS, [company_id])[0][0])
    if layers != sum(booked.values()):
        breaks.append(Break(company_id, code, company_id, str(layers), str(sum(booked.values()))))
    return breaks


def stock_value_find(scope: Scope) -> Found:
    """Compare the stock account with the layers now and with the moves at each period's end, company by company."""
    breaks: list[Break] = []
    for company_id, code, timezone in sql.fetch(COMPANIES):
        if scope.company_id in (None, company_id):
            breaks.extend(_company_breaks(company_id, code, timezone))
    return Found(len(breaks), breaks[:LISTED])


stock_value_probe = Probe(
    "stock-account-is-layers",
    _("the stock account is not the value of the stock"),
    find=stock_value_find,
    is_whole=True,
)
