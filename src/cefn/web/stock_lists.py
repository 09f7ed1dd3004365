"""The lists of stock and of movements, declared."""

from typing import Any

from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _

from cefn.catalog.models import Variant
from cefn.catalog.skus import sku_key
from cefn.inventory.models import MoveReason, StockMove
from cefn.platform.actors import Actor
from cefn.web import cells, reads
from cefn.web.documents import document_url
from cefn.web.formats import digits_grouped, moment_html, quantity_shown
from cefn.web.lists import ChoiceFilter, Column, DayFilter, Empty, FlagFilter, ListSpec, Tab, TextFilter
from cefn.web.statuses import state_html


def variant_name(variant: Variant) -> str:
    """Return a variant's name in the active language."""
    product = variant.product
    name = product.name_cy if get_language() == "cy" and product.name_cy else product.name
    return f"{name}, {variant.name}" if variant.name and variant.name != name else str(name)


def variant_url(variant: Variant) -> str:
    """Return the address of a variant's stock page."""
    return reverse("web:variant", args=[variant.pk])


def variants_search(actor: Actor, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """Narrow to variants whose SKU or barcode begins with the text, or whose name has it."""
    match = (
        Q(sku_key__startswith=sku_key(text)) | Q(product__name__icontains=text) | Q(product__name_cy__icontains=text)
    )
    return rows.filter(match | Q(pk__in=_by_barcode(text)))


def _by_barcode(text: str) -> QuerySet[Any]:
    return Variant.objects.filter(barcodes__code=text).values("pk")


def stock_state(variant: Any) -> Any:
    """Return whether there is enough, little or none of a variant."""
    if variant.available <= 0:
        return state_html("late", label=str(_("none left")))
    if variant.low_stock_at and variant.available <= variant.low_stock_at:
        return state_html("draft", label=str(_("low")))
    return state_html("active", label=str(_("enough")))


def _figure(name: str, label: str | Promise, card: str = "") -> Column:
    return Column(
        key=name,
        label=label,
        cell=lambda v: cells.count(getattr(v, name), v.quantity_decimals),
        export=lambda v: quantity_shown(getattr(v, name), v.quantity_decimals),
        sort=name,
        is_number=True,
        card=card,
    )


def _is_low() -> Q:
    return Q(low_stock_at__gt=0, available__lte=F("low_stock_at"))


STOCK = ListSpec(
    area="stock",
    place="stock",
    title=_("Stock"),
    counted=lambda n: ngettext("%(n)s variant", "%(n)s variants", n) % {"n": digits_grouped(str(n))},
    url_name="web:stock",
    rows=lambda actor: reads.stock_rows(actor).select_related("product"),
    columns=(
        Column(key="sku", label=_("SKU"), cell=lambda v: v.sku, sort="sku_key", card="title"),
        Column(key="name", label=_("Name"), cell=variant_name, sort="product__name", card="line"),
        Column(key="state", label=_("State"), cell=stock_state, card="end"),
        _figure("on_hand", _("On hand")),
        _figure("allocated", _("Allocated")),
        _figure("available", _("Available"), card="side"),
        _figure("incoming", _("Incoming")),
        _figure("low_stock_at", _("Low at")),
        Column(
            key="category",
            label=_("Category"),
            cell=lambda v: v.product.category,
            sort="product__category",
            is_hidden=True,
        ),
        Column(key="brand", label=_("Brand"), cell=lambda v: v.product.brand, sort="product__brand", is_hidden=True),
    ),
    row_url=variant_url,
    row_name=lambda v: v.sku,
    default_sort="sku",
    tabs=(
        Tab(key="all", label=_("All")),
        Tab(key="low", label=_("Low"), query={"low": "yes"}),
        Tab(key="none", label=_("None left"), query={"none": "yes"}),
    ),
    filters=(
        FlagFilter("low", _("Low"), _is_low),
        FlagFilter("none", _("None left"), lambda: Q(available__lte=0)),
        TextFilter("category", _("Category"), "product__category"),
        TextFilter("brand", _("Brand"), "product__brand"),
    ),
    search=variants_search,
    search_hint=_("SKU, name, barcode"),
    empty=Empty(
        icon="package",
        title=_("No stock yet"),
        sentence=_("Here is how many there are of everything, where they lie and what they are promised to."),
        action=_("Import stock"),
        url_name="web:imports",
    ),
)


def source_url(source: str) -> str:
    """Return the page of a document named like "sales-order:SO-000001", or an empty text where there is none."""
    return document_url(source)


def source_text(source: str) -> str:
    """Return the number of a document named like "shipment:SH-000001"."""
    return source.partition(":")[2] or source


def _place(location: Any) -> Any:
    if location.warehouse_id is None:
        return format_html('<span class="muted">{}</span>', location.get_kind_display())
    return format_html('{} <span class="muted">{}</span>', location.code, location.warehouse.code)


def moves_rows(actor: Actor) -> QuerySet[StockMove]:
    """Return movements with what their cells need."""
    return reads.access_moves(actor).select_related(
        "variant", "from_location__warehouse", "to_location__warehouse", "lot"
    )


MOVES = ListSpec(
    area="moves",
    place="moves",
    title=_("Movements"),
    counted=lambda n: ngettext("%(n)s movement", "%(n)s movements", n) % {"n": digits_grouped(str(n))},
    url_name="web:moves",
    rows=moves_rows,
    columns=(
        Column(
            key="at",
            label=_("When"),
            cell=lambda m: moment_html(m.occurred_at),
            export=lambda m: m.occurred_at,
            sort="occurred_at",
            card="end",
        ),
        Column(key="sku", label=_("SKU"), cell=lambda m: m.variant.sku, card="title"),
        Column(
            key="quantity",
            label=_("Quantity"),
            cell=lambda m: quantity_shown(m.quantity, m.variant.quantity_decimals),
            export=lambda m: quantity_shown(m.quantity, m.variant.quantity_decimals),
            is_number=True,
            card="side",
        ),
        Column(key="from", label=_("From"), cell=lambda m: _place(m.from_location), card="line"),
        Column(key="to", label=_("To"), cell=lambda m: _place(m.to_location), card="end"),
        Column(key="reason", label=_("Reason"), cell=lambda m: m.get_reason_display(), card="line"),
        Column(key="source", label=_("Document"), cell=lambda m: source_text(m.source), export=lambda m: m.source),
        Column(key="lot", label=_("Lot"), cell=lambda m: m.lot.code if m.lot else "", is_hidden=True),
    ),
    row_url=lambda move: variant_url(move.variant),
    row_name=lambda move: f"{move.variant.sku} {move.quantity}",
    default_sort="-at",
    filters=(
        ChoiceFilter("reason", _("Reason"), "reason", MoveReason.choices),
        DayFilter("at", _("When"), "occurred_at"),
        TextFilter("source", _("Document"), "source"),
    ),
    search=lambda _actor, rows, text: rows.filter(variant__sku_key__startswith=sku_key(text)),
    search_hint=_("SKU"),
    empty=Empty(
        icon="history",
        title=_("Nothing has moved yet"),
        sentence=_("Every movement of stock is written here once and never changed."),
    ),
    has_peek=False,
)
