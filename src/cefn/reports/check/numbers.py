"""Gap-free numbers (INV-13): what the counter says, and which documents carry the numbers."""

from django.utils.translation import gettext_lazy as _

from cefn.reports.check.probe import Probe

DOCUMENTS = (
    ("sales_order", "orders_salesorder", ""),
    ("shipment", "warehouse_shipment", ""),
    ("pick_batch", "warehouse_pickbatch", ""),
    ("package", "warehouse_package", ""),
    ("invoice", "books_invoice", "d.kind = 'invoice'"),
    ("credit_note", "books_invoice", "d.kind = 'credit_note'"),
    ("payment", "books_payment", ""),
    ("return_order", "orders_returnorder", ""),
    ("adjustment", "inventory_adjustment", ""),
    ("journal_entry", "ledger_journalentry", ""),
    ("manifest", "shipping_manifest", ""),
    ("import_run", "channels_importrun", ""),
)
"""Series, the table that carries its numbers, and which of its rows. Products, customers and suppliers may bring
numbers of their own, so their series have no such rule."""


def _numbered() -> str:
    """Return the statement of all numbered documents: series id, company, row, number, and its digits as an integer.

    A number is the series' prefix and then digits alone; for any other `n` is null.
    """
    parts = []
    for series, table, condition in DOCUMENTS:
        where = f"WHERE {condition}" if condition else ""
        parts.append(
            " ".join(
                ("SELECT s.id AS series_id, d.company_id, d.id, d.number, CASE WHEN",
                 "substr(d.number, 1, length(s.prefix)) = s.prefix AND length(d.number) > length(s.prefix)",
                 "AND ltrim(substr(d.number, length(s.prefix) + 1), '0123456789') = ''",
                 "THEN CAST(substr(d.number, length(s.prefix) + 1) AS bigint) END AS n",
                 "FROM", table, "AS d JOIN platform_numberseries AS s ON s.company_id = d.company_id AND s.code =",
                 f"'{series}'", where)
            )
        )  # fmt: skip
    return " UNION ALL ".join(parts)


GAPS = """
SELECT t.company_id, t.number AS subject, t.id AS row_id, t.before + 1 AS expected, t.n AS found
FROM (SELECT u.company_id, u.number, u.id, u.n,
      COALESCE(LAG(u.n) OVER (PARTITION BY u.series_id ORDER BY u.n), 0) AS before FROM (NUMBERED) AS u
      WHERE u.n IS NOT NULL) AS t WHERE t.n <> t.before + 1
""".replace("NUMBERED", _numbered())

FOREIGN = """
SELECT t.company_id, t.number AS subject, t.id AS row_id, s.prefix || '1 ..' AS expected, t.number AS found
FROM (NUMBERED) AS t JOIN platform_numberseries AS s ON s.id = t.series_id WHERE t.n IS NULL
""".replace("NUMBERED", _numbered())

COUNTER = """
SELECT s.company_id, s.code AS subject, s.id AS row_id, COALESCE(t.last, 0) + 1 AS expected, s.next_number AS found
FROM platform_numberseries AS s LEFT JOIN (SELECT u.series_id, MAX(u.n) AS last FROM (NUMBERED) AS u GROUP BY
    u.series_id)
    AS t ON t.series_id = s.id
WHERE s.code IN (CODES) AND s.next_number <> COALESCE(t.last, 0) + 1
""".replace("NUMBERED", _numbered()).replace("CODES", ", ".join(f"'{series}'" for series, _table, _where in DOCUMENTS))

NUMBERS = (
    Probe("number-gap", _("numbers are missing before this one, or it exists twice"), GAPS, is_whole=True),
    Probe("number-of-series", _("the number is not one of its series"), FOREIGN),
    Probe("counter", _("the counter does not follow the last number"), COUNTER, is_whole=True),
)
