"""What happens next: the only table of "when this, then that".

Handlers run in the same transaction, in the listed order, and fail it.
"""

from django.utils.translation import gettext_lazy as _

from cefn.books.events import InvoicesPosted, PaymentsPosted
from cefn.channels.services import APPLY_JOB
from cefn.flows.imports.applying import imports_apply_job
from cefn.flows.order_to_cash import (
    backorders_serve,
    deliveries_note,
    orders_route,
    promises_void,
    services_bill,
    shipments_bill,
    shorts_note,
)
from cefn.flows.parcels import arrivals_note, tracking_drop, tracking_note
from cefn.flows.return_to_stock import adjustments_post, returns_book
from cefn.inventory.events import StockAdjusted, StockArrived
from cefn.kernel.bus import Event, Handler
from cefn.orders.events import OrdersCancelled, OrdersConfirmed, ReturnsReceived
from cefn.platform.housekeeping import JOBS as PLATFORM_JOBS
from cefn.platform.jobs import JobHandler
from cefn.shipping.events import LabelsBought, LabelsVoided, ManifestsClosed, ShipmentsArrived
from cefn.shipping.jobs import JOBS as SHIPPING_JOBS
from cefn.warehouse.events import PicksShort, ShipmentsDelivered, ShipmentsShipped

WIRING: dict[type[Event], tuple[Handler, ...]] = {
    OrdersConfirmed: (orders_route, services_bill),
    OrdersCancelled: (promises_void,),
    StockAdjusted: (adjustments_post,),
    StockArrived: (backorders_serve,),
    PicksShort: (shorts_note,),
    ShipmentsShipped: (shipments_bill,),
    ShipmentsDelivered: (deliveries_note,),
    ReturnsReceived: (returns_book,),
    LabelsBought: (tracking_note,),
    LabelsVoided: (tracking_drop,),
    ManifestsClosed: (),
    ShipmentsArrived: (arrivals_note,),
    InvoicesPosted: (),
    PaymentsPosted: (),
}

# Kind of job: how it is done. The worker takes only what stands here.
JOBS: dict[str, JobHandler] = {
    **PLATFORM_JOBS,
    **SHIPPING_JOBS,
    APPLY_JOB: JobHandler(imports_apply_job, atomic=False, label=_("Apply an import")),
}
