"""Stock: levels, what lies in which bin, movements, how a number is made, adjustments; and the warehouses it is in."""

from typing import Annotated, Any

from django.http import HttpRequest, JsonResponse
from ninja import Query, Router
from pydantic import Field

from cefn.api.door import actor_of
from cefn.api.paging import Page, Paging, page
from cefn.api.shapes import (
    PRICE_MOST_MICRO,
    Change,
    Flag,
    Id,
    IdIn,
    In,
    Moment,
    MomentIn,
    Out,
    ReasonIn,
    choice,
    fits,
)
from cefn.api.writing import once
from cefn.catalog.errors import SkuUnknown
from cefn.catalog.models import Variant
from cefn.catalog.skus import sku_key
from cefn.inventory.errors import LocationUnknown
from cefn.inventory.models import Adjustment, Location, MoveReason, StockLevel, StockStatus, Warehouse
from cefn.inventory.selectors import (
    access_adjustments,
    access_levels,
    access_locations,
    access_moves,
    access_quants,
    access_warehouses,
    level_explained,
)
from cefn.inventory.services import AdjustmentDraft, AdjustmentLineDraft, adjustments_reverse, stock_adjust
from cefn.platform.access import access_one
from cefn.platform.actors import Actor
from cefn.platform.permissions import permission_has

router = Router(tags=["stock"])

Sku = Annotated[str, Field(max_length=64, description="The SKU in any letter case.")]
Code = Annotated[str, Field(max_length=32)]


class WarehouseOut(Out):
    """A building that stock is sent from."""

    id: Id
    code: str
    name: str
    address_lines: list[str]
    postcode: str
    country: str
    priority: int
    is_active: bool


class LocationOut(Out):
    """A place for stock. Places outside the shelves (supplier, customer, loss) have no warehouse."""

    id: Id
    warehouse: str | None
    code: str
    kind: str
    sequence: int
    is_sellable: bool

    @staticmethod
    def resolve_warehouse(obj: Any) -> str | None:
        """Return the warehouse's code."""
        return obj.warehouse.code if obj.warehouse else None


class SkuOut(Out):
    """The base of rows about one variant."""

    variant_id: Id
    sku: str

    @staticmethod
    def resolve_sku(obj: Any) -> str:
        """Return the variant's SKU."""
        return str(obj.variant.sku)


class LevelOut(SkuOut):
    """What a warehouse has of a variant, has promised, and can still promise."""

    id: Id
    warehouse: str
    on_hand: int
    allocated: int
    available: int
    incoming: int

    @staticmethod
    def resolve_warehouse(obj: Any) -> str:
        """Return the warehouse's code."""
        return str(obj.warehouse.code)

    @staticmethod
    def resolve_available(obj: Any) -> int:
        """Return what can still be promised."""
        return int(obj.on_hand - obj.allocated)


class QuantOut(SkuOut):
    """How much of a variant lies at a place; `picking` of it is set aside for picks."""

    id: Id
    warehouse: str | None
    location: str
    lot: str | None
    status: Annotated[str, *choice(StockStatus)]
    on_hand: int
    picking: int

    @staticmethod
    def resolve_warehouse(obj: Any) -> str | None:
        """Return the warehouse's code."""
        return obj.location.warehouse.code if obj.location.warehouse else None

    @staticmethod
    def resolve_location(obj: Any) -> str:
        """Return the place's code."""
        return str(obj.location.code)

    @staticmethod
    def resolve_lot(obj: Any) -> str | None:
        """Return the lot's code."""
        return obj.lot.code if obj.lot else None


class PlaceOut(Out):
    """One end of a movement."""

    warehouse: str | None
    location: str
    kind: str

    @staticmethod
    def resolve_warehouse(obj: Any) -> str | None:
        """Return the warehouse's code."""
        return obj.warehouse.code if obj.warehouse else None

    @staticmethod
    def resolve_location(obj: Any) -> str:
        """Return the place's code."""
        return str(obj.code)


class MoveOut(SkuOut):
    """A quantity that went from one place to another; never changed, corrected by an opposite one."""

    id: Id
    quantity: int
    from_location: PlaceOut
    to_location: PlaceOut
    from_status: str
    to_status: str
    reason: Annotated[str, *choice(MoveReason)]
    source: str
    occurred_at: Moment
    recorded_at: Moment


