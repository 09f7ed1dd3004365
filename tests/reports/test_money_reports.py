"""Trial balance, profit and loss, balance sheet and debtors of the small shop, worked out by hand."""

from datetime import date, timedelta

import pytest
from django.utils import translation

from cefn.kernel.errors import NotAllowed, NotFound
from cefn.platform.permissions import role_permissions
from cefn.reports.debtors import aged_debtors, debtor_papers
from cefn.reports.money import account_lines, balance_sheet, profit_and_loss, trial_balance
from tests.reports.actors import actor_of
from tests.reports.small_shop import FIRST, LAST, SmallShop

BALANCES = {
    "1000": 13800, "1100": 1700, "1200": 1000, "1210": 1560, "2100": -260, "3200": -16200, "4000": -4700, "4010": -300,
    "4090": 1000, "5000": 1900, "5040": 500,
}  # fmt: skip


def test_trial_balance_to_the_penny(shop: SmallShop) -> None:
    found = trial_balance(shop.actor, as_of=LAST)
    # The deposit of order A came and went: its account is there, with nothing on it.
    assert {row.code: row.balance_minor for row in found.rows} == BALANCES | {"2200": 0}
    assert (found.debit_minor, found.credit_minor, found.difference_minor) == (21460, 21460, 0)
    deposits = next(row for row in found.rows if row.code == "2200")
    assert (deposits.debit_minor, deposits.credit_minor) == (2760, 2760)
    assert found.currency == "GBP"


def test_trial_balance_of_a_day_in_between(shop: SmallShop) -> None:
    found = trial_balance(shop.actor, as_of=date(2026, 2, 5))
    by_code = {row.code: row.balance_minor for row in found.rows}
    assert by_code["1000"] == 13900
    assert by_code["1100"] == 2700
    assert "4090" not in by_code
    assert found.difference_minor == 0


def test_trial_balance_before_anything(shop: SmallShop) -> None:
    found = trial_balance(shop.actor, as_of=date(2026, 2, 1))
    assert (found.rows, found.debit_minor, found.credit_minor) == ([], 0, 0)


def test_profit_and_loss(shop: SmallShop) -> None:
    found = profit_and_loss(shop.actor, first_on=FIRST, last_on=LAST)
    assert {row.code: row.balance_minor for row in found.income} == {"4000": 4700, "4010": 300, "4090": -1000}
    assert {row.code: row.balance_minor for row in found.cost_of_sales} == {"5000": 1900, "5040": 500}
    assert found.expenses == []
    assert (found.income_minor, found.cost_of_sales_minor, found.gross_minor) == (4000, 2400, 1600)
    assert (found.profit_minor, found.gross_margin_ppm) == (1600, 400_000)


def test_profit_and_loss_of_a_span_leaves_the_rest_out(shop: SmallShop) -> None:
    found = profit_and_loss(shop.actor, first_on=date(2026, 2, 6), last_on=date(2026, 2, 9))
    assert (found.income_minor, found.cost_of_sales_minor, found.profit_minor) == (-1000, 100, -1100)
    quiet = profit_and_loss(shop.actor, first_on=date(2026, 2, 13), last_on=LAST)
    assert (quiet.profit_minor, quiet.gross_margin_ppm) == (0, None)


def test_balance_sheet_balances_every_day(shop: SmallShop) -> None:
    found = balance_sheet(shop.actor, as_of=LAST)
    assert (found.assets_minor, found.liabilities_minor, found.equity_minor, found.profit_minor) == (
        18060,
        260,
        16200,
        1600,
    )
    for ago in range(16):
        assert balance_sheet(shop.actor, as_of=LAST - timedelta(days=ago)).difference_minor == 0


def test_accounts_speak_the_reader_s_language(shop: SmallShop) -> None:
    with translation.override("cy"):
        names = {row.code: row.name for row in trial_balance(shop.actor, as_of=LAST).rows}
    assert names["1000"] == "Stoc mewn llaw"


