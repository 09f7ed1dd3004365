"""The warehouses of the demo shop: picking, packing, sending, and the small losses of every week."""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from cefn.flows.demo.shop import Shop
from cefn.inventory.models import StockLevel, StockQuant
from cefn.inventory.services import AdjustmentDraft, AdjustmentLineDraft, stock_adjust
from cefn.warehouse.models import PickTask, Shipment
from cefn.warehouse.services import PackDraft, picks_confirm, picks_release, shipments_pack, shipments_ship

LOSSES = (
    ("damaged", -1, "Broken in the aisle"), ("lost", -1, "Not in its bin"), ("theft", -2,
    "Security tag found, goods gone"),
    ("sample", -1, "Sample for a wholesale buyer"), ("found", 1, "Behind the rack"), ("damaged", -2,
    "Crushed by a pallet"),
)  # fmt: skip


@dataclass(slots=True)
class Floor:
    """The floor's work; `left` are shipments that somebody forgot."""

    shop: Shop
    dice: random.Random
    left: set[int] = field(default_factory=set)


def ready_shipments(floor: Floor) -> list[int]:
    """Return draft shipments that may be released: nothing holds them and nobody forgot them, oldest first."""
    rows = Shipment.objects.filter(company_id=floor.shop.machine.company_id, status="draft", order__is_on_hold=False)
    return [key for key in rows.order_by("id").values_list("id", flat=True) if key not in floor.left]


def wave_release(floor: Floor, shipment_ids: Sequence[int]) -> None:
    """Release shipments as pick batches."""
    picks_release(actor=floor.shop.staff["warehouse"], shipment_ids=shipment_ids)


def wave_pick(floor: Floor, shipment_ids: Sequence[int], *, shorts: int = 0, most: int | None = None) -> None:
    """Confirm the open picks of shipments, all or the first `most`.

    At `shorts` of them, in shipments of several lines, the bin holds one less than the computer thought.
    """
    rows = list(
        PickTask.objects.filter(shipment_line__shipment_id__in=shipment_ids, status="open")
        .order_by("batch_id", "sequence")
        .values_list("id", "quantity", "shipment_line__shipment_id")[:most]
    )
    lines = Counter(shipment for *_, shipment in rows)
    several = [key for key, _, shipment in rows if lines[shipment] > 1]
    short = set(floor.dice.sample(several, min(shorts, len(several))))
    picks_confirm(
        actor=floor.shop.staff["warehouse"],
        picks=[(key, quantity - 1 if key in short else quantity) for key, quantity, _ in rows],
    )


def wave_pack(floor: Floor, shipment_ids: Sequence[int]) -> list[int]:
    """Pack what is picked of these shipments; return those packed."""
    picked = list(
        Shipment.objects.filter(id__in=shipment_ids, status="picked").order_by("id").values_list("id", flat=True)
    )
    shipments_pack(actor=floor.shop.staff["warehouse"], packs=[PackDraft(key) for key in picked])
    return picked


def wave_ship(floor: Floor, shipment_ids: Sequence[int]) -> None:
    """Send packed shipments."""
    shipments_ship(actor=floor.shop.staff["warehouse"], shipment_ids=shipment_ids)


def stock_correct(floor: Floor, today: date) -> None:
    """Write off or find a thing or two, where a bin holds some that nobody was promised."""
    rows = StockQuant.objects.filter(
        company_id=floor.shop.machine.company_id, status="available", location__kind="bin", on_hand__gte=12, picking=0
    )
    quants = list(
        rows.order_by("variant_id", "location_id").values_list("variant_id", "location_id", "location__warehouse_id")
    )
    drafts = []
    for variant, place, building in floor.dice.sample(quants, min(floor.dice.randint(1, 3), len(quants))):
        reason, change, note = floor.dice.choice(LOSSES)
        if _is_free(variant, building, -change):
            drafts.append(
                AdjustmentDraft(
                    building, reason, [AdjustmentLineDraft(variant, place, change)], f"{note}, {today:%d.%m.}"
                )
            )
    stock_adjust(actor=floor.shop.staff["warehouse"], adjustments=drafts)


def _is_free(variant_id: int, warehouse_id: int, units: int) -> bool:
    level = StockLevel.objects.get(variant_id=variant_id, warehouse_id=warehouse_id)
    return bool(level.on_hand - level.allocated >= units)
