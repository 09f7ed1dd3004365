"""The reports of money as tables that a template can draw: groups of lines, each figure with the page of its lines."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from cefn.platform.actors import Actor
from cefn.platform.permissions import permission_has
from cefn.reports.money import AccountRow, balance_sheet, profit_and_loss, trial_balance
from cefn.web.formats import digits_grouped


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a report; sums are set strong, and an amount with a `url` opens the lines behind it."""

    name: str
    minor: int
    url: str = ""
    code: str = ""
    is_sum: bool = False
    debit_minor: int = 0
    credit_minor: int = 0


@dataclass(frozen=True, slots=True)
class Group:
    """Lines under a heading."""

    title: str
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report: groups, its currency, and `difference_minor`, which is nil while the books are whole."""

    currency: str
    groups: Sequence[Group]
    difference_minor: int = 0
    has_two_sides: bool = False
    notes: Sequence[str] = ()


def _url(row: AccountRow) -> str:
    where = {key: value for key, value in row.opens.where.items() if key != "code"}
    return f"{reverse('web:account', args=[row.code])}?{urlencode(where)}"


def _lines(rows: Iterable[AccountRow]) -> list[Line]:
    return [Line(row.name, row.balance_minor, _url(row), row.code) for row in rows]


def _sum(name: str, minor: int) -> Line:
    return Line(name, minor, is_sum=True)


def report_trial_balance(actor: Actor, as_of: date) -> Report:
    """Return every account with its balance on one of two sides."""
    found = trial_balance(actor, as_of=as_of)
    lines = [
        Line(
            row.name,
            row.balance_minor,
            _url(row),
            row.code,
            debit_minor=max(0, row.balance_minor),
            credit_minor=max(0, -row.balance_minor),
        )
        for row in found.rows
    ]
    whole = Line(_("Total"), 0, is_sum=True, debit_minor=found.debit_minor, credit_minor=found.credit_minor)
    return Report(
        currency=found.currency,
        groups=[Group("", [*lines, whole])],
        difference_minor=found.difference_minor,
        has_two_sides=True,
    )


def report_profit(actor: Actor, first_on: date, last_on: date) -> Report:
    """Return what was earned and spent, down to the profit."""
    found = profit_and_loss(actor, first_on=first_on, last_on=last_on)
    notes = []
    if found.gross_margin_ppm is not None:
        percent = digits_grouped(f"{found.gross_margin_ppm // 10_000}.{found.gross_margin_ppm // 1_000 % 10}")
        notes.append(_("Gross margin %(percent)s %%") % {"percent": percent})
    return Report(
        currency=found.currency,
        notes=notes,
        groups=[
            Group(_("Income"), [*_lines(found.income), _sum(_("Income in all"), found.income_minor)]),
            Group(
                _("Cost of sales"),
                [
                    *_lines(found.cost_of_sales),
                    _sum(_("Cost of sales in all"), found.cost_of_sales_minor),
                    _sum(_("Gross profit"), found.gross_minor),
                ],
            ),
            Group(
                _("Expenses"),
                [
                    *_lines(found.expenses),
                    _sum(_("Expenses in all"), found.expenses_minor),
                    _sum(_("Profit"), found.profit_minor),
                ],
            ),
        ],
    )


def report_balance(actor: Actor, as_of: date) -> Report:
    """Return what is owned and owed."""
    found = balance_sheet(actor, as_of=as_of)
    owed = found.liabilities_minor + found.equity_minor + found.profit_minor
    profit_url = (
        f"{reverse('web:report', args=['profit'])}?{urlencode({'from': '1900-01-01', 'to': as_of.isoformat()})}"
    )
    return Report(
        currency=found.currency,
        difference_minor=found.difference_minor,
        groups=[
            Group(_("Assets"), [*_lines(found.assets), _sum(_("Assets in all"), found.assets_minor)]),
            Group(
                _("Liabilities"), [*_lines(found.liabilities), _sum(_("Liabilities in all"), found.liabilities_minor)]
            ),
            Group(
                _("Equity"),
                [
                    *_lines(found.equity),
                    Line(_("Profit not yet closed to equity"), found.profit_minor, profit_url),
                    _sum(_("Liabilities and equity"), owed),
                ],
            ),
        ],
    )


def report_tabs(actor: Actor, now: str) -> list[dict[str, Any]]:
    """Return the tabs over the reports of money that the actor may open."""
    tabs = [
        ("accounts", _("Accounts"), reverse("web:accounts")),
        ("trial-balance", _("Trial balance"), reverse("web:report", args=["trial-balance"])),
        ("profit", _("Profit and loss"), reverse("web:report", args=["profit"])),
        ("balance", _("Balance sheet"), reverse("web:report", args=["balance"])),
        ("debtors", _("Aged debtors"), reverse("web:debtors")),
        ("periods", _("Periods"), reverse("web:periods")),
    ]
    needed = {"debtors": "invoices.view"}
    return [
        {"label": label, "url": url, "is_now": key == now}
        for key, label, url in tabs
        if permission_has(actor, needed.get(key, "ledger.view"))
    ]
