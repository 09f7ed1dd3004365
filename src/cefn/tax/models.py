"""Tax categories and their dated rates."""

from typing import ClassVar

from django.db import models

from cefn.kernel.models import CefnModel
from cefn.platform.models import company_key


class TaxCategory(CefnModel):
    """How a product is taxed: standard, reduced, zero, exempt, outside the scope."""

    company = company_key()
    code = models.CharField(max_length=24)
    name = models.CharField(max_length=80)
    name_cy = models.CharField(max_length=80, blank=True, default="")

    class Meta:
        verbose_name_plural = "tax categories"
        constraints: ClassVar = [models.UniqueConstraint(fields=["company", "code"], name="tax_category_once")]

    def __str__(self) -> str:
        return self.name


class TaxRate(CefnModel):
    """The rate of a category in a country from a day on; the next row of the same category and country ends it."""

    company = company_key()
    category = models.ForeignKey(TaxCategory, on_delete=models.PROTECT, related_name="rates")
    country = models.CharField(max_length=2, default="GB")
    rate_ppm = models.IntegerField()
    valid_from_on = models.DateField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["category", "country", "valid_from_on"], name="tax_rate_once"),
            models.CheckConstraint(condition=models.Q(rate_ppm__gte=0, rate_ppm__lte=1_000_000), name="tax_rate_range"),
        ]

    def __str__(self) -> str:
        return f"{self.rate_ppm} ppm"
