"""What a carrier tells us, carried to the shipments: tracking numbers come and go, parcels arrive."""

from cefn.shipping.events import LabelsBought, LabelsVoided, ShipmentsArrived
from cefn.warehouse.models import Shipment
from cefn.warehouse.services import ParcelNumber, parcels_track, shipments_deliver
from cefn.warehouse.states import ShipmentStatus


def tracking_note(event: LabelsBought) -> None:
    """Write the tracking numbers of bought labels on packages and shipments."""
    numbers = [ParcelNumber(one.shipment_id, one.package_id, one.tracking_number) for one in event.labels]
    parcels_track(actor=event.actor, numbers=numbers)


def tracking_drop(event: LabelsVoided) -> None:
    """Take the tracking numbers of labels that were given back off again."""
    parcels_track(
        actor=event.actor, numbers=[ParcelNumber(one.shipment_id, one.package_id, "") for one in event.labels]
    )


def arrivals_note(event: ShipmentsArrived) -> None:
    """Mark shipments as delivered; one that was never marked as shipped here waits for a person."""
    shipped = Shipment.objects.filter(id__in=list(event.at), status=ShipmentStatus.SHIPPED).order_by("id")
    for shipment_id in shipped.values_list("id", flat=True):
        shipments_deliver(actor=event.actor, shipment_ids=[shipment_id], delivered_at=event.at[shipment_id])
