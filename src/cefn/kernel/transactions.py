"""Running a use case whole, again if the database asks for it."""

import random
import time
from collections.abc import Callable
from typing import TypeVar

from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction

Result = TypeVar("Result")

RETRY_STATES = {"40001", "40P01", "55P03"}
ATTEMPTS = 6


def _again(error: DatabaseError) -> bool:
    state = getattr(error.__cause__, "sqlstate", None)
    return state in RETRY_STATES or (connection.vendor == "sqlite" and "locked" in str(error))


def run_whole(use_case: Callable[[], Result]) -> Result:
    """Run `use_case` in one transaction; run it again, up to six times, after a deadlock or a serialisation failure.

    Inside an open transaction it just runs: only the outermost caller may repeat.
    """
    if connection.in_atomic_block:
        return use_case()
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with transaction.atomic():
                return use_case()
        except (OperationalError, InterfaceError) as error:
            if attempt == ATTEMPTS or not _again(error):
                raise
            time.sleep(random.uniform(0.005, 0.02) * 2**attempt)  # noqa: S311
    raise AssertionError("unreachable")
