"""Invoices for what was sent, credit notes for what came back: posted at once, numbered without gaps."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from cefn.books.events import InvoicesPosted
from cefn.books.models import Invoice, InvoiceLine
from cefn.books.posting import (
    SALES_GOODS,
    SALES_RETURNS,
    SALES_SERVICES,
    cost_of_return_entry,
    cost_of_sale_entry,
    credit_note_entry,
    invoice_entry,
    totals_by,
)
from cefn.books.services.deposits import deposits_apply
from cefn.kernel import clock, sql
from cefn.kernel.bus import bus
from cefn.kernel.ids import new_ids
from cefn.ledger.services import EntryDraft, post_entries
from cefn.orders.events import ReturnedLine, ReturnsReceived
from cefn.orders.services import LineProgress, lines_progress, orders_refresh
from cefn.platform.actors import Actor
from cefn.platform.audit import AuditDraft, audit_record
from cefn.platform.company_facts import CompanyFacts, company_facts
from cefn.platform.numbering import numbers_take
from cefn.tax.calculation import cumulative_part
from cefn.warehouse.events import ShipmentsShipped

TERMS_DAYS = 30

INVOICE_COLUMNS = (
    "id", "company_id", "kind", "number", "status", "customer_id", "order_id", "source", "currency",
    "prices_include_tax", "tax_rounding", "bill_to", "net_minor", "tax_minor", "rounding_minor", "total_minor",
    "open_minor", "issued_on", "due_on", "recorded_at",
)  # fmt: skip
INVOICE_LINE_COLUMNS = (
    "id", "company_id", "invoice_id", "position", "order_line_id", "variant_id", "sku", "description", "quantity",
    "unit_price_micro", "tax_code", "tax_rate_ppm", "net_minor", "tax_minor", "account_code",
)  # fmt: skip


class Billed(NamedTuple):
    """A line of a paper of money."""

    order_line_id: int | None
    variant_id: int
    sku: str
    description: str
    quantity: int
    unit_price_micro: int
    tax_code: str
    tax_rate_ppm: int
    net_minor: int
    tax_minor: int
    account_code: str


class Paper(NamedTuple):
    """An invoice or credit note to write."""

    source: str
    order_id: int | None
    customer_id: int | None
    order_number: str
    bill_to: object
    prices_include_tax: bool
    issued_on: date
    lines: list[Billed]


class Sent(NamedTuple):
    """What a paper is to bill: units by order line, and the services of the order not yet billed."""

    source: str
    order_id: int
    issued_on: date
    quantities: dict[int, int]


def shipments_invoice(*, actor: Actor, event: ShipmentsShipped) -> list[int]:
    """Invoice what shipments sent, with services not yet billed on an order's first invoice, and post the cost of sale.

    Returns the invoices' ids. What a customer has on deposit for the order settles them at once.
    """
    company = company_facts(actor.company_id)
    sent: dict[int, Sent] = {}
    costs: dict[int, int] = defaultdict(int)
    for line in event.lines:
        day = company.day(event.at[line.shipment_id])
        paper = sent.setdefault(line.shipment_id, Sent(f"shipment:{line.shipment_number}", line.order_id, day, {}))
        paper.quantities[line.order_line_id] = paper.quantities.get(line.order_line_id, 0) + line.quantity
        costs[line.shipment_id] += line.cost_minor
    entries = [
        cost_of_sale_entry(
            source=paper.source, on=paper.issued_on, cost=costs[key], memo=f"Cost of {paper.source.partition(':')[2]}"
        )
        for key, paper in sent.items()
    ]
    return _invoice(actor, company, list(sent.values()), entries)


def services_invoice(*, actor: Actor, order_ids: Sequence[int], on: Mapping[int, date]) -> list[int]:
    """Invoice the services of orders from which nothing is to be sent; return the invoices' ids."""
    company = company_facts(actor.company_id)
    rows = sql.fetch(
        "SELECT o.id, o.number FROM orders_salesorder AS o JOIN {v} ON o.id = v.k",
        v=sql.Rows("k bigint", [(key,) for key in sorted(order_ids)]),
    )
    return _invoice(actor, company, [Sent(f"sales-order:{number}", key, on[key], {}) for key, number in rows], [])


def _invoice(actor: Actor, company: CompanyFacts, sent: Sequence[Sent], entries: Sequence[EntryDraft]) -> list[int]:
    papers, prepaid = _papers(sent)
    ids = invoices_post(actor=actor, kind="invoice", papers=papers, entries=entries)
    lines_progress(
        changes=[LineProgress(b.order_line_id or 0, invoiced=b.quantity) for paper in papers for b in paper.lines]
    )
    if prepaid:
        deposits_apply(actor=actor, invoice_ids=ids)
    orders_refresh(order_ids=[paper.order_id for paper in sent])
    return ids


