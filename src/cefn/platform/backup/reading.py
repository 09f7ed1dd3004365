"""Restoring a backup: it is read to its end and every hash held against the manifest before anything is changed."""

import gzip
import hashlib
import json
import tarfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from django.core.management.color import no_style
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor

from cefn.kernel.memo import forget_everything
from cefn.platform.backup.errors import BackupDamaged, BackupTooNew, DatabaseNotEmpty, RestoreFailed
from cefn.platform.backup.tables import (
    MADE_BY_MIGRATIONS,
    backup_models,
    backup_tables,
    converted,
    converters_in,
    migrations_applied,
)
from cefn.platform.backup.writing import FORMAT, FORMAT_VERSION, MANIFEST, PAGE, Progress
from cefn.platform.files import content_write

BROKEN = (tarfile.TarError, OSError, EOFError, ValueError, KeyError, TypeError)
MOST_MANIFEST_BYTES = 64 << 20
SHOWN = 5


@dataclass(frozen=True, slots=True)
class BackupRead:
    """A backup whose every member was found to be what the manifest says."""

    path: Path
    manifest: dict[str, Any]

    @property
    def rows(self) -> int:
        """Return how many rows it holds."""
        return sum(table["rows"] for table in self.manifest["tables"])


@dataclass(frozen=True, slots=True)
class RestoreReport:
    """What was put in place."""

    rows: int
    tables: int
    files: int
    audit_heads: dict[str, str]
    missing_files: tuple[str, ...]


def backup_open(*, path: Path) -> BackupRead:
    """Read a backup to its end and hold every member against the manifest. Raises BackupDamaged."""
    try:
        if path.stat().st_size % tarfile.RECORDSIZE:
            raise ValueError("its end is missing")
        with tarfile.open(path, mode="r:") as tar:
            members = {member.name: member for member in tar.getmembers()}
            manifest = _manifest(tar, members)
            expected = {table["member"]: table for table in manifest["tables"]}
            expected |= {f"files/{file['sha256']}": file for file in manifest["files"]}
            _require_members(path, set(members) - {MANIFEST}, set(expected))
            for name, facts in expected.items():
                stream = tar.extractfile(members[name])
                if stream is None or members[name].size != facts["bytes"]:
                    raise BackupDamaged(name=path, reason=f"{name} has another size")
                if hashlib.file_digest(stream, "sha256").hexdigest() != facts["sha256"]:  # type: ignore[arg-type]
                    raise BackupDamaged(name=path, reason=f"{name} was altered")
    except BROKEN as error:
        raise BackupDamaged(name=path, reason=f"it is cut off or no backup ({error})") from error
    return BackupRead(path, manifest)


def _manifest(tar: tarfile.TarFile, members: dict[str, tarfile.TarInfo]) -> dict[str, Any]:
    if MANIFEST not in members:
        raise ValueError("it has no manifest")
    if members[MANIFEST].size > MOST_MANIFEST_BYTES:
        raise ValueError("its manifest is too large")
    stream = tar.extractfile(members[MANIFEST])
    manifest = json.loads(stream.read()) if stream else None
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise ValueError("it was not made by cefn backup")
    if manifest["format_version"] != FORMAT_VERSION:
        raise ValueError(f"its format is version {manifest['format_version']}, known is {FORMAT_VERSION}")
    return manifest


def _require_members(path: Path, found: set[str], expected: set[str]) -> None:
    if missing := sorted(expected - found):
        raise BackupDamaged(name=path, reason=f"{missing[0]} is missing")
    if strange := sorted(found - expected):
        raise BackupDamaged(name=path, reason=f"{strange[0]} is not in its manifest")


def _holding() -> list[str]:
    """Return the tables of this database that hold something a person or the program put there."""
    there = set(connection.introspection.table_names())
    found = []
    with connection.cursor() as cursor:
        for table in backup_tables():
            if table.name in there and table.name not in MADE_BY_MIGRATIONS:
                cursor.execute(" ".join(("SELECT 1 FROM", connection.ops.quote_name(table.name), "LIMIT 1")))
                if cursor.fetchone():
                    found.append(table.name)
    return found


def database_is_empty() -> bool:
    """Tell whether nothing was ever put into this database; a migrated one without rows is empty."""
    return not _holding()


