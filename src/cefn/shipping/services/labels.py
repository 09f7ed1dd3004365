"""Buying labels, each exactly once, and giving them back.

The purchase is written down first (`requested`, with its key), then the carrier is called, then the outcome is
recorded; three steps, each complete in itself, with no transaction open during the call. Whoever finds a request
without outcome (after a crash, a time-out, an error at the carrier) looks for the key at the carrier before buying.
A claim on the row (`called_at`) keeps two processes from calling at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from django.db.models import F, Q
from django.utils.translation import gettext as _

from cefn.kernel import clock
from cefn.kernel.bus import bus
from cefn.kernel.errors import CefnError, NotFound
from cefn.kernel.transactions import run_whole
from cefn.platform.actors import Actor
from cefn.platform.audit import AuditDraft, audit_record
from cefn.platform.files import FileDraft, files_save
from cefn.platform.models import Company
from cefn.platform.permissions import permission_require
from cefn.shipping.carriers.base import BoughtLabel, Carrier, LabelFormat, LabelRequest, Parcel
from cefn.shipping.errors import CarrierError, CarrierRefused, LabelNotPossible
from cefn.shipping.events import LabelsBought, LabelsVoided, LabelTracking
from cefn.shipping.models import CarrierService, Label
from cefn.shipping.parcels import (
    network_require_no_transaction,
    packages_load,
    parcels_of,
    receiver_of,
    sender_of,
    shipments_load,
)
from cefn.shipping.selectors import access_labels, service_find
from cefn.shipping.services.accounts import account_connect
from cefn.shipping.states import LabelStatus
from cefn.warehouse.models import Shipment
from cefn.warehouse.states import ShipmentStatus

SHIP = "shipping.ship"
LIVE = (LabelStatus.REQUESTED, LabelStatus.BOUGHT)
LABELLED = (ShipmentStatus.PICKED, ShipmentStatus.PACKED, ShipmentStatus.SHIPPED)
CLAIM = timedelta(minutes=10)
"""How long a call may take before another process may look what became of it; beyond any adapter's time limit."""
REASON_CHARACTERS = 255
MEDIA_TYPES = {LabelFormat.PDF: "application/pdf", LabelFormat.ZPL: "application/x-zpl"}


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelOrder:
    """Labels for a shipment: one for each package. `service` as `service_find` reads it; empty: the shipment's own."""

    shipment_id: int
    service: str = ""
    format: LabelFormat = LabelFormat.PDF


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelOutcome:
    """What became of one label: its row, or the error that stood in the way (or both, when it will be tried again)."""

    shipment_id: int
    label: Label | None = None
    error: CefnError | None = None

    @property
    def is_bought(self) -> bool:
        """Tell whether there is a label to print."""
        return self.label is not None and self.label.status == LabelStatus.BOUGHT


def labels_buy(*, orders: Sequence[LabelOrder], actor: Actor) -> list[LabelOutcome]:
    """Buy the labels of shipments; what is bought already is returned as it is. One outcome a label, in order.

    Must not be called inside a transaction (NetworkInTransaction): it makes several of its own. An error of one
    shipment or of the carrier stands in its outcome and does not stop the others.
    """
    permission_require(actor, SHIP)
    network_require_no_transaction()
    outcomes: list[LabelOutcome] = []
    for order in orders:
        try:
            labels = run_whole(partial(_labels_request, order, actor))
        except CefnError as error:
            outcomes.append(LabelOutcome(shipment_id=order.shipment_id, error=error))
            continue
        outcomes.extend(_label_settle(label, actor) for label in labels)
    return outcomes


def labels_settle(*, actor: Actor, older_than: timedelta = CLAIM) -> list[LabelOutcome]:
    """Find out what became of purchases without an outcome, and finish them: for a job, every few minutes."""
    permission_require(actor, SHIP)
    network_require_no_transaction()
    before = clock.now() - older_than
    open_labels = (
        Label.objects.select_related("account", "shipment__warehouse", "shipment__order", "package")
        .filter(Q(called_at=None) | Q(called_at__lte=before), company_id=actor.company_id)
        .filter(status=LabelStatus.REQUESTED, requested_at__lte=before)
        .order_by("id")[:500]
    )
    return [_label_settle(label, actor) for label in open_labels]


def _labels_request(order: LabelOrder, actor: Actor) -> list[Label]:
    """Write down what shall be bought and return the live label of each parcel, new or not."""
    shipment = shipments_load(shipment_ids=[order.shipment_id], actor=actor).get(order.shipment_id)
    if shipment is None:
        raise NotFound(thing="shipment", name=order.shipment_id)
    if shipment.status not in LABELLED:
        raise LabelNotPossible(document=shipment.number, reason=str(shipment.get_status_display()))
    service = service_find(name=order.service or shipment.carrier_service, actor=actor)
    packages = packages_load(shipment_ids=[shipment.id])[shipment.id]
    past = list(
        Label.objects.select_related("account", "shipment__warehouse", "shipment__order", "package")
        .filter(shipment=shipment)
        .order_by("id")
    )
    labels = []
    for package, parcel in parcels_of(shipment, packages):
        package_id = package.id if package else None
        rounds = [label for label in past if label.package_id == package_id]
        live = next((label for label in rounds if label.status in LIVE), None)
        labels.append(live or _label_new(shipment, package_id, parcel, len(rounds) + 1, service, order, actor))
    return labels


