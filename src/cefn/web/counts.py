"""The counts beside the places: what waits there, and whether it waits for a person now."""

from collections.abc import Callable

from django.utils import timezone

from cefn.platform.actors import Actor
from cefn.platform.permissions import permission_has
from cefn.web import reads

Count = tuple[int, bool]


def _orders(actor: Actor) -> Count:
    return reads.access_orders(actor).filter(reads.is_stuck() | reads.is_late()).count(), True


def _returns(actor: Actor) -> Count:
    return reads.access_returns(actor).filter(status__in=("requested", "received", "inspected")).count(), False


def _warehouse(actor: Actor) -> Count:
    return reads.access_shipments(actor).filter(reads.is_at_work()).count(), False


def _stock(actor: Actor) -> Count:
    return reads.low_stock_rows(actor).count(), False


def _money(actor: Actor) -> Count:
    today = timezone.localdate()
    overdue = reads.access_invoices(actor).filter(kind="invoice", open_minor__gt=0, due_on__lt=today)
    return overdue.count(), False


COUNTERS: dict[str, tuple[str, Callable[[Actor], Count]]] = {
    "orders": ("orders.view", _orders),
    "returns": ("returns.view", _returns),
    "stock": ("stock.view", _stock),
    "warehouse": ("shipping.view", _warehouse),
    "money": ("invoices.view", _money),
}
"""Place -> the permission to see its count, and how to count; one query each."""


def counts_of(actor: Actor) -> dict[str, Count]:
    """Return place -> (count, is urgent) for the places that the actor may see."""
    return {place: count(actor) for place, (permission, count) in COUNTERS.items() if permission_has(actor, permission)}
