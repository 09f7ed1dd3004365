"""What the address asks of a list, and addresses that ask something a little different."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from django.http import QueryDict

from cefn.platform.actors import Actor
from cefn.platform.permissions import permission_has
from cefn.web.errors import WrongListQuestion
from cefn.web.lists.filters import Filter
from cefn.web.lists.spec import Column, ListSpec

CURSORS = ("after", "before")
OWN = ("q", "sort", "cols", "format", *CURSORS)
SEARCH_LIMIT = 100


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in force: its name, what it says, and the address without it."""

    label: str
    text: str
    remove: str


@dataclass(frozen=True, slots=True)
class Question:
    """A list's address, read: search text, filter values, sort key with its direction, chosen columns, cursor."""

    spec: ListSpec
    search: str
    values: Mapping[str, str]
    sort: str
    columns: tuple[Column, ...]
    columns_text: str
    after: str
    before: str

    @property
    def sort_key(self) -> str:
        return self.sort.removeprefix("-")

    @property
    def is_descending(self) -> bool:
        return self.sort.startswith("-")

    def parameters(self) -> dict[str, str]:
        """Return what the address says apart from the cursor, defaults left out."""
        found = {"q": self.search} if self.search else {}
        found.update(self.values)
        if self.sort != self.spec.default_sort:
            found["sort"] = self.sort
        if self.columns_text:
            found["cols"] = self.columns_text
        return found

    def address(self, changes: Mapping[str, str | None]) -> str:
        """Return the query part with `changes` made (None takes away); a change always starts at the first page."""
        wanted = self.parameters()
        for name, value in changes.items():
            if value is None or value == "":
                wanted.pop(name, None)
            else:
                wanted[name] = value
        text = urlencode(wanted, safe=",", quote_via=quote)
        return f"?{text}" if text else "?"

    def filters_in_force(self) -> list[Filter]:
        return [one for one in self.spec.filters if any(self.values.get(name) for name in one.names)]

    def chips(self) -> list[Chip]:
        """Return a chip for each filter in force and for the search."""
        chips = [
            Chip(str(one.label), one.chip(self.values), self.address(dict.fromkeys(one.names)))
            for one in self.filters_in_force()
        ]
        if self.search:
            chips.insert(0, Chip("", f"\u201c{self.search}\u201d", self.address({"q": None})))
        return chips

    def asks_nothing(self) -> bool:
        """Tell whether neither search nor filter narrows the list."""
        return not self.search and not self.values


def columns_allowed(spec: ListSpec, actor: Actor) -> list[Column]:
    """Return the columns that the person may see."""
    return [column for column in spec.columns if not column.permission or permission_has(actor, column.permission)]


def question_read(spec: ListSpec, data: QueryDict, actor: Actor) -> Question:
    """Read an address. Raises WrongListQuestion for a sort, column or filter value that the list does not have.

    Parameters that nobody owns are left alone, so that addresses may carry marks of their own.
    """
    names = {name for one in spec.filters for name in one.names}
    values = {name: text for name in names if (text := data.get(name, "").strip())}
    sort = data.get("sort") or spec.default_sort
    column = spec.column(sort.removeprefix("-"))
    if column is None or not column.sort:
        raise WrongListQuestion(name="sort", value=sort)
    allowed = columns_allowed(spec, actor)
    columns_text = data.get("cols", "")
    if columns_text:
        wanted = columns_text.split(",")
        unknown = [key for key in wanted if spec.column(key) is None]
        if unknown:
            raise WrongListQuestion(name="cols", value=unknown[0])
        columns = [one for one in allowed if one.key in wanted or one.card == "title"]
    else:
        columns = [one for one in allowed if not one.is_hidden]
    search = data.get("q", "").replace("\x00", "").strip()[:SEARCH_LIMIT]
    return Question(
        spec=spec,
        search=search,
        values=values,
        sort=sort,
        columns=tuple(columns),
        columns_text=columns_text,
        after=data.get("after", ""),
        before=data.get("before", ""),
    )
