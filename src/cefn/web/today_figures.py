"""What the dashboard asks: each figure set-based, one query each."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import ExtractHour, TruncDate
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cefn.kernel import clock
from cefn.kernel.money import currency_decimals
from cefn.platform.actors import Actor
from cefn.reports.stock_value import stock_value_by_day
from cefn.web import reads
from cefn.web.charts import Chart, Point, Tile
from cefn.web.formats import digits_grouped, money_text

SALES_DAYS = 30
RATE_DAYS = 28
COVER_DAYS = 14
RUNNING_OUT = 8


def _number(value: int) -> str:
    return digits_grouped(str(value))


def order_tiles(actor: Actor, currency: str) -> list[Tile]:
    """Return the tiles about orders: late, due, stuck, came in today; two queries."""
    orders = reads.access_orders(actor)
    counts = orders.filter(reads.is_open()).aggregate(
        late=Count("id", filter=reads.is_late()),
        due=Count("id", filter=reads.is_due_next()),
        stuck=Count("id", filter=reads.is_stuck()),
        waiting=Count("id", filter=~Q(allocation_status="full") & ~Q(fulfilment_status="fulfilled")),
    )
    came = orders.filter(placed_at__gte=reads.day_start()).exclude(status="cancelled")
    counts |= came.aggregate(came=Count("id"), came_minor=Sum("total_minor"))
    url = reverse("web:orders")
    return [
        Tile(
            name=_("Late"),
            icon="clock",
            figure=_number(counts["late"]),
            note=_("should have left by now"),
            url=f"{url}?late=yes",
            tone="bad" if counts["late"] else "good",
        ),
        Tile(
            name=_("Due next"),
            icon="truck-delivery",
            figure=_number(counts["due"]),
            note=_("must leave within 24 hours"),
            url=f"{url}?due=yes",
            tone="busy",
        ),
        Tile(
            name=_("Needs a person"),
            icon="alert-triangle",
            figure=_number(counts["stuck"]),
            note=_("on hold, or something is wrong"),
            url=f"{url}?stuck=yes",
            tone="bad" if counts["stuck"] else "good",
        ),
        Tile(
            name=_("Waits for stock"),
            icon="package",
            figure=_number(counts["waiting"]),
            note=_("orders not fully allocated"),
            url=f"{url}?short=yes",
            tone="wait",
        ),
        Tile(
            name=_("Came in today"),
            icon="inbox",
            figure=_number(counts["came"]),
            note=money_text(counts["came_minor"] or 0, currency),
            url=f"{url}?placed_from=today",
        ),
    ]


def pick_tile(actor: Actor) -> Tile:
    """Return the tile of shipments waiting in the warehouse."""
    found = reads.access_shipments(actor).filter(reads.is_at_work())
    counts = found.aggregate(
        pick=Count("id", filter=Q(status__in=("draft", "released", "picking"))),
        pack=Count("id", filter=Q(status="picked")),
    )
    note = ngettext("%(n)s to pack", "%(n)s to pack", counts["pack"]) % {"n": _number(counts["pack"])}
    return Tile(
        name=_("To pick"),
        icon="clipboard-check",
        figure=_number(counts["pick"]),
        note=note,
        url=f"{reverse('web:orders')}?ready=yes",
        tone="busy",
    )


def low_tile(actor: Actor) -> Tile:
    """Return the tile of variants at or under their low-stock mark."""
    low = reads.low_stock_rows(actor).count()
    return Tile(
        name=_("Low stock"),
        icon="package-export",
        figure=_number(low),
        note=_("at or under their mark"),
        url=f"{reverse('web:stock')}?low=yes",
        tone="wait" if low else "good",
    )


def cash_tile(actor: Actor, currency: str) -> Tile:
    """Return the tile of money received today and what is overdue."""
    today = timezone.localdate()
    came = (
        reads.access_payments(actor)
        .filter(paid_on=today, currency=currency, direction="in")
        .aggregate(minor=Sum("amount_minor"))
    )
    overdue = reads.access_invoices(actor).filter(kind="invoice", open_minor__gt=0, due_on__lt=today, currency=currency)
    open_minor = overdue.aggregate(minor=Sum("open_minor"))["minor"] or 0
    return Tile(
        name=_("Cash in today"),
        icon="cash",
        figure=money_text(came["minor"] or 0, currency),
        note=_("%(amount)s overdue") % {"amount": money_text(open_minor, currency)},
        url=f"{reverse('web:orders')}?payment=unpaid,partial",
        tone="wait" if open_minor else "",
    )


def sales_chart(actor: Actor, currency: str) -> tuple[Chart, int, int]:
    """Return sales of the last thirty days beside the thirty before, with both sums; one query."""
    today = timezone.localdate()
    zone = timezone.get_current_timezone()
    rows = (
        reads.access_orders(actor)
        .filter(placed_at__gte=reads.day_start(2 * SALES_DAYS - 1), currency=currency)
        .exclude(status__in=("cancelled", "draft", "quoted"))
        .annotate(day=TruncDate("placed_at", tzinfo=zone))
        .order_by()
        .values("day")
        .annotate(minor=Sum("net_minor"))
        .values_list("day", "minor")
    )
    by_day: dict[date, int] = dict(rows)
    points, now_sum, before_sum = [], 0, 0
    for ago in range(SALES_DAYS - 1, -1, -1):
        day = today - timedelta(days=ago)
        now, before = by_day.get(day, 0), by_day.get(day - timedelta(days=SALES_DAYS), 0)
        now_sum, before_sum = now_sum + now, before_sum + before
        words = (money_text(now, currency), money_text(before, currency))
        points.append(Point(date_format(day, "j M"), (now, before), words))
    chart = Chart(
        title=_("Sales, thirty days"),
        axis=_("Day"),
        series=[_("These thirty days"), _("The thirty days before")],
        points=points,
        kind="area",
        scale=10 ** currency_decimals(currency),
    )
    return chart, now_sum, before_sum


def hours_chart(actor: Actor) -> Chart:
    """Return today's orders by hour beside the mean of the last seven days; one query."""
    zone = timezone.get_current_timezone()
    today = timezone.localdate()
    rows = (
        reads.access_orders(actor)
        .filter(placed_at__gte=reads.day_start(7))
        .annotate(day=TruncDate("placed_at", tzinfo=zone), hour=ExtractHour("placed_at", tzinfo=zone))
        .order_by()
        .values("hour")
        .annotate(now=Count("id", filter=Q(day=today)), before=Count("id", filter=~Q(day=today)))
        .values_list("hour", "now", "before")
    )
    by_hour = {hour: (now, before) for hour, now, before in rows}
    points = []
    for hour in range(24):
        now, before = by_hour.get(hour, (0, 0))
        mean_tenths = (before * 10 + 3) // 7
        shown = f"{mean_tenths // 10}.{mean_tenths % 10}"
        points.append(Point(f"{hour:02d}:00", (now * 10, mean_tenths), (_number(now), shown)))
    return Chart(
        title=_("Orders by hour"),
        axis=_("Hour"),
        series=[_("Today"), _("Mean of the seven days before")],
        points=points,
        kind="bars",
        scale=10,
    )


