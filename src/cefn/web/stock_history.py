"""A variant's stock over time, read back from the ledger: what there is now less what moved since."""

from datetime import date, timedelta

from django.db.models import Case, F, IntegerField, Q, Sum, Value, When
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cefn.catalog.models import Variant
from cefn.inventory.models import SELLABLE_KINDS, StockMove
from cefn.platform.actors import Actor
from cefn.web import reads
from cefn.web.charts import Chart, Point
from cefn.web.formats import quantity_shown

HISTORY_DAYS = 90


def changes_by_day(actor: Actor, variant: Variant, since: date) -> dict[date, int]:
    """Return day -> how much more (or less) there was in sellable places at its end than at its start; one query."""
    kinds = sorted(SELLABLE_KINDS)
    into = Q(to_location__kind__in=kinds, to_status="available")
    out = Q(from_location__kind__in=kinds, from_status="available")
    step = Case(
        When(into & ~out, then=Value(1)),
        When(out & ~into, then=Value(-1)),
        default=Value(0),
        output_field=IntegerField(),
    )
    rows = (
        StockMove.objects.filter(
            company_id=actor.company_id, variant=variant, occurred_at__gte=reads.day_start(HISTORY_DAYS)
        )
        .annotate(day=TruncDate("occurred_at", tzinfo=timezone.get_current_timezone()), step=step)
        .order_by()
        .values("day")
        .annotate(change=Sum(F("quantity") * F("step")))
        .values_list("day", "change")
    )
    return {day: change for day, change in rows if day >= since}


def history_chart(actor: Actor, variant: Variant, on_hand: int) -> Chart:
    """Return the stock on hand at the end of each of the last ninety days."""
    today = timezone.localdate()
    changes = changes_by_day(actor, variant, today - timedelta(days=HISTORY_DAYS))
    level, points = on_hand, []
    for ago in range(HISTORY_DAYS):
        day = today - timedelta(days=ago)
        words = quantity_shown(level, variant.quantity_decimals)
        points.append(Point(date_format(day, "j M"), (level,), (words,)))
        level -= changes.get(day, 0)
    return Chart(
        title=_("Stock on hand, ninety days"),
        axis=_("Day"),
        series=[_("On hand")],
        points=points[::-1],
        kind="steps",
        scale=10**variant.quantity_decimals,
    )
