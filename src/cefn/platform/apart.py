"""Running a use case so that its failure leaves nothing behind, wherever it is called from."""

from collections.abc import Callable
from typing import TypeVar

from django.db import connection

from cefn.kernel.transactions import run_inside, run_whole

Result = TypeVar("Result")


def run_apart(use_case: Callable[[], Result]) -> Result:
    """Run `use_case` whole, in a transaction of its own; inside an open transaction, behind a savepoint.

    For callers who catch its errors and carry on: `run_whole` alone would leave half the work in an open transaction.
    """
    if not connection.in_atomic_block:
        return run_whole(use_case)
    return run_inside(use_case)
