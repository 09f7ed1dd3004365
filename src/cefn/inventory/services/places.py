"""Making warehouses and the places in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from cefn.inventory.models import SELLABLE_KINDS, VIRTUAL_KINDS, Location, LocationKind, Warehouse
from cefn.kernel import sql
from cefn.platform.actors import Actor

VIRTUAL_CODES = {kind: str(kind).upper() for kind in VIRTUAL_KINDS}


@dataclass(slots=True)
class WarehouseDraft:
    """A warehouse to make; `bins` are codes in walking order, e.g. A-01-01."""

    code: str
    name: str
    bins: Sequence[str] = ()
    postcode: str = ""
    country: str = "GB"
    latitude_micro: int | None = None
    longitude_micro: int | None = None
    priority: int = 10
    address_lines: Sequence[str] = ()


def virtual_locations_create(*, actor: Actor) -> None:
    """Give a company the places outside its shelves: supplier, customer, production, loss, transit."""
    Location.objects.bulk_create(
        [Location(company_id=actor.company_id, code=code, kind=kind) for kind, code in VIRTUAL_CODES.items()]
    )


def warehouses_create(*, actor: Actor, warehouses: Sequence[WarehouseDraft]) -> list[Warehouse]:
    """Make warehouses, each with a dock, a packing bench, a quarantine shelf and its bins; return them."""
    made = Warehouse.objects.bulk_create(
        [
            Warehouse(
                company_id=actor.company_id, code=d.code, name=d.name, postcode=d.postcode, country=d.country,
                latitude_micro=d.latitude_micro, longitude_micro=d.longitude_micro, priority=d.priority,
                address_lines=list(d.address_lines),
            )
            for d in warehouses
        ]
    )  # fmt: skip
    for warehouse, draft in zip(made, warehouses, strict=True):
        fixed = [("DOCK", LocationKind.DOCK), ("PACK", LocationKind.PACK), ("QUARANTINE", LocationKind.QUARANTINE)]
        locations_create(actor=actor, warehouse_id=warehouse.id, places=fixed)
        bins = list(draft.bins) or ["SHELF"]
        locations_create(actor=actor, warehouse_id=warehouse.id, places=[(code, LocationKind.BIN) for code in bins])
    return made


def locations_create(
    *, actor: Actor, warehouse_id: int, places: Sequence[tuple[str, LocationKind]], first_sequence: int = 1
) -> list[Location]:
    """Make locations (code, kind) in a warehouse, in walking order."""
    return Location.objects.bulk_create(
        [
            Location(
                company_id=actor.company_id, warehouse_id=warehouse_id, code=code, kind=kind,
                sequence=first_sequence + at, is_sellable=kind in SELLABLE_KINDS,
            )
            for at, (code, kind) in enumerate(places)
        ]
    )  # fmt: skip


class LocationSpot(NamedTuple):
    """Where a location is on the floor, in millimetres from the warehouse's corner."""

    location_id: int
    x_mm: int
    y_mm: int


def locations_place(*, actor: Actor, spots: Sequence[LocationSpot]) -> int:
    """Give locations of the actor's company their places on the floor; return how many there are."""
    if not spots:
        return 0
    return sql.run(
        "UPDATE inventory_location AS t SET x_mm = v.x, y_mm = v.y FROM {v} WHERE t.id = v.k AND t.company_id = %s",
        [actor.company_id],
        v=sql.Rows("k bigint, x bigint, y bigint", spots),
    )
