"""The lists of customers and suppliers, declared."""

from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from cefn.platform.actors import Actor
from cefn.web import reads
from cefn.web.formats import digits_grouped, moment_html
from cefn.web.lists import Column, Empty, FlagFilter, ListSpec, Tab


def people_search(actor: Actor, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """Narrow to parties whose name has the text, or whose number, reference or e-mail begins with it."""
    match = Q(name__icontains=text) | Q(number__istartswith=text) | Q(reference__istartswith=text)
    return rows.filter(match | Q(email__istartswith=text))


CUSTOMERS = ListSpec(
    area="customers",
    place="customers",
    title=_("Customers"),
    counted=lambda n: ngettext("%(n)s customer", "%(n)s customers", n) % {"n": digits_grouped(str(n))},
    url_name="web:customers",
    rows=reads.access_customers,
    columns=(
        Column(key="number", label=_("Number"), cell=lambda c: c.number, sort="number", card="line"),
        Column(key="name", label=_("Name"), cell=lambda c: c.name, sort="name", card="title"),
        Column(key="email", label=_("E-mail"), cell=lambda c: c.email, sort="email", card="line"),
        Column(key="phone", label=_("Phone"), cell=lambda c: c.phone),
        Column(
            key="kind",
            label=_("Kind"),
            cell=lambda c: _("business") if c.is_business else _("person"),
            sort="is_business",
        ),
        Column(key="reference", label=_("Reference"), cell=lambda c: c.reference, sort="reference"),
        Column(key="vat", label=_("VAT number"), cell=lambda c: c.vat_number, is_hidden=True),
        Column(
            key="made",
            label=_("Added"),
            cell=lambda c: moment_html(c.created_at),
            export=lambda c: c.created_at,
            sort="created_at",
            card="side",
        ),
    ),
    row_url=lambda c: reverse("web:customer", args=[c.number]),
    row_name=lambda c: c.name,
    default_sort="-made",
    tabs=(
        Tab(key="all", label=_("All")),
        Tab(key="business", label=_("Businesses"), query={"business": "yes"}),
        Tab(key="archived", label=_("Archived"), query={"archived": "yes"}),
    ),
    filters=(
        FlagFilter("business", _("Business"), lambda: Q(is_business=True)),
        FlagFilter("archived", _("Archived"), lambda: Q(is_archived=True)),
    ),
    search=people_search,
    search_hint=_("Name, number, e-mail"),
    empty=Empty(
        icon="users",
        title=_("No customers yet"),
        sentence=_("Everybody who bought something is here, with their orders and what they owe."),
        action=_("Import customers"),
        url_name="web:imports",
    ),
)

SUPPLIERS = ListSpec(
    area="suppliers",
    place="suppliers",
    title=_("Suppliers"),
    counted=lambda n: ngettext("%(n)s supplier", "%(n)s suppliers", n) % {"n": digits_grouped(str(n))},
    url_name="web:suppliers",
    rows=reads.access_suppliers,
    columns=(
        Column(key="number", label=_("Number"), cell=lambda s: s.number, sort="number", card="line"),
        Column(key="name", label=_("Name"), cell=lambda s: s.name, sort="name", card="title"),
        Column(key="email", label=_("E-mail"), cell=lambda s: s.email, sort="email", card="line"),
        Column(key="phone", label=_("Phone"), cell=lambda s: s.phone),
        Column(key="currency", label=_("Currency"), cell=lambda s: s.currency, sort="currency"),
        Column(
            key="lead",
            label=_("Lead time, days"),
            cell=lambda s: s.lead_time_days,
            export=lambda s: s.lead_time_days,
            sort="lead_time_days",
            is_number=True,
            card="side",
        ),
        Column(key="reference", label=_("Reference"), cell=lambda s: s.reference, is_hidden=True),
    ),
    row_url=lambda s: reverse("web:supplier", args=[s.number]),
    row_name=lambda s: s.name,
    default_sort="name",
    tabs=(Tab(key="all", label=_("All")), Tab(key="archived", label=_("Archived"), query={"archived": "yes"})),
    filters=(FlagFilter("archived", _("Archived"), lambda: Q(is_archived=True)),),
    search=people_search,
    search_hint=_("Name, number, e-mail"),
    empty=Empty(
        icon="building-store",
        title=_("No suppliers yet"),
        sentence=_("Those whom we buy from, with how long they take and what they sell us."),
        action=_("Import suppliers"),
        url_name="web:imports",
    ),
)
