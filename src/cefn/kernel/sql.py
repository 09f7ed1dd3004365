"""Set-based SQL behind the services, the same text on SQLite and PostgreSQL.

A statement is literal text with `%s` for single values and `{name}` for a table of rows that Python holds:

    run("UPDATE inventory_stocklevel AS t SET allocated = t.allocated + v.n FROM {v} WHERE t.id = v.k",
        v=Rows("k bigint, n bigint", [(1, 5), (2, 7)]))

`{for_update}`, `{for_share}` and `{for_update_skip_locked}` lock rows on PostgreSQL and vanish on SQLite, where a
transaction is the only writer.
On PostgreSQL rows travel as arrays (`unnest`) or COPY, on SQLite as one JSON text or an executemany.
"""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, LiteralString, cast

from django.db import connection, models

COPY_FROM = 24
CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
TOKEN = re.compile(r"%s|\{(\w+)\}")
LOCKS = {
    "for_update": "FOR UPDATE",
    "for_update_of_t": "FOR UPDATE OF t",
    "for_update_of_l": "FOR UPDATE OF l",
    "for_update_skip_locked": "FOR UPDATE SKIP LOCKED",
    "for_key_share": "FOR KEY SHARE",
    "for_share": "FOR SHARE",
}


@dataclass(frozen=True, slots=True)
class Rows:
    """A table held by Python: `columns` as "name type, name type" (bigint, text, boolean), rows as tuples."""

    columns: LiteralString
    rows: Sequence[Sequence[Any]]


def one_writer() -> bool:
    """Tell whether a transaction of this database is its only writer, so that locking rows would be idle work."""
    return connection.vendor == "sqlite"


class Statements:
    """Counts the COPY statements, which no execute wrapper sees."""

    copies = 0


@lru_cache(maxsize=256)
def _columns(columns: str) -> tuple[tuple[str, str], ...]:
    pairs = [part.split() for part in columns.split(",")]
    return tuple((name, kind) for name, kind in pairs)


@lru_cache(maxsize=1024)
def _table_sql(vendor: str, name: str, columns: str) -> str:
    parts = _columns(columns)
    if vendor == "sqlite":
        fields = ", ".join(f"json_extract(value, '$[{at}]') AS {column}" for at, (column, _) in enumerate(parts))
        # The LIMIT keeps SQLite from unfolding the rows into the outer query, where without statistics it walks the
        # whole table for each of them: 3,000 rows joined to 15,000 took 22 s; this way 4 ms.
        return f"(SELECT {fields} FROM json_each(%s) LIMIT -1) AS {name}"
    arrays = ", ".join(f"%s::{kind}[]" for _, kind in parts)
    return f"unnest({arrays}) AS {name}({', '.join(column for column, _ in parts)})"


@lru_cache(maxsize=2048)
def _compile(vendor: str, statement: str, shapes: tuple[tuple[str, str], ...]) -> tuple[str, tuple[str | None, ...]]:
    tables = dict(shapes)
    order: list[str | None] = []

    def replace(match: re.Match[str]) -> str:
        name = match.group(1)
        if name is None:
            order.append(None)
            return "%s"
        if name in LOCKS:
            return "" if vendor == "sqlite" else LOCKS[name]
        if name not in tables:
            raise KeyError(f"no rows given for {{{name}}}")
        order.append(name)
        return _table_sql(vendor, name, tables[name])

    return TOKEN.sub(replace, statement), tuple(order)


def _bind(statement: str, params: Sequence[Any], tables: dict[str, Rows]) -> tuple[str, list[Any]]:
    vendor = connection.vendor
    shapes = tuple((name, table.columns) for name, table in tables.items())
    text, order = _compile(vendor, statement, shapes)
    values = iter(params)
    bound: list[Any] = []
    for name in order:
        if name is None:
            bound.append(plain(next(values)))
        elif vendor == "sqlite":
            bound.append(json.dumps(tables[name].rows, default=_sqlite_text))
        else:
            width = len(_columns(tables[name].columns))
            rows = tables[name].rows
            bound.extend([list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in range(width)])
    return text, bound


def run(statement: LiteralString, params: Sequence[Any] = (), **tables: Rows) -> int:
    """Execute a statement that writes; return the number of rows it touched."""
    text, bound = _bind(statement, params, tables)
    with connection.cursor() as cursor:
        cursor.execute(text, bound)
        return int(cursor.rowcount)


