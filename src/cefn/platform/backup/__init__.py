"""Backup and restore: the whole database and its stored files in one file that either database can read.

The file is a tar. `tables/NAME.jsonl.gz` holds a table's rows in key order, one JSON array a line, in the order of the
columns named in the manifest; moments are UTC in ISO 8601, JSON columns canonical texts, bytes Base64, so the same rows
give the same bytes on either database. `files/SHA256` is the content of a stored file. `manifest.json` comes last, with
the versions, the migrations, and each member's rows, bytes and SHA-256.
"""

from cefn.platform.backup.reading import BackupRead, RestoreReport, backup_open, backup_restore, database_is_empty
from cefn.platform.backup.writing import BackupReport, backup_write

__all__ = [
    "BackupRead",
    "BackupReport",
    "RestoreReport",
    "backup_open",
    "backup_restore",
    "backup_write",
    "database_is_empty",
]
