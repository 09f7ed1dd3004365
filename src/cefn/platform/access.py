"""The one door to rows: company and record rules first, then whatever the page asks for.

Every app's selectors have `access_<things>(actor)` functions made with `access_rows`; screens, API, reports and exports
start from those and from nothing else.
"""

from typing import TypeVar

from django.db import models
from django.db.models import Q, QuerySet

from cefn.kernel.errors import NotFound
from cefn.platform.actors import Actor
from cefn.platform.permissions import permission_require

Row = TypeVar("Row", bound=models.Model)


def access_rows(
    actor: Actor,
    rows: QuerySet[Row],
    *,
    permission: str,
    company: str = "company_id",
    warehouse_code: str = "",
    channel_code: str = "",
) -> QuerySet[Row]:
    """Return the rows that `actor` may see; raises NotAllowed (403) without `permission`.

    `company`, `warehouse_code` and `channel_code` are paths to the fields, e.g. "order__company_id" or
    "warehouse__code"; an empty path means that the rule does not apply to these rows. Rows that belong to no warehouse
    or channel (a null path) are for everybody who has the permission.
    """
    permission_require(actor, permission)
    found = rows.filter(**{company: actor.company_id})
    for path, codes in ((warehouse_code, actor.warehouse_codes), (channel_code, actor.channel_codes)):
        if path and codes:
            found = found.filter(Q(**{f"{path}__in": sorted(codes)}) | Q(**{f"{path}__isnull": True}))
    return found


def access_one(rows: QuerySet[Row], *, thing: str, name: str, **where: object) -> Row:
    """Return the one row that fits `where`; raises NotFound (404), never saying that it exists for others."""
    row = rows.filter(**where).first()
    if row is None:
        raise NotFound(thing=thing, name=name)
    return row
