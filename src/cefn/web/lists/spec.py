"""What a list is: its columns, filters, searches, tabs, totals and actions, all declared in one value."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise

from cefn.platform.actors import Actor
from cefn.web.lists.bulk import BulkAction
from cefn.web.lists.filters import Filter

Words = str | Promise


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column: `cell` draws it for the screen, `export` gives the bare value for files (default: the text of cell).

    `sort` is the field or annotation to order by, empty for none; `is_nullable` says that it may be null.
    `card` is its place on a phone: "title" and "side" share the first row, then "line" (left) and "end" (right) fill
    rows in pairs; empty means not shown there.
    """

    key: str
    label: Words
    cell: Callable[[Any], Any]
    export: Callable[[Any], Any] | None = None
    sort: str = ""
    is_nullable: bool = False
    is_number: bool = False
    is_hidden: bool = False
    card: str = ""
    permission: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    """A built-in view: a name and the filters it sets."""

    key: str
    label: Words
    query: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """A sum beside the title: a column of minor units, and the field that names its currency."""

    field: str
    currency_field: str = "currency"


@dataclass(frozen=True, slots=True, kw_only=True)
class Empty:
    """What is shown when the list holds nothing at all."""

    icon: str
    title: Words
    sentence: Words
    action: Words = ""
    url_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadLink:
    """A button at the head of a list, shown to those with the permission; `key` is its key on the keyboard."""

    label: Words
    url_name: str
    permission: str
    icon: str = "plus"
    is_primary: bool = True
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListSpec:
    """A list. `rows` is the access selector: it takes the actor and returns what that person may see.

    `area` names the list for saved views and column widths; `url_name` is its address; `counted` takes a number and
    says it in words ("3 orders"). `row_url` opens a row; `prepare` is handed the rows of one page to fetch what their
    cells need in one query, and returns nothing.
    """

    area: str
    place: str
    title: Words
    counted: Callable[[int], str]
    url_name: str
    rows: Callable[[Actor], QuerySet[Any]]
    columns: Sequence[Column]
    row_url: Callable[[Any], str]
    empty: Empty
    default_sort: str
    filters: Sequence[Filter] = ()
    tabs: Sequence[Tab] = ()
    search: Callable[[Actor, QuerySet[Any], str], QuerySet[Any]] | None = None
    search_hint: Words = ""
    total: Total | None = None
    bulk: Sequence[BulkAction] = ()
    links: Sequence[HeadLink] = ()
    row_class: Callable[[Any], str] | None = None
    row_name: Callable[[Any], str] = str
    prepare: Callable[[Actor, list[Any]], None] | None = None
    page_size: int = 50
    has_peek: bool = True

    def column(self, key: str) -> Column | None:
        """Return the column called `key`, or None."""
        return next((column for column in self.columns if column.key == key), None)
