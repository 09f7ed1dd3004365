"""Where stock can be: warehouses and the tree of locations in them, real and virtual."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from cefn.kernel.models import CefnModel
from cefn.platform.models import company_key


class LocationKind(models.TextChoices):
    """What a location is; the virtual ones stand for the world outside the shelves."""

    ZONE = "zone", _("zone")
    AISLE = "aisle", _("aisle")
    RACK = "rack", _("rack")
    BIN = "bin", _("bin")
    DOCK = "dock", _("dock")
    STAGING = "staging", _("staging")
    PACK = "pack", _("packing")
    QUARANTINE = "quarantine", _("quarantine")
    TRANSIT = "transit", _("in transit")
    SUPPLIER = "supplier", _("supplier")
    CUSTOMER = "customer", _("customer")
    PRODUCTION = "production", _("production")
    LOSS = "loss", _("loss")


VIRTUAL_KINDS = frozenset(
    {LocationKind.TRANSIT, LocationKind.SUPPLIER, LocationKind.CUSTOMER, LocationKind.PRODUCTION, LocationKind.LOSS}
)
SELLABLE_KINDS = frozenset({LocationKind.BIN, LocationKind.PACK, LocationKind.STAGING, LocationKind.DOCK})


class Warehouse(CefnModel):
    """A building that stock is sent from; `priority` breaks ties in routing (lower first)."""

    company = company_key()
    code = models.CharField(max_length=16)
    name = models.CharField(max_length=120)
    address_lines = models.JSONField(default=list)
    postcode = models.CharField(max_length=16, blank=True, default="")
    country = models.CharField(max_length=2, default="GB")
    latitude_micro = models.IntegerField(null=True)
    longitude_micro = models.IntegerField(null=True)
    priority = models.PositiveSmallIntegerField(default=10)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["company", "code"], name="warehouse_once")]

    def __str__(self) -> str:
        return self.name


class Location(CefnModel):
    """A place for stock; `sequence` is its turn on the walk through the warehouse. Virtual ones have no warehouse."""

    company = company_key()
    warehouse = models.ForeignKey(Warehouse, null=True, on_delete=models.PROTECT, related_name="locations")
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children", db_index=False)
    code = models.CharField(max_length=32)
    name = models.CharField(max_length=120, blank=True, default="")
    kind = models.CharField(max_length=12, choices=LocationKind)
    sequence = models.IntegerField(default=0)
    x_mm = models.IntegerField(default=0)
    y_mm = models.IntegerField(default=0)
    is_sellable = models.BooleanField(default=False)
    is_negative_allowed = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "warehouse", "code"], name="location_once"),
            models.UniqueConstraint(
                fields=["company", "code"], name="location_virtual_once", condition=models.Q(warehouse=None)
            ),
        ]

    def __str__(self) -> str:
        return self.code
