"""From the tables to the papers of the warehouse; a few statements for any number of documents."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Prefetch

from cefn.catalog.models import Barcode, Variant
from cefn.inventory.models import Location, LocationKind
from cefn.kernel import clock
from cefn.kernel.errors import NotFound
from cefn.platform.actors import Actor
from cefn.platform.models import Company
from cefn.platform.papers.senders import letterhead_of, postal_lines
from cefn.warehouse.models import PickTask, Shipment, ShipmentLine
from cefn.warehouse.papers.packing_slip import PackingSlipLine, PackingSlipPaper, packing_slips_pdf
from cefn.warehouse.papers.pick_list import PickListLine, PickListPaper, pick_lists_pdf
from cefn.warehouse.selectors import access_pick_batches, access_shipments
from cefn.warehouse.states import ShipmentStatus, TaskStatus

PACKED = (ShipmentStatus.PACKED, ShipmentStatus.SHIPPED, ShipmentStatus.DELIVERED)
SENT = (ShipmentStatus.SHIPPED, ShipmentStatus.DELIVERED)


def pick_lists_print(*, batch_ids: Sequence[int], actor: Actor, language: str = "") -> bytes:
    """Return one PDF with the lists of these batches, in this order; raises NotFound, also for what is not the actor's.

    `language` is the picker's; without it the company's.
    """
    return pick_lists_pdf(papers=pick_lists_read(batch_ids=batch_ids, actor=actor, language=language))


def pick_lists_read(*, batch_ids: Sequence[int], actor: Actor, language: str = "") -> list[PickListPaper]:
    """Return the papers of pick batches, what is still to pick in walking order."""
    company = Company.objects.get(id=actor.company_id)
    language = language or company.language
    rows = access_pick_batches(actor).filter(id__in=list(batch_ids)).select_related("warehouse", "assigned_to")
    batches = {batch.id: batch for batch in rows}
    _require_all(batch_ids, batches, "pick batch")
    tasks: dict[int, list[PickTask]] = defaultdict(list)
    for task in (
        PickTask.objects.filter(batch_id__in=batches)
        .exclude(status=TaskStatus.CANCELLED)
        .select_related("location", "lot", "variant__product__unit", "shipment_line__shipment__order")
        .order_by("batch_id", "sequence", "id")
    ):
        tasks[task.batch_id].append(task)
    zones = _zones({task.location_id for found in tasks.values() for task in found})
    codes = _barcodes({task.variant_id for found in tasks.values() for task in found})
    now, head = clock.now(), letterhead_of(company, language)
    return [
        PickListPaper(
            letterhead=head, number=batch.number, warehouse=batch.warehouse.name,
            lines=tuple(_pick_line(task, zones, codes, language) for task in tasks[batch.id]), made_at=now,
            zone=company.timezone, picker=batch.assigned_to.name if batch.assigned_to else "", language=language,
        )
        for batch in (batches[batch_id] for batch_id in batch_ids)
    ]  # fmt: skip


def _pick_line(task: PickTask, zones: dict[int, str], codes: dict[int, str], language: str) -> PickListLine:
    variant, shipment = task.variant, task.shipment_line.shipment
    return PickListLine(
        location=task.location.code,
        zone=zones.get(task.location_id, ""),
        sku=variant.sku,
        name=variant_name(variant, language),
        quantity=task.quantity,
        quantity_decimals=variant.quantity_decimals,
        unit=_unit(variant),
        barcode=codes.get(task.variant_id, ""),
        lot=task.lot.code if task.lot else "",
        expires_on=task.lot.expires_on if task.lot else None,
        order_number=shipment.order.number,
    )


def variant_name(variant: Variant, language: str) -> str:
    """Return what a variant is called: the product's name in the language, and what sets the variant apart."""
    product = variant.product
    name = product.name_cy if language.startswith("cy") and product.name_cy else product.name
    own = variant.name
    if not own or own == product.name:
        return name
    return own if own.startswith(product.name) and name == product.name else f"{name}, {own}"


def _unit(variant: Variant) -> str:
    """Return the unit's code for what is weighed or measured; pieces need none."""
    return variant.product.unit.code if variant.quantity_decimals else ""


