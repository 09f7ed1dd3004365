"""Ctrl-K: finds pages, orders, products, customers and tracking numbers, a few of each."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from cefn.catalog.models import Barcode
from cefn.catalog.skus import sku_key
from cefn.platform.actors import Actor
from cefn.platform.permissions import permission_has
from cefn.web import reads
from cefn.web.formats import moment_text, money_text
from cefn.web.shell import PLACES, links_flat, links_for
from cefn.web.statuses import state_label

EACH = 6
LEAST_LETTERS = 2


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found."""

    name: str
    note: str
    url: str
    icon: str
    hint: str = ""


Group = tuple[str, list[Hit]]


def _places(actor: Actor, text: str) -> list[Hit]:
    wanted = text.casefold()
    found = [link for link in links_flat(links_for(actor, PLACES)) if wanted in link.label.casefold()]
    return [Hit(link.label, "", link.url, link.icon, f"g {link.go}" if link.go else "") for link in found]


def _orders(actor: Actor, text: str) -> list[Hit]:
    rows = reads.access_orders(actor).filter(pk__in=reads.orders_matching(actor, text)).order_by("-placed_at", "-id")
    fields = ("number", "ship_to", "status", "total_minor", "currency", "placed_at")
    return [
        Hit(
            order.number,
            " · ".join(
                filter(
                    None,
                    (
                        order.ship_to.get("name", ""),
                        money_text(order.total_minor, order.currency),
                        state_label(order.status),
                    ),
                )
            ),
            reverse("web:order", args=[order.number]),
            "inbox",
            moment_text(order.placed_at),
        )
        for order in rows.only(*fields)[:EACH]
    ]


def _variants(actor: Actor, text: str) -> list[Hit]:
    match = (
        Q(sku_key__startswith=sku_key(text)) | Q(product__name__icontains=text) | Q(product__name_cy__icontains=text)
    )
    if len(text) >= 6:
        codes = Barcode.objects.filter(company_id=actor.company_id, code=text).values_list("variant_id", flat=True)
        match |= Q(pk__in=list(codes))
    rows = reads.access_variants(actor).filter(match).select_related("product").order_by("sku_key")
    return [
        Hit(
            variant.sku,
            f"{variant.product.name} {variant.name}".strip(),
            reverse("web:variant", args=[variant.pk]),
            "tag",
        )
        for variant in rows[:EACH]
    ]


def _customers(actor: Actor, text: str) -> list[Hit]:
    match = Q(name__icontains=text) | Q(email__istartswith=text) | Q(number__iexact=text)
    rows = reads.access_customers(actor).filter(match).order_by("name")
    return [
        Hit(customer.name, customer.email, reverse("web:customer", args=[customer.number]), "user", customer.number)
        for customer in rows[:EACH]
    ]


def _shipments(actor: Actor, text: str) -> list[Hit]:
    match = Q(tracking_number__iexact=text) | Q(number__iexact=text)
    rows = reads.access_shipments(actor).filter(match).select_related("order")
    return [
        Hit(
            shipment.number,
            f"{shipment.tracking_number} · {shipment.order.number}",
            reverse("web:shipment", args=[shipment.number]),
            "truck-delivery",
            state_label(shipment.status),
        )
        for shipment in rows[:EACH]
    ]


def _invoices(actor: Actor, text: str) -> list[Hit]:
    rows = reads.access_invoices(actor).filter(number__istartswith=text)
    return [
        Hit(
            invoice.number,
            money_text(invoice.total_minor, invoice.currency),
            reverse("web:invoice", args=[invoice.number]),
            "file-invoice",
            state_label(invoice.status),
        )
        for invoice in rows[:EACH]
    ]


def hits_for(actor: Actor, text: str) -> list[Group]:
    """Return what fits `text`, grouped; with nothing typed, the places one may go."""
    groups: list[Group] = [(_("Go to"), _places(actor, text))]
    if len(text) >= LEAST_LETTERS:
        finders: tuple[tuple[str, str, Any], ...] = (
            (_("Orders"), "orders.view", _orders),
            (_("Products"), "catalog.view", _variants),
            (_("Customers"), "customers.view", _customers),
            (_("Shipments"), "shipping.view", _shipments),
            (_("Invoices"), "invoices.view", _invoices),
        )
        groups += [(name, find(actor, text)) for name, permission, find in finders if permission_has(actor, permission)]
    return [(name, hits) for name, hits in groups if hits]
