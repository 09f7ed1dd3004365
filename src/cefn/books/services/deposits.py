"""Deposits: money that came before its invoice settles it as soon as it is posted."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from cefn.books.models import PaymentAllocation
from cefn.books.posting import deposit_use_entry
from cefn.kernel import clock, sql
from cefn.kernel.ids import new_ids
from cefn.ledger.services import post_entries
from cefn.platform.actors import Actor
from cefn.platform.company_facts import company_facts

ALLOCATION_COLUMNS = ("id", "company_id", "payment_id", "invoice_id", "amount_minor", "allocated_at")


def deposits_apply(*, actor: Actor, invoice_ids: Sequence[int]) -> None:
    """Settle open invoices from what was paid in advance on the same order, oldest payment first."""
    if not invoice_ids:
        return
    rows = sql.fetch(
        "SELECT t.id, t.unallocated_minor, i.id, i.open_minor, i.customer_id, i.number, t.number, t.customer_id,"
        " t.order_id, t.direction"
        " FROM books_payment AS t JOIN books_invoice AS i ON i.order_id = t.order_id JOIN {v} ON i.id = v.k"
        " WHERE t.unallocated_minor > 0 AND i.open_minor > 0 AND i.kind = 'invoice'"
        " ORDER BY t.id, i.id {for_update_of_t}",
        v=sql.Rows("k bigint", [(key,) for key in sorted(invoice_ids)]),
    )
    given_back = {row[0]: (row[8], row[1]) for row in rows if row[9] == "out"}
    rows = [row for row in rows if row[9] == "in"]
    if not rows:
        return
    free = {row[0]: row[1] for row in rows}
    still = {row[2]: row[3] for row in rows}
    kept = _given_back_first(rows, given_back)
    used = []
    for payment, _, invoice, _, customer, invoice_number, payment_number, payer, _, _ in rows:
        amount = min(free[payment] - kept[payment], still[invoice])
        if amount:
            free[payment] -= amount
            still[invoice] -= amount
            used.append((payment, invoice, amount, customer, invoice_number, payment_number, payer))
    company, now = company_facts(actor.company_id), clock.now()
    sql.insert_rows(
        PaymentAllocation,
        ALLOCATION_COLUMNS,
        [
            (key, company.id, payment, invoice, amount, now)
            for key, (payment, invoice, amount, *_) in zip(new_ids(len(used)), used, strict=True)
        ],
    )
    sql.run(
        "UPDATE books_payment AS t SET unallocated_minor = v.n FROM {v} WHERE t.id = v.k",
        v=sql.Rows("k bigint, n bigint", sorted(free.items())),
    )
    sql.run(
        "UPDATE books_invoice AS t SET open_minor = v.n, status = CASE WHEN v.n = 0 THEN 'paid' ELSE t.status END"
        " FROM {v} WHERE t.id = v.k",
        v=sql.Rows("k bigint, n bigint", sorted(still.items())),
    )
    issued = dict(
        sql.fetch(
            "SELECT i.id, i.issued_on FROM books_invoice AS i JOIN {v} ON i.id = v.k",
            v=sql.Rows("k bigint", [(key,) for key in sorted(still)]),
        )
    )
    post_entries(
        actor=actor,
        entries=[
            deposit_use_entry(
                source=f"payment:{payment_number}", purpose=f"deposit:{invoice_number}", on=sql.day(issued[invoice]),
                payer_id=payer, customer_id=customer, amount=amount, memo=f"Deposit used for {invoice_number}",
            )
            for _, invoice, amount, customer, invoice_number, payment_number, payer in used
        ],
    )  # fmt: skip


def _given_back_first(rows: Sequence[tuple[Any, ...]], given_back: Mapping[int, tuple[int, int]]) -> dict[int, int]:
    """Return how much of each payment was refunded before it was used, the oldest payment of an order first."""
    refunded: dict[int, int] = defaultdict(int)
    for order_id, amount in given_back.values():
        refunded[order_id] += amount
    kept: dict[int, int] = {}
    for row in rows:
        if row[0] not in kept:
            kept[row[0]] = min(row[1], refunded[row[8]])
            refunded[row[8]] -= kept[row[0]]
    return kept
