"""Where the parcels are: asking carriers, and recording what they tell us."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from django.db.models import Q

from cefn.kernel import clock
from cefn.kernel.bus import bus
from cefn.kernel.errors import CefnError
from cefn.kernel.transactions import run_whole
from cefn.platform.actors import Actor
from cefn.platform.permissions import permission_require
from cefn.shipping.carriers.base import TrackingUpdate
from cefn.shipping.events import ShipmentsArrived
from cefn.shipping.models import CarrierAccount, Label, TrackingEvent
from cefn.shipping.parcels import network_require_no_transaction
from cefn.shipping.services.accounts import account_connect
from cefn.shipping.states import LabelStatus, TrackingStatus

ASKED_AT_ONCE = 100
AT_REST = (TrackingStatus.DELIVERED, TrackingStatus.RETURNED)


def tracking_fetch(*, actor: Actor, account_ids: Sequence[int] = ()) -> dict[str, CefnError]:
    """Ask carriers about all parcels that are on their way and record the answers; for a job.

    Without `account_ids` all active accounts are asked. Returns account code -> error for those that did not answer;
    the others are recorded all the same. Must not be called inside a transaction.
    """
    permission_require(actor, "shipping.view")
    network_require_no_transaction()
    accounts = CarrierAccount.objects.filter(company_id=actor.company_id, is_active=True)
    if account_ids:
        accounts = accounts.filter(id__in=list(account_ids))
    troubles: dict[str, CefnError] = {}
    for account in accounts.order_by("code"):
        try:
            _account_fetch(account, actor)
        except CefnError as error:
            troubles[account.code] = error
    return troubles


def _account_fetch(account: CarrierAccount, actor: Actor) -> None:
    carrier = account_connect(account=account)
    last_id = 0
    while True:
        page = list(
            Label.objects.filter(
                ~Q(tracking_code__in=AT_REST), company_id=actor.company_id, account=account, status=LabelStatus.BOUGHT,
                id__gt=last_id,
            )
            .order_by("id")
            .values_list("id", "tracking_number")[:ASKED_AT_ONCE]
        )  # fmt: skip
        if not page:
            return
        last_id = page[-1][0]
        updates = carrier.track([number for _label_id, number in page])
        tracking_record(updates=updates, account_id=account.id, actor=actor)


def tracking_record(*, updates: Sequence[TrackingUpdate], account_id: int, actor: Actor) -> int:
    """Record what a carrier tells of its parcels; return how many events were new.

    Events that are known already, in any order, change nothing; numbers that are not ours are left out.
    """
    permission_require(actor, "shipping.view")
    return run_whole(partial(_updates_write, updates, account_id, actor))


def _updates_write(updates: Sequence[TrackingUpdate], account_id: int, actor: Actor) -> int:
    numbers = {update.tracking_number for update in updates}
    labels = {
        label.tracking_number: label
        for label in Label.objects.select_for_update(of=("self",))
        .filter(company_id=actor.company_id, account_id=account_id, tracking_number__in=numbers)
        .order_by("id")
    }
    known = set(TrackingEvent.objects.filter(label__in=labels.values()).values_list("label_id", "carrier_event_id"))
    now = clock.now()
    fresh: dict[tuple[int, str], TrackingEvent] = {}
    for update in updates:
        label = labels.get(update.tracking_number)
        if label is None or (label.id, update.event_id) in known:
            continue
        fresh[label.id, update.event_id] = TrackingEvent(
            company_id=actor.company_id, label=label, carrier_event_id=update.event_id, code=update.code.value,
            description=update.description[:255], place=update.place[:120], happened_at=update.happened_at,
            recorded_at=now,
        )  # fmt: skip
    TrackingEvent.objects.bulk_create(fresh.values())
    _latest_write(list(fresh.values()), actor)
    return len(fresh)


def _latest_write(events: Sequence[TrackingEvent], actor: Actor) -> None:
    """Move labels to their latest event, and tell when all parcels of a shipment have arrived."""
    latest: dict[int, TrackingEvent] = {}
    for event in sorted(events, key=lambda event: event.happened_at):
        latest[event.label_id] = event
    moved = []
    for event in latest.values():
        label = event.label
        if label.tracked_at is None or event.happened_at >= label.tracked_at:
            label.tracking_code, label.tracked_at = event.code, event.happened_at
            moved.append(label)
    Label.objects.bulk_update(moved, ["tracking_code", "tracked_at"])
    arrived: dict[int, datetime] = {}
    for label in moved:
        if label.tracking_code == TrackingStatus.DELIVERED and label.tracked_at is not None:
            arrived[label.shipment_id] = max(label.tracked_at, arrived.get(label.shipment_id, label.tracked_at))
    if not arrived:
        return
    waiting = set(
        Label.objects.filter(~Q(tracking_code=TrackingStatus.DELIVERED), shipment_id__in=arrived)
        .filter(status=LabelStatus.BOUGHT)
        .values_list("shipment_id", flat=True)
    )
    at = {key: moment for key, moment in sorted(arrived.items()) if key not in waiting}
    if at:
        bus.publish(ShipmentsArrived(company_id=actor.company_id, actor=actor, at=at))
