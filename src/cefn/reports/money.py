"""Trial balance, profit and loss, balance sheet, and the lines behind each of their figures.

Debits are positive, credits negative; in profit and loss and in the balance sheet income, liabilities and equity are
shown with their sign turned, so that what is usual is positive.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from cefn.kernel import sql
from cefn.kernel.errors import NotFound
from cefn.platform.actors import Actor
from cefn.platform.company_facts import company_facts
from cefn.platform.permissions import permission_require
from cefn.reports.shape import Opens, own_name, share_ppm

SEES = "ledger.view"
COST_OF_SALES = "50"
"""Expense accounts whose codes begin so stand above gross profit."""

EVER = date(1, 1, 1)


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account with what was debited and credited (both positive) in the span, and `balance_minor` as it is shown."""

    account_id: int
    code: str
    name: str
    type: str
    debit_minor: int
    credit_minor: int
    balance_minor: int
    opens: Opens


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialBalance:
    """Every account with lines up to a day; the two sums are equal or the books are broken."""

    as_of: date
    currency: str
    rows: list[AccountRow]
    debit_minor: int
    credit_minor: int

    @property
    def difference_minor(self) -> int:
        """Return debits less credits: nil."""
        return self.debit_minor - self.credit_minor


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfitAndLoss:
    """What was earned and spent in a span."""

    first_on: date
    last_on: date
    currency: str
    income: list[AccountRow]
    cost_of_sales: list[AccountRow]
    expenses: list[AccountRow]
    income_minor: int
    cost_of_sales_minor: int
    gross_minor: int
    expenses_minor: int
    profit_minor: int
    gross_margin_ppm: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceSheet:
    """What is owned and owed at the end of a day. `profit_minor` was earned by then and is not yet closed to equity."""

    as_of: date
    currency: str
    assets: list[AccountRow]
    liabilities: list[AccountRow]
    equity: list[AccountRow]
    assets_minor: int
    liabilities_minor: int
    equity_minor: int
    profit_minor: int

    @property
    def difference_minor(self) -> int:
        """Return assets less liabilities, equity and profit: nil."""
        return self.assets_minor - self.liabilities_minor - self.equity_minor - self.profit_minor


@dataclass(frozen=True, slots=True)
class AccountLine:
    """One line of an account, with the document it came from and the balance after it."""

    line_id: int
    entry_id: int
    entry_number: str
    posted_on: date
    source: str
    purpose: str
    memo: str
    partner: str
    amount_minor: int
    balance_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountLines:
    """The lines of an account in a span, oldest first; `count` is how many there are beyond the page."""

    account_id: int
    code: str
    name: str
    type: str
    currency: str
    first_on: date | None
    last_on: date | None
    opening_minor: int
    closing_minor: int
    count: int
    rows: list[AccountLine]


def _accounts(actor: Actor, first_on: date | None, last_on: date, types: Iterable[str] = ()) -> list[AccountRow]:
    kinds = set(types)
    rows = sql.fetch(
        "SELECT a.id, a.code, a.name, a.name_cy, a.type, SUM(CASE WHEN l.amount_minor > 0 THEN l.amount_minor ELSE 0"
        " END),"
        " SUM(CASE WHEN l.amount_minor < 0 THEN -l.amount_minor ELSE 0 END) FROM ledger_account AS a"
        " JOIN ledger_journalline AS l ON l.account_id = a.id AND l.company_id = a.company_id"
        " WHERE a.company_id = %s AND l.posted_on >= %s AND l.posted_on <= %s"
        " GROUP BY a.id, a.code, a.name, a.name_cy, a.type ORDER BY a.code",
        [actor.company_id, first_on or EVER, last_on],
    )
    found = []
    for key, code, name, name_cy, kind, debit, credit in rows:
        if kinds and kind not in kinds:
            continue
        where = {"code": code, "last_on": last_on.isoformat()}
        if first_on:
            where["first_on"] = first_on.isoformat()
        turned = -1 if kinds and kind in {"income", "liability", "equity"} else 1
        balance = turned * int(debit - credit)
        found.append(
            AccountRow(
                key, code, own_name(name, name_cy), kind, int(debit), int(credit), balance, Opens("account", where)
            )
        )
    return found


def _sum(rows: Iterable[AccountRow]) -> int:
    return sum(row.balance_minor for row in rows)


def trial_balance(actor: Actor, *, as_of: date) -> TrialBalance:
    """Return every account's balance at the end of a day: one statement. `balance_minor` is debit less credit."""
    permission_require(actor, SEES)
    rows = _accounts(actor, None, as_of)
    return TrialBalance(
        as_of=as_of, currency=company_facts(actor.company_id).currency, rows=rows,
        debit_minor=sum(max(0, row.balance_minor) for row in rows),
        credit_minor=sum(max(0, -row.balance_minor) for row in rows),
    )  # fmt: skip


