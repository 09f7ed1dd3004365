from datetime import UTC, datetime, timedelta

import pytest

from cefn.inventory.models import Warehouse
from cefn.kernel.errors import NotFound
from cefn.shipping.carriers.base import TrackingCode, TrackingUpdate
from cefn.shipping.errors import CarrierRefused, CarrierUnreachable, LabelNotPossible, NothingToManifest
from cefn.shipping.events import ManifestsClosed, ShipmentsArrived
from cefn.shipping.models import Label, Manifest, TrackingEvent
from cefn.shipping.selectors import tracking_events
from cefn.shipping.services import (
    LabelOrder,
    ManifestOrder,
    labels_buy,
    labels_void,
    manifests_close,
    tracking_fetch,
    tracking_record,
)
from cefn.shipping.states import ManifestStatus

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def bought(actor, account, make_shipment, news):
    """Return the labels of two shipments: one parcel and two parcels."""
    orders = [LabelOrder(shipment_id=make_shipment(weights).id) for weights in ((1200,), (500, 700))]
    labels = [outcome.label for outcome in labels_buy(orders=orders, actor=actor)]
    news.clear()
    return labels


def close(actor, account, warehouse):
    return manifests_close(
        orders=[ManifestOrder(account_id=account.id, warehouse_id=warehouse.id)], actor=actor
    )[0]  # fmt: skip


def update(label, event_id, code, at=NOON):
    return TrackingUpdate(
        event_id=event_id, tracking_number=label.tracking_number, code=code, description="d", happened_at=at
    )


def test_all_parcels_of_the_warehouse_go_on_one_manifest_once(actor, account, warehouse, bought, news):
    outcome = close(actor, account, warehouse)
    assert outcome.error is None
    manifest = Manifest.objects.get()
    assert (manifest.number, manifest.status, manifest.label_count) == ("MAN-000001", ManifestStatus.CLOSED, 3)
    assert manifest.carrier_reference == "M00001"
    assert set(Label.objects.values_list("manifest_id", flat=True)) == {manifest.id}
    assert news == [ManifestsClosed(company_id=actor.company_id, actor=actor, manifest_ids=(manifest.id,))]
    assert isinstance(close(actor, account, warehouse).error, NothingToManifest)
    assert Manifest.objects.count() == 1
    (refused,) = labels_void(label_ids=[bought[0].id], actor=actor)
    assert isinstance(refused.error, LabelNotPossible)


def test_given_back_labels_and_other_warehouses_stay_off(actor, account, company, warehouse, bought, depot):
    labels_void(label_ids=[bought[0].id], actor=actor)
    other = Warehouse.objects.create(company=company, code="CAER", name="Caernarfon")
    assert isinstance(close(actor, account, other).error, NothingToManifest)
    assert close(actor, account, warehouse).manifest.label_count == 2
    assert Label.objects.get(id=bought[0].id).manifest_id is None
    wrong = manifests_close(orders=[ManifestOrder(account_id=1, warehouse_id=warehouse.id)], actor=actor)[0]
    assert isinstance(wrong.error, NotFound)


@pytest.mark.parametrize("fault", ["time_out", "charge_then_silence"])
def test_a_lost_answer_is_taken_up_again_with_the_same_parcels(
    actor, account, warehouse, bought, depot, make_shipment, news, fault
):
    depot.fault_plant("manifest", fault)
    lost = close(actor, account, warehouse)
    assert isinstance(lost.error, CarrierUnreachable)
    assert lost.manifest.status == ManifestStatus.REQUESTED
    labels_buy(orders=[LabelOrder(shipment_id=make_shipment().id)], actor=actor)  # comes too late for this one
    again = close(actor, account, warehouse)
    assert (again.error, again.manifest.id, again.manifest.status) == (None, lost.manifest.id, ManifestStatus.CLOSED)
    assert Label.objects.filter(manifest=lost.manifest).count() == 3
    second = close(actor, account, warehouse)
    assert (second.manifest.number, second.manifest.label_count) == ("MAN-000002", 1)


