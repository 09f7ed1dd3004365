"""The money ledger and the papers of money (INV-11 to INV-15, INV-17, INV-18)."""

from django.utils.translation import gettext_lazy as _

from cefn.books.posting import DEBTORS, DEPOSITS
from cefn.kernel import sql
from cefn.kernel.money import CURRENCY_DECIMALS, micro_per_minor
from cefn.reports.check.numbers import NUMBERS
from cefn.reports.check.probe import Invariant, Probe, Scope
from cefn.reports.check.stock_value import stock_value_probe
from cefn.reports.check.storage import STORAGE

UNBALANCED = """
SELECT e.company_id, e.number AS subject, e.id AS row_id, 0 AS expected, SUM(l.amount_minor) AS found
FROM ledger_journalentry AS e LEFT JOIN ledger_journalline AS l ON l.entry_id = e.id
GROUP BY e.company_id, e.number, e.id HAVING COALESCE(SUM(l.amount_minor), 1) <> 0
"""

TRIAL_BALANCE = """
SELECT l.company_id, c.code AS subject, l.company_id AS row_id, 0 AS expected, SUM(l.amount_minor) AS found
FROM ledger_journalline AS l JOIN platform_company AS c ON c.id = l.company_id
GROUP BY l.company_id, c.code HAVING SUM(l.amount_minor) <> 0
"""

LINE_DAY = """
SELECT l.company_id, e.number AS subject, l.id AS row_id, e.posted_on AS expected, l.posted_on AS found
FROM ledger_journalline AS l JOIN ledger_journalentry AS e ON e.id = l.entry_id WHERE l.posted_on <> e.posted_on
"""

ENTRY_CURRENCY = """
SELECT e.company_id, e.number AS subject, e.id AS row_id, c.currency AS expected, e.currency AS found
FROM ledger_journalentry AS e JOIN platform_company AS c ON c.id = e.company_id WHERE e.currency <> c.currency
"""

ENTRY_TWICE = """
SELECT e.company_id, e.source AS subject, MAX(e.id) AS row_id, 1 AS expected, COUNT(*) AS found
FROM ledger_journalentry AS e GROUP BY e.company_id, e.source, e.purpose HAVING COUNT(*) > 1
"""

MOVE_TWICE = """
SELECT m.company_id, m.source AS subject, MAX(m.id) AS row_id, 1 AS expected, COUNT(*) AS found
FROM inventory_stockmove AS m GROUP BY m.company_id, m.source, m.purpose HAVING COUNT(*) > 1
"""

PAPER_POSTED = """
SELECT i.company_id, i.number AS subject, i.id AS row_id, i.total_minor AS expected, SUM(l.amount_minor) AS found
FROM books_invoice AS i LEFT JOIN ledger_journalentry AS e ON e.company_id = i.company_id AND e.purpose = i.kind
    AND e.source = CASE i.kind WHEN 'invoice' THEN 'invoice:' ELSE 'credit-note:' END || i.number
LEFT JOIN ledger_journalline AS l ON l.entry_id = e.id
    AND l.account_id IN (SELECT a.id FROM ledger_account AS a WHERE a.code = %s)
WHERE i.status IN ('posted', 'paid') GROUP BY i.company_id, i.number, i.id, i.total_minor, i.kind
HAVING i.total_minor <> COALESCE(SUM(l.amount_minor), 0) * CASE i.kind WHEN 'invoice' THEN 1 ELSE -1 END
"""

PAYMENT_POSTED = """
SELECT p.company_id, p.number AS subject, p.id AS row_id, p.amount_minor AS expected, SUM(l.amount_minor) AS found
FROM books_payment AS p LEFT JOIN ledger_journalentry AS e ON e.company_id = p.company_id
    AND e.source = 'payment:' || p.number AND e.purpose = CASE p.direction WHEN 'in' THEN 'payment' ELSE 'refund' END
LEFT JOIN ledger_journalline AS l ON l.entry_id = e.id
    AND l.account_id NOT IN (SELECT a.id FROM ledger_account AS a WHERE a.code IN (%s, %s))
GROUP BY p.company_id, p.number, p.id, p.amount_minor, p.direction
HAVING p.amount_minor <> COALESCE(SUM(l.amount_minor), 0) * CASE p.direction WHEN 'in' THEN 1 ELSE -1 END
"""

