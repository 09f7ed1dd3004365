"""Questions about customers and suppliers; every row goes through an access function."""

from django.db.models import QuerySet

from cefn.parties.models import Customer, Supplier
from cefn.platform.access import access_rows
from cefn.platform.actors import Actor


def access_customers(actor: Actor) -> QuerySet[Customer]:
    """Return the customers that the actor may see."""
    return access_rows(actor, Customer.objects.all(), permission="customers.view")


def access_suppliers(actor: Actor) -> QuerySet[Supplier]:
    """Return the suppliers that the actor may see."""
    return access_rows(actor, Supplier.objects.all(), permission="suppliers.view")