def _label_new(
    shipment: Shipment,
    package_id: int | None,
    parcel: Parcel,
    turn: int,
    service: CarrierService,
    order: LabelOrder,
    actor: Actor,
) -> Label:
    """Write a request. The key follows from parcel and turn, so two processes that race here write the same one."""
    if parcel.weight_g <= 0:
        raise LabelNotPossible(document=shipment.number, reason=_("a parcel has no weight"))
    if service.weight_most_g is not None and parcel.weight_g > service.weight_most_g:
        raise LabelNotPossible(
            document=shipment.number,
            reason=_("%(weight)s g is over the %(most)s g of %(service)s")
            % {"weight": parcel.weight_g, "most": service.weight_most_g, "service": service},
        )
    key = f"cefn-{shipment.id}-{package_id or 0}-{turn}"
    Label.objects.bulk_create(
        [
            Label(
                company_id=actor.company_id, shipment=shipment, package_id=package_id, account_id=service.account_id,
                service_code=service.code, purchase_key=key, format=order.format, requested_by=actor.name,
                requested_at=clock.now(),
            )
        ],
        ignore_conflicts=True,
    )  # fmt: skip
    label: Label | None = (
        Label.objects.select_related("account", "shipment__warehouse", "shipment__order", "package")
        .filter(company_id=actor.company_id, purchase_key=key)
        .first()
    )
    if label is None:
        raise LabelNotPossible(document=shipment.number, reason=_("another label for this parcel is being bought"))
    return label


def _label_settle(label: Label, actor: Actor) -> LabelOutcome:
    """Carry one request to its outcome; a label that has one already is returned untouched."""
    if label.status != LabelStatus.REQUESTED:
        return LabelOutcome(shipment_id=label.shipment_id, label=label)
    if not run_whole(partial(_claim, label)):
        if label.status != LabelStatus.REQUESTED:
            label.refresh_from_db()
            return LabelOutcome(shipment_id=label.shipment_id, label=label)
        error = LabelNotPossible(document=label.shipment.number, reason=_("another process is buying this label"))
        return LabelOutcome(shipment_id=label.shipment_id, label=label, error=error)
    try:
        bought = _purchase(account_connect(account=label.account), label)
    except CarrierRefused as refusal:
        run_whole(partial(_refusal_record, label, refusal, actor))
        return LabelOutcome(shipment_id=label.shipment_id, label=label, error=refusal)
    except CefnError as error:
        run_whole(partial(_silence_record, label, error))
        return LabelOutcome(shipment_id=label.shipment_id, label=label, error=error)
    file = FileDraft(
        name=f"label-{bought.tracking_number}.{bought.format}",
        media_type=MEDIA_TYPES[bought.format],
        content=bought.document,
        permission="shipping.view",
        subject=f"shipment:{label.shipment.number}",
    )
    run_whole(partial(_purchase_record, label, bought, file, actor))
    return LabelOutcome(shipment_id=label.shipment_id, label=label)


def _claim(label: Label) -> bool:
    """Take the right to call the carrier for this request; False when another process has it or has finished."""
    now = clock.now()
    free = Q(called_at=None) | Q(called_at__lte=now - CLAIM)
    taken = Label.objects.filter(free, id=label.id, status=LabelStatus.REQUESTED).update(
        called_at=now, attempts=F("attempts") + 1
    )
    label.refresh_from_db(fields=["status", "called_at", "attempts", "tracking_number"])
    return taken == 1


def _purchase(carrier: Carrier, label: Label) -> BoughtLabel:
    """Look for the purchase if it was tried before, then buy. One that was given back over there is a refusal."""
    request = _purchase_request(label)
    bought = carrier.find_label(label.purchase_key) if label.attempts > 1 else None
    if bought is None:
        bought = carrier.buy_label(request)
    if bought.is_voided:
        raise CarrierRefused(carrier=carrier.name, reason=_("this label was given back at the carrier"))
    return bought


def _purchase_request(label: Label) -> LabelRequest:
    shipment = label.shipment
    packages = packages_load(shipment_ids=[shipment.id])[shipment.id]
    parcels = {package.id if package else None: parcel for package, parcel in parcels_of(shipment, packages)}
    parcel = parcels.get(label.package_id)
    if parcel is None:
        raise LabelNotPossible(document=shipment.number, reason=_("the parcel was packed anew"))
    company = Company.objects.get(id=label.company_id)
    return LabelRequest(
        key=label.purchase_key,
        service_code=label.service_code,
        sender=sender_of(company, shipment.warehouse),
        receiver=receiver_of(shipment),
        parcel=parcel,
        sent_on=clock.local_date(label.requested_at, company.timezone),
        reference=f"{shipment.order.number} / {shipment.number}",
        format=LabelFormat(label.format),
    )


