"""Which tables there are, in the order in which they can be filled, and how their values are written down."""

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.apps import apps
from django.db import connection, models
from django.db.migrations.recorder import MigrationRecorder

from cefn.kernel import sql

PLAIN, BOOL, MOMENT, DAY, JSON, BYTES = "plain", "bool", "moment", "day", "json", "bytes"
KINDS = {
    "AutoField": PLAIN, "BigAutoField": PLAIN, "BigIntegerField": PLAIN, "CharField": PLAIN, "EmailField": PLAIN,
    "IntegerField": PLAIN, "PositiveIntegerField": PLAIN, "PositiveSmallIntegerField": PLAIN,
    "PositiveBigIntegerField": PLAIN, "SmallIntegerField": PLAIN, "SlugField": PLAIN, "TextField": PLAIN,
    "URLField": PLAIN, "BooleanField": BOOL, "DateTimeField": MOMENT, "DateField": DAY, "JSONField": JSON,
    "BinaryField": BYTES,
}  # fmt: skip
MADE_BY_MIGRATIONS = frozenset({"django_content_type", "auth_permission"})
"""Tables that migrations fill by themselves; they don't make a database other than empty."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table as the backup sees it: its columns with the kind of each, and the key that its rows are ordered by."""

    name: str
    columns: tuple[str, ...]
    kinds: tuple[str, ...]
    key: str


def _kind(field: Any) -> str:
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    return KINDS[field.get_internal_type()]


def _table(model: type[models.Model]) -> Table:
    fields = model._meta.concrete_fields
    return Table(
        model._meta.db_table,
        tuple(str(field.column) for field in fields),
        tuple(_kind(field) for field in fields),
        next(str(field.column) for field in fields if field.primary_key),
    )


def backup_models() -> list[type[models.Model]]:
    """Return every table's model, each after those it points to."""
    found = [m for m in apps.get_models(include_auto_created=True) if m._meta.managed and not m._meta.proxy]
    waiting = sorted(found, key=lambda model: model._meta.db_table)
    ordered: list[type[models.Model]] = []
    while waiting:
        placed = set(ordered)
        ready = [model for model in waiting if _points_to(model) - {model} <= placed] or waiting[:1]
        ordered += ready
        waiting = [model for model in waiting if model not in ready]
    return ordered


def _points_to(model: type[models.Model]) -> set[type[models.Model]]:
    return {field.related_model for field in model._meta.concrete_fields if isinstance(field, models.ForeignKey)}


def backup_tables() -> list[Table]:
    """Return every table but the list of migrations, which the manifest carries."""
    return [_table(model) for model in backup_models()]


def migrations_applied() -> list[str]:
    """Return the migrations applied to this database, as `app.name`, sorted; none for a database without tables."""
    return sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())


def _moment_out(value: Any) -> str:
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    moment = moment.astimezone(UTC) if moment.tzinfo else moment
    return moment.replace(tzinfo=None).isoformat() + "Z"


def _day_out(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _json_out(value: Any) -> str:
    return sql.json_text(json.loads(value) if isinstance(value, str) else value)


def _bytes_out(value: Any) -> str:
    return base64.b64encode(bytes(value)).decode("ascii")


OUT: dict[str, Callable[[Any], Any]] = {
    BOOL: bool, MOMENT: _moment_out, DAY: _day_out, JSON: _json_out, BYTES: _bytes_out,
}  # fmt: skip


def _moment_in_sqlite(value: str) -> str:
    return value.removesuffix("Z").replace("T", " ")


def converters_out(kinds: Sequence[str]) -> list[tuple[int, Callable[[Any], Any]]]:
    """Return (place, function) for the columns whose values are not written as the database gives them."""
    return [(at, OUT[kind]) for at, kind in enumerate(kinds) if kind in OUT]


def converters_in(kinds: Sequence[str]) -> list[tuple[int, Callable[[Any], Any]]]:
    """Return (place, function) for the columns whose values this database does not take as they are written."""
    here: dict[str, Callable[[Any], Any]] = {BYTES: base64.b64decode}
    if connection.vendor == "sqlite":
        here[MOMENT] = _moment_in_sqlite
    return [(at, here[kind]) for at, kind in enumerate(kinds) if kind in here]


def converted(row: Sequence[Any], converters: Sequence[tuple[int, Callable[[Any], Any]]]) -> list[Any]:
    """Return a row with its converters applied; nothing stays nothing."""
    cells = list(row)
    for at, convert in converters:
        if cells[at] is not None:
            cells[at] = convert(cells[at])
    return cells
