"""The list of imports, declared."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from cefn.channels.models import ImportRun
from cefn.channels.profiles.registry import KINDS
from cefn.channels.selectors import access_imports
from cefn.channels.states import ImportState
from cefn.web.formats import digits_grouped, moment_html
from cefn.web.lists import ChoiceFilter, Column, DayFilter, Empty, HeadLink, ListSpec
from cefn.web.statuses import state_html

KIND_NAMES: dict[str, Any] = {
    "products": _("Products"),
    "stock": _("Stock levels"),
    "customers": _("Customers"),
    "suppliers": _("Suppliers"),
    "orders": _("Orders"),
}


def kind_name(kind: str) -> str:
    """Return what a kind of file is called."""
    return str(KIND_NAMES.get(kind, kind))


def import_url(run: ImportRun) -> str:
    """Return the address of an import."""
    return reverse("web:import", args=[run.number])


def _count(name: str) -> Any:
    return lambda run: digits_grouped(str(run.counts.get(name, 0)))


IMPORTS = ListSpec(
    area="imports",
    place="imports",
    title=_("Imports"),
    url_name="web:imports",
    counted=lambda n: ngettext("%(n)s import", "%(n)s imports", n) % {"n": digits_grouped(str(n))},
    rows=lambda actor: access_imports(actor).order_by(),
    columns=(
        Column(key="number", label=_("Import"), cell=lambda r: r.number, sort="number", card="title"),
        Column(key="kind", label=_("What"), cell=lambda r: kind_name(r.kind), sort="kind", card="line"),
        Column(key="file", label=_("File"), cell=lambda r: r.file.name, card="line"),
        Column(key="format", label=_("Format"), cell=lambda r: r.format),
        Column(
            key="state", label=_("State"), cell=lambda r: state_html(r.state, ImportState), sort="state", card="side"
        ),
        Column(key="rows", label=_("Rows"), cell=_count("rows"), is_number=True),
        Column(key="new", label=_("New"), cell=_count("new"), is_number=True),
        Column(key="changed", label=_("Changed"), cell=_count("changed"), is_number=True),
        Column(key="refused", label=_("Refused"), cell=_count("refused"), is_number=True),
        Column(key="who", label=_("Who"), cell=lambda r: r.created_by_name),
        Column(
            key="at",
            label=_("When"),
            cell=lambda r: moment_html(r.created_at),
            export=lambda r: r.created_at,
            sort="created_at",
            card="end",
        ),
    ),
    row_url=import_url,
    default_sort="-at",
    filters=(
        ChoiceFilter("kind", _("What"), "kind", [(kind, KIND_NAMES[kind]) for kind in KINDS]),
        ChoiceFilter("state", _("State"), "state", ImportState.choices),
        DayFilter("at", _("When"), "created_at"),
    ),
    search=lambda actor, rows, text: rows.filter(number__istartswith=text) | rows.filter(file__name__icontains=text),
    search_hint=_("Number, file name"),
    links=(
        HeadLink(label=_("Import a file"), url_name="web:import_new", permission="imports.run", icon="upload", key="n"),
    ),
    empty=Empty(
        icon="upload",
        title=_("Nothing imported yet"),
        sentence=_(
            "Bring products, stock, customers, suppliers and orders in from spreadsheets; see first what would change."
        ),
        action=_("Import a file"),
        url_name="web:import_new",
    ),
    row_name=lambda run: run.number,
)
