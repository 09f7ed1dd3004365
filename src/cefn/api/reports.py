"""Reports: trial balance, profit and loss, balance sheet, the lines of an account, aged debtors."""

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router
from pydantic import Field

from cefn.api.door import actor_of
from cefn.api.paging import known_query_require
from cefn.api.shapes import Day, DayIn, Id, In, Limit, Offset, Out
from cefn.kernel import clock
from cefn.kernel.errors import Fault, InvalidInput
from cefn.platform.actors import Actor
from cefn.platform.company_facts import company_facts
from cefn.reports.debtors import aged_debtors
from cefn.reports.money import account_lines, balance_sheet, profit_and_loss, trial_balance

router = Router(tags=["reports"])


class AsOf(In):
    """The end of which day; left out: today."""

    as_of: DayIn | None = None


class Span(In):
    """From which day to which, both included; left out: this month up to today."""

    first_on: DayIn | None = None
    last_on: DayIn | None = None


class AccountSpan(In):
    """From which day to which, both included; and which part of the lines."""

    first_on: DayIn | None = None
    last_on: DayIn | None = None
    limit: Limit = 50
    offset: Offset = 0


class AccountRowOut(Out):
    """An account with what was debited and credited, and its balance as it is shown."""

    account_id: Id
    code: str
    name: str
    type: str
    debit_minor: int
    credit_minor: int
    balance_minor: int


class TrialBalanceOut(Out):
    """Every account with lines up to a day; the two sums are equal."""

    as_of: Day
    currency: str
    rows: list[AccountRowOut]
    debit_minor: int
    credit_minor: int


class ProfitAndLossOut(Out):
    """What was earned and spent."""

    first_on: Day
    last_on: Day
    currency: str
    income: list[AccountRowOut]
    cost_of_sales: list[AccountRowOut]
    expenses: list[AccountRowOut]
    income_minor: int
    cost_of_sales_minor: int
    gross_minor: int
    expenses_minor: int
    profit_minor: int


class BalanceSheetOut(Out):
    """What is owned and owed."""

    as_of: Day
    currency: str
    assets: list[AccountRowOut]
    liabilities: list[AccountRowOut]
    equity: list[AccountRowOut]
    assets_minor: int
    liabilities_minor: int
    equity_minor: int
    profit_minor: int


class AccountLineOut(Out):
    """One line of an account and the balance after it."""

    line_id: Id
    entry_id: Id
    entry_number: str
    posted_on: Day
    source: str
    memo: str
    amount_minor: int
    balance_minor: int


class AccountLinesOut(Out):
    """The lines of an account in a span; `count` is how many there are in all."""

    account_id: Id
    code: str
    name: str
    type: str
    currency: str
    opening_minor: int
    closing_minor: int
    count: int
    rows: list[AccountLineOut]


class DebtorRowOut(Out):
    """A customer's open papers by age."""

    customer_id: Id | None
    name: str
    not_due_minor: int
    days_1_30_minor: int
    days_31_60_minor: int
    days_61_90_minor: int
    over_90_minor: int
    credits_minor: int
    total_minor: int


class AgedDebtorsOut(Out):
    """All debtors, the most overdue first, tied to the control account."""

    as_of: Day
    currency: str
    rows: list[DebtorRowOut]
    total_minor: int
    overdue_minor: int
    credits_minor: int
    ledger_minor: int


def _today(actor: Actor) -> date:
    return company_facts(actor.company_id).day(clock.now())


def _span(actor: Actor, span: Span) -> tuple[date, date]:
    last_on = span.last_on or _today(actor)
    first_on = span.first_on or last_on.replace(day=1)
    if first_on > last_on:
        remedy = _("Give a day up to %(day)s.") % {"day": last_on.isoformat()}
        fault = Fault("first_on", first_on.isoformat(), _("The span begins after its end."), remedy)
        raise InvalidInput(faults=[fault])
    return first_on, last_on


@router.get("/reports/trial-balance", response=TrialBalanceOut, summary="Trial balance")
def report_trial_balance(request: HttpRequest, span: Query[AsOf]) -> Any:
    """Permission: ledger.view."""
    known_query_require(request, AsOf)
    actor = actor_of(request)
    return trial_balance(actor, as_of=span.as_of or _today(actor))


@router.get("/reports/profit-and-loss", response=ProfitAndLossOut, summary="Profit and loss")
def report_profit_and_loss(request: HttpRequest, span: Query[Span]) -> Any:
    """Permission: ledger.view."""
    known_query_require(request, Span)
    actor = actor_of(request)
    first_on, last_on = _span(actor, span)
    return profit_and_loss(actor, first_on=first_on, last_on=last_on)


@router.get("/reports/balance-sheet", response=BalanceSheetOut, summary="Balance sheet")
def report_balance_sheet(request: HttpRequest, span: Query[AsOf]) -> Any:
    """Permission: ledger.view."""
    known_query_require(request, AsOf)
    actor = actor_of(request)
    return balance_sheet(actor, as_of=span.as_of or _today(actor))


@router.get("/reports/accounts/{code}/lines", response=AccountLinesOut, summary="The lines of an account")
def report_account_lines(
    request: HttpRequest, code: Annotated[str, Field(pattern="^[0-9A-Za-z-]{1,16}$")], span: Query[AccountSpan]
) -> Any:
    """Permission: ledger.view."""
    known_query_require(request, AccountSpan)
    return account_lines(actor_of(request), code=code, **span.model_dump())


@router.get("/reports/aged-debtors", response=AgedDebtorsOut, summary="Who owes what, by age")
def report_aged_debtors(request: HttpRequest, span: Query[AsOf]) -> Any:
    """Permission: invoices.view."""
    known_query_require(request, AsOf)
    actor = actor_of(request)
    return aged_debtors(actor, as_of=span.as_of or _today(actor))
