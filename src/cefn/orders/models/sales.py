"""Sales orders: what a buyer asked for, at what price, and how far each line has got.

Header states are few. `allocation_status` and its siblings are derived from the quantities on the lines and written in
the same transaction as they are.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from cefn.kernel.models import CefnModel
from cefn.orders.states import (
    AllocationStatus,
    DeliveryStatus,
    FulfilmentStatus,
    HoldKind,
    InvoiceStatus,
    OrderStatus,
    PaymentStatus,
    ReturnProgress,
)
from cefn.platform.models import TaxRounding, company_key


class LineKind(models.TextChoices):
    """Whether a line is sent or only charged."""

    GOODS = "goods"
    SERVICE = "service"


class SalesOrder(CefnModel):
    """An order from a channel; (channel, external_id) exists once.

    Totals are in minor units of `currency`: total = net + tax + rounding. `ship_to` and `bill_to` are copies of the
    addresses as they were; `search_text` is what the search box looks through, in lower case.
    """

    company = company_key()
    number = models.CharField(max_length=32)
    channel = models.CharField(max_length=32)
    external_id = models.CharField(max_length=120, blank=True, default="")
    customer = models.ForeignKey("parties.Customer", null=True, on_delete=models.PROTECT, related_name="orders")
    status = models.CharField(max_length=12, choices=OrderStatus, default=OrderStatus.CONFIRMED)
    is_on_hold = models.BooleanField(default=False)
    allocation_status = models.CharField(max_length=12, choices=AllocationStatus, default=AllocationStatus.NONE)
    fulfilment_status = models.CharField(max_length=12, choices=FulfilmentStatus, default=FulfilmentStatus.UNFULFILLED)
    delivery_status = models.CharField(max_length=12, choices=DeliveryStatus, default=DeliveryStatus.NONE)
    invoice_status = models.CharField(max_length=12, choices=InvoiceStatus, default=InvoiceStatus.NONE)
    payment_status = models.CharField(max_length=16, choices=PaymentStatus, default=PaymentStatus.UNPAID)
    return_status = models.CharField(max_length=12, choices=ReturnProgress, default=ReturnProgress.NONE)
    exception = models.CharField(max_length=255, blank=True, default="")
    currency = models.CharField(max_length=3)
    prices_include_tax = models.BooleanField()
    tax_rounding = models.CharField(max_length=16, choices=TaxRounding)
    net_minor = models.BigIntegerField()
    tax_minor = models.BigIntegerField()
    discount_minor = models.BigIntegerField(default=0)
    rounding_minor = models.BigIntegerField(default=0)
    total_minor = models.BigIntegerField()
    channel_total_minor = models.BigIntegerField(null=True)
    paid_minor = models.BigIntegerField(default=0)
    refunded_minor = models.BigIntegerField(default=0)
    ship_to = models.JSONField(default=dict)
    bill_to = models.JSONField(default=dict)
    ship_country = models.CharField(max_length=2, blank=True, default="")
    ship_postcode = models.CharField(max_length=24, blank=True, default="")
    shipping_service = models.CharField(max_length=80, blank=True, default="")
    priority = models.SmallIntegerField(default=0)
    is_ship_complete = models.BooleanField(default=False)
    note = models.TextField(blank=True, default="")
    tags = models.JSONField(default=list)
    search_text = models.CharField(max_length=400, blank=True, default="")
    placed_at = models.DateTimeField()
    ship_by_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField()
    version = models.IntegerField(default=1)
    line_count = models.IntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "number"], name="order_number_once"),
            models.UniqueConstraint(
                fields=["company", "channel", "external_id"], name="order_external_once", condition=~Q(external_id="")
            ),
            models.CheckConstraint(
                condition=Q(total_minor=F("net_minor") + F("tax_minor") + F("rounding_minor")),
                name="order_total_adds_up",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["company", "-placed_at", "-id"], name="order_by_day"),
            models.Index(fields=["company", "search_text"], name="order_search"),
            models.Index(
                fields=["company", "ship_by_at"],
                name="order_open",
                condition=Q(status__in=["confirmed", "processing"]),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class SalesOrderLine(CefnModel):
    """A line: ordered = cancelled + open + shipped; the further counters never pass the one before.

    `net_minor + tax_minor` is the line's total for the whole ordered quantity after `discount_minor`.
    `shipped_cost_minor` is what the shipped units cost, `returned_cost_minor` what of that came back.
    """

    company = company_key()
    order = models.ForeignKey(SalesOrder, on_delete=models.PROTECT, related_name="lines")
    position = models.IntegerField()
    variant = models.ForeignKey("catalog.Variant", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=LineKind, default=LineKind.GOODS)
    description = models.CharField(max_length=255, blank=True, default="")
    quantity = models.BigIntegerField()
    cancelled = models.BigIntegerField(default=0)
    allocated = models.BigIntegerField(default=0)
    picked = models.BigIntegerField(default=0)
    shipped = models.BigIntegerField(default=0)
    invoiced = models.BigIntegerField(default=0)
    returned = models.BigIntegerField(default=0)
    unit_price_micro = models.BigIntegerField()
    discount_minor = models.BigIntegerField(default=0)
    tax_code = models.CharField(max_length=24)
    tax_rate_ppm = models.IntegerField()
    net_minor = models.BigIntegerField()
    tax_minor = models.BigIntegerField()
    shipped_cost_minor = models.BigIntegerField(default=0)
    returned_cost_minor = models.BigIntegerField(default=0)
    external_id = models.CharField(max_length=120, blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["order", "position"], name="order_line_once"),
            models.CheckConstraint(
                condition=Q(quantity__gt=0, cancelled__gte=0, allocated__gte=0, picked__gte=0, shipped__gte=0),
                name="order_line_positive",
            ),
            models.CheckConstraint(
                condition=Q(quantity__gte=F("cancelled") + F("shipped") + F("allocated")), name="order_line_not_over"
            ),
            models.CheckConstraint(
                condition=Q(returned__gte=0, returned__lte=F("shipped")), name="order_line_returned_in_shipped"
            ),
            models.CheckConstraint(condition=Q(picked__lte=F("allocated")), name="order_line_picked_in_allocated"),
        ]

    def __str__(self) -> str:
        return f"{self.position}"


class OrderHold(CefnModel):
    """Why an order waits, who said so, and who let it go."""

    company = company_key()
    order = models.ForeignKey(SalesOrder, on_delete=models.PROTECT, related_name="holds")
    kind = models.CharField(max_length=12, choices=HoldKind)
    reason = models.CharField(max_length=255)
    placed_by = models.CharField(max_length=120)
    placed_at = models.DateTimeField()
    released_by = models.CharField(max_length=120, blank=True, default="")
    released_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["order", "kind"], name="hold_open_once", condition=Q(released_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return self.reason


class RoutingDecision(CefnModel):
    """Which warehouses were chosen for an order, among which candidates, with which scores and why."""

    company = company_key()
    order = models.ForeignKey(SalesOrder, on_delete=models.PROTECT, related_name="routing_decisions")
    decided_at = models.DateTimeField()
    rule = models.CharField(max_length=40)
    chosen = models.JSONField(default=list)
    candidates = models.JSONField(default=list)
    reason = models.CharField(max_length=255)

    def __str__(self) -> str:
        return self.reason
