"""Packing: each parcel, what it weighs and what is in it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from cefn.kernel import clock, sql
from cefn.kernel.ids import new_ids
from cefn.platform.actors import Actor
from cefn.platform.audit import AuditDraft, audit_record
from cefn.platform.numbering import numbers_take
from cefn.warehouse.errors import PackMismatch
from cefn.warehouse.models import Package
from cefn.warehouse.services.shipments import shipments_move


@dataclass(slots=True)
class ParcelDraft:
    """A parcel: weight in grams, size in millimetres, contents as (shipment line id, quantity).

    Without a weight the sum of its contents is taken; without contents everything picked goes in.
    """

    weight_g: int = 0
    length_mm: int = 0
    width_mm: int = 0
    height_mm: int = 0
    contents: Sequence[tuple[int, int]] = field(default_factory=list)


@dataclass(slots=True)
class PackDraft:
    """A shipment to pack; without parcels it goes in one."""

    shipment_id: int
    parcels: Sequence[ParcelDraft] = field(default_factory=list)


PACKAGE_COLUMNS = (
    "id", "company_id", "shipment_id", "number", "sscc", "weight_g", "length_mm", "width_mm", "height_mm",
    "tracking_number", "contents", "packed_at",
)  # fmt: skip


def shipments_pack(*, actor: Actor, packs: Sequence[PackDraft]) -> list[str]:
    """Pack picked shipments; return the parcels' numbers. Raises ShipmentBusy, PackMismatch."""
    if not packs:
        return []
    keys = [pack.shipment_id for pack in packs]
    table = sql.Rows("k bigint", [(key,) for key in sorted(set(keys))])
    picked: dict[int, dict[int, tuple[int, int]]] = defaultdict(dict)
    names: dict[int, tuple[str, str]] = {}
    for shipment, number, order, line, quantity, weight in sql.fetch(
        "SELECT s.id, s.number, o.number, l.id, l.picked, x.weight_g FROM warehouse_shipment AS s"
        " JOIN {v} ON s.id = v.k JOIN orders_salesorder AS o ON o.id = s.order_id"
        " JOIN warehouse_shipmentline AS l ON l.shipment_id = s.id JOIN catalog_variant AS x ON x.id = l.variant_id"
        " WHERE l.picked > 0",
        v=table,
    ):
        picked[shipment][line] = (quantity, weight)
        names[shipment] = (number, order)
    parcels = [
        (pack.shipment_id, parcel, contents)
        for pack in packs
        for parcel, contents in _contents(pack, picked[pack.shipment_id], names.get(pack.shipment_id, ("-", "-"))[0])
    ]
    now, company_id = clock.now(), actor.company_id
    numbers = numbers_take(company_id=company_id, series="package", count=len(parcels))
    rows: list[tuple[Any, ...]] = []
    weights: dict[int, int] = defaultdict(int)
    for key, number, (shipment, parcel, contents) in zip(new_ids(len(parcels)), numbers, parcels, strict=True):
        weight = parcel.weight_g or sum(picked[shipment][line][1] * n for line, n in contents)
        weights[shipment] += weight
        rows.append(
            (key, company_id, shipment, number, "", weight, parcel.length_mm, parcel.width_mm, parcel.height_mm, "",
             [[str(line), n] for line, n in contents], now)
        )  # fmt: skip
    sql.insert_rows(Package, PACKAGE_COLUMNS, rows)
    sql.run("UPDATE warehouse_shipmentline AS t SET packed = t.picked FROM {v} WHERE t.shipment_id = v.k", v=table)
    shipments_move(actor=actor, shipment_ids=keys, sources=("picked",), target="packed", weights_g=weights)
    audit_record(
        actor=actor,
        at=now,
        events=[
            AuditDraft(f"sales-order:{order}", "packed", {"shipment": number, "weight_g": weights[shipment]})
            for shipment, (number, order) in names.items()
        ],
    )
    return numbers


def _contents(
    pack: PackDraft, picked: dict[int, tuple[int, int]], number: str
) -> list[tuple[ParcelDraft, list[tuple[int, int]]]]:
    everything = [(line, quantity) for line, (quantity, _) in sorted(picked.items())]
    parcels = list(pack.parcels) or [ParcelDraft()]
    if len(parcels) == 1 and not parcels[0].contents:
        return [(parcels[0], everything)]
    packed: dict[int, int] = defaultdict(int)
    for parcel in parcels:
        for line, quantity in parcel.contents:
            packed[line] += quantity
    if dict(packed) != dict(everything):
        raise PackMismatch(number=number, packed=sum(packed.values()), picked=sum(n for _, n in everything))
    return [(parcel, list(parcel.contents)) for parcel in parcels]
