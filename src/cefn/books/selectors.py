"""Questions about the papers of money; every row goes through an access function."""

from django.db.models import QuerySet

from cefn.books.models import Invoice, Payment
from cefn.platform.access import access_rows
from cefn.platform.actors import Actor


def access_invoices(actor: Actor) -> QuerySet[Invoice]:
    """Return the invoices and credit notes of the channels that the actor may see."""
    return access_rows(actor, Invoice.objects.all(), permission="invoices.view", channel_code="order__channel")


def access_payments(actor: Actor) -> QuerySet[Payment]:
    """Return the payments and refunds of the channels that the actor may see."""
    return access_rows(actor, Payment.objects.all(), permission="payments.view", channel_code="order__channel")