SHIPMENT_COSTED = """
SELECT t.company_id, t.source AS subject, t.row_id, t.worth AS expected, COALESCE(SUM(l.amount_minor), 0) AS found
FROM (SELECT m.company_id, m.source, MIN(m.id) AS row_id, SUM(c.value_minor) AS worth
    FROM inventory_costconsumption AS c JOIN inventory_stockmove AS m ON m.id = c.move_id
    WHERE substr(m.source, 1, 9) = 'shipment:' GROUP BY m.company_id, m.source) AS t
LEFT JOIN ledger_journalentry AS e ON e.company_id = t.company_id AND e.source = t.source AND e.purpose = 'cost'
LEFT JOIN ledger_journalline AS l ON l.entry_id = e.id AND l.amount_minor > 0
GROUP BY t.company_id, t.source, t.row_id, t.worth HAVING t.worth <> COALESCE(SUM(l.amount_minor), 0)
"""

INVOICE_SUMS = """
SELECT i.company_id, i.number AS subject, i.id AS row_id,
    COALESCE(t.net, 0) || ' + ' || COALESCE(t.tax, 0) || ' + ' || i.rounding_minor AS expected,
    i.net_minor || ' + ' || i.tax_minor || ' = ' || i.total_minor AS found
FROM books_invoice AS i LEFT JOIN (SELECT invoice_id, SUM(net_minor) AS net, SUM(tax_minor) AS tax
    FROM books_invoiceline GROUP BY invoice_id) AS t ON t.invoice_id = i.id
WHERE i.net_minor <> COALESCE(t.net, 0) OR i.tax_minor <> COALESCE(t.tax, 0)
    OR i.total_minor <> i.net_minor + i.tax_minor + i.rounding_minor
"""

RETURN_SUMS = """
SELECT r.company_id, r.number AS subject, r.id AS row_id,
    COALESCE(t.net, 0) || ' + ' || COALESCE(t.tax, 0) AS expected,
    r.net_minor || ' + ' || r.tax_minor || ' = ' || r.total_minor AS found
FROM orders_returnorder AS r LEFT JOIN (SELECT return_order_id, SUM(net_minor) AS net, SUM(tax_minor) AS tax
    FROM orders_returnline GROUP BY return_order_id) AS t ON t.return_order_id = r.id
WHERE r.net_minor <> COALESCE(t.net, 0) OR r.tax_minor <> COALESCE(t.tax, 0)
    OR r.total_minor <> r.net_minor + r.tax_minor
"""

# Tax of an amount A at rate R: with tax in the price A x R / (1,000,000 + R), without it A x R / 1,000,000, each
# rounded half away from zero. `share` is the numerator and `whole` the denominator; both databases cut integers
# towards zero.
LINE_TAX = """
SELECT t.company_id, t.subject, t.row_id,
    CASE WHEN t.share >= 0 THEN (2 * t.share + t.whole) / (2 * t.whole)
    ELSE -((-2 * t.share + t.whole) / (2 * t.whole)) END AS expected, t.tax_minor AS found
FROM (SELECT l.company_id, o.number || ' line ' || l.position AS subject, l.id AS row_id, l.tax_minor,
      CASE WHEN o.prices_include_tax THEN (l.net_minor + l.tax_minor) * l.tax_rate_ppm
      ELSE l.net_minor * l.tax_rate_ppm END AS share,
      CASE WHEN o.prices_include_tax THEN 1000000 + l.tax_rate_ppm ELSE 1000000 END AS whole
      FROM orders_salesorderline AS l JOIN orders_salesorder AS o ON o.id = l.order_id WHERE o.tax_rounding =
    'line') AS t
WHERE t.tax_minor <> CASE WHEN t.share >= 0 THEN (2 * t.share + t.whole) / (2 * t.whole)
    ELSE -((-2 * t.share + t.whole) / (2 * t.whole)) END
"""

