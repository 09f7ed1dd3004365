"""What never changes about locations: their warehouse, kind and whether stock in them may be sold."""

from collections.abc import Iterable
from dataclasses import dataclass

from cefn.inventory.errors import LocationUnknown
from cefn.inventory.models import Location, LocationKind
from cefn.kernel.memo import Memo


@dataclass(frozen=True, slots=True)
class Place:
    """A location as the ledger sees it; `warehouse_id` is None for the virtual ones."""

    id: int
    company_id: int
    code: str
    kind: str
    warehouse_id: int | None
    is_sellable: bool
    is_negative_allowed: bool


FIELDS = ("id", "company_id", "code", "kind", "warehouse_id", "is_sellable", "is_negative_allowed")


def _load_place(location_id: int) -> Place | None:
    row = Location.objects.filter(id=location_id).values_list(*FIELDS).first()
    return Place(*row) if row else None


def _load_virtual(key: tuple[int, str]) -> int | None:
    company_id, kind = key
    return (
        Location.objects.filter(company_id=company_id, kind=kind, warehouse=None).values_list("id", flat=True).first()
    )


def _load_fixed(key: tuple[int, str]) -> int | None:
    warehouse_id, kind = key
    return (
        Location.objects.filter(warehouse_id=warehouse_id, kind=kind)
        .order_by("sequence", "id")
        .values_list("id", flat=True)
        .first()
    )


_places = Memo(_load_place)
_virtual = Memo(_load_virtual)
_fixed = Memo(_load_fixed)


def places_get(location_ids: Iterable[int]) -> dict[int, Place]:
    """Return the facts of locations by id. Raises LocationUnknown."""
    found: dict[int, Place] = {}
    for location_id in location_ids:
        place = _places.get(location_id)
        if place is None:
            raise LocationUnknown(name=location_id)
        found[location_id] = place
    return found


def virtual_place(company_id: int, kind: LocationKind) -> int:
    """Return the id of the company's virtual location of a kind (supplier, customer, loss, production, transit)."""
    location_id = _virtual.get((company_id, str(kind)))
    if location_id is None:
        raise LocationUnknown(name=kind)
    return location_id


def warehouse_place(warehouse_id: int, kind: LocationKind) -> int:
    """Return the id of the first location of a kind in a warehouse, e.g. its packing bench. Raises LocationUnknown."""
    location_id = _fixed.get((warehouse_id, str(kind)))
    if location_id is None:
        raise LocationUnknown(name=kind)
    return location_id
