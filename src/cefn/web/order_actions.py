"""What can be done with an order now: the one next thing, and the rest in the menu. Rules are the services'; this only
offers what the states allow, and the services refuse what they must."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cefn.flows.order_to_cash import backorders_allocate
from cefn.kernel.errors import NotFound
from cefn.kernel.transactions import run_whole
from cefn.orders.models import SalesOrder
from cefn.orders.services import holds_place, holds_release, orders_cancel
from cefn.orders.states import HoldKind
from cefn.platform.actors import Actor
from cefn.platform.permissions import permission_has, permission_require
from cefn.warehouse.models import Shipment
from cefn.warehouse.services import picks_release, shipments_ship
from cefn.web import reads
from cefn.web.access import ScreenRequest
from cefn.web.formats import money_text
from cefn.web.reads import OPEN_ORDERS
from cefn.web.shell import place_url


@dataclass(frozen=True, slots=True)
class Action:
    """A verb on an order. `warning` is what the dialog says first; `url` leads elsewhere instead of posting."""

    key: str
    label: str
    icon: str = ""
    warning: str = ""
    needs_reason: bool = False
    url: str = ""


Do = Callable[[ScreenRequest, SalesOrder], str]


def _reason(request: ScreenRequest) -> str:
    return request.POST.get("reason", "").replace("\x00", "").strip()[:255] or _("no reason given")


def _hold_release(request: ScreenRequest, order: SalesOrder) -> str:
    open_kinds = [hold.kind for hold in order.holds.all() if hold.released_at is None]
    wanted = request.POST.get("kind") or (open_kinds[0] if open_kinds else "")
    holds_release(actor=request.actor, order_ids=[order.pk], kind=wanted)
    return _("%(number)s is off hold.") % {"number": order.number}


def _hold(request: ScreenRequest, order: SalesOrder) -> str:
    holds_place(actor=request.actor, order_ids=[order.pk], kind=HoldKind.MANUAL, reason=_reason(request))
    return _("%(number)s is on hold.") % {"number": order.number}


def _cancel(request: ScreenRequest, order: SalesOrder) -> str:
    orders_cancel(actor=request.actor, order_ids=[order.pk], reason=_reason(request))
    return _("%(number)s is cancelled and its stock is free again.") % {"number": order.number}


def _shipments(request: ScreenRequest, order: SalesOrder, status: str) -> list[int]:
    found = reads.access_shipments(request.actor).filter(order=order, status=status)
    return list(found.values_list("pk", flat=True))


def _release(request: ScreenRequest, order: SalesOrder) -> str:
    batches = picks_release(actor=request.actor, shipment_ids=_shipments(request, order, "draft"))
    return _("%(number)s is in pick batch %(batches)s.") % {
        "number": order.number,
        "batches": ", ".join(number for _id, number in batches),
    }


def _ship(request: ScreenRequest, order: SalesOrder) -> str:
    shipments = _shipments(request, order, "packed")
    shipments_ship(actor=request.actor, shipment_ids=shipments)
    said = ngettext(
        "%(n)s shipment of %(number)s has left.", "%(n)s shipments of %(number)s have left.", len(shipments)
    )
    return said % {"n": len(shipments), "number": order.number}


def _allocate(request: ScreenRequest, order: SalesOrder) -> str:
    waiting = [line.variant_id for line in order.lines.all() if line.kind == "goods"]
    units = backorders_allocate(actor=request.actor, variant_ids=waiting)
    return ngettext("%(n)s unit promised.", "%(n)s units promised.", units) % {"n": units}


DOERS: dict[str, tuple[str, Do]] = {
    "hold_release": ("orders.hold", _hold_release),
    "allocate": ("orders.edit", _allocate),
    "release": ("warehouse.release", _release),
    "ship": ("shipping.ship", _ship),
    "hold": ("orders.hold", _hold),
    "cancel": ("orders.cancel", _cancel),
}
"""Action key -> permission and what does it; returns what to say."""


def offers(actor: Actor, order: SalesOrder, shipments: Sequence[Shipment]) -> tuple[Action | None, list[Action]]:
    """Return the one next thing to do (None when nothing waits for this person) and what else can be done."""
    after = _after(actor, order)
    if order.status not in OPEN_ORDERS:
        return None, after
    forward = [action for action in _forward(order, shipments) if _may(actor, action)]
    aside = [action for action in _aside(order) if _may(actor, action)]
    return (forward[0] if forward else None), [*forward[1:], *after, *aside]


def _may(actor: Actor, action: Action) -> bool:
    return bool(action.url) or permission_has(actor, DOERS[action.key][0])


def _forward(order: SalesOrder, shipments: Sequence[Shipment]) -> list[Action]:
    """Return what brings the order on, the most urgent first."""
    states = {shipment.status for shipment in shipments}
    found: list[Action] = []
    if order.is_on_hold:
        found.append(Action("hold_release", _("Release hold"), "check"))
    if "packed" in states:
        found.append(Action("ship", _("Ship"), "truck-delivery"))
    if states & {"released", "picking", "picked"} and place_url("web:warehouse"):
        label = _("Pack") if "picked" in states else _("Pick")
        found.append(Action("work", label, "clipboard-check", url=place_url("web:warehouse")))
    if "draft" in states and not order.is_on_hold:
        found.append(Action("release", _("Release to pick"), "clipboard-check"))
    if order.allocation_status != "full" and order.fulfilment_status != "fulfilled":
        found.append(Action("allocate", _("Look for stock"), "refresh"))
    return found


def _after(actor: Actor, order: SalesOrder) -> list[Action]:
    """Return what follows on sending and billing: goods that come back, money that comes in."""
    found = []
    was_sent = order.fulfilment_status in ("partial", "fulfilled")
    if was_sent and permission_has(actor, "returns.receive"):
        url = f"{reverse('web:return_new')}?order={order.number}"
        found.append(Action("return", _("Take goods back"), "arrow-back-up", url=url))
    is_due = order.total_minor > order.paid_minor - order.refunded_minor and order.status != "cancelled"
    if is_due and permission_has(actor, "payments.record"):
        url = f"{reverse('web:payment_new')}?for={order.number}"
        found.append(Action("payment", _("Take a payment"), "cash", url=url))
    return found


def _aside(order: SalesOrder) -> list[Action]:
    """Return what stops the order."""
    found = []
    if not order.is_on_hold:
        found.append(Action("hold", _("Put on hold"), "player-pause", _hold_warning(order), needs_reason=True))
    found.append(Action("cancel", _("Cancel order"), "x", _cancel_warning(order), needs_reason=True))
    return found


def _hold_warning(order: SalesOrder) -> str:
    return _("%(number)s will not be released to the warehouse until the hold is lifted. Its stock stays promised.") % {
        "number": order.number
    }


def _cancel_warning(order: SalesOrder) -> str:
    units = sum(line.quantity - line.cancelled - line.shipped for line in order.lines.all() if line.kind == "goods")
    promised = sum(line.allocated for line in order.lines.all())
    paid = money_text(order.paid_minor - order.refunded_minor, order.currency)
    return _(
        "%(units)s units of %(number)s will not be sent, %(promised)s promised units become free, and %(paid)s that was"
        " paid can be refunded. This can't be undone."
    ) % {"units": units, "number": order.number, "promised": promised, "paid": paid}


def order_act(request: ScreenRequest, order: SalesOrder) -> HttpResponseBase:
    """Do what the form asks. Raises NotFound for an unknown action, NotAllowed, and what the services raise."""
    known = DOERS.get(request.POST.get("action", ""))
    if known is None:
        raise NotFound(thing=_("action"), name=request.POST.get("action", "")[:40])
    permission, do = known
    permission_require(request.actor, permission)
    said = run_whole(lambda: do(request, order))
    messages.success(request, said)
    return redirect("web:order", number=order.number)
