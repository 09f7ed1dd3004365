"""Pick batches and their tasks: list, get, confirm what was taken."""

from typing import Annotated, Any

from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from ninja import Query, Router
from pydantic import Field

from cefn.api.door import actor_of
from cefn.api.paging import Page, Paging, page
from cefn.api.shapes import QUANTITY_MOST, Id, IdIn, In, Moment, Out, choice
from cefn.api.shipments import BatchRow
from cefn.api.writing import once, rows_lock
from cefn.kernel.errors import Fault, InvalidInput, NotFound
from cefn.platform.access import access_one
from cefn.warehouse.models import PickBatch, PickTask
from cefn.warehouse.selectors import access_pick_batches, access_pick_tasks
from cefn.warehouse.services import picks_confirm
from cefn.warehouse.states import BatchStatus, TaskStatus

router = Router(tags=["pick batches"])


class TaskOut(Out):
    """Take a quantity of a variant out of a bin; `sequence` is its turn on the walk."""

    id: Id
    sequence: int
    location: str
    variant_id: Id
    sku: str
    lot: str | None
    quantity: int
    picked: int
    status: Annotated[str, *choice(TaskStatus)]
    shipment_id: Id
    shipment_line_id: Id
    done_at: Moment | None

    @staticmethod
    def resolve_location(obj: Any) -> str:
        """Return the bin's code."""
        return str(obj.location.code)

    @staticmethod
    def resolve_sku(obj: Any) -> str:
        """Return the variant's SKU."""
        return str(obj.variant.sku)

    @staticmethod
    def resolve_lot(obj: Any) -> str | None:
        """Return the lot's code."""
        return obj.lot.code if obj.lot else None

    @staticmethod
    def resolve_shipment_id(obj: Any) -> str:
        """Return the shipment's id."""
        return str(obj.shipment_line.shipment_id)


class BatchOut(BatchRow):
    """A pick batch with its tasks in walking order."""

    tasks: list[TaskOut]


class PickIn(In):
    """How much was taken for a task; less than asked is a short pick."""

    task_id: IdIn
    picked: Annotated[int, Field(ge=0, le=QUANTITY_MOST)]


class PicksIn(In):
    """What was taken, each task once: all of it is noted or nothing."""

    picks: Annotated[list[PickIn], Field(min_length=1, max_length=500)]


class BatchFilters(Paging):
    """Filters of the list of pick batches."""

    number: Annotated[str, Field(max_length=32)] | None = None
    warehouse: Annotated[str, Field(max_length=16)] | None = None
    status: Annotated[str, *choice(BatchStatus)] | None = None


def _batches(request: HttpRequest) -> QuerySet[PickBatch]:
    return access_pick_batches(actor_of(request)).select_related("warehouse")


def batch_one(request: HttpRequest, batch_id: int) -> PickBatch:
    """Return a pick batch with its tasks; raises NotFound."""
    tasks = PickTask.objects.select_related("location", "variant", "lot", "shipment_line").order_by("sequence", "id")
    rows = _batches(request).prefetch_related(Prefetch("tasks", queryset=tasks))
    return access_one(rows, thing=_("pick batch"), name=str(batch_id), id=batch_id)


@router.get("/pick-batches", response=Page[BatchRow], summary="List pick batches")
def batches_list(request: HttpRequest, filters: Query[BatchFilters]) -> JsonResponse:
    """Newest first. Permission: warehouse.view."""
    rows = _batches(request)
    if filters.number is not None:
        rows = rows.filter(number=filters.number)
    if filters.warehouse is not None:
        rows = rows.filter(warehouse__code=filters.warehouse)
    if filters.status is not None:
        rows = rows.filter(status=filters.status)
    return page(request, rows, filters, BatchRow)


@router.get("/pick-batches/{batch_id}", response=BatchOut, summary="Get a pick batch")
def batch_get(request: HttpRequest, batch_id: IdIn) -> PickBatch:
    """Permission: warehouse.view."""
    return batch_one(request, batch_id)


@router.post("/pick-batches/{batch_id}/confirm", response=BatchOut, summary="Confirm picks")
@once("warehouse.work", BatchOut)
def batch_confirm(request: HttpRequest, batch_id: IdIn, body: PicksIn) -> PickBatch:
    """After a short pick the rest of the promise is let go and the line waits again. Permission: warehouse.work."""
    actor = actor_of(request)
    access_one(_batches(request), thing=_("pick batch"), name=str(batch_id), id=batch_id)
    wanted = {pick.task_id: pick.picked for pick in body.picks}
    if len(wanted) != len(body.picks):
        fault = Fault("picks", "", _("A task comes twice."), _("Send each task once, with all that was taken."))
        raise InvalidInput(faults=[fault])
    found = {task.pk for task in rows_lock(access_pick_tasks(actor).filter(batch_id=batch_id, id__in=wanted))}
    for missing in sorted(wanted.keys() - found):
        raise NotFound(thing=_("pick task"), name=missing)
    picks_confirm(actor=actor, picks=sorted(wanted.items()))
    return batch_one(request, batch_id)
