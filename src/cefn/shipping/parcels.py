"""Shipments and packages as carriers want to see them."""

from collections.abc import Mapping
from typing import Any

from django.db import connection

from cefn.inventory.models import Warehouse
from cefn.platform.actors import Actor
from cefn.platform.models import Company
from cefn.shipping.carriers.base import CarrierAddress, Parcel
from cefn.shipping.errors import NetworkInTransaction
from cefn.warehouse.models import Package, Shipment
from cefn.warehouse.selectors import access_shipments

ADDRESS_FIELDS = ("name", "company_name", "line1", "line2", "city", "region", "postcode", "country", "phone", "email")


def network_require_no_transaction() -> None:
    """Raise NetworkInTransaction when a transaction is open: an outside call would hold its locks."""
    if connection.in_atomic_block:
        raise NetworkInTransaction


def receiver_of(shipment: Shipment) -> CarrierAddress:
    """Return a shipment's delivery address; what the copy lacks is empty and the carrier will say so."""
    copy: Mapping[str, Any] = shipment.ship_to
    return CarrierAddress(**{field: str(copy.get(field) or "") for field in ADDRESS_FIELDS})


def sender_of(company: Company, warehouse: Warehouse) -> CarrierAddress:
    """Return the warehouse's address under the company's name; the company's own where the warehouse has none."""
    if warehouse.address_lines:
        lines, postcode, country = list(warehouse.address_lines), warehouse.postcode, warehouse.country
    else:
        lines, postcode, country = list(company.address_lines), company.postcode, company.country
    line1, *rest = lines or [""]
    city = rest.pop() if rest else ""
    return CarrierAddress(
        name=company.name,
        line1=line1,
        line2=", ".join(rest),
        city=city,
        postcode=postcode,
        country=country,
        phone=company.phone,
        email=company.email,
    )


def parcels_of(shipment: Shipment, packages: list[Package]) -> list[tuple[Package | None, Parcel]]:
    """Return a parcel for each package, or one for the whole shipment when it has none."""
    if not packages:
        return [(None, Parcel(weight_g=shipment.weight_g))]
    return [
        (
            package,
            Parcel(
                weight_g=package.weight_g or (shipment.weight_g if len(packages) == 1 else 0),
                length_mm=package.length_mm,
                width_mm=package.width_mm,
                height_mm=package.height_mm,
                sscc=package.sscc,
                number=turn,
                count=len(packages),
            ),
        )
        for turn, package in enumerate(packages, start=1)
    ]


def shipments_load(*, shipment_ids: list[int], actor: Actor) -> dict[int, Shipment]:
    """Return shipment id -> shipment with its warehouse and order, as far as the actor may see it."""
    rows = access_shipments(actor).select_related("warehouse", "order").filter(id__in=shipment_ids)
    return {shipment.id: shipment for shipment in rows}


def packages_load(*, shipment_ids: list[int]) -> dict[int, list[Package]]:
    """Return shipment id -> its packages by number; each shipment asked for is there."""
    found: dict[int, list[Package]] = {shipment_id: [] for shipment_id in shipment_ids}
    for package in Package.objects.filter(shipment_id__in=shipment_ids).order_by("id"):
        found[package.shipment_id].append(package)
    return found
