"""Invoices and credit notes: immutable once posted, numbered without gaps."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cefn.books.states import InvoiceStatus
from cefn.kernel.models import CefnModel
from cefn.platform.models import TaxRounding, company_key


class InvoiceKind(models.TextChoices):
    """What the paper says: the buyer owes us, or we owe the buyer."""

    INVOICE = "invoice", _("invoice")
    CREDIT_NOTE = "credit_note", _("credit note")


class Invoice(CefnModel):
    """An invoice or a credit note. Amounts are positive on both; total = net + tax + rounding.

    `source` names the shipment or return that it is for; (source) exists once. `open_minor` is what payments and
    credit notes have not yet settled.
    """

    company = company_key()
    kind = models.CharField(max_length=12, choices=InvoiceKind, default=InvoiceKind.INVOICE)
    number = models.CharField(max_length=32)
    status = models.CharField(max_length=12, choices=InvoiceStatus, default=InvoiceStatus.POSTED)
    customer = models.ForeignKey("parties.Customer", null=True, on_delete=models.PROTECT, related_name="invoices")
    order = models.ForeignKey("orders.SalesOrder", null=True, on_delete=models.PROTECT, related_name="invoices")
    source = models.CharField(max_length=80)
    currency = models.CharField(max_length=3)
    prices_include_tax = models.BooleanField()
    tax_rounding = models.CharField(max_length=16, choices=TaxRounding)
    bill_to = models.JSONField(default=dict)
    net_minor = models.BigIntegerField()
    tax_minor = models.BigIntegerField()
    rounding_minor = models.BigIntegerField(default=0)
    total_minor = models.BigIntegerField()
    open_minor = models.BigIntegerField()
    issued_on = models.DateField()
    due_on = models.DateField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "number"], name="invoice_number_once"),
            models.UniqueConstraint(fields=["company", "source"], name="invoice_source_once"),
            models.CheckConstraint(
                condition=Q(total_minor=F("net_minor") + F("tax_minor") + F("rounding_minor")),
                name="invoice_total_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(open_minor__gte=0, open_minor__lte=F("total_minor")), name="invoice_open_in_total"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["company", "-issued_on", "-id"], name="invoice_by_day"),
            models.Index(fields=["company", "due_on"], name="invoice_open", condition=Q(open_minor__gt=0)),
        ]

    def __str__(self) -> str:
        return self.number


class InvoiceLine(CefnModel):
    """A line of an invoice; it bills `quantity` of an order line or credits that of a return line."""

    company = company_key()
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="lines")
    position = models.IntegerField()
    order_line = models.ForeignKey("orders.SalesOrderLine", null=True, on_delete=models.PROTECT, related_name="+")
    variant = models.ForeignKey(
        "catalog.Variant", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    sku = models.CharField(max_length=64, blank=True, default="")
    description = models.CharField(max_length=255, blank=True, default="")
    quantity = models.BigIntegerField()
    unit_price_micro = models.BigIntegerField()
    tax_code = models.CharField(max_length=24)
    tax_rate_ppm = models.IntegerField()
    net_minor = models.BigIntegerField()
    tax_minor = models.BigIntegerField()
    account_code = models.CharField(max_length=16)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["invoice", "position"], name="invoice_line_once")]

    def __str__(self) -> str:
        return f"{self.position}"