def _refusal_record(label: Label, refusal: CarrierRefused, actor: Actor) -> None:
    label.status, label.reason, label.called_at = LabelStatus.FAILED, refusal.message()[:REASON_CHARACTERS], None
    if _outcome_write(label, ["status", "reason", "called_at"]):
        _audit(label, "label refused", actor, {})


def _silence_record(label: Label, error: CefnError) -> None:
    """Give the claim back, so that the next try may look at once; whether anything was bought is not known."""
    label.reason, label.called_at = error.message()[:REASON_CHARACTERS], None
    _outcome_write(label, ["reason", "called_at"])


def _purchase_record(label: Label, bought: BoughtLabel, file: FileDraft, actor: Actor) -> None:
    label.status, label.reason, label.called_at = LabelStatus.BOUGHT, "", None
    label.tracking_number, label.carrier_reference = bought.tracking_number, bought.reference
    label.cost_minor, label.currency, label.bought_at = bought.cost_minor, bought.currency, clock.now()
    fields = ["status", "reason", "called_at", "tracking_number", "carrier_reference", "cost_minor", "currency"]
    if not _outcome_write(label, [*fields, "bought_at"]):
        return
    label.file = files_save(files=[file], actor=actor)[0]
    Label.objects.filter(id=label.id).update(file=label.file)
    data = {"service": label.service_code, "cost_minor": label.cost_minor, "currency": label.currency}
    _audit(label, "label bought", actor, data)
    bus.publish(LabelsBought(company_id=label.company_id, actor=actor, labels=(_tracking(label),)))


def _outcome_write(label: Label, fields: Sequence[str]) -> bool:
    """Write fields of a request that still has no outcome; False when another process was faster."""
    values = {field: getattr(label, field) for field in fields}
    return Label.objects.filter(id=label.id, status=LabelStatus.REQUESTED).update(**values) == 1


def _audit(label: Label, verb: str, actor: Actor, data: dict[str, object]) -> None:
    """Record on the order's timeline; the carrier's own words stay out, as they may quote an address."""
    shipment = label.shipment
    whole = {
        "shipment": shipment.number,
        "key": label.purchase_key,
        "tracking_number": label.tracking_number,
        **data,
    }
    audit_record(
        actor=actor, events=[AuditDraft(subject=f"sales-order:{shipment.order.number}", verb=verb, data=whole)]
    )


def _tracking(label: Label) -> LabelTracking:
    return LabelTracking(
        label_id=label.id,
        shipment_id=label.shipment_id,
        package_id=label.package_id,
        tracking_number=label.tracking_number,
    )


def labels_void(*, label_ids: Sequence[int], actor: Actor) -> list[LabelOutcome]:
    """Give bought labels back to their carriers. One outcome a label; one that was given back already is fine.

    Must not be called inside a transaction. A label on a manifest is refused: the parcel has been handed over.
    """
    permission_require(actor, SHIP)
    network_require_no_transaction()
    rows = access_labels(actor).select_related("account", "shipment__order").filter(id__in=list(label_ids))
    found = {label.id: label for label in rows}
    return [_label_void(found.get(label_id), label_id, actor) for label_id in label_ids]


def _label_void(label: Label | None, label_id: int, actor: Actor) -> LabelOutcome:
    if label is None:
        return LabelOutcome(shipment_id=0, error=NotFound(thing="label", name=label_id))
    if label.status == LabelStatus.VOIDED:
        return LabelOutcome(shipment_id=label.shipment_id, label=label)
    error: CefnError
    if label.status != LabelStatus.BOUGHT or label.manifest_id is not None:
        reason = _("it was handed over") if label.manifest_id else str(label.get_status_display())
        error = LabelNotPossible(document=str(label), reason=reason)
        return LabelOutcome(shipment_id=label.shipment_id, label=label, error=error)
    try:
        account_connect(account=label.account).void_label(label.tracking_number)
    except CarrierError as trouble:
        return LabelOutcome(shipment_id=label.shipment_id, label=label, error=trouble)
    run_whole(partial(_void_record, label, actor))
    return LabelOutcome(shipment_id=label.shipment_id, label=label)


def _void_record(label: Label, actor: Actor) -> None:
    label.status, label.voided_at = LabelStatus.VOIDED, clock.now()
    written = Label.objects.filter(id=label.id, status=LabelStatus.BOUGHT).update(
        status=label.status, voided_at=label.voided_at
    )
    if written:
        _audit(label, "label given back", actor, {"cost_minor": label.cost_minor, "currency": label.currency})
        bus.publish(LabelsVoided(company_id=label.company_id, actor=actor, labels=(_tracking(label),)))
