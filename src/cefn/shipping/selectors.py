"""Questions about carriers, labels and manifests; every row goes through an access function."""

from collections.abc import Sequence
from typing import BinaryIO

from django.db.models import QuerySet

from cefn.platform.access import access_one, access_rows
from cefn.platform.actors import Actor
from cefn.platform.files import content_open
from cefn.platform.papers.merge import pdfs_merge
from cefn.shipping.errors import LabelNotPossible, LabelsMixed, ServiceUnknown
from cefn.shipping.models import CarrierAccount, CarrierService, Label, Manifest, TrackingEvent
from cefn.shipping.states import LabelFormatChoice, LabelStatus

VIEW = "shipping.view"


def access_carrier_accounts(actor: Actor) -> QuerySet[CarrierAccount]:
    """Return the company's carrier accounts; their settings stay sealed."""
    return access_rows(actor, CarrierAccount.objects.order_by("code"), permission=VIEW)


def access_carrier_services(actor: Actor) -> QuerySet[CarrierService]:
    """Return the services of the company's accounts, in the order in which they are offered."""
    rows = CarrierService.objects.select_related("account").order_by("priority", "account__code", "code")
    return access_rows(actor, rows, permission=VIEW)


def access_labels(actor: Actor) -> QuerySet[Label]:
    """Return the labels of the warehouses and channels that the actor may see."""
    return access_rows(
        actor,
        Label.objects.select_related("shipment", "package", "account"),
        permission=VIEW,
        warehouse_code="shipment__warehouse__code",
        channel_code="shipment__order__channel",
    )


def access_manifests(actor: Actor) -> QuerySet[Manifest]:
    """Return the manifests of the warehouses that the actor may see, latest first."""
    rows = Manifest.objects.select_related("account", "warehouse").order_by("-day_on", "-id")
    return access_rows(actor, rows, permission=VIEW, warehouse_code="warehouse__code")


def labels_of_shipments(*, shipment_ids: Sequence[int], actor: Actor) -> dict[int, list[Label]]:
    """Return shipment id -> its labels, oldest first; shipments without labels are left out."""
    found: dict[int, list[Label]] = {}
    for label in access_labels(actor).filter(shipment_id__in=list(shipment_ids)).order_by("id"):
        found.setdefault(label.shipment_id, []).append(label)
    return found


def label_open(*, label_id: int, actor: Actor) -> tuple[Label, BinaryIO]:
    """Return a label and its opened document, PDF or ZPL. Raises NotFound, LabelNotPossible, FileDamaged."""
    rows = access_labels(actor).select_related("file")
    label = access_one(rows, thing="label", name=str(label_id), id=label_id)
    if label.file is None:
        raise LabelNotPossible(document=label.purchase_key, reason=str(label.get_status_display()))
    return label, content_open(label.file)


def labels_print(*, label_ids: Sequence[int], actor: Actor) -> tuple[str, bytes]:
    """Return (media type, document) with all these labels, in this order, for one print job.

    Only labels of one format go together; raises LabelsMixed otherwise, and what `label_open` raises.
    """
    documents, formats = [], set()
    for label_id in label_ids:
        label, content = label_open(label_id=label_id, actor=actor)
        with content:
            documents.append(content.read())
        formats.add(label.format)
    if len(formats) != 1:
        raise LabelsMixed(formats=", ".join(sorted(formats)) or "-")
    if formats == {LabelFormatChoice.ZPL}:
        return "application/x-zpl", b"".join(documents)
    return "application/pdf", pdfs_merge(documents, title=f"{len(documents)} labels")


def tracking_events(*, shipment_ids: Sequence[int], actor: Actor) -> list[TrackingEvent]:
    """Return what happened to the parcels of shipments, oldest first, given-back labels left out."""
    labels = access_labels(actor).filter(shipment_id__in=list(shipment_ids), status=LabelStatus.BOUGHT)
    rows = TrackingEvent.objects.filter(company_id=actor.company_id, label_id__in=labels.values("id"))
    return list(rows.select_related("label").order_by("happened_at", "id"))


def service_find(*, name: str, actor: Actor) -> CarrierService:
    """Return the active service that a text means: "account:service", a service code, or a name in any case.

    An empty text means the service with the lowest priority number. Raises ServiceUnknown.
    """
    wanted = name.strip().casefold()
    for service in access_carrier_services(actor).filter(is_active=True, account__is_active=True):
        full = f"{service.account.code}:{service.code}"
        if not wanted or wanted in {full.casefold(), service.code.casefold(), service.name.casefold()}:
            return service
    raise ServiceUnknown(service=name or "-")
