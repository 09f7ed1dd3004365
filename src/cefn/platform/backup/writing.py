"""Writing a backup: every table in one unchanging view, then the stored files, then the manifest."""

import gzip
import hashlib
import json
import os
import tarfile
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, cast

from django.db import connection

from cefn import __version__
from cefn.kernel import clock, sql
from cefn.kernel.snapshot import snapshot
from cefn.platform.audit_chain import audit_head
from cefn.platform.backup.errors import BackupExists
from cefn.platform.backup.tables import Table, backup_tables, converted, converters_out, migrations_applied
from cefn.platform.files import content_path

FORMAT, FORMAT_VERSION = "cefn-backup", 1
MANIFEST = "manifest.json"
PAGE = 2_000
COMPRESSION = 6

Progress = Callable[[int, int, str], None]
"""Called before each table and file with its place, how many there are, and its name."""


@dataclass(frozen=True, slots=True)
class BackupReport:
    """What was written; `missing_files` are stored files whose content was not on disk."""

    path: Path
    rows: int
    tables: int
    files: int
    size_bytes: int
    missing_files: tuple[str, ...]


def backup_write(*, path: Path, overwrite: bool = False, progress: Progress | None = None) -> BackupReport:
    """Write the database and its stored files to one file. Writers may go on meanwhile; the backup shows one moment.

    The file appears under its name only when it is whole and on disk. Raises BackupExists.
    """
    if path.exists() and not overwrite:
        raise BackupExists(name=path)
    tell = progress or (lambda _at, _count, _name: None)
    handle, draft = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as out:
            with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar:
                manifest = _members_write(tar, tell)
                text = json.dumps(manifest, indent=1, ensure_ascii=False).encode()
                _member_add(tar, MANIFEST, BytesIO(text), len(text))
            out.flush()
            os.fsync(out.fileno())
        Path(draft).replace(path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
    return BackupReport(
        path=path,
        rows=sum(table["rows"] for table in manifest["tables"]),
        tables=len(manifest["tables"]),
        files=len(manifest["files"]),
        size_bytes=path.stat().st_size,
        missing_files=tuple(manifest["missing_files"]),
    )


def _members_write(tar: tarfile.TarFile, tell: Progress) -> dict[str, Any]:
    """Write all tables and files; return the manifest."""
    tables = backup_tables()
    with snapshot():
        migrations = migrations_applied()
        companies = sql.fetch("SELECT id, code FROM platform_company ORDER BY id")
        heads = {code: audit_head(key) for key, code in companies}
        contents = sql.fetch("SELECT DISTINCT sha256, size_bytes FROM platform_storedfile ORDER BY sha256")
        steps = len(tables) + len(contents)
        written = []
        for at, table in enumerate(tables):
            tell(at, steps, table.name)
            written.append(_table_write(tar, table))
    files, missing = [], []
    for at, (sha256, size) in enumerate(contents):
        tell(len(tables) + at, steps, sha256[:12])
        content = content_path(sha256)
        if not _is_whole(content, sha256):
            missing.append(sha256)
            continue
        with content.open("rb") as stream:
            _member_add(tar, f"files/{sha256}", stream, size)
        files.append({"sha256": sha256, "bytes": size})
    tell(steps, steps, "")
    return {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "cefn": __version__,
        "database": connection.vendor,
        "made_at": clock.now().isoformat(),
        "migrations": migrations,
        "audit_heads": heads,
        "tables": written,
        "files": files,
        "missing_files": missing,
    }


def _is_whole(content: Path, sha256: str) -> bool:
    """Tell whether a stored file's content is there and is what its name says."""
    if not content.is_file():
        return False
    with content.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest() == sha256


def _member_add(tar: tarfile.TarFile, name: str, stream: BinaryIO, size: int) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o600
    member.mtime = int(clock.now().timestamp())
    tar.addfile(member, stream)


def _table_write(tar: tarfile.TarFile, table: Table) -> dict[str, Any]:
    """Write a table's rows as a member; return its part of the manifest."""
    convert = converters_out(table.kinds)
    count = 0
    with tempfile.TemporaryFile() as scratch:
        with gzip.GzipFile(filename="", mode="wb", fileobj=scratch, compresslevel=COMPRESSION, mtime=0) as packed:
            for page in _pages(table):
                count += len(page)
                lines = [json.dumps(converted(row, convert), ensure_ascii=False, separators=(",", ":")) for row in page]
                packed.write(("\n".join(lines) + "\n").encode())
        size = scratch.tell()
        scratch.seek(0)
        digest = hashlib.file_digest(cast("Any", scratch), "sha256").hexdigest()
        scratch.seek(0)
        member = f"tables/{table.name}.jsonl.gz"
        _member_add(tar, member, cast("BinaryIO", scratch), size)
    return {
        "name": table.name, "member": member, "columns": list(table.columns), "kinds": list(table.kinds), "rows": count,
        "bytes": size, "sha256": digest,
    }  # fmt: skip


def _pages(table: Table) -> Iterator[Sequence[Sequence[Any]]]:
    """Yield a table's rows in pages, in key order, with no more than a page in memory."""
    quote = connection.ops.quote_name
    columns = ", ".join(quote(column) for column in table.columns)
    statement = " ".join(("SELECT", columns, "FROM", quote(table.name), "ORDER BY", quote(table.key)))
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(statement)
            while page := cursor.fetchmany(PAGE):
                yield page
        return
    with cast("Any", connection.connection).cursor(name="cefn_backup") as cursor:
        cursor.execute(statement)
        while page := cursor.fetchmany(PAGE):
            yield page