@dataclass(slots=True)
class LineToBill:
    """An order line with what an invoice copies from its order; `invoiced` grows with each paper that bills it."""

    order_id: int
    id: int
    variant_id: int
    sku: str
    description: str
    quantity: int
    cancelled: int
    invoiced: int
    kind: str
    unit_price_micro: int
    tax_code: str
    tax_rate_ppm: int
    net_minor: int
    tax_minor: int
    customer_id: int | None
    order_number: str
    bill_to: Any
    prices_include_tax: bool
    paid_minor: int


def _papers(sent: Sequence[Sent]) -> tuple[list[Paper], bool]:
    """Return the papers to write, and whether any of the orders has money on it already."""
    rows = sql.fetch(
        "SELECT l.order_id, l.id, l.variant_id, x.sku, l.description, l.quantity, l.cancelled, l.invoiced, l.kind,"
        " l.unit_price_micro, l.tax_code, l.tax_rate_ppm, l.net_minor, l.tax_minor, o.customer_id, o.number, o.bill_to,"
        " o.prices_include_tax, o.paid_minor FROM orders_salesorderline AS l JOIN {v} ON l.order_id = v.k"
        " JOIN orders_salesorder AS o ON o.id = l.order_id JOIN catalog_variant AS x ON x.id = l.variant_id"
        " ORDER BY l.order_id, l.position",
        v=sql.Rows("k bigint", [(key,) for key in sorted({paper.order_id for paper in sent})]),
    )
    order_lines: dict[int, list[LineToBill]] = defaultdict(list)
    for row in rows:
        order_lines[row[0]].append(LineToBill(*row))
    papers = []
    for paper in sent:
        lines = order_lines[paper.order_id]
        billed = [_bill(line, paper.quantities) for line in lines]
        head = lines[0]
        papers.append(
            Paper(
                source=paper.source,
                order_id=paper.order_id,
                customer_id=head.customer_id,
                order_number=head.order_number,
                bill_to=sql.loaded(head.bill_to),
                prices_include_tax=bool(head.prices_include_tax),
                issued_on=paper.issued_on,
                lines=[line for line in billed if line],
            )
        )
    return papers, any(lines[0].paid_minor for lines in order_lines.values())


def _bill(line: LineToBill, quantities: Mapping[int, int]) -> Billed | None:
    """Return the part of an order line that an invoice bills, and note it as billed on `line`."""
    is_goods = line.kind == "goods"
    number = quantities.get(line.id, 0) if is_goods else line.quantity - line.cancelled - line.invoiced
    if number <= 0:
        return None
    before, after = line.invoiced, line.invoiced + number
    line.invoiced = after
    net, tax = cumulative_part(
        net_minor=line.net_minor,
        tax_minor=line.tax_minor,
        includes_tax=bool(line.prices_include_tax),
        done_before=before,
        done_after=after,
        quantity=line.quantity,
    )
    return Billed(
        line.id, line.variant_id, line.sku, line.description, number, line.unit_price_micro, line.tax_code,
        line.tax_rate_ppm, net, tax, SALES_GOODS if is_goods else SALES_SERVICES,
    )  # fmt: skip


def invoices_post(*, actor: Actor, kind: str, papers: Sequence[Paper], entries: Sequence[EntryDraft] = ()) -> list[int]:
    """Write and post invoices (or credit notes), and `entries` with them in the same statements; return their ids."""
    company, now = company_facts(actor.company_id), clock.now()
    papers = [paper for paper in papers if paper.lines]
    numbers = numbers_take(company_id=company.id, series=kind, count=len(papers))
    ids = new_ids(len(papers))
    headers: list[tuple[Any, ...]] = []
    lines: list[tuple[Any, ...]] = []
    posts, events = list(entries), list[AuditDraft]()
    line_ids = iter(new_ids(sum(len(paper.lines) for paper in papers)))
    for key, number, paper in zip(ids, numbers, papers, strict=True):
        net, tax = sum(b.net_minor for b in paper.lines), sum(b.tax_minor for b in paper.lines)
        total = net + tax
        due = paper.issued_on + timedelta(days=TERMS_DAYS)
        headers.append(
            (key, company.id, kind, number, "posted" if total else "paid", paper.customer_id, paper.order_id,
             paper.source, company.currency, paper.prices_include_tax, company.tax_rounding, paper.bill_to, net, tax, 0,
             total, total, paper.issued_on, due, now)
        )  # fmt: skip
        lines.extend((next(line_ids), company.id, key, at + 1, *billed) for at, billed in enumerate(paper.lines))
        posts.append(_paper_entry(kind, number, paper, net, tax))
        if paper.order_number:
            events.append(
                AuditDraft(f"sales-order:{paper.order_number}", "invoiced" if kind == "invoice" else "credited",
                           {"number": number, "total_minor": total})
            )  # fmt: skip
    sql.insert_rows(Invoice, INVOICE_COLUMNS, headers)
    sql.insert_rows(InvoiceLine, INVOICE_LINE_COLUMNS, lines)
    post_entries(actor=actor, entries=posts)
    audit_record(actor=actor, at=now, events=events)
    bus.publish(InvoicesPosted(company_id=company.id, actor=actor, invoice_ids=tuple(ids)))
    return ids


