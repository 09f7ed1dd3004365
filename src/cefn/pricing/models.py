"""Price lists: prices for a group of buyers, from a quantity and a day on."""

from typing import ClassVar

from django.db import models

from cefn.kernel.models import CefnModel
from cefn.platform.models import company_key


class PriceList(CefnModel):
    """A named set of prices in one currency, with or without tax."""

    company = company_key()
    code = models.CharField(max_length=32)
    name = models.CharField(max_length=120)
    currency = models.CharField(max_length=3)
    includes_tax = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["company", "code"], name="price_list_once")]

    def __str__(self) -> str:
        return self.name


class Price(CefnModel):
    """The unit price of a variant on a list, from a quantity and a day on."""

    company = company_key()
    price_list = models.ForeignKey(PriceList, on_delete=models.PROTECT, related_name="prices", db_index=False)
    variant = models.ForeignKey("catalog.Variant", on_delete=models.PROTECT, related_name="prices")
    from_quantity = models.BigIntegerField(default=1)
    valid_from_on = models.DateField()
    price_micro = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["price_list", "variant", "from_quantity", "valid_from_on"], name="price_once"
            ),
            models.CheckConstraint(condition=models.Q(price_micro__gte=0), name="price_positive"),
        ]

    def __str__(self) -> str:
        return str(self.price_micro)
