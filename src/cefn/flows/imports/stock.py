"""Stock counts from files: what lies where, booked as the difference from what the ledger says."""

from collections import defaultdict
from dataclasses import dataclass, field

from cefn.catalog.models import Variant
from cefn.catalog.skus import sku_key
from cefn.channels.models import ImportedDocument
from cefn.channels.records import Parsed, StockRecord
from cefn.channels.states import RowAction
from cefn.channels.tables.faults import BELOW_ALLOCATED, CHOICE_WRONG, NOT_STOCKED, UNKNOWN_SKU, UNKNOWN_WAREHOUSE
from cefn.flows.imports.planning import Batch, Made, Plan, chunks, start_plan
from cefn.inventory.models import (
    Adjustment,
    AdjustmentReason,
    Location,
    LocationKind,
    StockLevel,
    StockMove,
    StockQuant,
    Warehouse,
)
from cefn.inventory.services import AdjustmentDraft, AdjustmentLineDraft, adjustments_reverse, stock_adjust
from cefn.platform.actors import Actor

OPENING = "opening"
DEFAULT_REASON = "import"


@dataclass(slots=True)
class Place:
    """A warehouse as a file names it, with its bins and where found stock goes."""

    warehouse: Warehouse
    bins: dict[str, Location] = field(default_factory=dict)
    first_id: int = 0


@dataclass(slots=True)
class Target:
    """The differences to book: (location id, quantity), and whether it is the variant's first stock."""

    warehouse_id: int
    variant_id: int
    differences: list[tuple[int, int]]
    is_opening: bool
    unit_cost_micro: int | None


class Stock:
    """Plans and writes stock counts."""

    def plan(self, batch: Batch, items: list[Parsed]) -> list[Plan]:
        """Return the plans of some counts."""
        plans = [start_plan(item) for item in items]
        company_id = batch.actor.company_id
        places = _places(batch.actor)
        keys = {sku_key(p.parsed.record.sku) for p in plans if isinstance(p.parsed.record, StockRecord)}
        variants = _variants(company_id, keys)
        ids = [variant.id for variant in variants.values()]
        quants = _quants(company_id, ids)
        allocated = {
            (variant, warehouse): count
            for variant, warehouse, count in StockLevel.objects.filter(
                company_id=company_id, variant_id__in=ids
            ).values_list("variant_id", "warehouse_id", "allocated")
        }
        moved = _moved(company_id, ids)
        for plan in plans:
            record = plan.parsed.record
            if plan.action is RowAction.NEW and isinstance(record, StockRecord):
                place = _place(plan, record, batch, places)
                variant = variants.get(sku_key(record.sku))
                if variant is None:
                    plan.refuse(UNKNOWN_SKU, column="SKU", value=record.sku, sku=record.sku)
                elif not variant.is_stocked:
                    plan.refuse(NOT_STOCKED, column="SKU", value=record.sku, sku=variant.sku)
                elif place is not None:
                    promised = allocated.get((variant.id, place.warehouse.id), 0)
                    _compare(plan, record, place, variant, quants, promised, variant.id not in moved)
        return plans

    def write(self, batch: Batch, plans: list[Plan]) -> list[Made]:
        """Book one adjustment for each warehouse and reason."""
        known = set(AdjustmentReason.objects.filter(company_id=batch.actor.company_id).values_list("code", flat=True))
        chosen = str(batch.options.get("reason") or DEFAULT_REASON)
        drafts: dict[tuple[int, str], list[AdjustmentLineDraft]] = defaultdict(list)
        for plan in plans:
            target = plan.target
            if plan.action not in {RowAction.NEW, RowAction.CHANGED} or target is None:
                continue
            reason = OPENING if target.is_opening and OPENING in known else chosen
            drafts[(target.warehouse_id, reason)].extend(
                AdjustmentLineDraft(
                    target.variant_id, location, quantity, target.unit_cost_micro if quantity > 0 else None
                )
                for location, quantity in target.differences
            )
        numbers = stock_adjust(
            actor=batch.actor,
            adjustments=[
                AdjustmentDraft(warehouse_id=warehouse, reason=reason, lines=lines, note=batch.run.number)
                for (warehouse, reason), lines in drafts.items()
            ],
        )
        rows = Adjustment.objects.filter(company_id=batch.actor.company_id, number__in=numbers).values_list(
            "id", "number"
        )
        return [Made("adjustment", key, number) for key, number in rows]


def _places(actor: Actor) -> dict[str, Place]:
    warehouses = Warehouse.objects.filter(company_id=actor.company_id, is_active=True).order_by("priority", "id")
    if actor.warehouse_codes:
        warehouses = warehouses.filter(code__in=sorted(actor.warehouse_codes))
    places = {warehouse.id: Place(warehouse) for warehouse in warehouses}
    locations = Location.objects.filter(warehouse_id__in=places, is_active=True).order_by("sequence", "id")
    for location in locations:
        place = places[location.warehouse_id]
        place.bins[location.code.casefold()] = location
        if not place.first_id and location.kind == LocationKind.BIN:
            place.first_id = location.id
    named: dict[str, Place] = {}
    for place in places.values():
        named.setdefault(place.warehouse.name.casefold(), place)
    for place in places.values():
        named[place.warehouse.code.casefold()] = place
    return named


