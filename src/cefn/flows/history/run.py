"""Replaying a folder of month files from the first row to the last penny."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.db.models import Sum

from cefn.books.models import Invoice
from cefn.flows.history.read import Parked, month_files, rows_read
from cefn.flows.history.replay import Shop, Tally, day_replay, documents, shop_open
from cefn.flows.history.survey import Survey, survey_take
from cefn.flows.setup import company_open
from cefn.inventory.models import CostLayer, StockLevel
from cefn.inventory.services.places import WarehouseDraft
from cefn.kernel import sql
from cefn.kernel.money import round_half_up
from cefn.ledger.models import JournalLine
from cefn.platform.companies import CompanyDraft
from cefn.reports.check.registry import check_run

BINS = [f"{aisle}-{rack:02d}" for aisle in "ABCDEF" for rack in range(1, 41)]
SALES_ACCOUNTS = ("4000", "4010", "4090")


def history_run(*, folder: Path, months: str, say: Callable[[str], None]) -> dict[str, Any]:
    """Replay month files into a new company; return the tally that `benchmarks/real_shop.py` prints.

    Amounts ending in `_minor` are pence, in `_micro` millionths of a pound. Raises FileNotFoundError, ValueError.
    """
    files = month_files(folder, months)
    survey, unread = Survey(), list[Parked]()
    for path in files:
        say(f"reading {path.name}")
        survey_take(rows_read(path, unread), survey)
    shop = _shop()
    say(f"opening stock of {len(survey.skus)} SKUs")
    started = time.perf_counter()
    shop_open(shop, survey)
    tally = Tally(parked=unread)
    for path in files:
        again: list[Parked] = []
        for day in documents(rows_read(path, again)):
            day_replay(shop, day, tally)
        say(f"{path.name}: {tally.orders} orders, {tally.returns} returns so far")
    seconds = time.perf_counter() - started
    sql.statistics_refresh()
    say("checking every invariant")
    return _result(shop, survey, tally, seconds)


def _shop() -> Shop:
    _company, warehouses, actor = company_open(
        company=CompanyDraft(code=f"real-{uuid4().hex[:8]}", name="Online Retail", prices_include_tax=False),
        warehouses=[WarehouseDraft("MAIN", "Main warehouse", BINS)],
        via="import",
    )
    return Shop(actor=actor, warehouse=warehouses[0])


def _result(shop: Shop, survey: Survey, tally: Tally, seconds: float) -> dict[str, Any]:
    company_id = shop.actor.company_id
    papers = Invoice.objects.filter(company_id=company_id)
    invoiced = sum(
        sign * (papers.filter(kind=kind).aggregate(total=Sum("total_minor"))["total"] or 0)
        for kind, sign in (("invoice", 1), ("credit_note", -1))
    )
    lines = JournalLine.objects.filter(company_id=company_id, account__code__in=SALES_ACCOUNTS)
    report = check_run(company_id=company_id)
    return {
        "rows": survey.rows,
        "orders": tally.orders,
        "order_lines": tally.order_lines,
        "returns": tally.returns,
        "return_lines": tally.return_lines,
        "adjustments": tally.adjustments,
        "journal_entries": tally.journal_entries,
        "parked": [{"where": p.file, "line": p.line, "reason": p.reason} for p in tally.parked],
        "net_sales_micro": tally.net_micro,
        "invoiced_minor": invoiced,
        "bad_debt_minor": tally.bad_debt_minor,
        "rounding_minor": invoiced - tally.bad_debt_minor - round_half_up(tally.net_micro, 10_000),
        "ledger_sales_minor": -(lines.aggregate(total=Sum("amount_minor"))["total"] or 0),
        "units_on_hand": StockLevel.objects.filter(company_id=company_id).aggregate(n=Sum("on_hand"))["n"] or 0,
        "stock_value_minor": CostLayer.objects.filter(company_id=company_id).aggregate(n=Sum("remaining_value_minor"))[
            "n"
        ]
        or 0,
        "check": "clean" if report.is_clean else "violations",
        "violations": report.violated,
        "seconds": round(seconds, 2),
        "orders_per_s": round(tally.orders / seconds, 1),
    }