def value_chart(actor: Actor, currency: str) -> Chart:
    """Return the value of the stock at the end of each of the last thirty days."""
    today = timezone.localdate()
    days = stock_value_by_day(actor, first_on=today - timedelta(days=SALES_DAYS - 1), last_on=today)
    return Chart(
        title=_("Stock value"),
        axis=_("Day"),
        series=[_("At what it cost")],
        points=[
            Point(date_format(one.on, "j M"), (one.amount_minor,), (money_text(one.amount_minor, currency),))
            for one in days
        ],
        kind="area",
        scale=10 ** currency_decimals(currency),
    )


def on_time_chart(actor: Actor) -> Chart:
    """Return the share of shipments that left in time, day by day, in tenths of a per cent; one query."""
    rows = (
        reads.access_shipments(actor)
        .filter(shipped_at__gte=reads.day_start(SALES_DAYS - 1))
        .annotate(day=TruncDate("shipped_at", tzinfo=timezone.get_current_timezone()))
        .order_by()
        .values("day")
        .annotate(sent=Count("id"), late=Count("id", filter=Q(ship_by_at__lt=F("shipped_at"))))
        .values_list("day", "sent", "late")
    )
    by_day = {day: (sent, late) for day, sent, late in rows}
    today, points = timezone.localdate(), []
    for ago in range(SALES_DAYS - 1, -1, -1):
        day = today - timedelta(days=ago)
        sent, late = by_day.get(day, (0, 0))
        share = (sent - late) * 1000 // sent if sent else None
        words = f"{share // 10}.{share % 10} %" if share is not None else "–"
        points.append(Point(date_format(day, "j M"), (share,), (f"{words} ({_number(sent)})",)))
    return Chart(
        title=_("Sent in time"),
        axis=_("Day"),
        series=[_("Shipments that left in time, per cent")],
        points=points,
        kind="line",
        scale=10,
    )


def running_out(actor: Actor) -> list[tuple[Any, int, int]]:
    """Return (variant, available, days of cover) of what sells and lasts the least; two queries.

    Days of cover = available / mean units shipped a day over the last 28 days.
    """
    since = clock.now() - timedelta(days=RATE_DAYS)
    shipped = (
        reads.access_moves(actor)
        .filter(reason="ship", occurred_at__gte=since)
        .order_by()
        .values("variant")
        .annotate(units=Sum("quantity"))
    )
    rate = dict(shipped.values_list("variant", "units"))
    levels = reads.access_levels(actor).filter(variant__in=list(rate)).order_by().values("variant")
    left = dict(levels.annotate(units=Sum(F("on_hand") - F("allocated"))).values_list("variant", "units"))
    cover = sorted((left.get(key, 0) * RATE_DAYS // units, key) for key, units in rate.items() if units)
    worst = [(days, key) for days, key in cover[:RUNNING_OUT] if days < COVER_DAYS]
    found = reads.access_variants(actor).select_related("product").in_bulk([key for _days, key in worst])
    return [(found[key], left.get(key, 0), days) for days, key in worst if key in found]
