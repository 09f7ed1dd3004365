"""The list of stock adjustments, declared; picked ones are reversed from it."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cefn.inventory.models import Adjustment
from cefn.inventory.selectors import access_adjustments
from cefn.inventory.services import adjustments_reverse
from cefn.platform.actors import Actor
from cefn.web import cells
from cefn.web.formats import digits_grouped, moment_html, money_html
from cefn.web.lists import BulkAction, BulkResult, Column, DayFilter, Empty, HeadLink, ListSpec, TextFilter, bulk_each
from cefn.web.money_forms import own_name


def adjustment_rows(actor: Actor) -> QuerySet[Any]:
    """Return adjustments with reason, warehouse, the company's currency and how many units they moved."""
    rows = access_adjustments(actor).select_related("reason", "warehouse", "company", "reverses", "reversed_by")
    found: QuerySet[Any] = rows.annotate(units=Coalesce(Sum("lines__quantity"), 0))
    return found


def adjustment_url(found: Adjustment) -> str:
    """Return the address of an adjustment's page."""
    return reverse("web:adjustment", args=[found.number])


def _reverse(actor: Actor, rows: Sequence[Adjustment]) -> list[BulkResult]:
    def undo(some: Sequence[Adjustment]) -> None:
        adjustments_reverse(actor=actor, adjustment_ids=[one.pk for one in some], reason=_("reversed from the list"))

    return bulk_each(rows, undo, name=lambda one: one.number, url=adjustment_url, done=_("reversed"))


def _reverse_warning(rows: Sequence[Adjustment]) -> str:
    said = ngettext(
        "%(n)s adjustment is reversed by an opposite one. What was lost comes back at the cost it left with.",
        "%(n)s adjustments are reversed by opposite ones. What was lost comes back at the cost it left with.",
        len(rows),
    )
    return said % {"n": digits_grouped(str(len(rows)))}


ADJUSTMENTS = ListSpec(
    area="adjustments",
    place="adjustments",
    title=gettext_lazy("Adjustments"),
    url_name="web:adjustments",
    counted=lambda n: ngettext("%(n)s adjustment", "%(n)s adjustments", n) % {"n": digits_grouped(str(n))},
    rows=adjustment_rows,
    columns=(
        Column(key="number", label=gettext_lazy("Number"), cell=lambda a: a.number, sort="number", card="title"),
        Column(
            key="at",
            label=gettext_lazy("When"),
            cell=lambda a: moment_html(a.occurred_at),
            export=lambda a: a.occurred_at,
            sort="occurred_at",
            card="end",
        ),
        Column(key="reason", label=gettext_lazy("Reason"), cell=lambda a: own_name(a.reason), card="line"),
        Column(key="warehouse", label=gettext_lazy("Warehouse"), cell=lambda a: a.warehouse.name, card="line"),
        Column(key="note", label=gettext_lazy("Note"), cell=lambda a: a.note),
        Column(key="who", label=gettext_lazy("Who"), cell=lambda a: a.actor_name, card="end"),
        Column(
            key="units",
            label=gettext_lazy("Units"),
            cell=lambda a: cells.count(a.units),
            export=lambda a: a.units,
            is_number=True,
            card="side",
        ),
        Column(
            key="value",
            label=gettext_lazy("Value"),
            cell=lambda a: money_html(a.value_minor, a.company.currency),
            export=lambda a: cells.amount_plain(a.value_minor, a.company.currency),
            sort="value_minor",
            is_number=True,
            permission="costs.view",
        ),
    ),
    row_url=adjustment_url,
    default_sort="-at",
    filters=(
        TextFilter("reason", gettext_lazy("Reason"), "reason__code"),
        TextFilter("warehouse", gettext_lazy("Warehouse"), "warehouse__code"),
        TextFilter("who", gettext_lazy("Who"), "actor_name"),
        DayFilter("at", gettext_lazy("When"), "occurred_at"),
    ),
    search=lambda actor, rows, text: rows.filter(Q(number__istartswith=text) | Q(note__icontains=text)),
    search_hint=gettext_lazy("Number, note"),
    bulk=(
        BulkAction(
            key="reverse",
            label=gettext_lazy("Reverse"),
            permission="stock.adjust",
            run=_reverse,
            icon="arrow-back-up",
            warning=_reverse_warning,
        ),
    ),
    links=(
        HeadLink(label=gettext_lazy("Adjust stock"), url_name="web:adjustment_new", permission="stock.adjust", key="n"),
    ),
    empty=Empty(
        icon="adjustments-horizontal",
        title=gettext_lazy("No adjustments yet"),
        sentence=gettext_lazy(
            "Where the shelf is other than the books say, an adjustment with a reason puts it right."
        ),
        action=gettext_lazy("Adjust stock"),
        url_name="web:adjustment_new",
    ),
    row_name=lambda found: found.number,
)