def _paper_entry(kind: str, number: str, paper: Paper, net: int, tax: int) -> EntryDraft:
    if kind == "invoice":
        return invoice_entry(
            source=f"invoice:{number}",
            on=paper.issued_on,
            customer_id=paper.customer_id,
            total=net + tax,
            tax=tax,
            rounding=0,
            net_by_account=totals_by((b.account_code, b.net_minor) for b in paper.lines),
            memo=f"Invoice {number}",
        )
    return credit_note_entry(
        source=f"credit-note:{number}",
        on=paper.issued_on,
        customer_id=paper.customer_id,
        total=net + tax,
        tax=tax,
        net=net,
        memo=f"Credit note {number}",
    )


def returns_credit(*, actor: Actor, event: ReturnsReceived) -> list[int]:
    """Credit what came back, and put its cost back where it belongs; return the credit notes' ids."""
    company = company_facts(actor.company_id)
    on = company.day(event.received_at)
    groups: dict[tuple[int, str], list[ReturnedLine]] = defaultdict(list)
    for line in event.lines:
        groups[(line.return_id, line.return_number)].append(line)
    credited = {line.line_id: line for line in event.lines}
    papers = [
        paper._replace(lines=[_credit(fact, credited[fact.line_id]) for fact in facts if fact.line_id in credited])
        for paper, facts in _return_papers([key for key, _ in groups], on)
    ]
    entries = [
        cost_of_return_entry(
            source=f"return-order:{number}",
            on=on,
            restocked=sum(line.cost_minor for line in lines if not line.is_written_off),
            written_off=sum(line.cost_minor for line in lines if line.is_written_off),
            memo=f"Cost of {number}",
        )
        for (_, number), lines in groups.items()
    ]
    return invoices_post(actor=actor, kind="credit_note", papers=papers, entries=entries)


class CreditFacts(NamedTuple):
    """What a credit note copies from a return line."""

    line_id: int
    sku: str
    description: str
    quantity: int
    unit_price_micro: int
    tax_code: str
    tax_rate_ppm: int


def _return_papers(return_ids: Sequence[int], on: date) -> list[tuple[Paper, list[CreditFacts]]]:
    """Return for each return its paper, still without lines, and the facts of its lines."""
    rows = sql.fetch(
        "SELECT r.id, r.number, r.order_id, r.customer_id, o.number, o.bill_to, r.prices_include_tax, l.id, x.sku,"
        " l.description, l.quantity, l.unit_price_micro, l.tax_code, l.tax_rate_ppm FROM orders_returnorder AS r"
        " JOIN {v} ON r.id = v.k JOIN orders_returnline AS l ON l.return_order_id = r.id"
        " JOIN catalog_variant AS x ON x.id = l.variant_id LEFT JOIN orders_salesorder AS o ON o.id = r.order_id"
        " ORDER BY r.id, l.position",
        v=sql.Rows("k bigint", [(key,) for key in sorted(return_ids)]),
    )
    papers: dict[int, tuple[Paper, list[CreditFacts]]] = {}
    for key, number, order_id, customer_id, order_number, bill_to, includes, *line in rows:
        if key not in papers:
            paper = Paper(
                source=f"return-order:{number}",
                order_id=order_id,
                customer_id=customer_id,
                order_number=order_number or "",
                bill_to=sql.loaded(bill_to) or {},
                prices_include_tax=bool(includes),
                issued_on=on,
                lines=[],
            )
            papers[key] = (paper, [])
        papers[key][1].append(CreditFacts(*line))
    return list(papers.values())


def _credit(facts: CreditFacts, line: ReturnedLine) -> Billed:
    return Billed(
        line.order_line_id, line.variant_id, facts.sku, facts.description, facts.quantity, facts.unit_price_micro,
        facts.tax_code, facts.tax_rate_ppm, line.net_minor, line.tax_minor, SALES_RETURNS,
    )  # fmt: skip
