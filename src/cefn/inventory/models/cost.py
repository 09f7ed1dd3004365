"""What stock cost: layers that receipts open and issues use up.

Under FIFO each receipt is a layer; under moving average a variant has one open layer into which receipts flow. Values
are whole minor units and what a layer gives up is always taken from what it has left, so nothing is lost in rounding.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from cefn.inventory.models.stock import StockMove
from cefn.kernel.models import CefnModel
from cefn.platform.models import company_key


class CostLayer(CefnModel):
    """A quantity that came in at a value, and how much of both is left."""

    company = company_key()
    variant = models.ForeignKey("catalog.Variant", on_delete=models.PROTECT, related_name="+", db_index=False)
    received_at = models.DateTimeField()
    source = models.CharField(max_length=80)
    quantity = models.BigIntegerField()
    remaining = models.BigIntegerField()
    value_minor = models.BigIntegerField()
    remaining_value_minor = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(remaining__gte=0, remaining__lte=F("quantity")), name="layer_not_over_consumed"
            ),
            models.CheckConstraint(
                condition=Q(remaining__gt=0) | Q(remaining_value_minor=0), name="layer_empty_without_value"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["company", "variant", "id"], name="layer_open", condition=Q(remaining__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.remaining}/{self.quantity}"


class CostConsumption(CefnModel):
    """What one move took from one layer: the reason why a number of cost is what it is."""

    company = company_key()
    layer = models.ForeignKey(CostLayer, on_delete=models.PROTECT, related_name="consumptions")
    move = models.ForeignKey(StockMove, on_delete=models.PROTECT, related_name="consumptions")
    quantity = models.BigIntegerField()
    value_minor = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(quantity__gt=0), name="consumption_positive")]

    def __str__(self) -> str:
        return str(self.quantity)


class AdjustmentReason(CefnModel):
    """Why stock was adjusted, and which account bears it."""

    company = company_key()
    code = models.CharField(max_length=24)
    name = models.CharField(max_length=80)
    name_cy = models.CharField(max_length=80, blank=True, default="")
    account_code = models.CharField(max_length=16)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["company", "code"], name="adjustment_reason_once")]

    def __str__(self) -> str:
        return self.name


class Adjustment(CefnModel):
    """A document that says stock is other than was thought, by whom and why; its moves carry its number."""

    company = company_key()
    number = models.CharField(max_length=32)
    warehouse = models.ForeignKey("inventory.Warehouse", on_delete=models.PROTECT, related_name="+", db_index=False)
    reason = models.ForeignKey(AdjustmentReason, on_delete=models.PROTECT, related_name="+", db_index=False)
    note = models.CharField(max_length=255, blank=True, default="")
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    actor_name = models.CharField(max_length=120)
    value_minor = models.BigIntegerField(default=0)
    reverses = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="reversed_by")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["company", "number"], name="adjustment_number_once")]

    def __str__(self) -> str:
        return self.number


class AdjustmentLine(CefnModel):
    """One variant of an adjustment: quantity is positive for found, negative for lost."""

    company = company_key()
    adjustment = models.ForeignKey(Adjustment, on_delete=models.PROTECT, related_name="lines")
    variant = models.ForeignKey("catalog.Variant", on_delete=models.PROTECT, related_name="+", db_index=False)
    location = models.ForeignKey("inventory.Location", on_delete=models.PROTECT, related_name="+", db_index=False)
    lot = models.ForeignKey("inventory.Lot", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    quantity = models.BigIntegerField()
    value_minor = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(quantity=0), name="adjustment_line_not_nil")]

    def __str__(self) -> str:
        return str(self.quantity)
