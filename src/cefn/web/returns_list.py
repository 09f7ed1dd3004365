"""The list of returns, declared."""

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from cefn.orders.models import ReturnOrder
from cefn.orders.states import ReturnStatus
from cefn.platform.actors import Actor
from cefn.web import cells, reads
from cefn.web.formats import digits_grouped, moment_html, money_html
from cefn.web.lists import ChoiceFilter, Column, DayFilter, Empty, HeadLink, ListSpec, Tab, TextFilter, Total
from cefn.web.statuses import state_html


def return_rows(actor: Actor) -> QuerySet[ReturnOrder]:
    """Return the returns of the list with what its cells need."""
    return reads.access_returns(actor).select_related("order", "customer", "warehouse")


def return_url(found: ReturnOrder) -> str:
    """Return the address of a return's page."""
    return reverse("web:return", args=[found.number])


RETURNS = ListSpec(
    area="returns",
    place="returns",
    title=_("Returns"),
    url_name="web:returns",
    counted=lambda n: ngettext("%(n)s return", "%(n)s returns", n) % {"n": digits_grouped(str(n))},
    rows=return_rows,
    columns=(
        Column(key="number", label=_("Return"), cell=lambda r: r.number, sort="number", card="title"),
        Column(
            key="at",
            label=_("Arrived"),
            cell=lambda r: moment_html(r.received_at),
            export=lambda r: r.received_at,
            sort="received_at",
            is_nullable=True,
            card="end",
        ),
        Column(key="order", label=_("Order"), cell=lambda r: r.order.number if r.order else _("blind"), card="line"),
        Column(
            key="customer",
            label=_("Customer"),
            cell=lambda r: r.customer.name if r.customer else "\u2013",
            card="line",
        ),
        Column(
            key="status", label=_("State"), cell=lambda r: state_html(r.status, ReturnStatus), sort="status", card="end"
        ),
        Column(key="warehouse", label=_("Warehouse"), cell=lambda r: r.warehouse.name),
        Column(key="reason", label=_("Reason"), cell=lambda r: r.reason),
        Column(
            key="refunded",
            label=_("Refunded"),
            cell=lambda r: money_html(r.refunded_minor, r.currency) if r.refunded_minor else cells.MUTED_NOUGHT,
            export=lambda r: cells.amount_plain(r.refunded_minor, r.currency),
            is_number=True,
        ),
        Column(
            key="total",
            label=_("Credited"),
            cell=cells.amount,
            export=lambda r: cells.amount_plain(r.total_minor, r.currency),
            sort="total_minor",
            is_number=True,
            card="side",
        ),
    ),
    row_url=return_url,
    default_sort="-at",
    tabs=(
        Tab(key="all", label=_("All")),
        Tab(key="received", label=_("Received"), query={"status": "received,inspected"}),
        Tab(key="waiting", label=_("On their way"), query={"status": "requested,authorised,in_transit"}),
    ),
    filters=(
        ChoiceFilter("status", _("State"), "status", ReturnStatus.choices),
        DayFilter("at", _("Arrived"), "received_at"),
        TextFilter("channel", _("Channel"), "channel"),
    ),
    search=lambda actor, rows, text: rows.filter(
        Q(number__iexact=text) | Q(order__number__iexact=text) | Q(customer__name__icontains=text)
    ),
    search_hint=_("Return, order, customer"),
    total=Total(field="total_minor"),
    links=(HeadLink(label=_("Take goods back"), url_name="web:return_new", permission="returns.receive", key="n"),),
    empty=Empty(
        icon="arrow-back-up",
        title=_("No returns yet"),
        sentence=_("What comes back is received here, with or without its order."),
        action=_("Take goods back"),
        url_name="web:return_new",
    ),
    row_name=lambda found: found.number,
)
