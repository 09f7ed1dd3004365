"""Tables of the books: invoices, credit notes, payments."""

from cefn.books.models.invoices import Invoice, InvoiceKind, InvoiceLine
from cefn.books.models.payments import Payment, PaymentAllocation, PaymentDirection, PaymentMethod

__all__ = [
    "Invoice",
    "InvoiceKind",
    "InvoiceLine",
    "Payment",
    "PaymentAllocation",
    "PaymentDirection",
    "PaymentMethod",
]
