"""Payments and refunds: booked once under the caller's source, allocated to invoices, the rest a deposit."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from cefn.books.errors import AmountInvalid, PaymentKnown, PaymentMethodUnknown, RefundTooMuch, RefundUnbacked
from cefn.books.events import PaymentsPosted
from cefn.books.models import Payment, PaymentAllocation, PaymentMethod
from cefn.books.posting import payment_entry, refund_entry
from cefn.books.services.deposits import ALLOCATION_COLUMNS
from cefn.kernel import clock, sql
from cefn.kernel.bus import bus
from cefn.kernel.errors import NotFound
from cefn.kernel.ids import new_ids
from cefn.kernel.memo import Memo
from cefn.kernel.money import minor_text
from cefn.ledger.services import post_entries
from cefn.orders.services import orders_paid
from cefn.parties.services import customers_require
from cefn.platform.actors import Actor
from cefn.platform.audit import AuditDraft, audit_record
from cefn.platform.company_facts import CompanyFacts, company_facts
from cefn.platform.numbering import numbers_take

METHODS = (
    ("card", "Card", "Cerdyn", "1210"),
    ("paypal", "PayPal", "PayPal", "1210"),
    ("bank", "Bank transfer", "Trosglwyddiad banc", "1200"),
    ("cash", "Cash", "Arian parod", "1230"),
    ("marketplace", "Marketplace", "Marchnadfa", "1220"),
)
"""Ways to pay that every company starts with: code, name, Welsh name, account where the money lands."""


@dataclass(slots=True)
class PaymentDraft:
    """Money to book. `source` makes it repeatable, e.g. "stripe:pi_123"; empty: the payment's own number.

    With `invoice_ids` it settles those, oldest first; else the open invoices of the order, if one is named.
    """

    method: str
    amount_minor: int
    direction: str = "in"
    order_id: int | None = None
    customer_id: int | None = None
    invoice_ids: Sequence[int] = field(default_factory=list)
    source: str = ""
    reference: str = ""
    paid_on: date | None = None


class Open(NamedTuple):
    """An invoice or credit note with something still open."""

    id: int
    order_id: int | None
    customer_id: int | None
    number: str
    open_minor: int


PAYMENT_COLUMNS = (
    "id", "company_id", "number", "direction", "method_id", "customer_id", "order_id", "source", "reference",
    "currency", "amount_minor", "unallocated_minor", "paid_on", "recorded_at", "reverses_id",
)  # fmt: skip

_methods: Memo[int, dict[str, tuple[int, str]]] = Memo(
    lambda company_id: {
        code: (key, account)
        for code, key, account in PaymentMethod.objects.filter(company_id=company_id).values_list(
            "code", "id", "account_code"
        )
    },
    seconds=10,
)


def payment_methods_create(*, actor: Actor) -> None:
    """Give a company the payment methods it starts with."""
    PaymentMethod.objects.bulk_create(
        [
            PaymentMethod(company_id=actor.company_id, code=code, name=name, name_cy=welsh, account_code=account)
            for code, name, welsh, account in METHODS
        ]
    )
    _methods.forget(actor.company_id)


def payment_methods_forget(*, company_id: int) -> None:
    """Drop the remembered methods of a company: after they were changed."""
    _methods.forget(company_id)


def payments_post(*, actor: Actor, payments: Sequence[PaymentDraft]) -> list[tuple[int, str]]:
    """Book payments and refunds; return (id, number) of each in order.

    A receipt settles invoices, a refund settles credit notes; refunds never pass what was paid on their order.
    Raises PaymentMethodUnknown, AmountInvalid, PaymentKnown, RefundTooMuch, RefundUnbacked, NotFound;
    nothing is written then.
    """
    if not payments:
        return []
    company, now = company_facts(actor.company_id), clock.now()
    methods = _methods.get(company.id)
    for draft in payments:
        if draft.method not in methods:
            raise PaymentMethodUnknown(code=draft.method, known=", ".join(sorted(methods)))
        if draft.amount_minor <= 0:
            raise AmountInvalid(amount=draft.amount_minor)
    _require_new(company, payments)
    customers_require(
        company_id=company.id, customer_ids=[d.customer_id for d in payments if d.customer_id is not None]
    )
    customers = _orders_lock(company, payments)
    opens = _opens_lock(company.id, payments)
    left = {o.id: o.open_minor for group in opens.values() for o in group}
    shares = [_settle(draft, opens, left) for draft in payments]
    _require_backed(company, payments, shares)
    numbers = numbers_take(company_id=company.id, series="payment", count=len(payments))
    ids = new_ids(len(payments))
    rows, entries = [], []
    for key, number, draft, share in zip(ids, numbers, payments, shares, strict=True):
        method, account = methods[draft.method]
        on = draft.paid_on or company.day(now)
        settled: dict[int | None, int] = defaultdict(int)
        for paper, amount in share:
            settled[paper.customer_id] += amount
        customer = draft.customer_id or customers.get(draft.order_id or 0)
        customer = customer or next((o.customer_id for o, _ in share), None)
        rest = draft.amount_minor - sum(settled.values())
        rows.append(
            (key, company.id, number, draft.direction, method, customer, draft.order_id,
             draft.source or f"payment:{number}", draft.reference, company.currency, draft.amount_minor, rest, on, now,
             None)
        )  # fmt: skip
        entry = payment_entry if draft.direction == "in" else refund_entry
        entries.append(
            entry(
                source=f"payment:{number}", on=on, payer_id=customer, account=account, settled=settled,
                deposit=rest, memo=draft.reference or number,
            )
        )  # fmt: skip
    sql.insert_rows(Payment, PAYMENT_COLUMNS, rows)
    _allocations_write(company.id, ids, shares, left, now)
    post_entries(actor=actor, entries=entries)
    _orders_note(actor, payments, shares, numbers)
    bus.publish(PaymentsPosted(company_id=company.id, actor=actor, payment_ids=tuple(ids)))
    return list(zip(ids, numbers, strict=True))


def _require_new(company: CompanyFacts, payments: Sequence[PaymentDraft]) -> None:
    sources = [(draft.source,) for draft in payments if draft.source]
    if not sources:
        return
    found = sql.fetch(
        "SELECT p.source, p.number FROM books_payment AS p JOIN {v} ON p.source = v.s WHERE p.company_id = %s",
        [company.id],
        v=sql.Rows("s text", sources),
    )
    for source, number in found:
        raise PaymentKnown(source=source, number=number)


def _orders_lock(company: CompanyFacts, payments: Sequence[PaymentDraft]) -> dict[int, int | None]:
    """Return the customer of each order paid or refunded, the order locked. Raises NotFound, RefundTooMuch."""
    wanted: dict[int, int] = {draft.order_id: 0 for draft in payments if draft.order_id is not None}
    for draft in payments:
        if draft.direction == "out" and draft.order_id is not None:
            wanted[draft.order_id] += draft.amount_minor
    if not wanted:
        return {}
    rows = sql.fetch(
        "SELECT t.id, t.number, t.customer_id, t.paid_minor - t.refunded_minor FROM orders_salesorder AS t"
        " JOIN {v} ON t.id = v.k WHERE t.company_id = %s ORDER BY t.id {for_update_of_t}",
        [company.id],
        v=sql.Rows("k bigint", [(key,) for key in sorted(wanted)]),
    )
    for missing in sorted(wanted.keys() - {row[0] for row in rows}):
        raise NotFound(thing="order", name=missing)
    for key, number, _, left in rows:
        if wanted[key] > left:
            raise RefundTooMuch(
                number=number,
                amount=minor_text(wanted[key], company.currency),
                left=minor_text(left, company.currency),
            )
    return {key: customer for key, _, customer, _ in rows}


def _opens_lock(company_id: int, payments: Sequence[PaymentDraft]) -> dict[tuple[str, int], list[Open]]:
    """Return what is open, by ("order", id) or ("invoice", id), locked in key order."""
    orders = sorted({d.order_id for d in payments if d.order_id is not None and not d.invoice_ids})
    invoices = sorted({key for d in payments for key in d.invoice_ids})
    kinds = {"invoice" if d.direction == "in" else "credit_note" for d in payments}
    result: dict[tuple[str, int], list[Open]] = defaultdict(list)
    if orders:
        for row in sql.fetch(
            "SELECT t.id, t.order_id, t.customer_id, t.number, t.open_minor, t.kind FROM books_invoice AS t"
            " JOIN {v} ON t.order_id = v.k WHERE t.company_id = %s AND t.open_minor > 0"
            " ORDER BY t.id {for_update_of_t}",
            [company_id],
            v=sql.Rows("k bigint", [(key,) for key in orders]),
        ):
            if row[5] in kinds:
                result[(f"order:{row[5]}", row[1])].append(Open(*row[:5]))
    if invoices:
        for row in sql.fetch(
            "SELECT t.id, t.order_id, t.customer_id, t.number, t.open_minor, t.kind FROM books_invoice AS t"
            " JOIN {v} ON t.id = v.k WHERE t.company_id = %s ORDER BY t.id {for_update_of_t}",
            [company_id],
            v=sql.Rows("k bigint", [(key,) for key in invoices]),
        ):
            result[(f"paper:{row[5]}", row[0])].append(Open(*row[:5]))
    return result


def _settle(
    draft: PaymentDraft, opens: dict[tuple[str, int], list[Open]], left: dict[int, int]
) -> list[tuple[Open, int]]:
    kind = "invoice" if draft.direction == "in" else "credit_note"
    if draft.invoice_ids:
        papers = [o for key in draft.invoice_ids for o in opens.get((f"paper:{kind}", key), ())]
    else:
        papers = opens.get((f"order:{kind}", draft.order_id or 0), [])
    rest, share = draft.amount_minor, []
    for paper in papers:
        amount = min(rest, left[paper.id])
        if amount:
            left[paper.id] -= amount
            rest -= amount
            share.append((paper, amount))
    return share


def _require_backed(
    company: CompanyFacts, payments: Sequence[PaymentDraft], shares: Sequence[Sequence[tuple[Open, int]]]
) -> None:
    """Raise RefundUnbacked where more would go back on an order than was credited or lies there as a deposit."""
    beyond: dict[int, int] = defaultdict(int)
    for draft, share in zip(payments, shares, strict=True):
        if draft.direction == "out" and draft.order_id is not None:
            beyond[draft.order_id] += draft.amount_minor - sum(amount for _, amount in share)
    beyond = {key: amount for key, amount in beyond.items() if amount}
    if not beyond:
        return
    rows = sql.fetch(
        "SELECT o.id, o.number, (SELECT COALESCE(SUM(CASE p.direction WHEN 'in' THEN p.unallocated_minor"
        " ELSE -p.unallocated_minor END), 0) FROM books_payment AS p WHERE p.order_id = o.id)"
        " FROM orders_salesorder AS o JOIN {v} ON o.id = v.k",
        v=sql.Rows("k bigint", [(key,) for key in sorted(beyond)]),
    )
    for key, number, deposit in rows:
        if beyond[key] > deposit:
            raise RefundUnbacked(
                number=number,
                amount=minor_text(beyond[key], company.currency),
                left=minor_text(deposit, company.currency),
            )


def _allocations_write(
    company_id: int,
    ids: Sequence[int],
    shares: Sequence[Sequence[tuple[Open, int]]],
    left: dict[int, int],
    now: object,
) -> None:
    pairs = [(key, paper.id, amount) for key, share in zip(ids, shares, strict=True) for paper, amount in share]
    if not pairs:
        return
    sql.insert_rows(
        PaymentAllocation,
        ALLOCATION_COLUMNS,
        [(new, company_id, *pair, now) for new, pair in zip(new_ids(len(pairs)), pairs, strict=True)],
    )
    sql.run(
        "UPDATE books_invoice AS t SET open_minor = v.n, status = CASE WHEN v.n = 0 THEN 'paid' ELSE t.status END"
        " FROM {v} WHERE t.id = v.k",
        v=sql.Rows("k bigint, n bigint", sorted((key, left[key]) for key in {pair[1] for pair in pairs})),
    )


def _orders_note(
    actor: Actor,
    payments: Sequence[PaymentDraft],
    shares: Sequence[Sequence[tuple[Open, int]]],
    numbers: Sequence[str],
) -> None:
    amounts, marks = [], []
    for draft, share, number in zip(payments, shares, numbers, strict=True):
        parts: dict[int, int] = defaultdict(int)
        if draft.order_id is not None:
            parts[draft.order_id] = draft.amount_minor
        else:
            for paper, amount in share:
                if paper.order_id is not None:
                    parts[paper.order_id] += amount
        for order_id, amount in parts.items():
            paid, back = (amount, 0) if draft.direction == "in" else (0, amount)
            amounts.append((order_id, paid, back))
            marks.append((order_id, number, amount, draft))
    if not amounts:
        return
    names = orders_paid(amounts=amounts)
    audit_record(
        actor=actor,
        events=[
            AuditDraft(f"sales-order:{names[order_id]}", "paid" if draft.direction == "in" else "refunded",
                       {"payment": number, "amount_minor": amount, "method": draft.method})
            for order_id, number, amount, draft in marks
        ],
    )  # fmt: skip