def test_account_lines_run_from_opening_to_closing(shop: SmallShop) -> None:
    found = account_lines(shop.actor, code="1000", first_on=date(2026, 2, 3), last_on=date(2026, 2, 9))
    assert (found.opening_minor, found.closing_minor, found.count) == (16200, 13800, 4)
    assert [(line.posted_on.day, line.amount_minor, line.balance_minor) for line in found.rows] == [
        (3, -800, 15400), (5, -1500, 13900), (6, -500, 13400), (9, 400, 13800),
    ]  # fmt: skip
    assert [line.source.split(":")[0] for line in found.rows] == ["shipment", "shipment", "adjustment", "return-order"]


def test_account_lines_page_keeps_the_running_balance(shop: SmallShop) -> None:
    found = account_lines(shop.actor, code="1000", limit=2, offset=2)
    assert [line.balance_minor for line in found.rows] == [15400, 13900]
    assert (found.count, found.opening_minor, found.closing_minor) == (6, 0, 13800)


def test_an_account_that_is_not_there(shop: SmallShop) -> None:
    with pytest.raises(NotFound):
        account_lines(shop.actor, code="1001")


def test_each_figure_opens_the_lines_that_make_it(shop: SmallShop) -> None:
    for row in trial_balance(shop.actor, as_of=LAST).rows:
        where = dict(row.opens.where)
        lines = account_lines(shop.actor, code=where["code"], last_on=date.fromisoformat(where["last_on"]))
        assert sum(line.amount_minor for line in lines.rows) == row.balance_minor == lines.closing_minor


def test_debtors_by_age_agree_with_the_ledger_on_every_day(shop: SmallShop) -> None:
    now = aged_debtors(shop.actor, as_of=LAST)
    assert [(row.name, row.not_due_minor, row.overdue_minor, row.total_minor) for row in now.rows] == [
        ("Gwen Rees", 1700, 0, 1700)
    ]
    assert (now.total_minor, now.ledger_minor, now.difference_minor) == (1700, 1700, 0)
    before_payment = aged_debtors(shop.actor, as_of=date(2026, 2, 11))
    assert (before_payment.total_minor, before_payment.difference_minor) == (2700, 0)
    for ago in range(16):
        assert aged_debtors(shop.actor, as_of=LAST - timedelta(days=ago)).difference_minor == 0


@pytest.mark.parametrize(
    ("days_after_due", "ages"),
    [
        (0, (1700, 0, 0, 0, 0)), (1, (0, 1700, 0, 0, 0)), (30, (0, 1700, 0, 0, 0)), (31, (0, 0, 1700, 0, 0)),
        (60, (0, 0, 1700, 0, 0)), (61, (0, 0, 0, 1700, 0)), (90, (0, 0, 0, 1700, 0)), (91, (0, 0, 0, 0, 1700)),
    ],
)  # fmt: skip
def test_debt_grows_older(shop: SmallShop, days_after_due: int, ages: tuple[int, ...]) -> None:
    due = date(2026, 2, 5) + timedelta(days=30)
    (row,) = aged_debtors(shop.actor, as_of=due + timedelta(days=days_after_due)).rows
    found = (row.not_due_minor, row.days_1_30_minor, row.days_31_60_minor, row.days_61_90_minor, row.over_90_minor)
    assert found == ages


def test_debtor_papers(shop: SmallShop) -> None:
    (paper,) = debtor_papers(shop.actor, as_of=LAST, customer_id=shop.gwen_id)
    assert (paper.kind, paper.total_minor, paper.open_minor, paper.overdue_days) == ("invoice", 2700, 1700, 0)
    assert debtor_papers(shop.actor, as_of=LAST, customer_id=None) == []


def test_a_clerk_sees_debtors_but_not_the_ledger(shop: SmallShop) -> None:
    clerk = actor_of(shop.actor, permissions=role_permissions("clerk"))
    assert aged_debtors(clerk, as_of=LAST).total_minor == 1700
    with pytest.raises(NotAllowed):
        trial_balance(clerk, as_of=LAST)
    with pytest.raises(NotAllowed):
        account_lines(clerk, code="1000")
    with pytest.raises(NotAllowed):
        aged_debtors(actor_of(shop.actor, permissions=role_permissions("warehouse")), as_of=LAST)