class BinPart(Out):
    """What one bin adds to a level."""

    location: str
    lot: str | None
    on_hand: int

    @staticmethod
    def resolve_location(obj: Any) -> str:
        """Return the place's code."""
        return str(obj.location.code)

    @staticmethod
    def resolve_lot(obj: Any) -> str | None:
        """Return the lot's code."""
        return obj.lot.code if obj.lot else None


class MovedPart(Out):
    """What movements of one reason brought and took."""

    reason: str
    moved_in: int
    moved_out: int
    count: int


class PromisePart(Out):
    """An open promise: how much, and for which document."""

    id: Id
    source: str
    open_quantity: int
    created_at: Moment


class LevelExplainedOut(Out):
    """How a level is made: on hand is the sum of the bins and of what was moved; allocated that of the promises.

    `promises` are the newest; `promise_count` says how many there are.
    """

    level: LevelOut
    bins: list[BinPart]
    moved: list[MovedPart]
    promises: list[PromisePart]
    promise_count: int


class AdjustmentLineOut(SkuOut):
    """One variant of an adjustment: positive for found, negative for lost."""

    id: Id
    location: str
    quantity: int
    value_minor: int | None

    @staticmethod
    def resolve_location(obj: Any) -> str:
        """Return the place's code."""
        return str(obj.location.code)

    @staticmethod
    def resolve_value_minor(obj: Any, context: dict[str, Any]) -> int | None:
        """Return the value, for those who may see costs."""
        return obj.value_minor if permission_has(context["request"].actor, "costs.view") else None


class AdjustmentOut(Out):
    """A document that says stock is other than was thought."""

    id: Id
    number: str
    warehouse: str
    reason: str
    note: str
    actor_name: str
    occurred_at: Moment
    recorded_at: Moment
    reverses_id: Id | None
    lines: list[AdjustmentLineOut]

    @staticmethod
    def resolve_warehouse(obj: Any) -> str:
        """Return the warehouse's code."""
        return str(obj.warehouse.code)

    @staticmethod
    def resolve_reason(obj: Any) -> str:
        """Return the reason's code."""
        return str(obj.reason.code)


class AdjustmentLineIn(In):
    """Found (positive) or lost (negative). `unit_cost_micro` values what is found; left out: as it last cost."""

    sku: Annotated[str, fits(Variant, "sku", 1)]
    location: Annotated[str, fits(Location, "code", 1)]
    quantity: Change
    unit_cost_micro: Annotated[int, Field(ge=0, le=PRICE_MOST_MICRO)] | None = None


class AdjustmentIn(In):
    """An adjustment to post. `reason` is a code such as found, count, damaged, lost, opening."""

    warehouse: Annotated[str, fits(Warehouse, "code", 1)]
    reason: Annotated[str, Field(min_length=1, max_length=24)]
    lines: Annotated[list[AdjustmentLineIn], Field(min_length=1, max_length=500)]
    note: Annotated[str, fits(Adjustment, "note")] = ""
    occurred_at: MomentIn | None = None


class WarehouseFilters(Paging):
    """Filters of the list of warehouses."""

    code: Annotated[str, Field(max_length=16)] | None = None


class LocationFilters(Paging):
    """Filters of the list of places."""

    warehouse: Annotated[str, Field(max_length=16)] | None = None
    code: Code | None = None


class LevelFilters(Paging):
    """Filters of the list of levels."""

    sku: Sku | None = None
    warehouse: Annotated[str, Field(max_length=16)] | None = None


class QuantFilters(LevelFilters):
    """Filters of the list of what lies where."""

    location: Code | None = None
    with_empty: Flag = False


class MoveFilters(LevelFilters):
    """Filters of the list of movements; `since` and `before` look at when it happened."""

    reason: Annotated[str, *choice(MoveReason)] | None = None
    source: Annotated[str, Field(max_length=80, description="Such as shipment:SH-000001.")] | None = None
    since: MomentIn | None = None
    before: MomentIn | None = None


class AdjustmentFilters(Paging):
    """Filters of the list of adjustments."""

    number: Code | None = None
    warehouse: Annotated[str, Field(max_length=16)] | None = None


