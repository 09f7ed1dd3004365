"""Lists by cursor: a page goes on where the last one ended, whatever was added meanwhile.

Rows come newest first by id, which ascends in time. The cursor is opaque to callers; it holds the last id.
"""

import base64
import binascii
from typing import Annotated, Any, Generic, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from pydantic import BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from cefn.api.shapes import ID_MOST, In, Limit, Out
from cefn.kernel.errors import Fault, InvalidInput

Item = TypeVar("Item")
Row = TypeVar("Row", bound=Model)
PREFIX = "c1."
CURSOR_CHARACTERS = 60


def cursor_text(last_id: int) -> str:
    """Return the cursor that goes on after a row."""
    return base64.urlsafe_b64encode(f"{PREFIX}{last_id}".encode()).decode().rstrip("=")


def _cursor_read(value: Any) -> int:
    try:
        text = base64.b64decode(f"{value}{'=' * (-len(value) % 4)}", altchars=b"-_", validate=True).decode("ascii")
    except (binascii.Error, ValueError, TypeError):
        text = ""
    digits = text.removeprefix(PREFIX)
    if digits == text or not digits.isdigit() or len(digits) > 19 or not 0 < int(digits) <= ID_MOST:
        raise PydanticCustomError("cefn_cursor", "cursor")
    return int(digits)


CursorIn = Annotated[
    int,
    BeforeValidator(_cursor_read),
    WithJsonSchema({"type": "string", "description": "`next` of the page before."}),
]


class Paging(In):
    """What every list takes; lists add their filters."""

    cursor: CursorIn | None = None
    limit: Limit = 50


class Page(Out, Generic[Item]):
    """A page of rows; `next` is the cursor of the following page, null on the last one."""

    items: list[Item]
    next: Annotated[str | None, Field(max_length=CURSOR_CHARACTERS)]


def page(request: HttpRequest, rows: QuerySet[Row], paging: Paging, shape: type[Out]) -> JsonResponse:
    """Answer one page of rows in a shape, with a Link header (RFC 8288) to the next. One query and its prefetches.

    Raises InvalidInput for a filter that the list does not have.
    """
    known_query_require(request, type(paging))
    wanted = rows.order_by("-id")
    if paging.cursor is not None:
        wanted = wanted.filter(id__lt=paging.cursor)
    found = list(wanted[: paging.limit + 1])
    shown = found[: paging.limit]
    following = cursor_text(shown[-1].pk) if len(found) > paging.limit else None
    items = [shape.model_validate(row, context={"request": request}).model_dump() for row in shown]
    response = JsonResponse({"items": items, "next": following})
    if following is not None:
        query = request.GET.copy()
        query["cursor"] = following
        response.headers["Link"] = f'<{request.build_absolute_uri(request.path)}?{query.urlencode()}>; rel="next"'
    return response


def known_query_require(request: HttpRequest, shape: type[In]) -> None:
    """Refuse names in the query that an address does not know: a mistyped filter must not answer everything."""
    unknown = sorted(set(request.GET) - set(shape.model_fields))
    if unknown:
        known = ", ".join(sorted(shape.model_fields))
        remedy = _("Use one of: %(known)s.") % {"known": known}
        raise InvalidInput(
            faults=[Fault(name[:80], "", _("There is no filter of this name."), remedy) for name in unknown]
        )