def test_a_refused_manifest_frees_its_parcels_and_keeps_its_number(actor, account, warehouse, bought, depot):
    depot.void(bought[0].tracking_number)  # somebody gave it back on the carrier's own pages
    refused = close(actor, account, warehouse)
    assert isinstance(refused.error, CarrierRefused)
    assert Manifest.objects.get().status == ManifestStatus.FAILED
    assert set(Label.objects.values_list("manifest_id", flat=True)) == {None}
    labels_void(label_ids=[bought[0].id], actor=actor)
    second = close(actor, account, warehouse)
    assert (second.error, second.manifest.number, second.manifest.label_count) == (None, "MAN-000002", 2)


def test_events_are_recorded_once_in_any_order(actor, account, bought):
    label = bought[0]
    first = update(label, "E1", TrackingCode.COLLECTED)
    second = update(label, "E2", TrackingCode.IN_TRANSIT, NOON + timedelta(hours=2))
    assert tracking_record(updates=[second, first, second], account_id=account.id, actor=actor) == 2
    assert tracking_record(updates=[first], account_id=account.id, actor=actor) == 0
    late = update(label, "E0", TrackingCode.ANNOUNCED, NOON - timedelta(hours=1))
    assert tracking_record(updates=[late], account_id=account.id, actor=actor) == 1
    label.refresh_from_db()
    assert (label.tracking_code, label.tracked_at) == ("in_transit", NOON + timedelta(hours=2))
    rows = tracking_events(shipment_ids=[label.shipment_id], actor=actor)
    assert [row.carrier_event_id for row in rows] == ["E0", "E1", "E2"]


def test_numbers_of_others_are_left_out(actor, account, bought):
    stranger = TrackingUpdate(
        event_id="E9", tracking_number="CY999", code=TrackingCode.DELIVERED, description="", happened_at=NOON
    )
    assert tracking_record(updates=[stranger], account_id=account.id, actor=actor) == 0
    assert tracking_record(updates=[update(bought[0], "E1", TrackingCode.DELIVERED)], account_id=1, actor=actor) == 0
    assert TrackingEvent.objects.count() == 0


def test_a_shipment_has_arrived_when_its_last_parcel_has(actor, account, bought, news):
    _one, first, second = bought
    tracking_record(updates=[update(first, "E1", TrackingCode.DELIVERED)], account_id=account.id, actor=actor)
    assert news == []
    last = update(second, "E2", TrackingCode.DELIVERED, NOON + timedelta(hours=1))
    tracking_record(updates=[last], account_id=account.id, actor=actor)
    assert news == [
        ShipmentsArrived(company_id=actor.company_id, actor=actor, at={first.shipment_id: NOON + timedelta(hours=1)})
    ]  # fmt: skip
    tracking_record(updates=[last], account_id=account.id, actor=actor)
    assert len(news) == 1


def test_carriers_are_asked_about_what_is_on_its_way_alone(actor, account, warehouse, bought, depot, news, monkeypatch):
    monkeypatch.setattr("cefn.shipping.services.tracking.ASKED_AT_ONCE", 2)  # three labels: two pages
    close(actor, account, warehouse)
    depot.advance(bought[0].tracking_number, "delivered", place="Y Bala")
    depot.fault_plant("track", "time_out")
    assert list(tracking_fetch(actor=actor)) == ["CC"]
    assert TrackingEvent.objects.count() == 0
    assert tracking_fetch(actor=actor) == {}
    assert TrackingEvent.objects.count() == 3 * 2 + 1
    assert [list(event.at) for event in news if isinstance(event, ShipmentsArrived)] == [[bought[0].shipment_id]]
    asked = []
    whole = depot.track
    monkeypatch.setattr(depot, "track", lambda numbers: asked.extend(numbers) or whole(numbers))
    tracking_fetch(actor=actor)
    assert sorted(asked) == sorted(label.tracking_number for label in bought[1:])
