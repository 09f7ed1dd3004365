"""Actions over several orders at once."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cefn.orders.models import SalesOrder
from cefn.orders.services import holds_place, orders_cancel
from cefn.orders.states import HoldKind
from cefn.platform.actors import Actor
from cefn.warehouse.services import picks_release
from cefn.web import reads
from cefn.web.errors import NothingToRelease
from cefn.web.formats import digits_grouped
from cefn.web.lists.bulk import BulkAction, BulkResult, bulk_each

Orders = Sequence[SalesOrder]


def _number(order: SalesOrder) -> str:
    return order.number


def _url(order: SalesOrder) -> str:
    return reverse("web:order", args=[order.number])


def _release(actor: Actor, orders: Orders) -> list[BulkResult]:
    def release(some: Orders) -> None:
        found = reads.access_shipments(actor).filter(order__in=[order.pk for order in some], status="draft")
        pairs = list(found.values_list("order_id", "pk"))
        served = {order_id for order_id, _shipment in pairs}
        bare = [order.number for order in some if order.pk not in served]
        if bare:
            raise NothingToRelease(number=bare[0])
        picks_release(actor=actor, shipment_ids=[shipment for _order, shipment in pairs])

    return bulk_each(orders, release, name=_number, url=_url, done=_("released to be picked"))


def _hold(actor: Actor, orders: Orders) -> list[BulkResult]:
    def hold(some: Orders) -> None:
        holds_place(
            actor=actor, order_ids=[order.pk for order in some], kind=HoldKind.MANUAL, reason=_("held from the list")
        )

    return bulk_each(orders, hold, name=_number, url=_url, done=_("put on hold"))


def _cancel(actor: Actor, orders: Orders) -> list[BulkResult]:
    def cancel(some: Orders) -> None:
        orders_cancel(actor=actor, order_ids=[order.pk for order in some], reason=_("cancelled from the list"))

    return bulk_each(orders, cancel, name=_number, url=_url, done=_("cancelled"))


def _cancel_warning(orders: Orders) -> str:
    said = ngettext(
        "%(n)s order will be cancelled. Stock promised to it becomes free. This can't be undone.",
        "%(n)s orders will be cancelled. Stock promised to them becomes free. This can't be undone.",
        len(orders),
    )
    return said % {"n": digits_grouped(str(len(orders)))}


ORDER_BULK = (
    BulkAction(
        key="release",
        label=gettext_lazy("Release to pick"),
        permission="warehouse.release",
        run=_release,
        icon="clipboard-check",
    ),
    BulkAction(key="hold", label=gettext_lazy("Put on hold"), permission="orders.hold", run=_hold, icon="player-pause"),
    BulkAction(
        key="cancel",
        label=gettext_lazy("Cancel orders"),
        permission="orders.cancel",
        run=_cancel,
        icon="x",
        warning=_cancel_warning,
    ),
)