DOCUMENT_TAX = """
SELECT t.company_id, t.subject, t.row_id,
    CASE WHEN t.share >= 0 THEN (2 * t.share + t.whole) / (2 * t.whole)
    ELSE -((-2 * t.share + t.whole) / (2 * t.whole)) END AS expected, t.tax AS found
FROM (SELECT o.company_id, o.number AS subject, o.id AS row_id, CAST(SUM(l.tax_minor) AS bigint) AS tax,
      CAST(CASE WHEN o.prices_include_tax THEN SUM(l.net_minor + l.tax_minor) * l.tax_rate_ppm
      ELSE SUM(l.net_minor) * l.tax_rate_ppm END AS bigint) AS share,
      CASE WHEN o.prices_include_tax THEN 1000000 + l.tax_rate_ppm ELSE 1000000 END AS whole
      FROM orders_salesorderline AS l JOIN orders_salesorder AS o ON o.id = l.order_id
      WHERE o.tax_rounding = 'document' GROUP BY o.company_id, o.number, o.id, o.prices_include_tax,
    l.tax_rate_ppm) AS t
WHERE t.tax <> CASE WHEN t.share >= 0 THEN (2 * t.share + t.whole) / (2 * t.whole)
    ELSE -((-2 * t.share + t.whole) / (2 * t.whole)) END
"""

# Invoices bill an order line piece by piece; the pieces' sum is what falls on all units billed so far, rounded once.
# What a price is stated in is shared evenly over the units: the total where it includes tax, else the net
# (tax.calculation.cumulative_part). Amounts of order lines are never negative.
BILLED_SHARE = """
SELECT t.company_id, t.subject, t.row_id, t.stated_whole - t.tax_whole * t.inside || ' + ' || t.tax_whole AS expected,
    t.net || ' + ' || t.tax AS found
FROM (SELECT l.company_id, o.number || ' line ' || l.position AS subject, l.id AS row_id, b.net, b.tax,
      CASE WHEN o.prices_include_tax THEN 1 ELSE 0 END AS inside,
      (2 * (l.net_minor + CASE WHEN o.prices_include_tax THEN l.tax_minor ELSE 0 END) * b.n + l.quantity)
        / (2 * l.quantity) AS stated_whole,
      (2 * l.tax_minor * b.n + l.quantity) / (2 * l.quantity) AS tax_whole
      FROM (SELECT x.order_line_id, CAST(SUM(x.quantity) AS bigint) AS n, CAST(SUM(x.net_minor) AS bigint) AS net,
            CAST(SUM(x.tax_minor) AS bigint) AS tax FROM books_invoiceline AS x JOIN books_invoice AS i
            ON i.id = x.invoice_id AND i.kind = 'invoice' AND i.status <> 'cancelled'
            WHERE x.order_line_id IS NOT NULL GROUP BY x.order_line_id) AS b
      JOIN orders_salesorderline AS l ON l.id = b.order_line_id JOIN orders_salesorder AS o ON o.id = l.order_id) AS t
WHERE t.net <> t.stated_whole - t.tax_whole * t.inside OR t.tax <> t.tax_whole
"""

CREDIT_IS_RETURN = """
SELECT i.company_id, i.number AS subject, i.id AS row_id, t.total AS expected, i.total_minor AS found
FROM books_invoice AS i JOIN (SELECT r.company_id, r.number, SUM(l.net_minor + l.tax_minor) AS total
    FROM orders_returnorder AS r JOIN orders_returnline AS l ON l.return_order_id = r.id
    WHERE l.disposition <> 'reject' GROUP BY r.company_id, r.number) AS t
ON t.company_id = i.company_id AND i.source = 'return-order:' || t.number
WHERE i.kind = 'credit_note' AND i.total_minor <> t.total
"""

DEBTORS_OPEN = """
SELECT t.company_id, t.partner AS subject, 0 AS row_id, SUM(t.open) AS expected, SUM(t.booked) AS found
FROM (SELECT l.company_id, l.partner, 0 AS open, l.amount_minor AS booked FROM ledger_journalline AS l
      JOIN ledger_account AS a ON a.id = l.account_id AND a.code = %s
    UNION ALL SELECT i.company_id, 'customer:' || COALESCE(CAST(i.customer_id AS TEXT), 'guest'),
      CASE i.kind WHEN 'invoice' THEN i.open_minor ELSE -i.open_minor END, 0 FROM books_invoice AS i
      WHERE i.open_minor <> 0 AND i.status IN ('posted', 'paid')) AS t
GROUP BY t.company_id, t.partner HAVING SUM(t.open) <> SUM(t.booked)
"""

