"""References: every key finds its row, in the same company (INV-28, INV-29); made from the models' own foreign keys.

One pass over each table looks at all its keys. Soft references are texts that name a document by its number, such as
`shipment:SH-000001`, and keys that point upward and so can't be foreign keys.
"""

from collections.abc import Sequence
from typing import NamedTuple

from django.db import models
from django.utils.translation import gettext_lazy as _

from cefn.kernel import sql
from cefn.reports.check.probe import LISTED, NOTHING, Break, Found, Invariant, Probe, Scope, count_and_list
from cefn.reports.check.storage import cefn_models

MISSING, FOREIGN = "missing", "foreign"


class Key(NamedTuple):
    """A foreign key: its column, and the table it points to with that table's name for the company."""

    column: str
    table: str
    target_company: str | None


def keys_of(model: type[models.Model]) -> list[Key]:
    """Return the foreign keys of a table to other tables of Cefn."""
    keys = []
    for field in model._meta.concrete_fields:
        target = field.related_model
        if not isinstance(field, models.ForeignKey) or not isinstance(target, type):
            continue
        has_company = any(other.name == "company" for other in target._meta.concrete_fields)
        keys.append(Key(str(field.column), target._meta.db_table, "company_id" if has_company else None))
    return keys


def _tests(keys: Sequence[Key], has_company: bool, kind: str) -> list[tuple[str, str, str]]:
    """Return (column, SQL test, what it should have found) for keys whose row is missing or of another company."""
    tests = []
    for at, key in enumerate(keys):
        if kind == MISSING:
            tests.append((key.column, f"(t.{key.column} IS NOT NULL AND k{at}.id IS NULL)", key.table))
        elif has_company and key.target_company:
            tests.append((key.column, f"k{at}.{key.target_company} <> t.company_id", key.table))
    return tests


def table_find(model: type[models.Model], scope: Scope, kind: str) -> Found:
    """Find rows of a table whose keys are broken in one way."""
    keys, table = keys_of(model), model._meta.db_table
    has_company = any(key.column == "company_id" for key in keys)
    tests = _tests(keys, has_company, kind)
    if not tests:
        return NOTHING
    if scope.memory.get(("counted", table)) is None:
        scope.memory["counted", table] = _count(model, keys, has_company, scope)
    if not scope.memory["counted", table][kind]:
        return NOTHING
    owner = "t.company_id" if has_company else "NULL"
    whens = [f"WHEN {test} THEN '{column}'" for column, test, _target in tests]
    wanted = [f"WHEN {test} THEN '{target}'" for _column, test, target in tests]
    values = [f"WHEN {test} THEN t.{column}" for column, test, _target in tests]
    statement = " ".join(
        ("SELECT", owner, f"AS company_id, '{table}.' || CASE", *whens, "END AS subject, t.id AS row_id, CASE", *wanted,
         "END AS expected, CASE", *values, "END AS found FROM", _joined(table, keys, scope), "AND (",
         " OR ".join(test for _column, test, _target in tests), ")")
    )  # fmt: skip
    return count_and_list(statement, scope)


def _joined(table: str, keys: Sequence[Key], scope: Scope) -> str:
    joins = [f"LEFT JOIN {key.table} AS k{at} ON k{at}.id = t.{key.column}" for at, key in enumerate(keys)]
    return " ".join((table, "AS t", *joins, f"WHERE t.id >= {scope.first_id}"))


def _count(model: type[models.Model], keys: Sequence[Key], has_company: bool, scope: Scope) -> dict[str, int]:
    """Count both kinds of breaks in one pass over the table."""
    sums = []
    for kind in (MISSING, FOREIGN):
        tests = [test for _column, test, _target in _tests(keys, has_company, kind)]
        sums.append(f"SUM(CASE WHEN {' OR '.join(tests)} THEN 1 ELSE 0 END)" if tests else "0")
    rows = sql.fetch(" ".join(("SELECT", ", ".join(sums), "FROM", _joined(model._meta.db_table, keys, scope))))
    return {MISSING: int(rows[0][0] or 0), FOREIGN: int(rows[0][1] or 0)}


def _gather(scope: Scope, kind: str) -> Found:
    count = 0
    breaks: list[Break] = []
    for model in cefn_models():
        if any(field.name == "id" for field in model._meta.concrete_fields):
            found = table_find(model, scope, kind)
            count += found.count
            breaks += found.breaks
    return Found(count, breaks[:LISTED])


