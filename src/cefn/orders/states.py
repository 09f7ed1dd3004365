"""States of sales orders and returns, and which may follow which."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from cefn.kernel.states import StateMap


class OrderStatus(models.TextChoices):
    """The few states of the header; progress is derived from the lines."""

    DRAFT = "draft", _("draft")
    QUOTED = "quoted", _("quoted")
    CONFIRMED = "confirmed", _("confirmed")
    PROCESSING = "processing", _("processing")
    DONE = "done", _("done")
    CANCELLED = "cancelled", _("cancelled")


ORDER_MOVES = StateMap(
    OrderStatus,
    {
        OrderStatus.DRAFT: {OrderStatus.QUOTED, OrderStatus.CONFIRMED, OrderStatus.CANCELLED},
        OrderStatus.QUOTED: {OrderStatus.CONFIRMED, OrderStatus.CANCELLED},
        OrderStatus.CONFIRMED: {OrderStatus.PROCESSING, OrderStatus.DONE, OrderStatus.CANCELLED},
        OrderStatus.PROCESSING: {OrderStatus.CONFIRMED, OrderStatus.DONE, OrderStatus.CANCELLED},
        OrderStatus.DONE: set(),
        OrderStatus.CANCELLED: set(),
    },
    start={OrderStatus.DRAFT, OrderStatus.CONFIRMED},
)


class AllocationStatus(models.TextChoices):
    """How much of what is still to be sent has stock promised to it."""

    NONE = "none", _("not allocated")
    PARTIAL = "partial", _("partly allocated")
    FULL = "full", _("allocated")


class FulfilmentStatus(models.TextChoices):
    """How much was sent."""

    UNFULFILLED = "unfulfilled", _("unfulfilled")
    PARTIAL = "partial", _("partly sent")
    FULFILLED = "fulfilled", _("sent")


class DeliveryStatus(models.TextChoices):
    """What the carrier says."""

    NONE = "none", _("not sent")
    IN_TRANSIT = "in_transit", _("on its way")
    DELIVERED = "delivered", _("delivered")
    EXCEPTION = "exception", _("delivery problem")


class InvoiceStatus(models.TextChoices):
    """How much was invoiced."""

    NONE = "none", _("not invoiced")
    PARTIAL = "partial", _("partly invoiced")
    FULL = "full", _("invoiced")


class PaymentStatus(models.TextChoices):
    """What came in and went back."""

    UNPAID = "unpaid", _("unpaid")
    AUTHORISED = "authorised", _("authorised")
    PARTIAL = "partial", _("partly paid")
    PAID = "paid", _("paid")
    PARTLY_REFUNDED = "partly_refunded", _("partly refunded")
    REFUNDED = "refunded", _("refunded")
    OVERPAID = "overpaid", _("overpaid")


class ReturnProgress(models.TextChoices):
    """How much came back."""

    NONE = "none", _("nothing returned")
    PARTIAL = "partial", _("partly returned")
    FULL = "full", _("returned")


class ReturnStatus(models.TextChoices):
    """States of a return order."""

    REQUESTED = "requested", _("requested")
    AUTHORISED = "authorised", _("authorised")
    IN_TRANSIT = "in_transit", _("on its way back")
    RECEIVED = "received", _("received")
    INSPECTED = "inspected", _("inspected")
    CLOSED = "closed", _("closed")
    REJECTED = "rejected", _("rejected")
    CANCELLED = "cancelled", _("cancelled")


RETURN_MOVES = StateMap(
    ReturnStatus,
    {
        ReturnStatus.REQUESTED: {ReturnStatus.AUTHORISED, ReturnStatus.REJECTED, ReturnStatus.CANCELLED},
        ReturnStatus.AUTHORISED: {ReturnStatus.IN_TRANSIT, ReturnStatus.RECEIVED, ReturnStatus.CANCELLED},
        ReturnStatus.IN_TRANSIT: {ReturnStatus.RECEIVED, ReturnStatus.CANCELLED},
        ReturnStatus.RECEIVED: {ReturnStatus.INSPECTED, ReturnStatus.CLOSED, ReturnStatus.REJECTED},
        ReturnStatus.INSPECTED: {ReturnStatus.CLOSED, ReturnStatus.REJECTED},
        ReturnStatus.CLOSED: set(),
        ReturnStatus.REJECTED: set(),
        ReturnStatus.CANCELLED: set(),
    },
    start={ReturnStatus.REQUESTED, ReturnStatus.AUTHORISED, ReturnStatus.RECEIVED},
)


class Disposition(models.TextChoices):
    """What happens to a returned unit."""

    RESTOCK = "restock", _("back on the shelf")
    REFURBISH = "refurbish", _("refurbish")
    QUARANTINE = "quarantine", _("quarantine")
    SCRAP = "scrap", _("scrap")
    RETURN_TO_VENDOR = "return_to_vendor", _("back to the supplier")
    REJECT = "reject", _("reject")


class HoldKind(models.TextChoices):
    """Why an order must wait."""

    PAYMENT = "payment", _("payment")
    CREDIT = "credit", _("credit")
    ADDRESS = "address", _("address")
    FRAUD = "fraud", _("fraud check")
    MANUAL = "manual", _("manual")