def warehouse_find(actor: Actor, code: str) -> Warehouse:
    """Return the warehouse of a code; raises NotFound."""
    return access_one(access_warehouses(actor), thing="warehouse", name=code, code=code)


@router.get("/warehouses", response=Page[WarehouseOut], summary="List warehouses")
def warehouses_list(request: HttpRequest, filters: Query[WarehouseFilters]) -> JsonResponse:
    """Permission: stock.view."""
    rows = access_warehouses(actor_of(request))
    if filters.code is not None:
        rows = rows.filter(code=filters.code)
    return page(request, rows, filters, WarehouseOut)


@router.get("/warehouses/{warehouse_id}", response=WarehouseOut, summary="Get a warehouse")
def warehouse_get(request: HttpRequest, warehouse_id: IdIn) -> Warehouse:
    """Permission: stock.view."""
    return access_one(access_warehouses(actor_of(request)), thing="warehouse", name=str(warehouse_id), id=warehouse_id)


@router.get("/locations", response=Page[LocationOut], summary="List places for stock")
def locations_list(request: HttpRequest, filters: Query[LocationFilters]) -> JsonResponse:
    """Permission: stock.view."""
    rows = access_locations(actor_of(request)).select_related("warehouse")
    if filters.warehouse is not None:
        rows = rows.filter(warehouse__code=filters.warehouse)
    if filters.code is not None:
        rows = rows.filter(code=filters.code)
    return page(request, rows, filters, LocationOut)


@router.get("/stock/levels", response=Page[LevelOut], summary="List stock by variant and warehouse")
def levels_list(request: HttpRequest, filters: Query[LevelFilters]) -> JsonResponse:
    """Permission: stock.view."""
    rows = access_levels(actor_of(request)).select_related("variant", "warehouse")
    if filters.sku is not None:
        rows = rows.filter(variant__sku_key=sku_key(filters.sku))
    if filters.warehouse is not None:
        rows = rows.filter(warehouse__code=filters.warehouse)
    return page(request, rows, filters, LevelOut)


@router.get("/stock/levels/{level_id}", response=LevelOut, summary="Get a stock level")
def level_get(request: HttpRequest, level_id: IdIn) -> StockLevel:
    """Permission: stock.view."""
    return _level_one(request, level_id)


@router.get("/stock/levels/{level_id}/explained", response=LevelExplainedOut, summary="How is this number made")
def level_explain(request: HttpRequest, level_id: IdIn) -> Any:
    """The bins, movements and promises that a level is the sum of. Permission: stock.view."""
    return level_explained(actor=actor_of(request), level=_level_one(request, level_id))


def _level_one(request: HttpRequest, level_id: int) -> StockLevel:
    rows = access_levels(actor_of(request)).select_related("variant", "warehouse")
    return access_one(rows, thing="stock level", name=str(level_id), id=level_id)


@router.get("/stock/quants", response=Page[QuantOut], summary="List what lies where")
def quants_list(request: HttpRequest, filters: Query[QuantFilters]) -> JsonResponse:
    """Places that are empty now come only with `with_empty`. Permission: stock.view."""
    rows = access_quants(actor_of(request)).select_related("variant", "location__warehouse", "lot")
    if filters.sku is not None:
        rows = rows.filter(variant__sku_key=sku_key(filters.sku))
    if filters.warehouse is not None:
        rows = rows.filter(location__warehouse__code=filters.warehouse)
    if filters.location is not None:
        rows = rows.filter(location__code=filters.location)
    if not filters.with_empty:
        rows = rows.exclude(on_hand=0)
    return page(request, rows, filters, QuantOut)


@router.get("/stock/moves", response=Page[MoveOut], summary="List movements")
def moves_list(request: HttpRequest, filters: Query[MoveFilters]) -> JsonResponse:
    """Permission: stock.view."""
    places = ("from_location__warehouse", "to_location__warehouse")
    rows = access_moves(actor_of(request)).select_related("variant", *places)
    if filters.sku is not None:
        rows = rows.filter(variant__sku_key=sku_key(filters.sku))
    if filters.warehouse is not None:
        into = rows.filter(to_location__warehouse__code=filters.warehouse)
        rows = into | rows.filter(from_location__warehouse__code=filters.warehouse)
    if filters.reason:
        rows = rows.filter(reason=filters.reason)
    if filters.source is not None:
        rows = rows.filter(source=filters.source)
    if filters.since is not None:
        rows = rows.filter(occurred_at__gte=filters.since)
    if filters.before is not None:
        rows = rows.filter(occurred_at__lt=filters.before)
    return page(request, rows, filters, MoveOut)


