"""The company: every business row belongs to one."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from cefn.kernel.models import CefnModel


class TaxRounding(models.TextChoices):
    """Where tax is rounded to whole minor units."""

    LINE = "line", _("per line")
    DOCUMENT = "document", _("per rate and document")


class CostingMethod(models.TextChoices):
    """How the cost of what leaves the stock is found (IAS 2, paragraph 25)."""

    FIFO = "fifo", _("first in, first out")
    AVERAGE = "average", _("moving average")


class Company(CefnModel):
    """A legal entity with its own books, stock and settings."""

    code = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=200)
    legal_name = models.CharField(max_length=200, blank=True, default="")
    currency = models.CharField(max_length=3, default="GBP")
    country = models.CharField(max_length=2, default="GB")
    timezone = models.CharField(max_length=64, default="Europe/London")
    language = models.CharField(max_length=8, default="en")
    vat_number = models.CharField(max_length=20, blank=True, default="")
    company_number = models.CharField(max_length=20, blank=True, default="")
    address_lines = models.JSONField(default=list)
    postcode = models.CharField(max_length=16, blank=True, default="")
    email = models.EmailField(blank=True, default="")
    phone = models.CharField(max_length=32, blank=True, default="")
    prices_include_tax = models.BooleanField(default=True)
    tax_rounding = models.CharField(max_length=16, choices=TaxRounding, default=TaxRounding.LINE)
    costing_method = models.CharField(max_length=16, choices=CostingMethod, default=CostingMethod.FIFO)
    gs1_prefix = models.CharField(max_length=12, blank=True, default="")
    is_demo = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "companies"

    def __str__(self) -> str:
        return self.name


def company_key() -> "models.ForeignKey[Company, Company]":
    """Return the foreign key to the company that leads every business table; composite indexes serve it."""
    return models.ForeignKey(Company, on_delete=models.PROTECT, db_index=False, related_name="+")