def _zones(location_ids: Iterable[int]) -> dict[int, str]:
    """Return location id -> the name of the zone it lies in; a statement for each level of the tree."""
    parents: dict[int, tuple[int | None, str, str]] = {}
    todo = set(location_ids)
    while todo:
        rows = Location.objects.filter(id__in=todo).values_list("id", "parent_id", "kind", "name", "code")
        parents |= {key: (parent, kind, name or code) for key, parent, kind, name, code in rows}
        todo = {parent for parent, _kind, _name in parents.values() if parent is not None} - parents.keys()
    zones = {}
    for start in parents:
        at: int | None = start
        while at is not None and parents[at][1] != LocationKind.ZONE:
            at = parents[at][0]
        if at is not None:
            zones[start] = parents[at][2]
    return zones


def _barcodes(variant_ids: Iterable[int]) -> dict[int, str]:
    """Return variant id -> its first barcode."""
    rows = Barcode.objects.filter(variant_id__in=set(variant_ids)).order_by("-id").values_list("variant_id", "code")
    return dict(rows)


def packing_slips_print(*, shipment_ids: Sequence[int], actor: Actor) -> bytes:
    """Return one PDF with the slips of these shipments, in this order; raises NotFound, also for what is not theirs."""
    return packing_slips_pdf(papers=packing_slips_read(shipment_ids=shipment_ids, actor=actor))


def packing_slips_read(*, shipment_ids: Sequence[int], actor: Actor) -> list[PackingSlipPaper]:
    """Return a slip for each parcel of the shipments, in the customer's language; one where nothing is packed yet."""
    company = Company.objects.get(id=actor.company_id)
    lines = ShipmentLine.objects.select_related("variant__product__unit", "order_line").order_by("position")
    rows = (
        access_shipments(actor)
        .filter(id__in=list(shipment_ids))
        .select_related("order__customer")
        .prefetch_related(Prefetch("lines", queryset=lines), "packages")
    )
    shipments = {shipment.id: shipment for shipment in rows}
    _require_all(shipment_ids, shipments, "shipment")
    return [slip for shipment_id in shipment_ids for slip in _slips(shipments[shipment_id], company)]


def _slips(shipment: Shipment, company: Company) -> list[PackingSlipPaper]:
    customer = shipment.order.customer
    language = customer.language if customer else company.language
    whole = {line.id: line.packed if shipment.status in PACKED else line.quantity for line in shipment.lines.all()}
    packages = sorted(shipment.packages.all(), key=lambda package: package.id)
    parcels = [
        ({int(line_id): int(quantity) for line_id, quantity in package.contents} or whole, package.weight_g,
         package.tracking_number)
        for package in packages
    ] or [(whole, shipment.weight_g, "")]  # fmt: skip
    facts: dict[str, Any] = {
        "letterhead": letterhead_of(company, language),
        "number": shipment.number,
        "order_number": shipment.order.number,
        "ship_to": postal_lines(shipment.ship_to, company.country, language),
        "ordered_on": clock.local_date(shipment.order.placed_at, company.timezone),
        "shipped_on": clock.local_date(shipment.shipped_at, company.timezone) if shipment.shipped_at else None,
        "customer_reference": shipment.order.external_id,
        "carrier": shipment.carrier_service,
        "language": language,
    }
    return [
        PackingSlipPaper(
            **facts, lines=_slip_lines(shipment, contents, whole, language), weight_g=weight_g,
            tracking_number=tracking or (shipment.tracking_number if turn == 1 else ""), package_number=turn,
            package_count=len(parcels),
        )
        for turn, (contents, weight_g, tracking) in enumerate(parcels, start=1)
    ]  # fmt: skip


def _slip_lines(
    shipment: Shipment, contents: dict[int, int], whole: dict[int, int], language: str
) -> tuple[PackingSlipLine, ...]:
    """Return the lines of one parcel. What other shipments sent or this one holds is not to follow, nor is what was
    cancelled."""
    found = []
    for line in shipment.lines.all():
        if not contents.get(line.id):
            continue
        ordered = line.order_line.quantity - line.order_line.cancelled
        gone = line.order_line.shipped + (0 if shipment.status in SENT else whole[line.id])
        found.append(
            PackingSlipLine(
                sku=line.variant.sku,
                name=line.order_line.description or variant_name(line.variant, language),
                quantity=contents[line.id],
                ordered=ordered,
                to_follow=max(0, ordered - gone),
                quantity_decimals=line.variant.quantity_decimals,
                unit=_unit(line.variant),
            )
        )
    return tuple(found)


def _require_all(wanted: Sequence[int], found: dict[int, Any], thing: str) -> None:
    missing = [key for key in wanted if key not in found]
    if missing:
        raise NotFound(thing=thing, name=missing[0])