def _place(plan: Plan, record: StockRecord, batch: Batch, places: dict[str, Place]) -> Place | None:
    single = {id(place): place for place in places.values()}
    if not record.warehouse and len(single) == 1:
        place: Place | None = next(iter(single.values()))
    else:
        place = places.get(record.warehouse.casefold())
    if place is None or not place.first_id:
        present = ", ".join(sorted({place.warehouse.name for place in places.values()}))
        plan.refuse(UNKNOWN_WAREHOUSE, value=record.warehouse, name=record.warehouse or "-", present=present)
        return None
    if record.location and record.location.casefold() not in place.bins:
        present = ", ".join(location.code for location in list(place.bins.values())[:20])
        plan.refuse(CHOICE_WRONG, value=record.location, allowed=present)
        return None
    return place


def _variants(company_id: int, keys: set[str]) -> dict[str, Variant]:
    found = {}
    for part in chunks(sorted(keys), 500):
        for variant in Variant.objects.filter(company_id=company_id, sku_key__in=part):
            found[variant.sku_key] = variant
    return found


def _quants(company_id: int, ids: list[int]) -> dict[tuple[int, int], list[tuple[int, int, int]]]:
    """Return (variant, warehouse) -> [(location, on hand, being picked)] of available stock without a lot."""
    found: dict[tuple[int, int], list[tuple[int, int, int]]] = defaultdict(list)
    rows = StockQuant.objects.filter(
        company_id=company_id, variant_id__in=ids, status="available", owner="", lot_key=0,
        location__warehouse__isnull=False,
    )  # fmt: skip
    for variant, warehouse, location, on_hand, picking in rows.order_by("-on_hand", "id").values_list(
        "variant_id", "location__warehouse_id", "location_id", "on_hand", "picking"
    ):
        found[(variant, warehouse)].append((location, on_hand, picking))
    return found


def _moved(company_id: int, ids: list[int]) -> set[int]:
    rows = StockMove.objects.filter(company_id=company_id, variant_id__in=ids)
    return set(rows.values_list("variant_id", flat=True).distinct())


def _compare(
    plan: Plan,
    record: StockRecord,
    place: Place,
    variant: Variant,
    quants: dict[tuple[int, int], list[tuple[int, int, int]]],
    promised: int,
    is_first: bool,
) -> None:
    held = quants.get((variant.id, place.warehouse.id), [])
    total = sum(on_hand for _location, on_hand, _picking in held)
    if record.location:
        location = place.bins[record.location.casefold()].id
        before = next((on_hand for at, on_hand, _picking in held if at == location), 0)
        differences = [(location, record.quantity - before)]
    else:
        before = total
        differences = _spread(record.quantity - before, held, place)
    change = record.quantity - before
    if change == 0:
        plan.action = RowAction.SAME
        return
    if total + change < promised:
        plan.refuse(
            BELOW_ALLOCATED, value=str(record.quantity), sku=variant.sku, allocated=promised, wanted=total + change
        )
        return
    plan.diff = {"on hand": [before, record.quantity]}
    plan.action = RowAction.NEW if is_first else RowAction.CHANGED
    plan.target = Target(place.warehouse.id, variant.id, differences, is_first, record.unit_cost_micro)


def _spread(change: int, held: list[tuple[int, int, int]], place: Place) -> list[tuple[int, int]]:
    """Return where a difference goes: found units to the fullest bin, lost ones from the fullest bins first."""
    if change >= 0:
        return [(held[0][0] if held else place.first_id, change)]
    parts, left = [], -change
    for location, on_hand, picking in held:
        taken = min(left, max(0, on_hand - picking))
        if taken:
            parts.append((location, -taken))
            left -= taken
    if left and held:
        parts.append((held[0][0], -left))
    return parts


def stock_blockers(company_id: int, documents: list[ImportedDocument]) -> list[str]:
    """Return what hinders an undo: adjustments already reversed, stock that was promised or used up since."""
    ids = [document.document_id for document in documents]
    rows = Adjustment.objects.filter(company_id=company_id, id__in=ids)
    found = {row.number for row in rows.filter(reversed_by__isnull=False)}
    added: dict[tuple[int, int], int] = defaultdict(int)
    free: dict[tuple[int, int], int] = {}
    for warehouse, variant, quantity in rows.values_list("warehouse_id", "lines__variant_id", "lines__quantity"):
        added[(variant, warehouse)] += quantity
    for part in chunks(sorted({variant for variant, _warehouse in added}), 500):
        for variant, warehouse, on_hand, allocated in StockLevel.objects.filter(
            company_id=company_id, variant_id__in=part
        ).values_list("variant_id", "warehouse_id", "on_hand", "allocated"):
            free[(variant, warehouse)] = on_hand - allocated
    short = [key for key, quantity in added.items() if quantity > 0 and free.get(key, 0) < quantity]
    skus = Variant.objects.filter(id__in=[variant for variant, _warehouse in short[:50]]).values_list("sku", flat=True)
    return sorted(found | {f"stock:{sku}" for sku in skus})


def stock_undo(actor: Actor, documents: list[ImportedDocument], reason: str) -> None:
    """Reverse the adjustments."""
    adjustments_reverse(actor=actor, adjustment_ids=[document.document_id for document in documents], reason=reason)
