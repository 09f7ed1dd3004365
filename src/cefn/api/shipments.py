"""Shipments from the draft to the buyer's door: release to be picked, pack, ship, deliver; labels."""

from typing import Annotated, Any

from django.db.models import Prefetch, QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from ninja import Query, Router
from pydantic import Field

from cefn.api.door import actor_of
from cefn.api.paging import Page, Paging, page
from cefn.api.shapes import (
    AddressOut,
    Flag,
    Id,
    IdIn,
    In,
    Moment,
    MomentIn,
    Out,
    Quantity,
    choice,
    document_answer,
)
from cefn.api.writing import once, rows_lock
from cefn.kernel.errors import NotFound
from cefn.platform.access import access_one
from cefn.shipping.carriers.base import LabelFormat
from cefn.shipping.selectors import access_labels, label_open
from cefn.shipping.services import LabelOrder, LabelOutcome, labels_buy, labels_void
from cefn.shipping.states import LabelStatus
from cefn.warehouse.models import Shipment, ShipmentLine
from cefn.warehouse.selectors import access_pick_batches, access_shipments
from cefn.warehouse.services import (
    PackDraft,
    ParcelDraft,
    picks_release,
    shipments_deliver,
    shipments_pack,
    shipments_ship,
)
from cefn.warehouse.states import BatchStatus, ShipmentStatus

router = Router(tags=["shipments"])

Grams = Annotated[int, Field(ge=0, le=10**7)]
Millimetres = Annotated[int, Field(ge=0, le=10**5)]


class ShipmentRow(Out):
    """A shipment in a list."""

    id: Id
    number: str
    order_id: Id
    order_number: str
    warehouse: str
    status: Annotated[str, *choice(ShipmentStatus)]
    exception: str
    carrier_service: str
    tracking_number: str
    weight_g: int
    ship_by_at: Moment | None
    created_at: Moment
    shipped_at: Moment | None
    delivered_at: Moment | None

    @staticmethod
    def resolve_order_number(obj: Any) -> str:
        """Return the order's number."""
        return str(obj.order.number)

    @staticmethod
    def resolve_warehouse(obj: Any) -> str:
        """Return the warehouse's code."""
        return str(obj.warehouse.code)


class ShipmentLineOut(Out):
    """A quantity of an order line in a shipment, and how far it has got."""

    id: Id
    position: int
    order_line_id: Id
    variant_id: Id
    sku: str
    quantity: int
    picked: int
    packed: int
    shipped: int

    @staticmethod
    def resolve_sku(obj: Any) -> str:
        """Return the variant's SKU."""
        return str(obj.variant.sku)


class PackageContent(Out):
    """How much of a shipment line is in a package."""

    line_id: Id
    quantity: int


class PackageOut(Out):
    """A parcel and what is in it."""

    id: Id
    number: str
    weight_g: int
    length_mm: int
    width_mm: int
    height_mm: int
    tracking_number: str
    contents: list[PackageContent]
    packed_at: Moment

    @staticmethod
    def resolve_contents(obj: Any) -> list[dict[str, Any]]:
        """Return the contents with names."""
        return [{"line_id": str(line), "quantity": quantity} for line, quantity in obj.contents]


class LabelOut(Out):
    """A carrier's label."""

    id: Id
    shipment_id: Id
    package_id: Id | None
    status: Annotated[str, *choice(LabelStatus)]
    carrier: str
    service: str
    format: str
    tracking_number: str
    cost_minor: int
    currency: str
    reason: str
    bought_at: Moment | None
    voided_at: Moment | None

    @staticmethod
    def resolve_carrier(obj: Any) -> str:
        """Return the carrier account's code."""
        return str(obj.account.code)

    @staticmethod
    def resolve_service(obj: Any) -> str:
        """Return the carrier's code of the service."""
        return str(obj.service_code)


class ShipmentOut(ShipmentRow):
    """A shipment whole."""

    ship_to: AddressOut
    lines: list[ShipmentLineOut]
    packages: list[PackageOut]
    labels: list[LabelOut]


class LabelsOut(Out):
    """The labels of a shipment, one for each package."""

    items: list[LabelOut]


class BatchRow(Out):
    """Pick tasks that one person walks together."""

    id: Id
    number: str
    warehouse: str
    status: Annotated[str, *choice(BatchStatus)]
    task_count: int
    created_at: Moment
    done_at: Moment | None

    @staticmethod
    def resolve_warehouse(obj: Any) -> str:
        """Return the warehouse's code."""
        return str(obj.warehouse.code)


