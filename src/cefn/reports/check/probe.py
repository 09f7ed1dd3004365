"""What a check is made of: an invariant has probes, a probe finds the rows that break it.

A probe's statement answers five columns, one row for each break:

    company_id, subject, row_id, expected, found

`subject` is what a person would look for (a document's number, a SKU and its bin), `row_id` the row's identifier, or 0
where the break is a missing row. The statement only reads, and means the same on SQLite and PostgreSQL.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.utils.functional import Promise

from cefn.kernel import sql
from cefn.kernel.ids import EPOCH_MS, TIME_SHIFT

Text = str | Promise
LISTED = 20
"""How many breaks of a probe are named; all are counted."""
LAST_ID = 2**63 - 1


class Break(NamedTuple):
    """A row that breaks an invariant."""

    company_id: int | None
    subject: str
    row_id: int
    expected: str
    found: str


@dataclass(frozen=True, slots=True)
class Found:
    """What a probe found: how many rows break it, and the first of them."""

    count: int
    breaks: Sequence[Break]


NOTHING = Found(0, ())


@dataclass(frozen=True, slots=True)
class Scope:
    """What a run looks at.

    `company_id` None means every company. `since` narrows probes over documents to rows made from then on; probes over
    balances always read everything, because a balance is a sum over all time. `memory` lets probes share a reading.
    """

    company_id: int | None
    since: datetime | None
    now: datetime
    memory: dict[object, Any] = field(default_factory=dict)

    @property
    def first_id(self) -> int:
        """Return the least identifier that a row made since `since` can have; 0 without it."""
        if self.since is None:
            return 0
        milliseconds = int((self.since.astimezone(UTC).timestamp()) * 1000) - EPOCH_MS
        return min(max(0, milliseconds) << TIME_SHIFT, LAST_ID)


Values = Callable[[Scope], Sequence[Any]]
Tables = Callable[[Scope], Mapping[str, sql.Rows]]


@dataclass(frozen=True, slots=True)
class Probe:
    """One question of an invariant.

    `statement` is SQL as above, or `find` looks by itself. `is_whole` marks balances. Breaks of a probe with
    `is_warning` are shown, and leave the database clean.
    """

    code: str
    sentence: Text
    statement: str = ""
    find: Callable[[Scope], Found] | None = None
    params: Values | None = None
    tables: Tables | None = None
    is_whole: bool = False
    is_warning: bool = False

    def look(self, scope: Scope) -> Found:
        """Return what breaks this probe now."""
        if self.find is not None:
            return self.find(scope)
        params = list(self.params(scope)) if self.params else []
        tables = dict(self.tables(scope)) if self.tables else {}
        narrowed = self.statement if self.is_whole else narrow(self.statement, scope, params)
        return count_and_list(narrowed, scope, params, tables)


def narrow(statement: str, scope: Scope, params: list[Any]) -> str:
    """Return the statement kept to rows made since the scope's moment; adds to `params`."""
    if not scope.first_id:
        return statement
    params.append(scope.first_id)
    return " ".join(("SELECT n.* FROM (", statement, ") AS n WHERE n.row_id >= %s"))


def count_and_list(
    statement: str, scope: Scope, params: Sequence[Any] = (), tables: Mapping[str, sql.Rows] | None = None
) -> Found:
    """Run a probe's statement for the scope's company; count every break, list the first ones."""
    columns = "x.company_id, x.subject, x.row_id, x.expected, x.found, COUNT(*) OVER ()"
    parts = ["SELECT", columns, "FROM (", statement, ") AS x"]
    bound = list(params)
    if scope.company_id is not None:
        parts.append("WHERE x.company_id = %s")
        bound.append(scope.company_id)
    parts.append("LIMIT %s")
    rows = sql.fetch(" ".join(parts), [*bound, LISTED], **(tables or {}))
    if not rows:
        return NOTHING
    return Found(int(rows[0][5]), tuple(break_of(row) for row in rows))


def break_of(row: Sequence[Any]) -> Break:
    """Return a row of the five columns as a Break."""
    company_id, subject, row_id, expected, found = row[:5]
    return Break(company_id, str(subject), int(row_id or 0), shown(expected), shown(found))


def shown(value: Any) -> str:
    """Return a value as people read it; nothing is a dash."""
    return "-" if value is None else str(value)


@dataclass(frozen=True, slots=True)
class Invariant:
    """Something that must always be true, with the probes that look for the contrary."""

    id: str
    title: Text
    probes: tuple[Probe, ...]
