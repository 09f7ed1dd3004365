"""What shipping tells the rest of the house."""

from dataclasses import dataclass
from datetime import datetime

from cefn.kernel.bus import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelTracking:
    """A tracking number for a shipment, and for one of its packages (None: for the whole shipment)."""

    label_id: int
    shipment_id: int
    package_id: int | None
    tracking_number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelsBought(Event):
    """Labels were bought and charged."""

    labels: tuple[LabelTracking, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelsVoided(Event):
    """Labels were given back; their tracking numbers no longer hold."""

    labels: tuple[LabelTracking, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestsClosed(Event):
    """A carrier has taken over parcels."""

    manifest_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentsArrived(Event):
    """All parcels of these shipments have been delivered; `at` maps a shipment to the moment of its last parcel."""

    at: dict[int, datetime]