def missing_find(scope: Scope) -> Found:
    """Find rows whose key points to nothing."""
    return _gather(scope, MISSING)


def foreign_find(scope: Scope) -> Found:
    """Find rows whose key points to a row of another company."""
    return _gather(scope, FOREIGN)


NAMED = {
    "sales-order": "orders_salesorder",
    "shipment": "warehouse_shipment",
    "return-order": "orders_returnorder",
    "adjustment": "inventory_adjustment",
    "invoice": "books_invoice",
    "credit-note": "books_invoice",
    "payment": "books_payment",
    "customer": "parties_customer",
    "supplier": "parties_supplier",
}
"""How texts name documents, and where those carry their numbers."""

SOFT = (
    ("inventory_stockmove", "source", ("adjustment", "shipment", "return-order")),
    ("inventory_allocation", "source", ("sales-order",)),
    ("inventory_costlayer", "source", ("adjustment", "return-order")),
    ("ledger_journalentry", "source", ("invoice", "credit-note", "payment", "shipment", "return-order", "adjustment")),
    ("books_invoice", "source", ("shipment", "return-order", "sales-order")),
    ("books_payment", "source", ("payment",)),
    (
        "platform_auditevent",
        "subject",
        ("sales-order", "shipment", "return-order", "adjustment", "invoice", "payment", "customer", "supplier"),
    ),
    ("platform_inboxmessage", "document", ("sales-order", "return-order")),
    ("platform_storedfile", "subject", ("sales-order", "shipment", "invoice", "return-order")),
)
"""Table, column, and the kinds of documents it names."""


def _soft_statement() -> str:
    parts = []
    for table, column, kinds in SOFT:
        for kind in kinds:
            start = f"{kind}:"
            parts.append(
                " ".join(
                    (f"SELECT t.company_id, '{table}.{column}' AS subject, t.id AS row_id, t.{column} AS expected,",
                     "'-' AS found FROM (SELECT company_id,", column, ", MAX(id) AS id FROM", table,
                     f"WHERE substr({column}, 1, {len(start)}) = '{start}' GROUP BY company_id,", column, ") AS t",
                     "LEFT JOIN", NAMED[kind], "AS d ON d.company_id = t.company_id AND d.number =",
                     f"substr(t.{column}, {len(start) + 1})", "WHERE d.id IS NULL")
                )
            )  # fmt: skip
    return " UNION ALL ".join(parts)


DEMAND = """
SELECT a.company_id, a.source AS subject, a.id AS row_id, a.demand_id AS expected,
    COALESCE(CAST(l.company_id AS TEXT), '-') AS found
FROM inventory_allocation AS a LEFT JOIN orders_salesorderline AS l ON l.id = a.demand_id
LEFT JOIN orders_salesorder AS o ON o.id = l.order_id
WHERE a.kind = 'hard' AND (l.id IS NULL OR l.variant_id <> a.variant_id OR a.source <> 'sales-order:' || o.number)
"""

PARTNER = """
SELECT t.company_id, t.partner AS subject, t.id AS row_id, 'customer' AS expected, '-' AS found
FROM (SELECT company_id, partner, MAX(id) AS id FROM ledger_journalline WHERE substr(partner, 1, 9) = 'customer:'
    AND partner <> 'customer:guest' GROUP BY company_id, partner) AS t
LEFT JOIN parties_customer AS c ON c.company_id = t.company_id AND 'customer:' || c.id = t.partner WHERE c.id IS NULL
"""

REFERENCES = (
    Invariant(
        "INV-28",
        _("Every reference finds what it names"),
        (
            Probe("key-finds-row", _("the row that this key points to is gone"), find=missing_find),
            Probe("text-finds-document", _("the document that this text names is gone"), _soft_statement()),
            Probe("promise-finds-line", _("the promise's order line is gone, or is of something else"), DEMAND),
            Probe("partner-finds-customer", _("the customer named on the journal line is gone"), PARTNER),
        ),
    ),
    Invariant(
        "INV-29",
        _("No row points to a row of another company"),
        (Probe("same-company", _("the row points to another company's row"), find=foreign_find),),
    ),
)
