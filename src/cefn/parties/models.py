"""Who buys from us and whom we buy from."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from cefn.kernel.models import CefnModel
from cefn.platform.models import company_key


class Customer(CefnModel):
    """A person or firm that buys; `reference` is the customer's key in the channel or file it came from."""

    company = company_key()
    number = models.CharField(max_length=32)
    reference = models.CharField(max_length=120, blank=True, default="")
    name = models.CharField(max_length=200)
    email = models.CharField(max_length=254, blank=True, default="")
    phone = models.CharField(max_length=40, blank=True, default="")
    is_business = models.BooleanField(default=False)
    vat_number = models.CharField(max_length=20, blank=True, default="")
    language = models.CharField(max_length=8, default="en")
    note = models.TextField(blank=True, default="")
    is_archived = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "number"], name="customer_number_once"),
            models.UniqueConstraint(
                fields=["company", "reference"], name="customer_reference_once", condition=~models.Q(reference="")
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["company", "name"], name="customer_by_name"),
            models.Index(fields=["company", "email"], name="customer_by_email"),
        ]

    def __str__(self) -> str:
        return self.name


class Supplier(CefnModel):
    """A firm that we buy from."""

    company = company_key()
    number = models.CharField(max_length=32)
    reference = models.CharField(max_length=120, blank=True, default="")
    name = models.CharField(max_length=200)
    email = models.CharField(max_length=254, blank=True, default="")
    phone = models.CharField(max_length=40, blank=True, default="")
    vat_number = models.CharField(max_length=20, blank=True, default="")
    currency = models.CharField(max_length=3, default="GBP")
    lead_time_days = models.PositiveIntegerField(default=14)
    note = models.TextField(blank=True, default="")
    is_archived = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "number"], name="supplier_number_once"),
            models.UniqueConstraint(
                fields=["company", "reference"], name="supplier_reference_once", condition=~models.Q(reference="")
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AddressKind(models.TextChoices):
    """What an address is for."""

    SHIPPING = "shipping", _("delivery")
    BILLING = "billing", _("billing")


class Address(CefnModel):
    """An address in a customer's or supplier's book; orders keep their own copy of the one they used."""

    company = company_key()
    customer = models.ForeignKey(Customer, null=True, on_delete=models.PROTECT, related_name="addresses")
    supplier = models.ForeignKey(Supplier, null=True, on_delete=models.PROTECT, related_name="addresses")
    kind = models.CharField(max_length=12, choices=AddressKind, default=AddressKind.SHIPPING)
    name = models.CharField(max_length=200, blank=True, default="")
    company_name = models.CharField(max_length=200, blank=True, default="")
    line1 = models.CharField(max_length=200, blank=True, default="")
    line2 = models.CharField(max_length=200, blank=True, default="")
    city = models.CharField(max_length=120, blank=True, default="")
    region = models.CharField(max_length=120, blank=True, default="")
    postcode = models.CharField(max_length=24, blank=True, default="")
    country = models.CharField(max_length=2, blank=True, default="")
    phone = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        verbose_name_plural = "addresses"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(customer__isnull=True) ^ models.Q(supplier__isnull=True), name="address_one_owner"
            )
        ]

    def __str__(self) -> str:
        return ", ".join(part for part in (self.name, self.line1, self.city, self.postcode) if part)
