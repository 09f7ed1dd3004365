"""Questions about warehouse work; every row goes through an access function."""

from django.db.models import QuerySet

from cefn.platform.access import access_rows
from cefn.platform.actors import Actor
from cefn.warehouse.models import PickBatch, PickTask, Shipment


def access_shipments(actor: Actor) -> QuerySet[Shipment]:
    """Return the shipments of the warehouses that the actor may see."""
    return access_rows(
        actor,
        Shipment.objects.all(),
        permission="shipping.view",
        warehouse_code="warehouse__code",
        channel_code="order__channel",
    )


def access_pick_batches(actor: Actor) -> QuerySet[PickBatch]:
    """Return the pick batches of the warehouses that the actor may see."""
    return access_rows(actor, PickBatch.objects.all(), permission="warehouse.view", warehouse_code="warehouse__code")


def access_pick_tasks(actor: Actor) -> QuerySet[PickTask]:
    """Return the pick tasks of the warehouses that the actor may see."""
    return access_rows(
        actor, PickTask.objects.all(), permission="warehouse.view", warehouse_code="batch__warehouse__code"
    )
