"""Goods that come back: linked to an order, or blind."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from cefn.kernel.models import CefnModel
from cefn.orders.models.sales import SalesOrder, SalesOrderLine
from cefn.orders.states import Disposition, ReturnStatus
from cefn.platform.models import company_key


class ReturnOrder(CefnModel):
    """A return; `order` is empty when it is blind. Totals are what is credited, in minor units, positive."""

    company = company_key()
    number = models.CharField(max_length=32)
    channel = models.CharField(max_length=32, blank=True, default="")
    external_id = models.CharField(max_length=120, blank=True, default="")
    order = models.ForeignKey(SalesOrder, null=True, on_delete=models.PROTECT, related_name="returns")
    customer = models.ForeignKey("parties.Customer", null=True, on_delete=models.PROTECT, related_name="returns")
    warehouse = models.ForeignKey("inventory.Warehouse", on_delete=models.PROTECT, related_name="+", db_index=False)
    status = models.CharField(max_length=12, choices=ReturnStatus, default=ReturnStatus.REQUESTED)
    reason = models.CharField(max_length=255, blank=True, default="")
    note = models.TextField(blank=True, default="")
    currency = models.CharField(max_length=3)
    prices_include_tax = models.BooleanField()
    net_minor = models.BigIntegerField(default=0)
    tax_minor = models.BigIntegerField(default=0)
    total_minor = models.BigIntegerField(default=0)
    refunded_minor = models.BigIntegerField(default=0)
    requested_at = models.DateTimeField()
    received_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "number"], name="return_number_once"),
            models.UniqueConstraint(
                fields=["company", "channel", "external_id"], name="return_external_once", condition=~Q(external_id="")
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["company", "-requested_at", "-id"], name="return_by_day")]

    def __str__(self) -> str:
        return self.number


class ReturnLine(CefnModel):
    """A variant that comes back, at the price it was sold for (or, blind, at the price agreed).

    `received` is what arrived; `cost_minor` is the value that came back into stock with it.
    """

    company = company_key()
    return_order = models.ForeignKey(ReturnOrder, on_delete=models.PROTECT, related_name="lines")
    position = models.IntegerField()
    order_line = models.ForeignKey(SalesOrderLine, null=True, on_delete=models.PROTECT, related_name="returns")
    variant = models.ForeignKey("catalog.Variant", on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=8, default="goods")
    description = models.CharField(max_length=255, blank=True, default="")
    quantity = models.BigIntegerField()
    received = models.BigIntegerField(default=0)
    disposition = models.CharField(max_length=20, choices=Disposition, default=Disposition.RESTOCK)
    grade = models.CharField(max_length=1, blank=True, default="")
    unit_price_micro = models.BigIntegerField()
    tax_code = models.CharField(max_length=24)
    tax_rate_ppm = models.IntegerField()
    net_minor = models.BigIntegerField()
    tax_minor = models.BigIntegerField()
    cost_minor = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["return_order", "position"], name="return_line_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0, received__gte=0), name="return_line_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.position}"
