"""Reading a whole database as it is at one moment."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def _tables_joined_whole() -> Iterator[None]:
    """Keep PostgreSQL from looping where whole tables are read against each other and its statistics are not fresh."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = off")
    yield
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = on")


@contextmanager
def snapshot() -> Iterator[None]:
    """Read everything inside as it is at one moment, writing nothing and keeping no writer waiting.

    On PostgreSQL a repeatable-read, read-only transaction; on SQLite a deferred one, which takes no write lock.
    Inside a transaction that is already open, that one is the view.
    """
    if connection.in_atomic_block:
        with _tables_joined_whole():
            yield
    elif connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA temp_store")
            kept = cursor.fetchone()[0]
            # Sorting a whole ledger must not fill the memory; the setting can only change between transactions.
            cursor.execute("PRAGMA temp_store=FILE")
            cursor.execute("BEGIN DEFERRED")
            # The view begins with the first read, not with BEGIN.
            cursor.execute("SELECT 1 FROM sqlite_master LIMIT 1")
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute("ROLLBACK")
                cursor.execute(f"PRAGMA temp_store={int(kept)}")
    else:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            with _tables_joined_whole():
                yield
