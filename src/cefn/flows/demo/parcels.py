"""The demo shop's carrier: a simulator that quotes, prints labels and tracks parcels, and calls nobody."""

from pathlib import Path

from django.conf import settings

from cefn.flows.demo.plan import ABROAD, HOME, NEXT_DAY
from cefn.platform.actors import Actor
from cefn.shipping.services import (
    CarrierAccountDraft,
    CarrierServiceDraft,
    LabelOrder,
    carrier_accounts_save,
    carrier_services_save,
    labels_buy,
)
from cefn.warehouse.models import Shipment

ACCOUNT = "simulator"
STATE_FILE = "carrier-simulator.sqlite3"
SERVICES = (
    (HOME, "Tracked 48", 20_000, 1),
    ("TRACKED24", "Tracked 24", 20_000, 2),
    (NEXT_DAY, "Next day by 1pm", 30_000, 3),
    (ABROAD, "International tracked", 20_000, 4),
)
"""Code, name, most grams, priority."""

LABELS = 8


def carrier_open(actor: Actor) -> None:
    """Give the shop an account with the simulated carrier; its state is a file that all processes of Cefn share."""
    state = Path(settings.CEFN_HOME) / STATE_FILE
    account = CarrierAccountDraft(
        code=ACCOUNT, name="Simulated carrier", adapter="simulator", settings={"state": str(state)}
    )
    carrier_accounts_save(accounts=[account], actor=actor)
    drafts = [
        CarrierServiceDraft(account=ACCOUNT, code=code, name=name, weight_most_g=most, priority=priority)
        for code, name, most, priority in SERVICES
    ]
    carrier_services_save(services=drafts, actor=actor)


def labels_print(actor: Actor) -> int:
    """Buy labels for some of the parcels that stand packed or left today; return how many there are to print.

    Must not be called inside a transaction. What the carrier refuses is left without a label, as in any shop.
    """
    chosen = Shipment.objects.filter(company_id=actor.company_id, status__in=("packed", "shipped"), tracking_number="")
    with_service = chosen.exclude(carrier_service="").order_by("-id").values_list("id", flat=True)[:LABELS]
    outcomes = labels_buy(orders=[LabelOrder(shipment_id=key) for key in with_service], actor=actor)
    return sum(outcome.is_bought for outcome in outcomes)