DEPOSITS_HELD = """
SELECT t.company_id, t.partner AS subject, 0 AS row_id, SUM(t.open) AS expected, SUM(t.booked) AS found
FROM (SELECT l.company_id, l.partner, 0 AS open, -l.amount_minor AS booked FROM ledger_journalline AS l
      JOIN ledger_account AS a ON a.id = l.account_id AND a.code = %s
    UNION ALL SELECT p.company_id, 'customer:' || COALESCE(CAST(p.customer_id AS TEXT), 'guest'),
      CASE p.direction WHEN 'in' THEN p.unallocated_minor ELSE -p.unallocated_minor END, 0 FROM books_payment AS p
      WHERE p.unallocated_minor <> 0) AS t
GROUP BY t.company_id, t.partner HAVING SUM(t.open) <> SUM(t.booked)
"""

PAYMENT_SHARED = """
SELECT p.company_id, p.number AS subject, p.id AS row_id, p.amount_minor AS expected,
    COALESCE(t.n, 0) || ' + ' || p.unallocated_minor AS found
FROM books_payment AS p LEFT JOIN (SELECT payment_id, SUM(amount_minor) AS n FROM books_paymentallocation
    GROUP BY payment_id) AS t ON t.payment_id = p.id
WHERE p.amount_minor <> COALESCE(t.n, 0) + p.unallocated_minor OR p.unallocated_minor < 0
"""

INVOICE_OPEN = """
SELECT i.company_id, i.number AS subject, i.id AS row_id, i.total_minor - COALESCE(t.n, 0) AS expected,
    i.open_minor AS found
FROM books_invoice AS i LEFT JOIN (SELECT invoice_id, SUM(amount_minor) AS n FROM books_paymentallocation
    GROUP BY invoice_id) AS t ON t.invoice_id = i.id
WHERE i.open_minor <> i.total_minor - COALESCE(t.n, 0) OR i.open_minor < 0
    OR (i.status = 'paid') <> (i.open_minor = 0 AND i.status IN ('posted', 'paid'))
"""

ORDER_PAID = """
SELECT o.company_id, o.number AS subject, o.id AS row_id, COALESCE(t.paid, 0) || ' - ' || COALESCE(t.back, 0) AS
    expected,
    o.paid_minor || ' - ' || o.refunded_minor AS found
FROM orders_salesorder AS o LEFT JOIN (SELECT z.order_id, SUM(z.paid) AS paid, SUM(z.back) AS back FROM
    (SELECT p.order_id, CASE p.direction WHEN 'in' THEN p.amount_minor ELSE 0 END AS paid,
        CASE p.direction WHEN 'out' THEN p.amount_minor ELSE 0 END AS back FROM books_payment AS p
        WHERE p.order_id IS NOT NULL
    UNION ALL SELECT i.order_id, CASE p.direction WHEN 'in' THEN a.amount_minor ELSE 0 END,
        CASE p.direction WHEN 'out' THEN a.amount_minor ELSE 0 END FROM books_paymentallocation AS a
        JOIN books_payment AS p ON p.id = a.payment_id AND p.order_id IS NULL
        JOIN books_invoice AS i ON i.id = a.invoice_id AND i.order_id IS NOT NULL) AS z GROUP BY z.order_id) AS t
ON t.order_id = o.id
WHERE o.paid_minor <> COALESCE(t.paid, 0) OR o.refunded_minor <> COALESCE(t.back, 0)
"""

REFUND_IN_PAID = """
SELECT o.company_id, o.number AS subject, o.id AS row_id, '<= ' || o.paid_minor AS expected, o.refunded_minor AS found
FROM orders_salesorder AS o WHERE o.refunded_minor > o.paid_minor OR o.refunded_minor < 0
"""

AFTER_CLOSE = """
SELECT e.company_id, e.number AS subject, e.id AS row_id, p.closed_at AS expected, e.recorded_at AS found
FROM ledger_journalentry AS e JOIN ledger_period AS p ON p.id = e.period_id
WHERE p.state <> 'open' AND e.recorded_at > p.closed_at
"""

OUTSIDE_PERIOD = """
SELECT e.company_id, e.number AS subject, e.id AS row_id, p.starts_on || ' .. ' || p.ends_on AS expected,
    e.posted_on AS found
FROM ledger_journalentry AS e JOIN ledger_period AS p ON p.id = e.period_id
WHERE e.posted_on < p.starts_on OR e.posted_on > p.ends_on
"""


