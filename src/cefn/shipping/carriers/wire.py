"""How the simulated carrier's answers become the port's data; shared by its in-process and HTTP adapters."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from cefn.shipping.carriers.base import (
    BoughtLabel,
    CarrierAddress,
    ClosedManifest,
    LabelFormat,
    LabelRequest,
    Rate,
    TrackingCode,
    TrackingUpdate,
)
from cefn.shipping.carriers.depot import TARIFFS
from cefn.shipping.labels.label import ShippingLabel
from cefn.shipping.labels.pdf import labels_pdf
from cefn.shipping.labels.zpl import labels_zpl

CARRIER_NAME = "Cludwyr Cymru"
"""The simulated carrier: "carriers of Wales"."""


def request_data(request: LabelRequest) -> dict[str, Any]:
    """Return a purchase as JSON data."""
    return asdict(request) | {"sent_on": request.sent_on.isoformat(), "format": str(request.format)}


def rate_from(data: Mapping[str, Any]) -> Rate:
    """Read an offer; KeyError or TypeError when it is not one."""
    return Rate(**data)


def label_from(data: Mapping[str, Any]) -> BoughtLabel:
    """Read a bought label and draw its document; KeyError, TypeError or ValueError when it is not one."""
    request = data["request"]
    return BoughtLabel(
        key=data["key"],
        tracking_number=data["tracking_number"],
        reference=data["reference"],
        service_code=request["service_code"],
        cost_minor=data["cost_minor"],
        currency=data["currency"],
        format=LabelFormat(request["format"]),
        document=_document(data),
        is_voided=data["is_voided"],
    )


def _document(data: Mapping[str, Any]) -> bytes:
    request = data["request"]
    sender, receiver = CarrierAddress(**request["sender"]), CarrierAddress(**request["receiver"])
    parcel = request["parcel"]
    label = ShippingLabel(
        carrier=CARRIER_NAME,
        service=TARIFFS[request["service_code"]].name,
        tracking_number=data["tracking_number"],
        sender=(*sender.lines(), sender.postcode),
        receiver=receiver.lines(),
        postcode=receiver.postcode,
        country=receiver.country,
        weight_g=parcel["weight_g"],
        reference=request["reference"],
        sscc=parcel["sscc"],
        routing=_routing(receiver),
        package_number=parcel["number"],
        package_count=parcel["count"],
        sent_on=date.fromisoformat(request["sent_on"]),
        note="Simulated carrier: this label carries no parcel.",
        language=request["language"],
    )
    return labels_zpl(labels=[label]) if request["format"] == LabelFormat.ZPL else labels_pdf(labels=[label])


def _routing(receiver: CarrierAddress) -> str:
    """Return the depot's sort code: the outward part of a home postcode, else the country."""
    return receiver.postcode.split(" ")[0].upper()[:6] if receiver.country == "GB" else receiver.country


def update_from(data: Mapping[str, Any]) -> TrackingUpdate:
    """Read a tracking event; KeyError or ValueError when it is not one."""
    return TrackingUpdate(
        event_id=data["event_id"],
        tracking_number=data["tracking_number"],
        code=TrackingCode(data["code"]),
        description=data["description"],
        place=data["place"],
        happened_at=datetime.fromisoformat(data["happened_at"]),
    )


def manifest_from(data: Mapping[str, Any]) -> ClosedManifest:
    """Read a closed manifest; KeyError when it is not one."""
    return ClosedManifest(
        key=data["key"], reference=data["reference"], tracking_numbers=tuple(data["tracking_numbers"])
    )