@router.get("/stock/adjustments", response=Page[AdjustmentOut], summary="List adjustments")
def adjustments_list(request: HttpRequest, filters: Query[AdjustmentFilters]) -> JsonResponse:
    """Permission: stock.view."""
    rows = _adjustments(request)
    if filters.number is not None:
        rows = rows.filter(number=filters.number)
    if filters.warehouse is not None:
        rows = rows.filter(warehouse__code=filters.warehouse)
    return page(request, rows, filters, AdjustmentOut)


@router.get("/stock/adjustments/{adjustment_id}", response=AdjustmentOut, summary="Get an adjustment")
def adjustment_get(request: HttpRequest, adjustment_id: IdIn) -> Adjustment:
    """Permission: stock.view."""
    return access_one(_adjustments(request), thing="adjustment", name=str(adjustment_id), id=adjustment_id)


def _adjustments(request: HttpRequest) -> Any:
    rows = access_adjustments(actor_of(request)).select_related("warehouse", "reason")
    return rows.prefetch_related("lines__variant", "lines__location")


@router.post("/stock/adjustments", response={201: AdjustmentOut}, summary="Adjust stock")
@once("stock.adjust", AdjustmentOut, 201)
def stock_adjustment_post(request: HttpRequest, body: AdjustmentIn) -> Adjustment:
    """Posts one adjustment with its reason; the books follow. Permission: stock.adjust."""
    actor = actor_of(request)
    warehouse = warehouse_find(actor, body.warehouse)
    variants = _variants(actor, {line.sku for line in body.lines})
    places = _places(warehouse, {line.location for line in body.lines})
    draft = AdjustmentDraft(
        warehouse_id=warehouse.pk,
        reason=body.reason,
        note=body.note,
        occurred_at=body.occurred_at,
        lines=[
            AdjustmentLineDraft(
                variants[sku_key(line.sku)], places[line.location], line.quantity, line.unit_cost_micro
            )
            for line in body.lines
        ],
    )
    (number,) = stock_adjust(actor=actor, adjustments=[draft])
    return access_one(_adjustments(request), thing="adjustment", name=number, number=number)


def _variants(actor: Actor, skus: set[str]) -> dict[str, int]:
    """Return SKU key -> variant id; raises SkuUnknown."""
    keys = {sku_key(sku): sku for sku in skus}
    rows = Variant.objects.filter(company_id=actor.company_id, sku_key__in=sorted(keys), is_stocked=True)
    found = dict(rows.values_list("sku_key", "id"))
    for key, sku in keys.items():
        if key not in found:
            raise SkuUnknown(sku=sku)
    return found


def _places(warehouse: Warehouse, codes: set[str]) -> dict[str, int]:
    """Return code -> id of places in a warehouse; raises LocationUnknown."""
    found = dict(Location.objects.filter(warehouse=warehouse, code__in=sorted(codes)).values_list("code", "id"))
    for code in sorted(codes):
        if code not in found:
            raise LocationUnknown(name=code)
    return found


@router.post("/stock/adjustments/{adjustment_id}/reverse", response={201: AdjustmentOut}, summary="Undo an adjustment")
@once("stock.adjust", AdjustmentOut, 201)
def stock_adjustment_reverse(request: HttpRequest, adjustment_id: IdIn, body: ReasonIn) -> Adjustment:
    """Posts the opposite adjustment at the same values and answers it. Permission: stock.adjust."""
    found = access_one(_adjustments(request), thing="adjustment", name=str(adjustment_id), id=adjustment_id)
    (number,) = adjustments_reverse(actor=actor_of(request), adjustment_ids=[found.pk], reason=body.reason)
    return access_one(_adjustments(request), thing="adjustment", name=number, number=number)
