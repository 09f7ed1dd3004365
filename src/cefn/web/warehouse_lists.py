"""The lists of the warehouse: shipments by the day they must leave, and pick batches."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cefn.kernel import clock
from cefn.platform.actors import Actor
from cefn.shipping.services import LabelOrder, labels_buy
from cefn.warehouse.models import PickBatch, Shipment
from cefn.warehouse.selectors import access_pick_batches, access_shipments
from cefn.warehouse.services import picks_release, shipments_deliver, shipments_ship
from cefn.warehouse.states import BatchStatus, ShipmentStatus
from cefn.web.formats import digits_grouped, moment_html
from cefn.web.lists import ChoiceFilter, Column, DayFilter, Empty, FlagFilter, ListSpec, Tab
from cefn.web.lists.bulk import BulkAction, BulkResult, bulk_each
from cefn.web.reads import is_at_work
from cefn.web.statuses import state_html

Shipments = Sequence[Shipment]


def shipment_rows(actor: Actor) -> QuerySet[Shipment]:
    """Return the shipments of the list with the order and the warehouse that its cells need."""
    return access_shipments(actor).select_related("order", "warehouse")


def shipment_url(shipment: Shipment) -> str:
    """Return the address of a shipment's page."""
    return reverse("web:shipment", args=[shipment.number])


def is_late(shipment: Shipment) -> bool:
    """Tell whether the shipment should have left by now."""
    has_left = shipment.status in {"shipped", "delivered", "cancelled"}
    return not has_left and shipment.ship_by_at is not None and shipment.ship_by_at < clock.now()


def standing(shipment: Shipment) -> Any:
    """Return where the shipment stands: what needs a person first."""
    if shipment.exception:
        return state_html("exception", label=shipment.exception)
    return state_html(shipment.status, ShipmentStatus)


def _name(shipment: Shipment) -> str:
    return shipment.number


def _release(actor: Actor, shipments: Shipments) -> list[BulkResult]:
    return bulk_each(
        shipments,
        lambda some: picks_release(actor=actor, shipment_ids=[one.pk for one in some]),
        name=_name,
        url=shipment_url,
        done=_("released to be picked"),
    )


def _ship(actor: Actor, shipments: Shipments) -> list[BulkResult]:
    return bulk_each(
        shipments,
        lambda some: shipments_ship(actor=actor, shipment_ids=[one.pk for one in some]),
        name=_name,
        url=shipment_url,
        done=_("shipped"),
    )


def _deliver(actor: Actor, shipments: Shipments) -> list[BulkResult]:
    return bulk_each(
        shipments,
        lambda some: shipments_deliver(actor=actor, shipment_ids=[one.pk for one in some]),
        name=_name,
        url=shipment_url,
        done=_("delivered"),
    )


def _labels(actor: Actor, shipments: Shipments) -> list[BulkResult]:
    """Buy a label for each parcel; carriers are asked one by one, so each shipment has its own answer."""
    outcomes = labels_buy(orders=[LabelOrder(shipment_id=one.pk) for one in shipments], actor=actor)
    told: dict[int, list[str]] = {}
    failed: set[int] = set()
    for outcome in outcomes:
        if outcome.error is not None:
            failed.add(outcome.shipment_id)
            told.setdefault(outcome.shipment_id, []).append(str(outcome.error))
        elif outcome.label is not None:
            told.setdefault(outcome.shipment_id, []).append(outcome.label.tracking_number)
    return [
        BulkResult(one.number, shipment_url(one), one.pk not in failed, ", ".join(told.get(one.pk, [])))
        for one in shipments
    ]


def _ship_warning(shipments: Shipments) -> str:
    said = ngettext(
        "%(n)s shipment leaves the house: its stock is taken off, and its invoice and cost are posted.",
        "%(n)s shipments leave the house: their stock is taken off, and their invoices and costs are posted.",
        len(shipments),
    )
    return said % {"n": digits_grouped(str(len(shipments)))}


