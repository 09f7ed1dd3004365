"""Customers and suppliers: lists and pages."""

from django.db.models import Count, Sum
from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cefn.parties.models import Customer
from cefn.platform.access import access_one
from cefn.platform.permissions import permission_has
from cefn.web import reads
from cefn.web.access import ScreenRequest, screen
from cefn.web.lists import list_response
from cefn.web.orders_list import FIELDS, standing
from cefn.web.party_lists import CUSTOMERS, SUPPLIERS
from cefn.web.timeline import entries_of

ORDERS_SHOWN = 20


@screen("customers.view")
@require_http_methods(["GET", "POST"])
def customers(request: ScreenRequest) -> HttpResponseBase:
    """Show the list of customers."""
    return list_response(request, CUSTOMERS)


@screen("suppliers.view")
@require_http_methods(["GET", "POST"])
def suppliers(request: ScreenRequest) -> HttpResponseBase:
    """Show the list of suppliers."""
    return list_response(request, SUPPLIERS)


@screen("customers.view")
@require_safe
def customer(request: ScreenRequest, number: str) -> HttpResponseBase:
    """Show a customer's page: what they bought, what they owe, where they live."""
    found = access_one(reads.access_customers(request.actor), thing=_("customer"), name=number, number=number)
    bought = reads.access_orders(request.actor).filter(customer=found)
    sums = (
        bought.exclude(status="cancelled")
        .order_by()
        .values("currency")
        .annotate(count=Count("id"), minor=Sum("total_minor"))
    )
    recent = bought.only(*FIELDS).order_by("-placed_at", "-id")[:ORDERS_SHOWN]
    context = {
        "place": "customers",
        "party": found,
        "sums": list(sums),
        "owed": _owed(request, found),
        "orders": [(order, standing(order)) for order in recent],
        "addresses": list(found.addresses.order_by("kind", "id")),
        "entries": entries_of(reads.timeline_events(request.actor, [f"customer:{found.number}"], limit=30)),
    }
    return render(request, "web/customer.html", context)


def _owed(request: ScreenRequest, found: Customer) -> list[tuple[str, int]]:
    """Return what is open on a customer's invoices, by currency; nothing for those who may not see invoices."""
    if not permission_has(request.actor, "invoices.view"):
        return []
    invoices = reads.access_invoices(request.actor).filter(customer=found, kind="invoice", open_minor__gt=0)
    return list(invoices.order_by().values_list("currency").annotate(minor=Sum("open_minor")))


@screen("suppliers.view")
@require_safe
def supplier(request: ScreenRequest, number: str) -> HttpResponseBase:
    """Show a supplier's page."""
    found = access_one(reads.access_suppliers(request.actor), thing=_("supplier"), name=number, number=number)
    context = {
        "place": "suppliers",
        "party": found,
        "addresses": list(found.addresses.order_by("kind", "id")),
        "entries": entries_of(reads.timeline_events(request.actor, [f"supplier:{found.number}"], limit=30)),
    }
    return render(request, "web/supplier.html", context)