def currencies(_scope: Scope) -> dict[str, sql.Rows]:
    """Return the known currencies with the millionths in their minor unit."""
    return {"v": sql.Rows("c text, m bigint", [(code, micro_per_minor(code)) for code in sorted(CURRENCY_DECIMALS)])}


MONEY = (
    Invariant(
        "INV-09",
        _("The stock account is the value of the cost layers, now and at each period's end"),
        (stock_value_probe,),
    ),
    Invariant(
        "INV-11",
        _("Every entry balances, and so does the trial balance"),
        (
            Probe("entry-balances", _("the entry does not balance, or has no lines"), UNBALANCED),
            Probe("trial-balance", _("the trial balance is not zero"), TRIAL_BALANCE, is_whole=True),
            Probe("line-day", _("a line carries another day than its entry"), LINE_DAY),
            Probe("entry-currency", _("the entry is not in the company's currency"), ENTRY_CURRENCY),
        ),
    ),
    Invariant(
        "INV-12",
        _("One business event is posted once"),
        (
            Probe("entry-once", _("the same fact was posted twice to the ledger"), ENTRY_TWICE),
            Probe("move-once", _("the same fact moved stock twice"), MOVE_TWICE),
            Probe(
                "paper-posted-once",
                _("the ledger holds the paper not once, or with another amount"),
                PAPER_POSTED,
                params=lambda _scope: [DEBTORS],
            ),
            Probe(
                "payment-posted-once",
                _("the ledger holds the payment not once, or with another amount"),
                PAYMENT_POSTED,
                params=lambda _scope: [DEBTORS, DEPOSITS],
            ),
            Probe(
                "cost-posted-once",
                _("the cost of what was sent is in the ledger not once, or with another amount"),
                SHIPMENT_COSTED,
            ),
        ),
    ),
    Invariant("INV-13", _("Numbers run from 1 without a gap or a duplicate"), NUMBERS),
    Invariant(
        "INV-14",
        _("A document's total is net + tax + rounding, and its tax follows from the stored method"),
        (
            Probe("paper-adds-up", _("the paper's totals are not the sums of its lines"), INVOICE_SUMS),
            Probe("return-adds-up", _("the return's totals are not the sums of its lines"), RETURN_SUMS),
            Probe("tax-of-line", _("the line's tax does not follow from its rate"), LINE_TAX),
            Probe("tax-of-document", _("the document's tax does not follow from its rates"), DOCUMENT_TAX),
            Probe(
                "billed-share", _("what was invoiced of the line is not the share of the units invoiced"), BILLED_SHARE
            ),
            Probe("credit-is-return", _("the credit note is not what the return gives back"), CREDIT_IS_RETURN),
        ),
    ),
    Invariant(
        "INV-15",
        _("What is open with each partner is what the control accounts say"),
        (
            Probe(
                "debtors-open",
                _("the debtors account of the partner is not the sum of the open papers"),
                DEBTORS_OPEN,
                params=lambda _scope: [DEBTORS],
                is_whole=True,
            ),
            Probe(
                "deposits-held",
                _("the deposits of the partner are not the payments still unallocated"),
                DEPOSITS_HELD,
                params=lambda _scope: [DEPOSITS],
                is_whole=True,
            ),
            Probe("payment-shared", _("what a payment settled and what is left don't make its amount"), PAYMENT_SHARED),
            Probe("paper-open", _("what is open is not the total less what was settled"), INVOICE_OPEN),
            Probe(
                "order-paid", _("what the order says was paid and refunded is not what its payments say"), ORDER_PAID
            ),
            Probe("refund-in-paid", _("more was refunded than was paid"), REFUND_IN_PAID),
        ),
    ),
    Invariant("INV-17", _("Money and quantities are whole numbers, in a known currency"), STORAGE),
    Invariant(
        "INV-18",
        _("Nothing was written into a period after it closed"),
        (
            Probe("after-close", _("the entry was written after its period closed"), AFTER_CLOSE),
            Probe("in-period", _("the entry's day is not in its period"), OUTSIDE_PERIOD),
        ),
    ),
)