SHIPMENTS = ListSpec(
    area="shipments",
    place="shipments",
    title=gettext_lazy("Shipments"),
    url_name="web:shipments",
    counted=lambda n: ngettext("%(n)s shipment", "%(n)s shipments", n) % {"n": digits_grouped(str(n))},
    rows=shipment_rows,
    columns=(
        Column(key="number", label=gettext_lazy("Shipment"), cell=lambda s: s.number, sort="number", card="title"),
        Column(key="order", label=gettext_lazy("Order"), cell=lambda s: s.order.number),
        Column(
            key="customer",
            label=gettext_lazy("Customer"),
            cell=lambda s: str(s.ship_to.get("name") or s.ship_to.get("company_name") or "\u2013"),
            card="line",
        ),
        Column(
            key="due",
            label=gettext_lazy("Ship by"),
            cell=lambda s: moment_html(s.ship_by_at),
            export=lambda s: s.ship_by_at,
            sort="ship_by_at",
            is_nullable=True,
            card="side",
        ),
        Column(key="standing", label=gettext_lazy("Where it stands"), cell=standing, sort="status", card="line"),
        Column(key="from", label=gettext_lazy("From"), cell=lambda s: s.warehouse.name, card="end"),
        Column(key="carrier", label=gettext_lazy("Carrier"), cell=lambda s: s.carrier_service or "\u2013"),
        Column(key="tracking", label=gettext_lazy("Tracking"), cell=lambda s: s.tracking_number, is_hidden=True),
        Column(
            key="shipped",
            label=gettext_lazy("Shipped"),
            cell=lambda s: moment_html(s.shipped_at),
            export=lambda s: s.shipped_at,
            sort="shipped_at",
            is_nullable=True,
        ),
    ),
    row_url=shipment_url,
    row_class=lambda shipment: "late" if is_late(shipment) else "",
    default_sort="due",
    tabs=(
        Tab(key="work", label=gettext_lazy("At work"), query={"work": "yes"}),
        Tab(key="release", label=gettext_lazy("To release"), query={"status": "draft"}),
        Tab(key="pick", label=gettext_lazy("To pick"), query={"status": "released,picking"}),
        Tab(key="pack", label=gettext_lazy("To pack"), query={"status": "picked"}),
        Tab(key="ship", label=gettext_lazy("To ship"), query={"status": "packed"}),
        Tab(key="stuck", label=gettext_lazy("Needs a person"), query={"stuck": "yes"}),
        Tab(key="all", label=gettext_lazy("All")),
    ),
    filters=(
        ChoiceFilter("status", gettext_lazy("Status"), "status", ShipmentStatus.choices),
        FlagFilter("work", gettext_lazy("At work"), is_at_work),
        FlagFilter("late", gettext_lazy("Late"), lambda: is_at_work() & Q(ship_by_at__lt=clock.now())),
        FlagFilter("stuck", gettext_lazy("Needs a person"), lambda: is_at_work() & ~Q(exception="")),
        DayFilter("due", gettext_lazy("Ship by"), "ship_by_at"),
        DayFilter("shipped", gettext_lazy("Shipped"), "shipped_at"),
    ),
    search=lambda actor, rows, text: rows.filter(
        Q(number__iexact=text) | Q(order__number__iexact=text) | Q(tracking_number__iexact=text)
    ),
    search_hint=gettext_lazy("Shipment, order, tracking"),
    bulk=(
        BulkAction(
            key="release",
            label=gettext_lazy("Release to pick"),
            permission="warehouse.release",
            run=_release,
            icon="clipboard-check",
        ),
        BulkAction(
            key="labels", label=gettext_lazy("Buy labels"), permission="shipping.ship", run=_labels, icon="barcode"
        ),
        BulkAction(
            key="ship",
            label=gettext_lazy("Ship"),
            permission="shipping.ship",
            run=_ship,
            icon="truck-delivery",
            warning=_ship_warning,
        ),
        BulkAction(key="deliver", label=gettext_lazy("Note as delivered"), permission="shipping.ship", run=_deliver),
    ),
    empty=Empty(
        icon="package-export",
        title=gettext_lazy("Nothing to send yet"),
        sentence=gettext_lazy("An order that has stock and a route becomes a shipment here."),
    ),
    row_name=lambda shipment: shipment.number,
)


def batch_rows(actor: Actor) -> QuerySet[Any]:
    """Return pick batches with their warehouse and how many of their tasks are done."""
    rows = access_pick_batches(actor).select_related("warehouse", "assigned_to")
    counted: QuerySet[Any] = rows.annotate(open_count=Count("tasks", filter=Q(tasks__status="open")))
    found: QuerySet[Any] = counted.annotate(done_count=F("task_count") - F("open_count"))
    return found


def batch_url(batch: PickBatch) -> str:
    """Return the address of a pick batch."""
    return reverse("web:batch", args=[batch.number])


BATCHES = ListSpec(
    area="batches",
    place="batches",
    title=gettext_lazy("Pick batches"),
    url_name="web:batches",
    counted=lambda n: ngettext("%(n)s pick batch", "%(n)s pick batches", n) % {"n": digits_grouped(str(n))},
    rows=batch_rows,
    columns=(
        Column(key="number", label=gettext_lazy("Pick batch"), cell=lambda b: b.number, sort="number", card="title"),
        Column(key="warehouse", label=gettext_lazy("Warehouse"), cell=lambda b: b.warehouse.name, card="line"),
        Column(
            key="made",
            label=gettext_lazy("Released"),
            cell=lambda b: moment_html(b.created_at),
            export=lambda b: b.created_at,
            sort="created_at",
            card="end",
        ),
        Column(
            key="status", label=gettext_lazy("State"), cell=lambda b: state_html(b.status, BatchStatus), card="line"
        ),
        Column(
            key="done",
            label=gettext_lazy("Picks done"),
            cell=lambda b: f"{digits_grouped(str(b.done_count))} / {digits_grouped(str(b.task_count))}",
            is_number=True,
            card="side",
        ),
        Column(
            key="finished",
            label=gettext_lazy("Finished"),
            cell=lambda b: moment_html(b.done_at),
            export=lambda b: b.done_at,
            sort="done_at",
            is_nullable=True,
        ),
    ),
    row_url=batch_url,
    default_sort="-made",
    tabs=(
        Tab(key="open", label=gettext_lazy("Open"), query={"status": "released,picking"}),
        Tab(key="all", label=gettext_lazy("All")),
    ),
    filters=(
        ChoiceFilter("status", gettext_lazy("Status"), "status", BatchStatus.choices),
        DayFilter("made", gettext_lazy("Released"), "created_at"),
    ),
    search=lambda actor, rows, text: rows.filter(number__istartswith=text),
    search_hint=gettext_lazy("Number"),
    empty=Empty(
        icon="clipboard-check",
        title=gettext_lazy("No pick batches yet"),
        sentence=gettext_lazy("Release shipments, and the picks they need are put in walking order here."),
        action=gettext_lazy("Shipments to release"),
        url_name="web:shipments",
    ),
    row_name=lambda batch: batch.number,
)
