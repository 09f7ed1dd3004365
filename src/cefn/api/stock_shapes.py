"""What stock, warehouses and adjustments look like, coming in and going out."""

from typing import Annotated, Any

from pydantic import Field

from cefn.api.paging import Paging
from cefn.api.shapes import (
    PRICE_MOST_MICRO,
    Change,
    Flag,
    Id,
    In,
    Moment,
    MomentIn,
    Out,
    choice,
    fits,
)
from cefn.catalog.models import Variant
from cefn.inventory.models import Adjustment, Location, MoveReason, StockStatus, Warehouse
from cefn.platform.permissions import permission_has

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
