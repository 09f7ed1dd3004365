"""Stock: levels, what lies in which bin, movements, how a number is made, adjustments; and the warehouses it is in."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from ninja import Query, Router

from cefn.api.door import actor_of
from cefn.api.paging import Page, page
from cefn.api.shapes import IdIn, ReasonIn
from cefn.api.stock_shapes import (
    AdjustmentFilters,
    AdjustmentIn,
    AdjustmentOut,
    LevelExplainedOut,
    LevelFilters,
    LevelOut,
    LocationFilters,
    LocationOut,
    MoveFilters,
    MoveOut,
    QuantFilters,
    QuantOut,
    WarehouseFilters,
    WarehouseOut,
)
from cefn.api.writing import once
from cefn.catalog.errors import SkuUnknown
from cefn.catalog.models import Variant
from cefn.catalog.skus import sku_key
from cefn.inventory.errors import LocationUnknown
from cefn.inventory.models import Adjustment, Location, StockLevel, Warehouse
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

router = Router(tags=["stock"])


def warehouse_find(actor: Actor, code: str) -> Warehouse:
    """Return the warehouse of a code; raises NotFound."""
    return access_one(access_warehouses(actor), thing=_("warehouse"), name=code, code=code)


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
    rows = access_warehouses(actor_of(request))
    return access_one(rows, thing=_("warehouse"), name=str(warehouse_id), id=warehouse_id)


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
    return access_one(rows, thing=_("stock level"), name=str(level_id), id=level_id)


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
    return access_one(_adjustments(request), thing=_("adjustment"), name=str(adjustment_id), id=adjustment_id)


def _adjustments(request: HttpRequest) -> QuerySet[Adjustment]:
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
            AdjustmentLineDraft(variants[sku_key(line.sku)], places[line.location], line.quantity, line.unit_cost_micro)
            for line in body.lines
        ],
    )
    (number,) = stock_adjust(actor=actor, adjustments=[draft])
    return access_one(_adjustments(request), thing=_("adjustment"), name=number, number=number)


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
    found = access_one(_adjustments(request), thing=_("adjustment"), name=str(adjustment_id), id=adjustment_id)
    (number,) = adjustments_reverse(actor=actor_of(request), adjustment_ids=[found.pk], reason=body.reason)
    return access_one(_adjustments(request), thing=_("adjustment"), name=number, number=number)
