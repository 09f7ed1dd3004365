"""Tracking numbers on packages and shipments, as carriers give and take them back."""

from collections.abc import Sequence
from typing import NamedTuple

from cefn.kernel import sql
from cefn.platform.actors import Actor


class ParcelNumber(NamedTuple):
    """A tracking number for a package of a shipment (None: for the shipment as a whole); empty: none any more."""

    shipment_id: int
    package_id: int | None
    tracking_number: str


def parcels_track(*, actor: Actor, numbers: Sequence[ParcelNumber]) -> None:
    """Write the tracking numbers of packages; a shipment shows that of its first package that has one."""
    if not numbers:
        return
    sql.run(
        "UPDATE warehouse_package AS t SET tracking_number = v.n FROM {v} WHERE t.id = v.k AND t.company_id = %s",
        [actor.company_id],
        v=sql.Rows("k bigint, n text", [(one.package_id, one.tracking_number) for one in numbers if one.package_id]),
    )
    whole = {one.shipment_id: one.tracking_number for one in numbers if not one.package_id}
    sql.run(
        "UPDATE warehouse_shipment AS t SET tracking_number = COALESCE((SELECT p.tracking_number FROM warehouse_package"
        " AS p WHERE p.shipment_id = t.id AND p.tracking_number <> '' ORDER BY p.id LIMIT 1), v.n)"
        " FROM {v} WHERE t.id = v.k AND t.company_id = %s",
        [actor.company_id],
        v=sql.Rows("k bigint, n text", [(key, whole.get(key, "")) for key in sorted({one[0] for one in numbers})]),
    )
