"""Paging by keyset: a page starts after the last row of the one before, so the thousandth costs what the first does.

The order is the sort column, empty values last, then the identifier, which makes it total. The cursor holds the two
values of the row at the edge.
"""

import base64
import binascii
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F, Q, QuerySet, Sum
from django.db.models.aggregates import Count

from cefn.web.errors import WrongListQuestion
from cefn.web.lists.question import Question
from cefn.web.lists.spec import Total

EXPORT_CHUNK = 2_000
COUNT_LIMIT = 5_000


@dataclass(frozen=True, slots=True)
class Page:
    """One page of rows with the cursors of its neighbours, empty where there are none."""

    rows: list[Any]
    before: str
    after: str


def cursor_make(value: Any, row_id: int) -> str:
    """Return the cursor of a row."""
    kind = "t" if isinstance(value, datetime) else "d" if isinstance(value, date) else "v"
    text = json.dumps([kind, value.isoformat() if kind in "td" else value, str(row_id)], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def cursor_read(cursor: str) -> tuple[Any, int]:
    """Return the sort value and identifier of a cursor; WrongListQuestion for one that we did not make."""
    try:
        kind, value, row_id = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if kind == "t":
            value = datetime.fromisoformat(value)
        elif kind == "d":
            value = date.fromisoformat(value)
        elif not isinstance(value, str | int | bool | None):
            raise TypeError(value)
        return value, int(row_id)
    except (ValueError, TypeError, binascii.Error, UnicodeError) as error:
        raise WrongListQuestion(name="after", value=cursor[:40]) from error


def sort_field(question: Question) -> str:
    """Return the field that the question sorts by."""
    column = question.spec.column(question.sort_key)
    return column.sort if column else "id"


def rows_ordered(rows: QuerySet[Any], field: str, *, is_descending: bool) -> QuerySet[Any]:
    """Return rows in the total order of the list."""
    first = F(field).desc(nulls_last=True) if is_descending else F(field).asc(nulls_last=True)
    return rows.order_by(first, "-id" if is_descending else "id")


def _rows_reversed(rows: QuerySet[Any], field: str, *, is_descending: bool) -> QuerySet[Any]:
    first = F(field).asc(nulls_first=True) if is_descending else F(field).desc(nulls_first=True)
    return rows.order_by(first, "id" if is_descending else "-id")


def beyond(field: str, value: Any, row_id: int, *, is_descending: bool, is_back: bool = False) -> Q:
    """Return the condition for rows after (or, going back, before) the row with `value` and `row_id`."""
    step = "lt" if is_descending != is_back else "gt"
    same_then = Q(**{f"id__{step}": row_id})
    if value is None:
        tied = Q(**{f"{field}__isnull": True}) & same_then
        return tied | Q(**{f"{field}__isnull": False}) if is_back else tied
    far = Q(**{f"{field}__{step}": value}) | (Q(**{field: value}) & same_then)
    return far if is_back else far | Q(**{f"{field}__isnull": True})


def value_of(row: Any, field: str) -> Any:
    """Return a row's value of a field path such as "customer__name"."""
    for part in field.split("__"):
        row = getattr(row, part) if row is not None else None
    return row


def _bound(rows: QuerySet[Any], question: Question, field: str, cursor: str, *, is_back: bool) -> QuerySet[Any]:
    value, row_id = cursor_read(cursor)
    column = question.spec.column(question.sort_key)
    condition = beyond(field, value, row_id, is_descending=question.is_descending, is_back=is_back)
    if value is not None and not is_back and column is not None and not column.is_nullable:
        step = "lt" if question.is_descending else "gt"
        condition = Q(**{f"{field}__{step}": value}) | Q(**{field: value, f"id__{step}": row_id})
    try:
        return rows.filter(condition)
    except (ValidationError, ValueError, TypeError) as error:
        raise WrongListQuestion(name="after", value=cursor[:40]) from error


def page_take(rows: QuerySet[Any], question: Question) -> Page:
    """Return the page that the question asks for; one query."""
    field, size = sort_field(question), question.spec.page_size
    descending = question.is_descending
    if question.before:
        bounded = _bound(rows, question, field, question.before, is_back=True)
        found = list(_rows_reversed(bounded, field, is_descending=descending)[: size + 1])
        has_before, has_after = len(found) > size, True
        found = found[:size][::-1]
    else:
        bounded = _bound(rows, question, field, question.after, is_back=False) if question.after else rows
        found = list(rows_ordered(bounded, field, is_descending=descending)[: size + 1])
        has_before, has_after = bool(question.after), len(found) > size
        found = found[:size]
    edge = [cursor_make(value_of(row, field), row.pk) for row in (found[:1] + found[-1:])]
    return Page(found, edge[0] if has_before and edge else "", edge[-1] if has_after and edge else "")


@dataclass(frozen=True, slots=True)
class Totals:
    """How many rows fit, and their sum for each currency; `is_part` when counting stopped at COUNT_LIMIT."""

    count: int
    sums: list[tuple[str, int]]
    is_part: bool = False


def totals_of_page(page: Page, question: Question) -> Totals | None:
    """Return the totals without asking the database, where one page holds all rows; else None."""
    if question.after or question.before or page.after:
        return None
    total = question.spec.total
    if total is None:
        return Totals(len(page.rows), [])
    sums: dict[str, int] = {}
    for row in page.rows:
        currency = value_of(row, total.currency_field)
        sums[currency] = sums.get(currency, 0) + value_of(row, total.field)
    return Totals(len(page.rows), sorted(sums.items()))


def totals_quick(rows: QuerySet[Any], total: Total | None) -> Totals:
    """Return the totals of at most COUNT_LIMIT rows, so that a page costs the same with a hundred thousand orders."""
    bare = rows.order_by()
    if total is None:
        count = bare.values("pk")[: COUNT_LIMIT + 1].count()
        return Totals(min(count, COUNT_LIMIT), [], count > COUNT_LIMIT)
    sums: dict[str, int] = {}
    pairs = list(bare.values_list(total.currency_field, total.field)[: COUNT_LIMIT + 1])
    if len(pairs) > COUNT_LIMIT:
        return Totals(COUNT_LIMIT, [], is_part=True)
    for currency, minor in pairs:
        sums[currency] = sums.get(currency, 0) + minor
    return Totals(len(pairs), sorted(sums.items()))


def totals_whole(rows: QuerySet[Any], total: Total | None) -> Totals:
    """Return the totals of all rows, however many; one query."""
    bare = rows.order_by()
    if total is None:
        return Totals(bare.count(), [])
    found = bare.values_list(total.currency_field).annotate(count=Count("id"), minor=Sum(total.field))
    sums = [(currency, count, minor or 0) for currency, count, minor in found]
    return Totals(sum(count for _, count, _ in sums), sorted((currency, minor) for currency, _, minor in sums))


def rows_streamed(rows: QuerySet[Any], question: Question) -> Iterator[list[Any]]:
    """Yield every row in order, in chunks that keep memory flat."""
    field, last = sort_field(question), None
    while True:
        bounded = rows
        if last is not None:
            bounded = rows.filter(beyond(field, value_of(last, field), last.pk, is_descending=question.is_descending))
        chunk = list(rows_ordered(bounded, field, is_descending=question.is_descending)[:EXPORT_CHUNK])
        if chunk:
            yield chunk
            last = chunk[-1]
        if len(chunk) < EXPORT_CHUNK:
            return
