"""What the pick and pack screens know: the next task, the codes that fit it, and the metres still to walk."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

from django.db.models import Prefetch

from cefn.catalog.models import Barcode
from cefn.catalog.skus import sku_key
from cefn.platform.actors import Actor
from cefn.warehouse.models import PickBatch, PickTask
from cefn.warehouse.selectors import access_pick_tasks
from cefn.web.stock_lists import variant_name


def batch_tasks(actor: Actor, batch: PickBatch) -> list[PickTask]:
    """Return a batch's tasks in walking order with all that the screen shows of them; two queries."""
    rows = access_pick_tasks(actor).filter(batch=batch)
    rows = rows.select_related("variant__product", "location", "lot", "shipment_line__shipment__order")
    codes = Prefetch("variant__barcodes", Barcode.objects.order_by("code"))
    return list(rows.prefetch_related(codes).order_by("sequence", "id"))


def task_next(tasks: Sequence[PickTask], skipped: Iterable[int]) -> PickTask | None:
    """Return the first open task that was not skipped, else the first open one, else None."""
    passed = set(skipped)
    still_open = [task for task in tasks if task.status == "open"]
    return next((task for task in still_open if task.pk not in passed), still_open[0] if still_open else None)


def variant_codes(variant: Any) -> list[str]:
    """Return what a scanner may read for a variant: its barcodes and its SKU."""
    return [*(barcode.code for barcode in variant.barcodes.all()), variant.sku]


def scan_fits(scanned: str, codes: Sequence[str]) -> bool:
    """Tell whether what was scanned is one of the codes, letter case and a leading GTIN nought aside."""
    wanted = {sku_key(code).lstrip("0") for code in codes}
    return sku_key(scanned).lstrip("0") in wanted


def walk_left_m(tasks: Sequence[PickTask]) -> int:
    """Return the metres from bin to bin over the open tasks, along the aisles."""
    places = [task.location for task in tasks if task.status == "open"]
    steps = pairwise(places)
    return sum(abs(a.x_mm - b.x_mm) + abs(a.y_mm - b.y_mm) for a, b in steps) // 1_000


def task_name(task: PickTask) -> str:
    """Return the name of what is to be taken, in the active language."""
    return variant_name(task.variant)
