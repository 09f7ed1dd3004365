"""Questions about stock: what lies where, what moved, and how a number of it is made."""

from dataclasses import dataclass

from django.db.models import Case, F, Q, QuerySet, Sum, When

from cefn.inventory.models import (
    Adjustment,
    Allocation,
    Location,
    StockLevel,
    StockMove,
    StockQuant,
    StockStatus,
    Warehouse,
)
from cefn.platform.access import access_rows
from cefn.platform.actors import Actor

VIEW = "stock.view"


def access_warehouses(actor: Actor) -> QuerySet[Warehouse]:
    """Return the warehouses that the actor may see."""
    return access_rows(actor, Warehouse.objects.all(), permission=VIEW, warehouse_code="code")


def access_locations(actor: Actor) -> QuerySet[Location]:
    """Return the places in the warehouses that the actor may see, the virtual ones too."""
    return access_rows(actor, Location.objects.all(), permission=VIEW, warehouse_code="warehouse__code")


def access_levels(actor: Actor) -> QuerySet[StockLevel]:
    """Return the stock levels of the warehouses that the actor may see."""
    return access_rows(actor, StockLevel.objects.all(), permission=VIEW, warehouse_code="warehouse__code")


def access_quants(actor: Actor) -> QuerySet[StockQuant]:
    """Return what lies where, in the warehouses that the actor may see."""
    return access_rows(actor, StockQuant.objects.all(), permission=VIEW, warehouse_code="location__warehouse__code")


def access_allocations(actor: Actor) -> QuerySet[Allocation]:
    """Return the promises of stock in the warehouses that the actor may see."""
    return access_rows(actor, Allocation.objects.all(), permission=VIEW, warehouse_code="warehouse__code")


def access_adjustments(actor: Actor) -> QuerySet[Adjustment]:
    """Return the adjustments of the warehouses that the actor may see."""
    return access_rows(actor, Adjustment.objects.all(), permission=VIEW, warehouse_code="warehouse__code")


def access_moves(actor: Actor) -> QuerySet[StockMove]:
    """Return the movements that touch a warehouse that the actor may see."""
    rows = access_rows(actor, StockMove.objects.all(), permission=VIEW)
    if actor.warehouse_codes:
        codes = sorted(actor.warehouse_codes)
        rows = rows.filter(Q(from_location__warehouse__code__in=codes) | Q(to_location__warehouse__code__in=codes))
    return rows


@dataclass(frozen=True, slots=True)
class MovedSum:
    """What moves of one reason brought into a warehouse's sellable stock and took out of it."""

    reason: str
    moved_in: int
    moved_out: int
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelExplained:
    """How a stock level is made.

    `on_hand` is the sum of the bins and of the movements, `allocated` that of the promises. `promises` are the newest
    open ones; `promise_count` says how many there are.
    """

    level: StockLevel
    bins: list[StockQuant]
    moved: list[MovedSum]
    promises: list[Allocation]
    promise_count: int


def level_explained(*, actor: Actor, level: StockLevel, promises_most: int = 100) -> LevelExplained:
    """Return how a level that `access_levels` gave is made; four queries."""
    sellable = Q(location__is_sellable=True, status=StockStatus.AVAILABLE)
    bins = access_quants(actor).filter(sellable, variant_id=level.variant_id, location__warehouse_id=level.warehouse_id)
    open_ones = access_allocations(actor).filter(
        variant_id=level.variant_id, warehouse_id=level.warehouse_id, open_quantity__gt=0
    )
    return LevelExplained(
        level=level,
        bins=list(bins.exclude(on_hand=0).select_related("location", "lot").order_by("location__sequence", "id")),
        moved=_moved(actor, level),
        promises=list(open_ones.order_by("-id")[:promises_most]),
        promise_count=open_ones.count(),
    )


def _moved(actor: Actor, level: StockLevel) -> list[MovedSum]:
    here = {"warehouse_id": level.warehouse_id, "is_sellable": True}
    into = Q(to_status=StockStatus.AVAILABLE, **{f"to_location__{name}": value for name, value in here.items()})
    out = Q(from_status=StockStatus.AVAILABLE, **{f"from_location__{name}": value for name, value in here.items()})
    rows = (
        access_moves(actor)
        .filter(into | out, variant_id=level.variant_id)
        .exclude(into & out)
        .order_by()
        .values("reason")
        .annotate(
            moved_in=Sum(Case(When(into, then=F("quantity")), default=0)),
            moved_out=Sum(Case(When(out, then=F("quantity")), default=0)),
            count=Sum(Case(When(quantity__gt=0, then=1), default=0)),
        )
    )
    return [
        MovedSum(row["reason"], row["moved_in"], row["moved_out"], row["count"])
        for row in sorted(rows, key=lambda row: row["reason"])
    ]
