"""How amounts are stored (INV-17): whole numbers in every column, in a currency whose minor unit is known."""

from collections.abc import Iterator

from django.apps import apps
from django.db import connection, models
from django.utils.translation import gettext_lazy as _

from cefn.kernel import sql
from cefn.kernel.money import CURRENCY_DECIMALS
from cefn.reports.check.probe import LISTED, Break, Found, Probe, Scope, count_and_list

COUNTED = ("quantity", "on_hand", "allocated", "remaining", "picked", "shipped", "returned", "invoiced", "cancelled")
FLOATS = ("real", "double precision", "numeric", "money")


def cefn_models() -> list[type[models.Model]]:
    """Return every table of Cefn, in a fixed order."""
    return sorted(
        (model for model in apps.get_models() if model.__module__.startswith("cefn.") and model._meta.managed),
        key=lambda model: model._meta.db_table,
    )


def amount_columns(model: type[models.Model]) -> list[str]:
    """Return the columns of a table that hold money, prices, rates or quantities."""
    return [
        str(field.column)
        for field in model._meta.concrete_fields
        if field.get_internal_type() in {"BigIntegerField", "IntegerField", "PositiveIntegerField"}
        and (field.name.endswith(("_minor", "_micro", "_ppm", "_quantity")) or field.name in COUNTED)
    ]


def currency_models() -> Iterator[type[models.Model]]:
    """Yield the tables that say in which currency their amounts are."""
    for model in cefn_models():
        if any(field.name == "currency" for field in model._meta.concrete_fields):
            yield model


def fractions_find(scope: Scope) -> Found:
    """Find amounts that are not stored as integers: by the schema on PostgreSQL, value by value on SQLite."""
    if connection.vendor == "sqlite":
        return _fractions_sqlite(scope)
    wanted = {(model._meta.db_table, column) for model in cefn_models() for column in amount_columns(model)}
    rows = sql.fetch(
        "SELECT c.table_name, c.column_name, c.data_type FROM information_schema.columns AS c"
        " WHERE c.table_schema = current_schema() ORDER BY 1, 2"
    )
    breaks = [
        Break(None, f"{table}.{column}", 0, "bigint", kind)
        for table, column, kind in rows
        if (table, column) in wanted and kind in FLOATS
    ]
    return Found(len(breaks), breaks[:LISTED])


def _fractions_sqlite(scope: Scope) -> Found:
    count = 0
    breaks: list[Break] = []
    for model in cefn_models():
        table = model._meta.db_table
        columns = amount_columns(model)
        if not columns:
            continue
        owned = "t.company_id" if any(field.name == "company" for field in model._meta.concrete_fields) else "NULL"
        wrong = [f"typeof(t.{column}) NOT IN ('integer', 'null')" for column in columns]
        whens = [f"WHEN {test} THEN '{column}'" for test, column in zip(wrong, columns, strict=True)]
        shown = [f"WHEN {test} THEN t.{column}" for test, column in zip(wrong, columns, strict=True)]
        statement = " ".join(
            ("SELECT", owned, f"AS company_id, '{table}.' || CASE", *whens, "END AS subject, t.id AS row_id,",
             "'integer' AS expected, CASE", *shown, "END AS found FROM", table, "AS t WHERE", " OR ".join(wrong))
        )  # fmt: skip
        found = count_and_list(statement, scope)
        count += found.count
        breaks += found.breaks
    return Found(count, breaks[:LISTED])


def currencies_find(scope: Scope) -> Found:
    """Find rows whose currency has no known minor unit."""
    count = 0
    breaks: list[Break] = []
    known = sql.Rows("c text", [(code,) for code in sorted(CURRENCY_DECIMALS)])
    for model in currency_models():
        table = model._meta.db_table
        owned = "t.id" if table == "platform_company" else "t.company_id"
        statement = " ".join(
            ("SELECT", owned, f"AS company_id, '{table}.currency' AS subject, t.id AS row_id, 'ISO 4217' AS expected,",
             "t.currency AS found FROM", table, "AS t",
             "WHERE t.currency <> '' AND t.currency NOT IN (SELECT v.c FROM {v})")
        )  # fmt: skip
        found = count_and_list(statement, scope, tables={"v": known})
        count += found.count
        breaks += found.breaks
    return Found(count, breaks[:LISTED])


STORAGE = (
    Probe(
        "whole-numbers", _("an amount is stored as something else than an integer"), find=fractions_find, is_whole=True
    ),
    Probe("known-currency", _("the currency's minor unit is not known"), find=currencies_find, is_whole=True),
)
