"""Actions over many picked rows, with a result for each row."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from cefn.kernel.errors import CefnError
from cefn.platform.actors import Actor
from cefn.platform.apart import run_apart

BULK_LIMIT = 1_000


@dataclass(frozen=True, slots=True)
class BulkResult:
    """What became of one row."""

    name: str
    url: str
    is_done: bool
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkAction:
    """A verb for picked rows. `run` takes the actor and rows and returns a result for each.

    With `warning` the person is first told what will happen: it takes the rows and says it in numbers.
    """

    key: str
    label: str | Promise
    permission: str
    run: Callable[[Actor, Sequence[Any]], list[BulkResult]]
    icon: str = "check"
    warning: Callable[[Sequence[Any]], str] | None = None


def bulk_each(
    rows: Sequence[Any],
    do: Callable[[Sequence[Any]], object],
    *,
    name: Callable[[Any], str],
    url: Callable[[Any], str],
    done: str,
) -> list[BulkResult]:
    """Do it to all rows in one transaction; where that is refused, to each in its own, so that each says why."""
    try:
        run_apart(lambda: do(rows))
        return [BulkResult(name(row), url(row), True, done) for row in rows]
    except CefnError:
        return [_one(row, do, name(row), url(row), done) for row in rows]


def _one(row: Any, do: Callable[[Sequence[Any]], object], name: str, url: str, done: str) -> BulkResult:
    try:
        run_apart(lambda: do([row]))
    except CefnError as error:
        return BulkResult(name, url, False, str(error))
    return BulkResult(name, url, True, done)


def ids_read(values: Iterable[str]) -> list[int]:
    """Return the identifiers that a form sent; what is no identifier is left out."""
    return [int(value) for value in values if value.isascii() and value.isdigit() and len(value) < 20]
