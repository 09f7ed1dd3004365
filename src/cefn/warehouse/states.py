"""States of shipments, pick batches and pick tasks."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from cefn.kernel.states import StateMap


class ShipmentStatus(models.TextChoices):
    """States of a shipment."""

    DRAFT = "draft", _("draft")
    RELEASED = "released", _("released")
    PICKING = "picking", _("picking")
    PICKED = "picked", _("picked")
    PACKED = "packed", _("packed")
    SHIPPED = "shipped", _("shipped")
    DELIVERED = "delivered", _("delivered")
    CANCELLED = "cancelled", _("cancelled")


SHIPMENT_MOVES = StateMap(
    ShipmentStatus,
    {
        ShipmentStatus.DRAFT: {ShipmentStatus.RELEASED, ShipmentStatus.CANCELLED},
        ShipmentStatus.RELEASED: {
            ShipmentStatus.DRAFT,
            ShipmentStatus.PICKING,
            ShipmentStatus.PICKED,
            ShipmentStatus.CANCELLED,
        },
        ShipmentStatus.PICKING: {ShipmentStatus.PICKED, ShipmentStatus.CANCELLED},
        ShipmentStatus.PICKED: {ShipmentStatus.PACKED, ShipmentStatus.CANCELLED},
        ShipmentStatus.PACKED: {ShipmentStatus.SHIPPED, ShipmentStatus.PICKED, ShipmentStatus.CANCELLED},
        ShipmentStatus.SHIPPED: {ShipmentStatus.DELIVERED},
        ShipmentStatus.DELIVERED: set(),
        ShipmentStatus.CANCELLED: set(),
    },
    start={ShipmentStatus.DRAFT},
)


class BatchStatus(models.TextChoices):
    """States of a pick batch."""

    RELEASED = "released", _("released")
    PICKING = "picking", _("picking")
    DONE = "done", _("done")
    CANCELLED = "cancelled", _("cancelled")


BATCH_MOVES = StateMap(
    BatchStatus,
    {
        BatchStatus.RELEASED: {BatchStatus.PICKING, BatchStatus.DONE, BatchStatus.CANCELLED},
        BatchStatus.PICKING: {BatchStatus.DONE, BatchStatus.CANCELLED},
        BatchStatus.DONE: set(),
        BatchStatus.CANCELLED: set(),
    },
    start={BatchStatus.RELEASED},
)


class TaskStatus(models.TextChoices):
    """States of a pick task."""

    OPEN = "open", _("open")
    PICKED = "picked", _("picked")
    SHORT = "short", _("short")
    CANCELLED = "cancelled", _("cancelled")


TASK_MOVES = StateMap(
    TaskStatus,
    {
        TaskStatus.OPEN: {TaskStatus.PICKED, TaskStatus.SHORT, TaskStatus.CANCELLED},
        TaskStatus.PICKED: set(),
        TaskStatus.SHORT: set(),
        TaskStatus.CANCELLED: set(),
    },
    start={TaskStatus.OPEN},
)
