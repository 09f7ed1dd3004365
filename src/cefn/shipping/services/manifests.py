"""The end of the day: which parcels a carrier takes over from a warehouse.

As with labels, the manifest is written down first, with its parcels; then the carrier is told; then the outcome is
recorded. A manifest whose outcome is not known is taken up again, with the same parcels, before another is begun.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from cefn.kernel import clock
from cefn.kernel.bus import bus
from cefn.kernel.errors import CefnError, NotFound
from cefn.kernel.transactions import run_whole
from cefn.platform.actors import Actor
from cefn.platform.audit import AuditDraft, audit_record
from cefn.platform.files import FileDraft, files_save
from cefn.platform.models import Company
from cefn.platform.numbering import numbers_take
from cefn.platform.permissions import permission_require
from cefn.shipping.carriers.base import ClosedManifest
from cefn.shipping.errors import CarrierRefused, NothingToManifest
from cefn.shipping.events import ManifestsClosed
from cefn.shipping.models import CarrierAccount, Label, Manifest
from cefn.shipping.parcels import network_require_no_transaction
from cefn.shipping.services.accounts import account_connect
from cefn.shipping.states import LabelStatus, ManifestStatus
from cefn.warehouse.states import ShipmentStatus

REASON_CHARACTERS = 255
HANDED_OVER = (ShipmentStatus.PACKED, ShipmentStatus.SHIPPED)


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestOrder:
    """Close the day of an account at a warehouse."""

    account_id: int
    warehouse_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestOutcome:
    """The manifest, closed or not, and the error that stood in the way."""

    manifest: Manifest | None = None
    error: CefnError | None = None


def manifests_close(*, orders: Sequence[ManifestOrder], actor: Actor) -> list[ManifestOutcome]:
    """Hand over all parcels that are packed or shipped and on no manifest. One outcome an order, in order.

    Must not be called inside a transaction. The error of one does not stop the others.
    """
    permission_require(actor, "shipping.ship")
    network_require_no_transaction()
    outcomes = []
    for order in orders:
        try:
            manifest = run_whole(partial(_manifest_request, order, actor))
        except CefnError as error:
            outcomes.append(ManifestOutcome(error=error))
            continue
        outcomes.append(_manifest_settle(manifest, actor))
    return outcomes


def _manifest_request(order: ManifestOrder, actor: Actor) -> Manifest:
    """Write the manifest with its parcels, or return the one whose outcome is not known yet."""
    accounts = CarrierAccount.objects.select_for_update().filter(company_id=actor.company_id)
    account = accounts.filter(id=order.account_id).first()
    if account is None:
        raise NotFound(thing="carrier account", name=order.account_id)
    open_manifest: Manifest | None = (
        Manifest.objects.select_related("account")
        .filter(account=account, warehouse_id=order.warehouse_id, status=ManifestStatus.REQUESTED)
        .first()
    )
    if open_manifest is not None:
        return open_manifest
    labels = Label.objects.filter(
        company_id=actor.company_id,
        account=account,
        status=LabelStatus.BOUGHT,
        manifest=None,
        shipment__warehouse_id=order.warehouse_id,
        shipment__status__in=HANDED_OVER,
    )
    if actor.warehouse_codes:
        labels = labels.filter(shipment__warehouse__code__in=sorted(actor.warehouse_codes))
    label_ids = list(labels.order_by("id").values_list("id", flat=True))
    if not label_ids:
        raise NothingToManifest(account=account.name)
    now = clock.now()
    manifest = Manifest(
        company_id=actor.company_id,
        account=account,
        warehouse_id=order.warehouse_id,
        day_on=clock.local_date(now, Company.objects.get(id=actor.company_id).timezone),
        label_count=len(label_ids),
        requested_at=now,
        number=numbers_take(company_id=actor.company_id, series="manifest", count=1)[0],
    )
    manifest.save(force_insert=True)
    Label.objects.filter(id__in=label_ids).update(manifest=manifest)
    return manifest


def _manifest_settle(manifest: Manifest, actor: Actor) -> ManifestOutcome:
    numbers = list(manifest.labels.order_by("id").values_list("tracking_number", flat=True))
    try:
        carrier = account_connect(account=manifest.account)
        closed = carrier.manifest(f"cefn-manifest-{manifest.id}", numbers, manifest.day_on)
    except CarrierRefused as refusal:
        run_whole(partial(_refusal_record, manifest, refusal, actor))
        return ManifestOutcome(manifest=manifest, error=refusal)
    except CefnError as error:
        reason = error.message()[:REASON_CHARACTERS]
        manifest.reason = reason
        run_whole(lambda: Manifest.objects.filter(id=manifest.id).update(reason=reason))
        return ManifestOutcome(manifest=manifest, error=error)
    run_whole(partial(_closing_record, manifest, closed, actor))
    return ManifestOutcome(manifest=manifest)


def _refusal_record(manifest: Manifest, refusal: CarrierRefused, actor: Actor) -> None:
    """Record the refusal and free the parcels, so that a corrected manifest can take them."""
    manifest.status, manifest.reason = ManifestStatus.FAILED, refusal.message()[:REASON_CHARACTERS]
    written = Manifest.objects.filter(id=manifest.id, status=ManifestStatus.REQUESTED).update(
        status=manifest.status, reason=manifest.reason
    )
    if written:
        Label.objects.filter(manifest=manifest).update(manifest=None)
        _audit(manifest, "refused", actor)


def _closing_record(manifest: Manifest, closed: ClosedManifest, actor: Actor) -> None:
    manifest.status, manifest.carrier_reference = ManifestStatus.CLOSED, closed.reference
    manifest.closed_at, manifest.reason = clock.now(), ""
    if closed.document:
        file = FileDraft(
            name=f"{manifest.number}.pdf",
            media_type="application/pdf",
            content=closed.document,
            permission="shipping.view",
            subject=f"manifest:{manifest.number}",
        )
        manifest.file = files_save(files=[file], actor=actor)[0]
    written = Manifest.objects.filter(id=manifest.id, status=ManifestStatus.REQUESTED).update(
        status=manifest.status,
        carrier_reference=manifest.carrier_reference,
        closed_at=manifest.closed_at,
        reason="",
        file_id=manifest.file_id,
    )
    if written:
        _audit(manifest, "closed", actor)
        bus.publish(ManifestsClosed(company_id=manifest.company_id, actor=actor, manifest_ids=(manifest.id,)))


def _audit(manifest: Manifest, verb: str, actor: Actor) -> None:
    data = {"labels": manifest.label_count, "carrier_reference": manifest.carrier_reference}
    audit_record(actor=actor, events=[AuditDraft(subject=f"manifest:{manifest.number}", verb=verb, data=data)])
