"""What a record of a file would do here: the common shape of all kinds."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Protocol, TypeVar

from cefn.channels.models import ImportRun
from cefn.channels.records import Parsed
from cefn.channels.states import RowAction
from cefn.channels.tables.faults import CellFault, FaultKind, RowFault
from cefn.channels.tables.table import Reading
from cefn.kernel import sql
from cefn.platform.actors import Actor

CHUNK = 1_000
Item = TypeVar("Item")


@dataclass(slots=True)
class Plan:
    """A record with what it would do: `diff` maps a field to [before, after], `target` is what a writer needs."""

    parsed: Parsed
    action: RowAction
    faults: list[RowFault] = field(default_factory=list)
    diff: dict[str, list[Any]] = field(default_factory=dict)
    target: Any = None

    def refuse(self, kind: FaultKind, *, line: int = 0, column: str = "", value: str = "", **facts: Any) -> None:
        """Refuse the record for a reason."""
        self.faults.append(CellFault(kind, facts).at(line or self.parsed.lines[0], column, value))
        self.action = RowAction.REFUSED


@dataclass(slots=True)
class Made:
    """A document that an import made or changed."""

    kind: str
    document_id: int
    number: str
    key: str = ""
    content: dict[str, str] = field(default_factory=dict)
    before: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Batch:
    """What the planners and writers of one run share."""

    actor: Actor
    run: ImportRun
    format: str
    reading: Reading
    options: dict[str, Any]


class Kind(Protocol):
    """How one kind of record is planned and written."""

    def plan(self, batch: Batch, items: list[Parsed]) -> list[Plan]:
        """Return the plans of some records, in order; reads only."""

    def write(self, batch: Batch, plans: list[Plan]) -> list[Made]:
        """Write the plans that are new or changed; return what was made or changed."""


def chunks(items: Iterable[Item], size: int = CHUNK) -> Iterator[list[Item]]:
    """Yield lists of at most `size` items."""
    source = iter(items)
    while part := list(islice(source, size)):
        yield part


def start_plan(item: Parsed) -> Plan:
    """Return the plan of a record before it is compared with what is here: refused, left out, or new."""
    if item.refusals:
        return Plan(item, RowAction.REFUSED, list(item.faults))
    if item.record is None:
        return Plan(item, RowAction.SKIPPED, list(item.faults))
    return Plan(item, RowAction.NEW, list(item.faults))


def digest(value: Any) -> str:
    """Return twelve digits that stand for a value."""
    return hashlib.sha256(sql.json_text(value).encode()).hexdigest()[:12]


def changed(before: dict[str, Any], after: dict[str, Any]) -> dict[str, list[Any]]:
    """Return field -> [before, after] where a stated value differs; None and empty texts state nothing."""
    return {
        name: [before.get(name), value]
        for name, value in after.items()
        if value is not None and value != "" and before.get(name) != value
    }
