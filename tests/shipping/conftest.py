"""A company with a warehouse, an order, shipments that are packed, and a simulated carrier."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest

from cefn.inventory.models import Warehouse
from cefn.kernel import clock
from cefn.kernel.bus import Event, bus
from cefn.orders.models import SalesOrder
from cefn.platform.actors import Actor, system_actor
from cefn.platform.models import Company
from cefn.platform.numbering import series_create
from cefn.shipping.carriers.depot import Depot
from cefn.shipping.carriers.registry import ADAPTERS
from cefn.shipping.carriers.simulator import SimulatorCarrier
from cefn.shipping.events import LabelsBought, LabelsVoided, ManifestsClosed, ShipmentsArrived
from cefn.shipping.models import CarrierAccount
from cefn.shipping.services import (
    CarrierAccountDraft,
    CarrierServiceDraft,
    carrier_accounts_save,
    carrier_services_save,
)
from cefn.warehouse.models import Package, Shipment

SHIP_TO = {
    "name": "Gwenllian Llŷr",
    "line1": "Tŷ Newydd",
    "city": "Y Bala",
    "postcode": "LL23 7AA",
    "country": "GB",
}


@pytest.fixture
def news() -> Iterator[list[Event]]:
    """Return what shipping publishes; the house's own wiring comes back after the test."""
    heard: list[Event] = []
    before = bus._handlers
    bus.wire(dict.fromkeys((LabelsBought, LabelsVoided, ManifestsClosed, ShipmentsArrived), (heard.append,)))
    yield heard
    bus._handlers = before


@pytest.fixture
def company(transactional_db: None) -> Company:
    made = Company.objects.create(
        code="cwm", name="Siop y Cwm", address_lines=["14 Heol y Bont", "Aberystwyth"], postcode="SY23 1AB",
        created_at=clock.now(),
    )  # fmt: skip
    series_create(company_id=made.id)
    return made


@pytest.fixture
def actor(company: Company) -> Actor:
    return system_actor(company.id)


@pytest.fixture
def warehouse(company: Company) -> Warehouse:
    return Warehouse.objects.create(company=company, code="ABER", name="Aberystwyth")


@pytest.fixture
def make_shipment(company: Company, warehouse: Warehouse) -> Callable[..., Shipment]:
    """Return a maker of packed shipments: `make_shipment(weights=(1200, 800))` has two packages."""
    made = 0

    def make(weights: Sequence[int] = (1200,), **more: Any) -> Shipment:
        nonlocal made
        made += 1
        now = clock.now()
        order = SalesOrder.objects.create(
            company=company, number=f"SO-{made}", channel="shop", currency="GBP", prices_include_tax=True,
            tax_rounding="line", net_minor=0, tax_minor=0, total_minor=0, placed_at=now, recorded_at=now,
        )  # fmt: skip
        given = {"status": "packed", "ship_to": SHIP_TO, "carrier_service": "TRACKED24", "weight_g": sum(weights)}
        shipment = Shipment.objects.create(
            company=company, number=f"SH-{made}", order=order, warehouse=warehouse, created_at=now, **(given | more)
        )
        for turn, weight in enumerate(weights, start=1):
            Package.objects.create(
                company=company, shipment=shipment, number=f"PK-{made}-{turn}", weight_g=weight, packed_at=now
            )
        return shipment

    return make


@pytest.fixture
def depot(monkeypatch: pytest.MonkeyPatch) -> Iterator[Depot]:
    """Return the carrier's own computer; every account with the adapter "simulator" talks to it."""
    made = Depot()
    monkeypatch.setitem(ADAPTERS, "simulator", lambda settings: SimulatorCarrier(made))
    yield made
    made.close()


@pytest.fixture
def account(depot: Depot, actor: Actor) -> CarrierAccount:
    """Return an account with the services TRACKED24 (first choice), TRACKED48 and INTL."""
    draft = CarrierAccountDraft(code="CC", name="Cludwyr Cymru", adapter="simulator", settings={"api_key": "s3cret"})
    made = carrier_accounts_save(accounts=[draft], actor=actor)[0]
    carrier_services_save(
        services=[
            CarrierServiceDraft(account="CC", code="TRACKED24", name="Tracked 24", priority=1, weight_most_g=20_000),
            CarrierServiceDraft(account="CC", code="TRACKED48", name="Tracked 48", priority=2),
            CarrierServiceDraft(account="CC", code="INTL", name="International Tracked", priority=3),
        ],
        actor=actor,
    )
    return made
