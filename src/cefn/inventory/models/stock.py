"""The stock ledger: every movement has a from and a to, and is never changed.

Balances are kept in the same transaction as the moves: `StockLevel` a warehouse is the hot row that orders race for,
`StockQuant` a bin is what warehouse work moves.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cefn.inventory.models.places import Location, Warehouse
from cefn.kernel.models import CefnModel
from cefn.platform.models import company_key


class StockStatus(models.TextChoices):
    """Whether stock may be sold."""

    AVAILABLE = "available", _("available")
    QUARANTINE = "quarantine", _("quarantine")
    DAMAGED = "damaged", _("damaged")
    EXPIRED = "expired", _("expired")
    RECALLED = "recalled", _("recalled")
    ON_HOLD = "on_hold", _("on hold")


class MoveReason(models.TextChoices):
    """Why stock moved."""

    RECEIPT = "receipt", _("receipt")
    PUTAWAY = "putaway", _("put-away")
    MOVE = "move", _("move")
    PICK = "pick", _("pick")
    PACK = "pack", _("pack")
    SHIP = "ship", _("ship")
    TRANSFER_OUT = "transfer_out", _("transfer out")
    TRANSFER_IN = "transfer_in", _("transfer in")
    RETURN_IN = "return_in", _("return")
    RETURN_TO_VENDOR = "return_to_vendor", _("return to supplier")
    ADJUST_IN = "adjust_in", _("adjustment in")
    ADJUST_OUT = "adjust_out", _("adjustment out")
    COUNT = "count", _("count")
    SCRAP = "scrap", _("scrap")
    ASSEMBLE_IN = "assemble_in", _("assembled")
    ASSEMBLE_OUT = "assemble_out", _("used in assembly")


class Lot(CefnModel):
    """A production lot of a variant."""

    company = company_key()
    variant = models.ForeignKey("catalog.Variant", on_delete=models.PROTECT, related_name="lots")
    code = models.CharField(max_length=64)
    expires_on = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["company", "variant", "code"], name="lot_once")]

    def __str__(self) -> str:
        return self.code


class StockMove(CefnModel):
    """A quantity of a variant that went from one location to another.

    `source` names the document (`shipment:SH-000001`) and `purpose` the step and line in it; together they exist once,
    so no event moves stock twice. `cost_minor` is the value that moved where the value of the stock changed.
    """

    company = company_key()
    variant = models.ForeignKey("catalog.Variant", on_delete=models.PROTECT, related_name="+", db_index=False)
    lot = models.ForeignKey(Lot, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    quantity = models.BigIntegerField()
    from_location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="+", db_index=False)
    to_location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="+", db_index=False)
    from_status = models.CharField(max_length=12, choices=StockStatus, default=StockStatus.AVAILABLE)
    to_status = models.CharField(max_length=12, choices=StockStatus, default=StockStatus.AVAILABLE)
    owner = models.CharField(max_length=32, blank=True, default="")
    reason = models.CharField(max_length=20, choices=MoveReason)
    source = models.CharField(max_length=80)
    purpose = models.CharField(max_length=80)
    cost_minor = models.BigIntegerField(default=0)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "source", "purpose"], name="move_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="move_positive"),
            models.CheckConstraint(
                condition=~Q(from_location=F("to_location")) | ~Q(from_status=F("to_status")),
                name="move_goes_somewhere",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["company", "variant", "occurred_at"], name="move_by_variant")]

    def __str__(self) -> str:
        return f"{self.source} {self.purpose}"


class StockLevel(CefnModel):
    """What a warehouse can promise of a variant: the row that orders race for.

    `on_hand` is the sum of its sellable quants; `allocated` the open allocations and live reservations;
    `incoming` what is on its way.
    """

    company = company_key()
    variant = models.ForeignKey("catalog.Variant", on_delete=models.PROTECT, related_name="levels", db_index=False)
    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, related_name="+")
    on_hand = models.BigIntegerField(default=0)
    allocated = models.BigIntegerField(default=0)
    incoming = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["variant", "warehouse"], name="level_once"),
            models.CheckConstraint(condition=Q(allocated__gte=0), name="level_allocated_positive"),
            models.CheckConstraint(condition=Q(allocated__lte=F("on_hand")), name="level_never_oversold"),
        ]
        indexes: ClassVar = [models.Index(fields=["company", "variant"], name="level_by_company")]

    def __str__(self) -> str:
        return f"{self.on_hand - self.allocated}"


class StockQuant(CefnModel):
    """How much of a variant, lot, status and owner lies at a location. `lot_key` is the lot's id, or 0."""

    company = company_key()
    variant = models.ForeignKey("catalog.Variant", on_delete=models.PROTECT, related_name="quants", db_index=False)
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="+")
    lot = models.ForeignKey(Lot, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    lot_key = models.BigIntegerField(default=0)
    status = models.CharField(max_length=12, choices=StockStatus, default=StockStatus.AVAILABLE)
    owner = models.CharField(max_length=32, blank=True, default="")
    on_hand = models.BigIntegerField(default=0)
    picking = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["variant", "location", "lot_key", "status", "owner"], name="quant_once"),
            models.CheckConstraint(condition=Q(picking__gte=0), name="quant_picking_positive"),
        ]

    def __str__(self) -> str:
        return str(self.on_hand)


class AllocationKind(models.TextChoices):
    """Hard: to an order line. Soft: a reservation that may expire."""

    HARD = "hard", _("allocation")
    SOFT = "soft", _("reservation")


class Allocation(CefnModel):
    """A promise of stock: a pending transfer that is posted (shipped), voided (cancelled) or expires, exactly once.

    `demand_id` is the order line it serves; `quantity = open + posted + voided`.
    """

    company = company_key()
    variant = models.ForeignKey("catalog.Variant", on_delete=models.PROTECT, related_name="+", db_index=False)
    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=8, choices=AllocationKind, default=AllocationKind.HARD)
    source = models.CharField(max_length=80)
    demand_id = models.BigIntegerField()
    quantity = models.BigIntegerField()
    open_quantity = models.BigIntegerField()
    posted_quantity = models.BigIntegerField(default=0)
    voided_quantity = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(quantity=F("open_quantity") + F("posted_quantity") + F("voided_quantity")),
                name="allocation_resolved_once",
            ),
            models.CheckConstraint(
                condition=Q(open_quantity__gte=0, posted_quantity__gte=0, voided_quantity__gte=0),
                name="allocation_positive",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["demand_id"], name="allocation_by_demand"),
            models.Index(
                fields=["company", "variant", "warehouse"], name="allocation_open", condition=Q(open_quantity__gt=0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.quantity}"
