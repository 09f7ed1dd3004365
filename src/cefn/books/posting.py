"""Every business fact as double entry: this file is the whole rule. Debits are positive, credits negative.

| what happened            | debit                         | credit                               |
|--------------------------|-------------------------------|--------------------------------------|
| invoice posted           | 1100 Trade debtors            | 4000/4010 Sales, 2100 VAT            |
| goods sent               | 5000 Cost of goods sold       | 1000 Stock on hand                   |
| credit note posted       | 4090 Sales returns, 2100 VAT  | 1100 Trade debtors                   |
| goods came back          | 1000 Stock on hand            | 5000 Cost of goods sold              |
| ... and were scrapped    | 5040 Write-off                | 5000 Cost of goods sold              |
| payment received         | bank or clearing account      | 1100 debtors, 2200 deposits (rest)   |
| refund paid              | 1100 debtors, 2200 deposits   | bank or clearing account             |
| deposit used for invoice | 2200 Customer deposits        | 1100 Trade debtors                   |
| stock found              | 1000 Stock on hand            | the reason's account                 |
| stock lost               | the reason's account          | 1000 Stock on hand                   |
"""

from collections.abc import Iterable, Mapping
from datetime import date

from cefn.ledger.services import EntryDraft, LineDraft

STOCK = "1000"
DEBTORS = "1100"
VAT = "2100"
DEPOSITS = "2200"
SALES_GOODS = "4000"
SALES_SERVICES = "4010"
SALES_RETURNS = "4090"
COST_OF_SALES = "5000"
WRITE_OFF = "5040"
ROUNDING = "6080"


def partner_of(customer_id: int | None) -> str:
    """Return how a customer is named on journal lines; guests share one name."""
    return f"customer:{customer_id}" if customer_id else "customer:guest"


def invoice_entry(
    *,
    source: str,
    on: date,
    customer_id: int | None,
    total: int,
    tax: int,
    rounding: int,
    net_by_account: Mapping[str, int],
    memo: str,
) -> EntryDraft:
    """An invoice: the customer owes the total."""
    lines: list[LineDraft] = [(DEBTORS, total, partner_of(customer_id))]
    lines.extend((account, -net, "") for account, net in net_by_account.items())
    lines.extend(((VAT, -tax, ""), (ROUNDING, -rounding, "")))
    return EntryDraft("sales", on, source, "invoice", lines, memo)


def credit_note_entry(
    *, source: str, on: date, customer_id: int | None, total: int, tax: int, net: int, memo: str
) -> EntryDraft:
    """A credit note: we owe the customer the total."""
    lines: list[LineDraft] = [
        (SALES_RETURNS, net, ""),
        (VAT, tax, ""),
        (DEBTORS, -total, partner_of(customer_id)),
    ]
    return EntryDraft("sales", on, source, "credit_note", lines, memo)


def cost_of_sale_entry(*, source: str, on: date, cost: int, memo: str) -> EntryDraft:
    """Goods that left: their cost is an expense now."""
    return EntryDraft("stock", on, source, "cost", [(COST_OF_SALES, cost, ""), (STOCK, -cost, "")], memo)


def cost_of_return_entry(*, source: str, on: date, restocked: int, written_off: int, memo: str) -> EntryDraft:
    """Goods that came back: their cost is stock again, or a write-off."""
    lines: list[LineDraft] = [
        (STOCK, restocked, ""),
        (WRITE_OFF, written_off, ""),
        (COST_OF_SALES, -restocked - written_off, ""),
    ]
    return EntryDraft("stock", on, source, "cost", lines, memo)


def payment_entry(
    *,
    source: str,
    on: date,
    payer_id: int | None,
    account: str,
    settled: Mapping[int | None, int],
    deposit: int,
    memo: str,
) -> EntryDraft:
    """Money that came in: it settles what customers owe (by customer), the rest is a deposit of the payer."""
    lines: list[LineDraft] = [(account, sum(settled.values()) + deposit, "")]
    lines.extend((DEBTORS, -amount, partner_of(customer_id)) for customer_id, amount in settled.items())
    lines.append((DEPOSITS, -deposit, partner_of(payer_id)))
    return EntryDraft("cash", on, source, "payment", lines, memo)


def refund_entry(
    *,
    source: str,
    on: date,
    payer_id: int | None,
    account: str,
    settled: Mapping[int | None, int],
    deposit: int,
    memo: str,
) -> EntryDraft:
    """Money that went back: it settles credit notes (by customer), then the payer's deposit."""
    lines: list[LineDraft] = [(DEBTORS, amount, partner_of(customer_id)) for customer_id, amount in settled.items()]
    lines.append((DEPOSITS, deposit, partner_of(payer_id)))
    lines.append((account, -sum(settled.values()) - deposit, ""))
    return EntryDraft("cash", on, source, "refund", lines, memo)


def deposit_use_entry(
    *, source: str, purpose: str, on: date, payer_id: int | None, customer_id: int | None, amount: int, memo: str
) -> EntryDraft:
    """A deposit of the payer that settles an invoice of the customer, mostly the same person."""
    lines = [(DEPOSITS, amount, partner_of(payer_id)), (DEBTORS, -amount, partner_of(customer_id))]
    return EntryDraft("cash", on, source, purpose, lines, memo)


def adjustment_entry(*, source: str, on: date, account: str, value: int, memo: str) -> EntryDraft:
    """Stock that was found (positive) or lost (negative)."""
    return EntryDraft("stock", on, source, "value", [(STOCK, value, ""), (account, -value, "")], memo)


def totals_by(pairs: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Sum amounts by account code."""
    totals: dict[str, int] = {}
    for code, amount in pairs:
        totals[code] = totals.get(code, 0) + amount
    return totals