def profit_and_loss(actor: Actor, *, first_on: date, last_on: date) -> ProfitAndLoss:
    """Return what was earned and spent from one day to another, both included: one statement."""
    permission_require(actor, SEES)
    rows = _accounts(actor, first_on, last_on, ("income", "expense"))
    income = [row for row in rows if row.type == "income"]
    cost = [row for row in rows if row.type == "expense" and row.code.startswith(COST_OF_SALES)]
    expenses = [row for row in rows if row.type == "expense" and not row.code.startswith(COST_OF_SALES)]
    gross = _sum(income) - _sum(cost)
    return ProfitAndLoss(
        first_on=first_on, last_on=last_on, currency=company_facts(actor.company_id).currency, income=income,
        cost_of_sales=cost, expenses=expenses, income_minor=_sum(income), cost_of_sales_minor=_sum(cost),
        gross_minor=gross, expenses_minor=_sum(expenses), profit_minor=gross - _sum(expenses),
        gross_margin_ppm=share_ppm(gross, _sum(income)),
    )  # fmt: skip


def balance_sheet(actor: Actor, *, as_of: date) -> BalanceSheet:
    """Return what is owned and owed at the end of a day: one statement."""
    permission_require(actor, SEES)
    rows = _accounts(actor, None, as_of, ("asset", "liability", "equity", "income", "expense"))
    by_type = {
        kind: [row for row in rows if row.type == kind]
        for kind in ("asset", "liability", "equity", "income", "expense")
    }
    return BalanceSheet(
        as_of=as_of, currency=company_facts(actor.company_id).currency, assets=by_type["asset"],
        liabilities=by_type["liability"], equity=by_type["equity"], assets_minor=_sum(by_type["asset"]),
        liabilities_minor=_sum(by_type["liability"]), equity_minor=_sum(by_type["equity"]),
        profit_minor=_sum(by_type["income"]) - _sum(by_type["expense"]),
    )  # fmt: skip


def account_lines(
    actor: Actor,
    *,
    code: str,
    first_on: date | None = None,
    last_on: date | None = None,
    limit: int = 200,
    offset: int = 0,
) -> AccountLines:
    """Return an account's lines in a span with a running balance, oldest first: three statements. Raises NotFound."""
    permission_require(actor, SEES)
    company = company_facts(actor.company_id)
    found = sql.fetch(
        "SELECT id, name, name_cy, type FROM ledger_account WHERE company_id = %s AND code = %s", [company.id, code]
    )
    if not found:
        raise NotFound(thing="account", name=code)
    account_id, name, name_cy, kind = found[0]
    start, end = first_on or EVER, last_on or date.max - timedelta(days=1)
    opening, span, count = sql.fetch(
        "SELECT COALESCE(SUM(CASE WHEN posted_on < %s THEN amount_minor ELSE 0 END), 0),"
        " COALESCE(SUM(CASE WHEN posted_on >= %s THEN amount_minor ELSE 0 END), 0),"
        " COALESCE(SUM(CASE WHEN posted_on >= %s THEN 1 ELSE 0 END), 0) FROM ledger_journalline"
        " WHERE company_id = %s AND account_id = %s AND posted_on <= %s",
        [start, start, start, company.id, account_id, end],
    )[0]
    rows = sql.fetch(
        "SELECT l.id, e.id, e.number, l.posted_on, e.source, e.purpose, e.memo, l.partner, l.amount_minor, l.run FROM"
        " (SELECT id, entry_id, posted_on, partner, amount_minor,"
        " SUM(amount_minor) OVER (ORDER BY posted_on, id) AS run"
        " FROM ledger_journalline WHERE company_id = %s AND account_id = %s AND posted_on >= %s AND posted_on <= %s"
        " ORDER BY posted_on, id LIMIT %s OFFSET %s) AS l JOIN ledger_journalentry AS e ON e.id = l.entry_id"
        " ORDER BY l.posted_on, l.id",
        [company.id, account_id, start, end, limit, offset],
    )
    return AccountLines(
        account_id=account_id, code=code, name=own_name(name, name_cy), type=kind, currency=company.currency,
        first_on=first_on, last_on=last_on, opening_minor=int(opening), closing_minor=int(opening + span),
        count=int(count),
        rows=[
            AccountLine(key, entry, number, sql.day(on), source, purpose, memo, partner, amount, int(opening + run))
            for key, entry, number, on, source, purpose, memo, partner, amount, run in rows
        ],
    )  # fmt: skip
