"""Running a use case whole, again if the database asks for it, with what can wait written at its end."""

import random
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from django.db import Error, InterfaceError, OperationalError, connection, transaction

Result = TypeVar("Result")
Write = Callable[[Sequence[Any]], None]

RETRY_STATES = {"40001", "40P01", "55P03"}
ATTEMPTS = 6


class _Waiting(threading.local):
    """Rows that this thread's open use case writes at its end, by the function that writes them."""

    rows: dict[Write, list[Any]] | None = None


_waiting = _Waiting()


def _again(error: Error) -> bool:
    state = getattr(error.__cause__, "sqlstate", None)
    return state in RETRY_STATES or (connection.vendor == "sqlite" and "locked" in str(error))


def write_last(write: Write, rows: Sequence[Any]) -> None:
    """Have `write` write rows just before the open use case commits, with all the others given to it, in one go.

    Outside `run_whole` they are written at once. For rows that nothing reads before the commit: the audit log.
    """
    if _waiting.rows is None:
        write(rows)
    else:
        _waiting.rows.setdefault(write, []).extend(rows)


def run_whole(use_case: Callable[[], Result]) -> Result:
    """Run `use_case` in one transaction; run it again, up to six times, after a deadlock or a serialisation failure.

    Inside an open transaction it just runs: only the outermost caller may repeat.
    """
    if connection.in_atomic_block:
        return use_case()
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with transaction.atomic():
                return _to_the_end(use_case)
        except (OperationalError, InterfaceError) as error:
            if attempt == ATTEMPTS or not _again(error):
                raise
            time.sleep(random.uniform(0.005, 0.02) * 2**attempt)  # noqa: S311
    raise AssertionError("unreachable")


def run_inside(use_case: Callable[[], Result]) -> Result:
    """Run `use_case` behind a savepoint of the open transaction; if it fails, nothing of it stays or waits."""
    before = _waiting.rows
    if before is not None:
        _waiting.rows = {}
    try:
        with transaction.atomic():
            result = use_case()
    except BaseException:
        _waiting.rows = before
        raise
    if before is not None:
        added, _waiting.rows = _waiting.rows or {}, before
        for write, rows in added.items():
            before.setdefault(write, []).extend(rows)
    return result


def _to_the_end(use_case: Callable[[], Result]) -> Result:
    _waiting.rows = {}
    try:
        result = use_case()
        waiting, _waiting.rows = _waiting.rows, None
        for write, rows in waiting.items():
            write(rows)
        return result
    finally:
        _waiting.rows = None