def backup_restore(*, backup: BackupRead, replace: bool = False, progress: Progress | None = None) -> RestoreReport:
    """Put a backup in the place of what this database holds, in one transaction, and its files into CEFN_HOME.

    Tables are made or brought up to the backup's version first, and to this program's afterwards. Raises
    DatabaseNotEmpty without `replace`, BackupTooNew, RestoreFailed; the rows are then as they were before.
    """
    tell = progress or (lambda _at, _count, _name: None)
    manifest = backup.manifest
    holding = _holding()
    if holding and not replace:
        raise DatabaseNotEmpty(tables=", ".join(holding[:SHOWN]) + (" ..." if len(holding) > SHOWN else ""))
    _schema_prepare(manifest["migrations"])
    _require_columns(manifest["tables"])
    with tarfile.open(backup.path, mode="r:") as tar:
        _files_restore(tar, manifest["files"])
        try:
            _rows_restore(tar, manifest["tables"], tell)
        except (DatabaseError, *BROKEN) as error:
            raise RestoreFailed(reason=str(error).strip()) from error
    tell(len(manifest["tables"]), len(manifest["tables"]), "")
    forget_everything()
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())
    return RestoreReport(
        rows=backup.rows, tables=len(manifest["tables"]), files=len(manifest["files"]),
        audit_heads=manifest["audit_heads"], missing_files=tuple(manifest["missing_files"]),
    )  # fmt: skip


def _rows_restore(tar: tarfile.TarFile, tables: Sequence[dict[str, Any]], tell: Progress) -> None:
    """Put the rows of all tables in the place of those that are there, in one transaction."""
    with _keys_unchecked(), transaction.atomic():
        _tables_empty()
        for at, table in enumerate(tables):
            tell(at, len(tables), table["name"])
            _table_fill(tar, table)
        _sequences_reset()
        connection.check_constraints()


def _schema_prepare(migrations: Sequence[str]) -> None:
    """Bring the tables to the version of the backup; only a database without other tables can go back."""
    wanted = {(name.split(".", 1)[0], name.split(".", 1)[1]) for name in migrations}
    executor = MigrationExecutor(connection)
    unknown = wanted - set(executor.loader.graph.nodes)
    applied = {(name.split(".", 1)[0], name.split(".", 1)[1]) for name in migrations_applied()}
    wrong = unknown or (applied - wanted)
    if wrong:
        raise BackupTooNew(migrations=", ".join(sorted(f"{app}.{name}" for app, name in wrong)[:SHOWN]))
    if applied != wanted:
        graph = executor.loader.graph
        ends = [key for key in wanted if not any(child.key in wanted for child in graph.node_map[key].children)]
        executor.migrate(sorted(ends))


def _require_columns(tables: Sequence[dict[str, Any]]) -> None:
    """Hold the manifest's tables and columns against this database; names from a file never reach SQL unproved."""
    there = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for table in tables:
            name = table["name"]
            columns = (
                {column.name for column in connection.introspection.get_table_description(cursor, name)}
                if name in there
                else set()
            )
            if columns != set(table["columns"]) or len(table["columns"]) != len(table["kinds"]):
                raise BackupTooNew(migrations=name)


def _files_restore(tar: tarfile.TarFile, files: Sequence[dict[str, Any]]) -> None:
    """Put contents in place; each lies under its own hash, so that nothing there is ever overwritten by another."""
    for file in files:
        stream = tar.extractfile(f"files/{file['sha256']}")
        if stream is not None:
            content_write(stream, name=file["sha256"], max_bytes=file["bytes"])  # type: ignore[arg-type]


@contextmanager
def _keys_unchecked() -> Iterator[None]:
    """Leave foreign keys to one check at the end, where the database can."""
    disabled = connection.vendor == "sqlite" and connection.disable_constraint_checking()
    try:
        yield
    finally:
        if disabled:
            connection.enable_constraint_checking()


def _tables_empty() -> None:
    quote = connection.ops.quote_name
    names = [quote(table.name) for table in reversed(backup_tables())]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(" ".join(("TRUNCATE", ", ".join(names))))
            return
        for name in names:
            cursor.execute(" ".join(("DELETE FROM", name)))


def _table_fill(tar: tarfile.TarFile, table: dict[str, Any]) -> None:
    stream = tar.extractfile(table["member"])
    if stream is None:
        raise RestoreFailed(reason=table["member"])
    convert = converters_in(table["kinds"])
    quote = connection.ops.quote_name
    head = f"{quote(table['name'])} ({', '.join(quote(column) for column in table['columns'])})"
    count = 0
    for page in _pages(stream, convert):
        count += len(page)
        _page_write(head, page)
    if count != table["rows"]:
        raise RestoreFailed(reason=f"{table['name']}: {count} / {table['rows']}")


def _pages(stream: Any, convert: Sequence[tuple[int, Callable[[Any], Any]]]) -> Iterator[list[list[Any]]]:
    with gzip.open(stream, "rt", encoding="utf-8", newline="\n") as lines:
        while page := [converted(json.loads(line), convert) for line in islice(lines, PAGE)]:
            yield page


def _page_write(head: str, page: Sequence[Sequence[Any]]) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with connection.wrap_database_errors, cursor.copy(" ".join(("COPY", head, "FROM STDIN"))) as copy:
                for row in page:
                    copy.write_row(row)
            return
        marks = ", ".join(["%s"] * len(page[0]))
        cursor.executemany(" ".join(("INSERT INTO", head, "VALUES (", marks, ")")), page)


def _sequences_reset() -> None:
    """Let automatic keys of tables that have them go on after the restored ones."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), backup_models()):
            cursor.execute(statement)
