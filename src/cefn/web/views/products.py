"""Products: the list and the page of one product with its variants."""

from django.db.models import Count, Min, Q, QuerySet
from django.http import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cefn.catalog.models import Product, ProductKind, ProductStatus
from cefn.catalog.skus import sku_key
from cefn.platform.access import access_one
from cefn.platform.actors import Actor
from cefn.platform.permissions import permission_has
from cefn.web import cells, reads
from cefn.web.access import ScreenRequest, screen
from cefn.web.formats import digits_grouped, moment_html
from cefn.web.lists import ChoiceFilter, Column, Empty, ListSpec, Tab, TextFilter, list_response
from cefn.web.statuses import state_html
from cefn.web.timeline import entries_of


def product_name(product: Product) -> str:
    """Return a product's name in the active language."""
    return str(product.name_cy if get_language() == "cy" and product.name_cy else product.name)


def rows(actor: Actor) -> QuerySet[Product]:
    """Return products with how many variants they have, their first SKU and lowest price."""
    return (
        reads.access_products(actor)
        .select_related("company")
        .annotate(variant_count=Count("variants"), first_sku=Min("variants__sku"), price=Min("variants__price_micro"))
    )


def search(actor: Actor, found: QuerySet[Product], text: str) -> QuerySet[Product]:
    """Narrow to products whose name has the text, or one of whose SKUs begins with it."""
    match = Q(name__icontains=text) | Q(name_cy__icontains=text) | Q(number__istartswith=text)
    return found.filter(
        match | Q(pk__in=Product.objects.filter(variants__sku_key__startswith=sku_key(text)).values("pk"))
    )


PRODUCTS = ListSpec(
    area="products",
    place="products",
    title=gettext_lazy("Products"),
    counted=lambda n: ngettext("%(n)s product", "%(n)s products", n) % {"n": digits_grouped(str(n))},
    url_name="web:products",
    rows=rows,
    columns=(
        Column(key="name", label=gettext_lazy("Name"), cell=product_name, sort="name", card="title"),
        Column(
            key="sku",
            label=gettext_lazy("SKU"),
            cell=lambda p: p.first_sku or "–",
            sort="first_sku",
            is_nullable=True,
            card="line",
        ),
        Column(
            key="variants",
            label=gettext_lazy("Variants"),
            cell=lambda p: p.variant_count,
            export=lambda p: p.variant_count,
            sort="variant_count",
            is_number=True,
        ),
        Column(key="kind", label=gettext_lazy("Kind"), cell=lambda p: p.get_kind_display(), sort="kind"),
        Column(key="category", label=gettext_lazy("Category"), cell=lambda p: p.category, sort="category", card="line"),
        Column(key="brand", label=gettext_lazy("Brand"), cell=lambda p: p.brand, sort="brand"),
        Column(
            key="status",
            label=gettext_lazy("Status"),
            cell=lambda p: state_html(p.status, ProductStatus),
            sort="status",
        ),
        Column(
            key="made",
            label=gettext_lazy("Added"),
            cell=lambda p: moment_html(p.created_at),
            export=lambda p: p.created_at,
            sort="created_at",
            is_hidden=True,
        ),
        Column(
            key="price",
            label=gettext_lazy("Price from"),
            cell=lambda p: cells.price(p.price or 0, p.company.currency),
            export=lambda p: cells.price_plain(p.price or 0),
            sort="price",
            is_nullable=True,
            is_number=True,
            card="side",
        ),
    ),
    row_url=lambda p: reverse("web:product", args=[p.pk]),
    row_name=lambda p: p.name,
    default_sort="name",
    tabs=(
        Tab(key="all", label=gettext_lazy("All")),
        Tab(key="active", label=gettext_lazy("Active"), query={"status": "active"}),
        Tab(key="archived", label=gettext_lazy("Archived"), query={"status": "archived"}),
    ),
    filters=(
        ChoiceFilter("status", gettext_lazy("Status"), "status", ProductStatus.choices),
        ChoiceFilter("kind", gettext_lazy("Kind"), "kind", ProductKind.choices),
        TextFilter("category", gettext_lazy("Category"), "category"),
        TextFilter("brand", gettext_lazy("Brand"), "brand"),
    ),
    search=search,
    search_hint=gettext_lazy("Name or SKU"),
    empty=Empty(
        icon="tag",
        title=gettext_lazy("No products yet"),
        sentence=gettext_lazy("A product is what a buyer sees; each of its variants has a SKU, a price and stock."),
        action=gettext_lazy("Import products"),
        url_name="web:imports",
    ),
)


@screen("catalog.view")
@require_http_methods(["GET", "POST"])
def products(request: ScreenRequest) -> HttpResponseBase:
    """Show the list of products."""
    return list_response(request, PRODUCTS)


@screen("catalog.view")
@require_safe
def product(request: ScreenRequest, product_id: int) -> HttpResponseBase:
    """Show a product's page with its variants and their stock."""
    found = access_one(
        reads.access_products(request.actor).select_related("unit", "tax_category"),
        thing=_("product"),
        name=str(product_id),
        pk=product_id,
    )
    variants = reads.access_variants(request.actor).filter(product=found).order_by("sku_key")
    figures = {}
    if permission_has(request.actor, "stock.view"):
        figures = {row.pk: row for row in reads.stock_rows(request.actor).filter(product=found)}
    context = {
        "place": "products",
        "product": found,
        "name": product_name(found),
        "state": state_html(found.status, ProductStatus),
        "variants": [(variant, figures.get(variant.pk)) for variant in variants],
        "entries": entries_of(reads.timeline_events(request.actor, [f"product:{found.number}"], limit=30)),
    }
    return render(request, "web/product.html", context)