def fetch(statement: LiteralString, params: Sequence[Any] = (), **tables: Rows) -> list[tuple[Any, ...]]:
    """Execute a statement that returns rows (SELECT, or a write with RETURNING); return them all."""
    text, bound = _bind(statement, params, tables)
    with connection.cursor() as cursor:
        cursor.execute(text, bound)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


@lru_cache(maxsize=64)
def _moment_text(moment: datetime) -> str:
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(" ")


def _sqlite_text(value: Any) -> str:
    if isinstance(value, datetime):
        return _moment_text(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} does not go into a table of rows")


def plain(value: Any) -> Any:
    """Return a value as the driver of this database takes it: SQLite wants moments as naive UTC text."""
    if connection.vendor != "sqlite":
        return value
    return _sqlite_text(value) if isinstance(value, date) else value


def day(value: Any) -> date:
    """Return a date that a raw query answered: SQLite answers with text."""
    return date.fromisoformat(value[:10]) if isinstance(value, str) else value


def moment(value: Any) -> datetime | None:
    """Return a moment that a raw query answered: SQLite answers with naive UTC text."""
    return datetime.fromisoformat(value).replace(tzinfo=UTC) if isinstance(value, str) else value


def loaded(value: Any) -> Any:
    """Return a JSON column that a raw query answered, as Python."""
    return json.loads(value) if isinstance(value, str) else value


def statistics_refresh() -> None:
    """Have the database look at its tables anew, so that it plans well after much was written at once."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def json_text(value: Any) -> str:
    """Return canonical JSON: sorted keys, no blanks, no NaN."""
    return CANONICAL.encode(value)


Converter = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class InsertPlan:
    """How rows of one table and column list are written on one database."""

    head: str
    one: str
    converters: tuple[tuple[int, Converter], ...]


def _nullable(convert: Converter) -> Converter:
    return lambda value: None if value is None else convert(value)


@lru_cache(maxsize=512)
def _insert_plan(vendor: str, model: type[models.Model], columns: tuple[str, ...]) -> InsertPlan:
    meta = model._meta
    fields = [cast("models.Field[Any, Any]", meta.get_field(name)) for name in columns]
    converters: list[tuple[int, Converter]] = []
    for at, field in enumerate(fields):
        if isinstance(field, models.JSONField):
            converters.append((at, _nullable(json_text)))
        elif vendor == "sqlite" and isinstance(field, models.DateTimeField):
            converters.append((at, _nullable(_moment_text)))
        elif vendor == "sqlite" and isinstance(field, models.DateField):
            converters.append((at, _nullable(date.isoformat)))
    quote = connection.ops.quote_name
    names = ", ".join(quote(str(field.column)) for field in fields)
    one = "(" + ", ".join(["%s"] * len(columns)) + ")"
    return InsertPlan(f"{quote(meta.db_table)} ({names})", one, tuple(converters))


def _converted(plan: InsertPlan, rows: Sequence[Sequence[Any]]) -> Sequence[Sequence[Any]]:
    if not plan.converters:
        return rows
    out = []
    for row in rows:
        cells = list(row)
        for at, convert in plan.converters:
            cells[at] = convert(cells[at])
        out.append(cells)
    return out


def insert_rows(model: type[models.Model], columns: tuple[str, ...], rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows of `columns` (field names, keys as `company_id`) into the table of `model`, in one statement.

    Python values go in as they are: aware datetimes, dates, dicts for JSON columns. Fields left out take the
    database's view of absence, so every column without a null must be named.
    """
    if not rows:
        return
    plan = _insert_plan(connection.vendor, model, columns)
    ready = _converted(plan, rows)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            if len(rows) == 1:
                cursor.execute(f"INSERT INTO {plan.head} VALUES {plan.one}", ready[0])
            else:
                cursor.executemany(f"INSERT INTO {plan.head} VALUES {plan.one}", ready)
        elif len(rows) < COPY_FROM:
            values = ", ".join([plan.one] * len(rows))
            cursor.execute(f"INSERT INTO {plan.head} VALUES {values}", [cell for row in ready for cell in row])
        else:
            Statements.copies += 1
            with cursor.copy(f"COPY {plan.head} FROM STDIN") as copy:
                for row in ready:
                    copy.write_row(row)
