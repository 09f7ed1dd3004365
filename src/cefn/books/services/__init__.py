"""Verbs that write the books."""

from cefn.books.services.deposits import deposits_apply
from cefn.books.services.invoicing import (
    Billed,
    Paper,
    invoices_post,
    returns_credit,
    services_invoice,
    shipments_invoice,
)
from cefn.books.services.payments import PaymentDraft, payment_methods_create, payments_post
from cefn.books.services.stock import adjustments_book

__all__ = [
    "Billed",
    "Paper",
    "PaymentDraft",
    "adjustments_book",
    "deposits_apply",
    "invoices_post",
    "payment_methods_create",
    "payments_post",
    "returns_credit",
    "services_invoice",
    "shipments_invoice",
]