class BatchesOut(Out):
    """Pick batches that a release has made, one a warehouse."""

    items: list[BatchRow]


class ShipmentsRelease(In):
    """Draft shipments to be picked together: all of them or none."""

    shipment_ids: Annotated[list[IdIn], Field(min_length=1, max_length=200)]


class ParcelContentIn(In):
    """How much of a shipment line is in a parcel."""

    line_id: IdIn
    quantity: Quantity


class ParcelIn(In):
    """A parcel. Without a weight its contents' is taken; a single parcel without contents holds everything."""

    weight_g: Grams = 0
    length_mm: Millimetres = 0
    width_mm: Millimetres = 0
    height_mm: Millimetres = 0
    contents: Annotated[list[ParcelContentIn], Field(max_length=500)] = []


class PackIn(In):
    """The parcels of a shipment; none for one parcel that holds everything."""

    parcels: Annotated[list[ParcelIn], Field(max_length=100)] = []


class ShipIn(In):
    """When it left; left out: now."""

    shipped_at: MomentIn | None = None


class DeliverIn(In):
    """When it arrived; left out: now."""

    delivered_at: MomentIn | None = None


class LabelIn(In):
    """The carrier service, as account:service or its name; left out: the shipment's own."""

    service: Annotated[str, Field(max_length=80)] = ""
    format: Annotated[str, *choice(tuple(str(one.value) for one in LabelFormat))] = "pdf"


class ShipmentFilters(Paging):
    """Filters of the list of shipments."""

    number: Annotated[str, Field(max_length=32)] | None = None
    order_id: IdIn | None = None
    warehouse: Annotated[str, Field(max_length=16)] | None = None
    status: Annotated[str, *choice(ShipmentStatus)] | None = None
    tracking_number: Annotated[str, Field(max_length=64)] | None = None
    has_exception: Flag | None = None


def shipment_one(request: HttpRequest, shipment_id: int) -> Shipment:
    """Return a shipment with lines, packages and labels; raises NotFound."""
    lines = ShipmentLine.objects.select_related("variant").order_by("position")
    labels = access_labels(actor_of(request)).order_by("id")
    rows = _shipments(request).prefetch_related(
        Prefetch("lines", queryset=lines), "packages", Prefetch("labels", queryset=labels)
    )
    return access_one(rows, thing=_("shipment"), name=str(shipment_id), id=shipment_id)


def _shipments(request: HttpRequest) -> QuerySet[Shipment]:
    return access_shipments(actor_of(request)).select_related("order", "warehouse")


def _seen(request: HttpRequest, shipment_ids: list[int]) -> list[int]:
    """Return the ids, locked; raises NotFound for one that the caller may not see."""
    found = {row.pk for row in rows_lock(access_shipments(actor_of(request)).filter(id__in=shipment_ids))}
    for missing in sorted(set(shipment_ids) - found):
        raise NotFound(thing=_("shipment"), name=missing)
    return sorted(found)


@router.get("/shipments", response=Page[ShipmentRow], summary="List shipments")
def shipments_list(request: HttpRequest, filters: Query[ShipmentFilters]) -> JsonResponse:
    """Newest first. Permission: shipping.view."""
    named = {"warehouse": "warehouse__code"}
    values = filters.model_dump(exclude={"cursor", "limit", "has_exception"}, exclude_none=True)
    rows = _shipments(request).filter(**{named.get(name, name): value for name, value in values.items()})
    if filters.has_exception is not None:
        rows = rows.exclude(exception="") if filters.has_exception else rows.filter(exception="")
    return page(request, rows, filters, ShipmentRow)


@router.post("/shipments/release", response={201: BatchesOut}, summary="Release shipments to be picked")
@once("warehouse.release", BatchesOut, 201)
def shipments_release(request: HttpRequest, body: ShipmentsRelease) -> dict[str, Any]:
    """Chooses bins and makes one pick batch a warehouse, in walking order. Permission: warehouse.release."""
    made = picks_release(actor=actor_of(request), shipment_ids=_seen(request, body.shipment_ids))
    rows = access_pick_batches(actor_of(request)).select_related("warehouse")
    return {"items": list(rows.filter(id__in=[key for key, _number in made]).order_by("id"))}


