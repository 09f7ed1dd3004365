"""Questions about products; every row goes through an access function."""

from django.db.models import QuerySet

from cefn.catalog.models import Product, Variant
from cefn.platform.access import access_rows
from cefn.platform.actors import Actor


def access_products(actor: Actor) -> QuerySet[Product]:
    """Return the products that the actor may see."""
    return access_rows(actor, Product.objects.all(), permission="catalog.view")


def access_variants(actor: Actor) -> QuerySet[Variant]:
    """Return the variants that the actor may see."""
    return access_rows(actor, Variant.objects.all(), permission="catalog.view")
