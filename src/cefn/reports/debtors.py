"""Who owes us, and for how long: open invoices and credit notes by age, tied to the control account."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from cefn.kernel import sql
from cefn.platform.actors import Actor
from cefn.platform.company_facts import company_facts
from cefn.platform.permissions import permission_require
from cefn.reports.shape import Opens

SEES = "invoices.view"
CONTROL = "1100"
AGES = (0, 30, 60, 90)
"""Upper ends, in days overdue, of the age classes; what is older is in the last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DebtorRow:
    """A customer's open papers by age, in minor units; `credits_minor` is what we owe them on credit notes."""

    customer_id: int | None
    name: str
    not_due_minor: int
    days_1_30_minor: int
    days_31_60_minor: int
    days_61_90_minor: int
    over_90_minor: int
    credits_minor: int
    papers: int
    opens: Opens

    @property
    def overdue_minor(self) -> int:
        """Return what is past its day."""
        return self.days_1_30_minor + self.days_31_60_minor + self.days_61_90_minor + self.over_90_minor

    @property
    def total_minor(self) -> int:
        """Return what the customer owes in all, credit notes taken off."""
        return self.not_due_minor + self.overdue_minor - self.credits_minor


@dataclass(frozen=True, slots=True, kw_only=True)
class AgedDebtors:
    """All debtors at the end of a day, the most overdue first; `ledger_minor` is the control account then."""

    as_of: date
    currency: str
    rows: list[DebtorRow]
    total_minor: int
    overdue_minor: int
    credits_minor: int
    ledger_minor: int

    @property
    def difference_minor(self) -> int:
        """Return papers less ledger: nil."""
        return self.total_minor - self.ledger_minor


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperRow:
    """An invoice or credit note with what was open of it at the end of the day; overdue counts days, nil before."""

    invoice_id: int
    kind: str
    number: str
    customer_id: int | None
    customer_name: str
    issued_on: date
    due_on: date
    total_minor: int
    open_minor: int
    overdue_days: int


OPEN_PAPERS = """
SELECT i.id, i.kind, i.number, i.customer_id, COALESCE(c.name, ''), i.issued_on, i.due_on, i.total_minor,
  i.total_minor - COALESCE(s.settled, 0)
FROM books_invoice AS i LEFT JOIN parties_customer AS c ON c.id = i.customer_id
LEFT JOIN (SELECT a.invoice_id, SUM(a.amount_minor) AS settled FROM books_paymentallocation AS a
  JOIN books_payment AS p ON p.id = a.payment_id WHERE a.company_id = %s AND p.paid_on <= %s GROUP BY a.invoice_id) AS s
  ON s.invoice_id = i.id
WHERE i.company_id = %s AND i.issued_on <= %s AND i.status IN ('posted', 'paid')
  AND i.total_minor - COALESCE(s.settled, 0) <> 0
ORDER BY i.due_on, i.id
"""
"""A payment settles a paper from the later of the two days on, so a report of a past day stays what it was."""


def _papers(actor: Actor, as_of: date) -> list[PaperRow]:
    rows = sql.fetch(OPEN_PAPERS, [actor.company_id, as_of, actor.company_id, as_of])
    found = []
    for key, kind, number, customer, name, issued, due, total, still in rows:
        due_on = sql.day(due)
        found.append(
            PaperRow(
                invoice_id=key, kind=kind, number=number, customer_id=customer, customer_name=name or _("Guests"),
                issued_on=sql.day(issued), due_on=due_on, total_minor=total, open_minor=int(still),
                overdue_days=max(0, (as_of - due_on).days) if kind == "invoice" else 0,
            )
        )  # fmt: skip
    return found


def debtor_papers(actor: Actor, *, as_of: date, customer_id: int | None) -> list[PaperRow]:
    """Return what was open of one customer (None: of guests) at the end of a day, the oldest due first."""
    permission_require(actor, SEES)
    return [paper for paper in _papers(actor, as_of) if paper.customer_id == customer_id]


def aged_debtors(actor: Actor, *, as_of: date) -> AgedDebtors:
    """Return who owed what at the end of a day, by age of the debt: two statements."""
    permission_require(actor, SEES)
    groups: dict[int | None, list[PaperRow]] = defaultdict(list)
    for paper in _papers(actor, as_of):
        groups[paper.customer_id].append(paper)
    rows = sorted(
        (_row(key, papers, as_of) for key, papers in groups.items()),
        key=lambda row: (-row.overdue_minor, -row.total_minor, row.name),
    )
    ledger = sql.fetch(
        "SELECT COALESCE(SUM(l.amount_minor), 0) FROM ledger_journalline AS l JOIN ledger_account AS a ON a.id ="
        " l.account_id"
        " WHERE a.company_id = %s AND a.code = %s AND l.company_id = %s AND l.posted_on <= %s",
        [actor.company_id, CONTROL, actor.company_id, as_of],
    )[0][0]
    return AgedDebtors(
        as_of=as_of, currency=company_facts(actor.company_id).currency, rows=rows,
        total_minor=sum(row.total_minor for row in rows), overdue_minor=sum(row.overdue_minor for row in rows),
        credits_minor=sum(row.credits_minor for row in rows), ledger_minor=int(ledger),
    )  # fmt: skip


def _row(customer_id: int | None, papers: list[PaperRow], as_of: date) -> DebtorRow:
    ages = [0] * (len(AGES) + 1)
    credits_minor = 0
    for paper in papers:
        if paper.kind == "credit_note":
            credits_minor += paper.open_minor
        else:
            ages[sum(paper.overdue_days > end for end in AGES)] += paper.open_minor
    where = {"open": "yes", "as_of": as_of.isoformat(), "customer": str(customer_id or "guest")}
    return DebtorRow(
        customer_id=customer_id, name=papers[0].customer_name, not_due_minor=ages[0], days_1_30_minor=ages[1],
        days_31_60_minor=ages[2], days_61_90_minor=ages[3], over_90_minor=ages[4], credits_minor=credits_minor,
        papers=len(papers), opens=Opens("invoices", where),
    )  # fmt: skip