@router.get("/shipments/{shipment_id}", response=ShipmentOut, summary="Get a shipment")
def shipment_get(request: HttpRequest, shipment_id: IdIn) -> Shipment:
    """Permission: shipping.view."""
    return shipment_one(request, shipment_id)


@router.post("/shipments/{shipment_id}/pack", response=ShipmentOut, summary="Pack a shipment")
@once("warehouse.work", ShipmentOut)
def shipment_pack(request: HttpRequest, shipment_id: IdIn, body: PackIn) -> Shipment:
    """What is in the parcels must be what was picked. Permission: warehouse.work."""
    (key,) = _seen(request, [shipment_id])
    parcels = [
        ParcelDraft(
            **parcel.model_dump(exclude={"contents"}),
            contents=[(content.line_id, content.quantity) for content in parcel.contents],
        )
        for parcel in body.parcels
    ]
    shipments_pack(actor=actor_of(request), packs=[PackDraft(shipment_id=key, parcels=parcels)])
    return shipment_one(request, shipment_id)


@router.post("/shipments/{shipment_id}/ship", response=ShipmentOut, summary="Ship a shipment")
@once("shipping.ship", ShipmentOut)
def shipment_ship(request: HttpRequest, shipment_id: IdIn, body: ShipIn) -> Shipment:
    """The goods leave: stock, cost, invoice and books follow at once. Permission: shipping.ship."""
    (key,) = _seen(request, [shipment_id])
    moments = {key: body.shipped_at} if body.shipped_at is not None else None
    shipments_ship(actor=actor_of(request), shipment_ids=[key], shipped_at=moments)
    return shipment_one(request, shipment_id)


@router.post("/shipments/{shipment_id}/deliver", response=ShipmentOut, summary="Note a delivery")
@once("shipping.ship", ShipmentOut)
def shipment_deliver(request: HttpRequest, shipment_id: IdIn, body: DeliverIn) -> Shipment:
    """Permission: shipping.ship."""
    (key,) = _seen(request, [shipment_id])
    shipments_deliver(actor=actor_of(request), shipment_ids=[key], delivered_at=body.delivered_at)
    return shipment_one(request, shipment_id)


@router.post("/shipments/{shipment_id}/labels", response={201: LabelsOut}, summary="Buy labels")
@once("shipping.ship", LabelsOut, 201, outside=True)
def shipment_labels_buy(request: HttpRequest, shipment_id: IdIn, body: LabelIn) -> dict[str, Any]:
    """One for each package; what is bought already is answered as it is. Permission: shipping.ship."""
    actor = actor_of(request)
    access_one(access_shipments(actor), thing=_("shipment"), name=str(shipment_id), id=shipment_id)
    order = LabelOrder(shipment_id=shipment_id, service=body.service, format=LabelFormat(body.format))
    return {"items": _labels(labels_buy(orders=[order], actor=actor))}


@router.post("/labels/{label_id}/void", response=LabelOut, summary="Give a label back")
@once("shipping.ship", LabelOut, outside=True)
def label_void(request: HttpRequest, label_id: IdIn) -> Any:
    """A label on a manifest can't be given back. Permission: shipping.ship."""
    return _labels(labels_void(label_ids=[label_id], actor=actor_of(request)))[0]


def _labels(outcomes: list[LabelOutcome]) -> list[Any]:
    """Return the labels; raises the first error that stood in the way of one."""
    for outcome in outcomes:
        if outcome.error is not None:
            raise outcome.error
    return [outcome.label for outcome in outcomes]


@router.get("/labels/{label_id}", response=LabelOut, summary="Get a label")
def label_get(request: HttpRequest, label_id: IdIn) -> Any:
    """Permission: shipping.view."""
    return access_one(access_labels(actor_of(request)), thing=_("label"), name=str(label_id), id=label_id)


@router.get(
    "/labels/{label_id}/document",
    response=None,
    summary="Get a label's PDF or ZPL",
    openapi_extra=document_answer("application/pdf", "application/x-zpl"),
)
def label_document(request: HttpRequest, label_id: IdIn) -> HttpResponse:
    """Permission: shipping.view."""
    label, content = label_open(label_id=label_id, actor=actor_of(request))
    kind = "application/pdf" if label.format == LabelFormat.PDF else "application/x-zpl"
    return FileResponse(content, content_type=kind, filename=f"label-{label.tracking_number}.{label.format}")  # type: ignore[return-value]
