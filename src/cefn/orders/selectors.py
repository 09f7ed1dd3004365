"""Questions about orders and returns; every row goes through an access function."""

from django.db.models import QuerySet

from cefn.orders.models import ReturnOrder, SalesOrder
from cefn.platform.access import access_rows
from cefn.platform.actors import Actor


def access_orders(actor: Actor) -> QuerySet[SalesOrder]:
    """Return the sales orders of the channels that the actor may see."""
    return access_rows(actor, SalesOrder.objects.all(), permission="orders.view", channel_code="channel")


def access_returns(actor: Actor) -> QuerySet[ReturnOrder]:
    """Return the returns of the warehouses and channels that the actor may see."""
    return access_rows(
        actor,
        ReturnOrder.objects.all(),
        permission="returns.view",
        warehouse_code="warehouse__code",
        channel_code="channel",
    )
