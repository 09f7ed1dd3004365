"""Money that came in or went back, and the invoices it settled."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cefn.books.models.invoices import Invoice
from cefn.kernel.models import CefnModel
from cefn.platform.models import company_key


class PaymentMethod(CefnModel):
    """Card, cash, bank transfer, a marketplace: each with the account where its money lands."""

    company = company_key()
    code = models.CharField(max_length=24)
    name = models.CharField(max_length=80)
    name_cy = models.CharField(max_length=80, blank=True, default="")
    account_code = models.CharField(max_length=16)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["company", "code"], name="payment_method_once")]

    def __str__(self) -> str:
        return self.name


class PaymentDirection(models.TextChoices):
    """Which way the money went."""

    IN = "in", _("received")
    OUT = "out", _("refunded")


class Payment(CefnModel):
    """A receipt or a refund. What is not allocated to invoices is a deposit of the customer: `unallocated_minor`."""

    company = company_key()
    number = models.CharField(max_length=32)
    direction = models.CharField(max_length=4, choices=PaymentDirection, default=PaymentDirection.IN)
    method = models.ForeignKey(PaymentMethod, on_delete=models.PROTECT, related_name="+", db_index=False)
    customer = models.ForeignKey("parties.Customer", null=True, on_delete=models.PROTECT, related_name="payments")
    order = models.ForeignKey("orders.SalesOrder", null=True, on_delete=models.PROTECT, related_name="payments")
    source = models.CharField(max_length=80)
    reference = models.CharField(max_length=120, blank=True, default="")
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    unallocated_minor = models.BigIntegerField(default=0)
    paid_on = models.DateField()
    recorded_at = models.DateTimeField()
    reverses = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="reversed_by")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "number"], name="payment_number_once"),
            models.UniqueConstraint(fields=["company", "source"], name="payment_source_once"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0, unallocated_minor__gte=0), name="payment_positive"),
        ]
        indexes: ClassVar = [models.Index(fields=["company", "-paid_on", "-id"], name="payment_by_day")]

    def __str__(self) -> str:
        return self.number


class PaymentAllocation(CefnModel):
    """What part of a payment settles which invoice."""

    company = company_key()
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="allocations")
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="payment_allocations")
    amount_minor = models.BigIntegerField()
    allocated_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["payment", "invoice"], name="payment_allocation_once"),
            models.CheckConstraint(condition=~Q(amount_minor=0), name="payment_allocation_not_nil"),
        ]

    def __str__(self) -> str:
        return str(self.amount_minor)
