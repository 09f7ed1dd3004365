"""What is sold and stocked.

A Product is what a buyer sees; each Variant of it carries a SKU and is what is counted. A service (postage, a fee) is a
product that holds no stock.
"""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from cefn.kernel.models import CefnModel
from cefn.platform.models import company_key


class ProductKind(models.TextChoices):
    """Whether a product is counted."""

    GOODS = "goods", _("goods")
    SERVICE = "service", _("service")
    KIT = "kit", _("kit")


class ProductStatus(models.TextChoices):
    """Whether a product may still be ordered."""

    ACTIVE = "active", _("active")
    ARCHIVED = "archived", _("archived")


class Tracking(models.TextChoices):
    """How single units are told apart."""

    NONE = "none", _("not tracked")
    LOT = "lot", _("by lot")
    SERIAL = "serial", _("by serial number")


class Unit(CefnModel):
    """A unit of measure; quantities count its smallest part, e.g. kg with three decimals counts grams."""

    company = company_key()
    code = models.CharField(max_length=12)
    name = models.CharField(max_length=40)
    name_cy = models.CharField(max_length=40, blank=True, default="")
    decimals = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["company", "code"], name="unit_once")]

    def __str__(self) -> str:
        return self.code


class Product(CefnModel):
    """What a buyer sees: a name, a description, a kind, a tax category, and one or more variants."""

    company = company_key()
    number = models.CharField(max_length=64)
    name = models.CharField(max_length=255)
    name_cy = models.CharField(max_length=255, blank=True, default="")
    description = models.TextField(blank=True, default="")
    kind = models.CharField(max_length=12, choices=ProductKind, default=ProductKind.GOODS)
    status = models.CharField(max_length=12, choices=ProductStatus, default=ProductStatus.ACTIVE)
    category = models.CharField(max_length=120, blank=True, default="")
    brand = models.CharField(max_length=120, blank=True, default="")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, db_index=False)
    tax_category = models.ForeignKey("tax.TaxCategory", on_delete=models.PROTECT, db_index=False)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["company", "number"], name="product_number_once")]

    def __str__(self) -> str:
        return self.name


class Variant(CefnModel):
    """What is counted, priced and shipped: one SKU.

    `sku_key` is the SKU as it is compared (NFC, trimmed, any letter case); `price_micro` is the list price in
    millionths of the company's currency, with or without tax as the company sells.
    """

    company = company_key()
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="variants")
    sku = models.CharField(max_length=64)
    sku_key = models.CharField(max_length=64)
    name = models.CharField(max_length=255, blank=True, default="")
    options = models.JSONField(default=dict)
    is_stocked = models.BooleanField(default=True)
    status = models.CharField(max_length=12, choices=ProductStatus, default=ProductStatus.ACTIVE)
    price_micro = models.BigIntegerField(default=0)
    cost_micro = models.BigIntegerField(default=0)
    quantity_decimals = models.PositiveSmallIntegerField(default=0)
    tracking = models.CharField(max_length=8, choices=Tracking, default=Tracking.NONE)
    weight_g = models.PositiveIntegerField(default=0)
    length_mm = models.PositiveIntegerField(default=0)
    width_mm = models.PositiveIntegerField(default=0)
    height_mm = models.PositiveIntegerField(default=0)
    hs_code = models.CharField(max_length=12, blank=True, default="")
    origin_country = models.CharField(max_length=2, blank=True, default="")
    low_stock_at = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "sku_key"], name="variant_sku_once"),
            models.CheckConstraint(condition=models.Q(price_micro__gte=0), name="variant_price_positive"),
            models.CheckConstraint(condition=models.Q(cost_micro__gte=0), name="variant_cost_positive"),
        ]

    def __str__(self) -> str:
        return self.sku


class Barcode(CefnModel):
    """A code that a scanner reads for a variant; GTINs carry a checked digit."""

    company = company_key()
    variant = models.ForeignKey(Variant, on_delete=models.PROTECT, related_name="barcodes")
    code = models.CharField(max_length=48)
    kind = models.CharField(max_length=12, default="gtin")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["company", "code"], name="barcode_once")]

    def __str__(self) -> str:
        return self.code
