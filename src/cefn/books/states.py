"""States of invoices and payments."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from cefn.kernel.states import StateMap


class InvoiceStatus(models.TextChoices):
    """States of an invoice or credit note; overdue is derived."""

    DRAFT = "draft", _("draft")
    POSTED = "posted", _("posted")
    PAID = "paid", _("paid")
    CANCELLED = "cancelled", _("cancelled")


INVOICE_MOVES = StateMap(
    InvoiceStatus,
    {
        InvoiceStatus.DRAFT: {InvoiceStatus.POSTED, InvoiceStatus.CANCELLED},
        InvoiceStatus.POSTED: {InvoiceStatus.PAID, InvoiceStatus.CANCELLED},
        InvoiceStatus.PAID: {InvoiceStatus.POSTED},
        InvoiceStatus.CANCELLED: set(),
    },
    start={InvoiceStatus.DRAFT, InvoiceStatus.POSTED},
)
