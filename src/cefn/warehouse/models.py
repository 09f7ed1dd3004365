"""Warehouse work: shipments to be sent, the picks they need, and the packages they leave in."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from cefn.kernel.models import CefnModel
from cefn.platform.models import company_key
from cefn.warehouse.states import BatchStatus, ShipmentStatus, TaskStatus


class Shipment(CefnModel):
    """One set of parcels that leaves one warehouse for one order.

    `ship_to` is a copy of the order's address; `exception` names what needs a person.
    """

    company = company_key()
    number = models.CharField(max_length=32)
    order = models.ForeignKey("orders.SalesOrder", on_delete=models.PROTECT, related_name="shipments")
    warehouse = models.ForeignKey("inventory.Warehouse", on_delete=models.PROTECT, related_name="+", db_index=False)
    status = models.CharField(max_length=12, choices=ShipmentStatus, default=ShipmentStatus.DRAFT)
    exception = models.CharField(max_length=255, blank=True, default="")
    carrier_service = models.CharField(max_length=80, blank=True, default="")
    tracking_number = models.CharField(max_length=64, blank=True, default="")
    ship_to = models.JSONField(default=dict)
    weight_g = models.PositiveIntegerField(default=0)
    ship_by_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    shipped_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "number"], name="shipment_number_once"),
            models.CheckConstraint(
                condition=Q(shipped_at__isnull=False) | ~Q(status__in=["shipped", "delivered"]),
                name="shipment_shipped_has_moment",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["company", "warehouse", "status", "ship_by_at"],
                name="shipment_work",
                condition=~Q(status__in=["shipped", "delivered", "cancelled"]),
            ),
            models.Index(fields=["company", "tracking_number"], name="shipment_by_tracking"),
        ]

    def __str__(self) -> str:
        return self.number


class ShipmentLine(CefnModel):
    """A quantity of an order line in a shipment; it stands on one allocation."""

    company = company_key()
    shipment = models.ForeignKey(Shipment, on_delete=models.PROTECT, related_name="lines")
    order_line = models.ForeignKey("orders.SalesOrderLine", on_delete=models.PROTECT, related_name="shipment_lines")
    variant = models.ForeignKey("catalog.Variant", on_delete=models.PROTECT, related_name="+", db_index=False)
    allocation = models.ForeignKey("inventory.Allocation", on_delete=models.PROTECT, related_name="+", db_index=False)
    position = models.IntegerField()
    quantity = models.BigIntegerField()
    picked = models.BigIntegerField(default=0)
    packed = models.BigIntegerField(default=0)
    shipped = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["shipment", "position"], name="shipment_line_once"),
            models.CheckConstraint(
                condition=Q(
                    quantity__gte=0, picked__gte=0, picked__lte=F("quantity"), packed__gte=0, packed__lte=F("picked")
                )
                & Q(shipped__gte=0, shipped__lte=F("quantity")),
                name="shipment_line_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}"


class PickBatch(CefnModel):
    """Pick tasks that one person walks together, in walking order."""

    company = company_key()
    number = models.CharField(max_length=32)
    warehouse = models.ForeignKey("inventory.Warehouse", on_delete=models.PROTECT, related_name="+", db_index=False)
    status = models.CharField(max_length=12, choices=BatchStatus, default=BatchStatus.RELEASED)
    assigned_to = models.ForeignKey("platform.User", null=True, on_delete=models.PROTECT, related_name="+")
    task_count = models.IntegerField(default=0)
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["company", "number"], name="pick_batch_number_once")]
        indexes: ClassVar = [
            models.Index(
                fields=["company", "warehouse", "created_at"],
                name="pick_batch_open",
                condition=Q(status__in=["released", "picking"]),
            )
        ]

    def __str__(self) -> str:
        return self.number


class PickTask(CefnModel):
    """Take a quantity of a variant (and lot) out of a bin for a shipment line. `sequence` is its turn on the walk."""

    company = company_key()
    batch = models.ForeignKey(PickBatch, on_delete=models.PROTECT, related_name="tasks")
    shipment_line = models.ForeignKey(ShipmentLine, on_delete=models.PROTECT, related_name="tasks")
    variant = models.ForeignKey("catalog.Variant", on_delete=models.PROTECT, related_name="+", db_index=False)
    quant = models.ForeignKey("inventory.StockQuant", on_delete=models.PROTECT, related_name="+", db_index=False)
    location = models.ForeignKey("inventory.Location", on_delete=models.PROTECT, related_name="+", db_index=False)
    lot = models.ForeignKey("inventory.Lot", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    sequence = models.IntegerField()
    quantity = models.BigIntegerField()
    picked = models.BigIntegerField(default=0)
    status = models.CharField(max_length=12, choices=TaskStatus, default=TaskStatus.OPEN)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(quantity__gt=0, picked__gte=0, picked__lte=F("quantity")), name="pick_task_in_order"
            )
        ]

    def __str__(self) -> str:
        return f"{self.sequence}"


class Package(CefnModel):
    """A parcel; `contents` lists what is in it as [shipment line id, quantity] pairs."""

    company = company_key()
    shipment = models.ForeignKey(Shipment, on_delete=models.PROTECT, related_name="packages")
    number = models.CharField(max_length=32)
    sscc = models.CharField(max_length=18, blank=True, default="")
    weight_g = models.PositiveIntegerField(default=0)
    length_mm = models.PositiveIntegerField(default=0)
    width_mm = models.PositiveIntegerField(default=0)
    height_mm = models.PositiveIntegerField(default=0)
    tracking_number = models.CharField(max_length=64, blank=True, default="")
    contents = models.JSONField(default=list)
    packed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["company", "number"], name="package_number_once")]

    def __str__(self) -> str:
        return self.number
