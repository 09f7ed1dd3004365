import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from cefn.kernel.errors import NotAllowed, NotFound
from cefn.platform.models import AuditEvent
from cefn.shipping.carriers.base import LabelFormat
from cefn.shipping.carriers.registry import ADAPTERS
from cefn.shipping.carriers.simulator import SimulatorCarrier
from cefn.shipping.errors import (
    CarrierBroken,
    CarrierRefused,
    CarrierUnreachable,
    LabelNotPossible,
    LabelsMixed,
    NetworkInTransaction,
    ServiceUnknown,
)
from cefn.shipping.events import LabelsBought, LabelsVoided
from cefn.shipping.models import CarrierAccount, Label
from cefn.shipping.selectors import label_open, labels_of_shipments, labels_print
from cefn.shipping.services import (
    CarrierAccountDraft,
    LabelOrder,
    carrier_accounts_save,
    labels_buy,
    labels_settle,
    labels_void,
    rates_quote,
)
from cefn.shipping.services.labels import CLAIM
from cefn.shipping.states import LabelStatus
from cefn.warehouse.models import Package, Shipment
from tests.platform.papers.reading import pages_text


def buy(actor, *shipments, **more):
    return labels_buy(orders=[LabelOrder(shipment_id=shipment.id, **more) for shipment in shipments], actor=actor)


def test_each_package_gets_a_label_that_can_be_printed(actor, account, depot, make_shipment, news):
    shipment = make_shipment(weights=(1200, 800))
    outcomes = buy(actor, shipment)
    assert [outcome.is_bought for outcome in outcomes] == [True, True]
    first, second = labels_of_shipments(shipment_ids=[shipment.id], actor=actor)[shipment.id]
    assert (first.cost_minor, second.cost_minor, first.currency) == (395 + 2 * 75, 395 + 75, "GBP")
    assert depot.charged_minor() == first.cost_minor + second.cost_minor
    assert first.package.number == "PK-1-1"
    found, content = label_open(label_id=first.id, actor=actor)
    with content:
        assert content.read(5) == b"%PDF-"
    assert found.file.name == f"label-{first.tracking_number}.pdf"
    assert [type(event) for event in news] == [LabelsBought, LabelsBought]
    assert news[0].labels[0].tracking_number == first.tracking_number
    audit = AuditEvent.objects.filter(subject="sales-order:SO-1", verb="label bought").order_by("id")
    assert [event.data["tracking_number"] for event in audit] == [first.tracking_number, second.tracking_number]
    assert "Gwenllian" not in str([event.data for event in audit])


def test_buying_again_buys_nothing(actor, account, depot, make_shipment, news):
    shipment = make_shipment()
    first = buy(actor, shipment)[0].label
    again = buy(actor, shipment)[0]
    assert again.is_bought
    assert again.label.id == first.id
    assert depot.label_count() == 1
    assert len(news) == 1


def test_zpl_and_a_shipment_without_packages(actor, account, make_shipment, news):
    shipment = make_shipment(weights=(), weight_g=900)
    (outcome,) = buy(actor, shipment, format=LabelFormat.ZPL, service="CC:TRACKED48")
    assert outcome.label.service_code == "TRACKED48"
    assert outcome.label.package_id is None
    _, content = label_open(label_id=outcome.label.id, actor=actor)
    with content:
        assert content.read().startswith(b"^XA")


def test_many_labels_are_one_print_job(actor, account, make_shipment, news):
    pdf = [buy(actor, make_shipment())[0].label for _ in range(3)]
    zpl = [buy(actor, make_shipment(), format=LabelFormat.ZPL)[0].label for _ in range(2)]
    kind, job = labels_print(label_ids=[label.id for label in reversed(pdf)], actor=actor)
    assert kind == "application/pdf"
    pages = [text.replace(" ", "") for text in pages_text(job)]
    assert [label.tracking_number in page for label, page in zip(reversed(pdf), pages, strict=True)] == [True] * 3
    kind, job = labels_print(label_ids=[label.id for label in zpl], actor=actor)
    assert (kind, job.count(b"^XA"), job.count(b"^XZ")) == ("application/x-zpl", 2, 2)
    for mixed in ([pdf[0].id, zpl[0].id], []):
        with pytest.raises(LabelsMixed):
            labels_print(label_ids=mixed, actor=actor)
    with pytest.raises(NotFound):
        labels_print(label_ids=[pdf[0].id, 1], actor=actor)


@pytest.mark.parametrize(
    ("fault", "error", "charged"),
    [
        ("time_out", CarrierUnreachable, 0),
        ("charge_then_silence", CarrierUnreachable, 1),
        ("server_error", CarrierBroken, 0),
        ("charge_then_error", CarrierBroken, 1),
        ("nonsense", CarrierBroken, 1),
    ],
)
@pytest.mark.parametrize("honours_keys", [True, False])
def test_a_lost_answer_is_looked_for_before_another_label_is_bought(
    actor, account, depot, make_shipment, news, monkeypatch, fault, error, charged, honours_keys
):
    depot.honours_keys = honours_keys
    if not honours_keys:  # and an adapter that leaves the looking to us
        bare = SimulatorCarrier(depot)
        bare._looks_first = False
        monkeypatch.setitem(ADAPTERS, "simulator", lambda settings: bare)
    shipment = make_shipment()
    depot.fault_plant("buy", fault)
    (lost,) = buy(actor, shipment)
    assert isinstance(lost.error, error)
    assert not lost.is_bought
    assert (lost.label.status, lost.label.called_at) == (LabelStatus.REQUESTED, None)
    assert lost.label.reason
    assert depot.label_count() == charged
    assert news == []
    (found,) = buy(actor, shipment)
    assert found.is_bought
    assert found.error is None
    assert depot.label_count() == 1
    assert (found.label.id, found.label.attempts, found.label.reason) == (lost.label.id, 2, "")
    assert len(news) == 1


def test_a_process_killed_between_call_and_record_leaves_a_label_that_is_found(
    actor, account, depot, make_shipment, news, monkeypatch
):
    shipment = make_shipment()
    whole = SimulatorCarrier.buy_label

    def die(self, request):
        whole(self, request)
        raise KeyboardInterrupt

    monkeypatch.setattr(SimulatorCarrier, "buy_label", die)
    with pytest.raises(KeyboardInterrupt):
        buy(actor, shipment)
    monkeypatch.setattr(SimulatorCarrier, "buy_label", whole)
    label = Label.objects.get()
    assert (label.status, label.called_at is None, depot.label_count()) == (LabelStatus.REQUESTED, False, 1)
    # The claim of the dead process still stands: nobody may call yet.
    (busy,) = buy(actor, shipment)
    assert isinstance(busy.error, LabelNotPossible)
    assert labels_settle(actor=actor) == []
    past = label.called_at - CLAIM - timedelta(seconds=1)
    Label.objects.update(called_at=past, requested_at=past)
    (settled,) = labels_settle(actor=actor)
    assert settled.is_bought
    assert depot.label_count() == 1
    assert labels_settle(actor=actor) == []


def test_a_failed_look_does_not_buy(actor, account, depot, make_shipment, news):
    shipment = make_shipment()
    depot.fault_plant("buy", "charge_then_silence")
    buy(actor, shipment)
    depot.fault_plant("find", "time_out")
    (again,) = buy(actor, shipment)
    assert isinstance(again.error, CarrierUnreachable)
    assert depot.label_count() == 1
    assert buy(actor, shipment)[0].is_bought
    assert depot.label_count() == 1


def test_a_refusal_ends_this_purchase_and_a_corrected_one_begins_anew(actor, account, depot, make_shipment, news):
    shipment = make_shipment(ship_to={"name": "Nobody", "country": "GB"})
    (refused,) = buy(actor, shipment)
    assert isinstance(refused.error, CarrierRefused)
    assert refused.label.status == LabelStatus.FAILED
    assert "postcode" in refused.label.reason
    assert depot.charged_minor() == 0
    Shipment.objects.filter(id=shipment.id).update(ship_to={"name": "N", "postcode": "LL23 7AA", "country": "GB"})
    (bought,) = buy(actor, shipment)
    assert bought.is_bought
    assert bought.label.purchase_key != refused.label.purchase_key
    assert depot.label_count() == 1


def test_one_bad_shipment_does_not_stop_the_others(actor, account, depot, make_shipment, news):
    good, draft, light, heavy = (
        make_shipment(), make_shipment(status="draft"), make_shipment(weights=(0,), weight_g=0),
        make_shipment(weights=(20_001,)),
    )  # fmt: skip
    odd = make_shipment(carrier_service="Pigeon post")
    outcomes = buy(actor, draft, light, heavy, odd, Shipment(id=1), good)
    assert [type(outcome.error) for outcome in outcomes] == [
        LabelNotPossible, LabelNotPossible, LabelNotPossible, ServiceUnknown, NotFound, type(None),
    ]  # fmt: skip
    assert [outcome.shipment_id for outcome in outcomes] == [draft.id, light.id, heavy.id, odd.id, 1, good.id]
    assert outcomes[-1].is_bought
    assert depot.label_count() == 1
    assert Label.objects.count() == 1


def test_the_network_is_never_called_inside_a_transaction(actor, account, depot, make_shipment, news):
    shipment = make_shipment()
    label = buy(actor, shipment)[0].label
    with transaction.atomic():
        for call in (
            lambda: buy(actor, shipment),
            lambda: labels_settle(actor=actor),
            lambda: labels_void(label_ids=[label.id], actor=actor),
            lambda: rates_quote(shipment_ids=[shipment.id], actor=actor),
        ):
            with pytest.raises(NetworkInTransaction):
                call()


def test_no_transaction_is_open_while_the_carrier_is_called(actor, account, make_shipment, news, monkeypatch):
    seen = []
    whole = SimulatorCarrier.buy_label

    def watch(self, request):
        seen.append((connection.in_atomic_block, Label.objects.get(purchase_key=request.key).status))
        return whole(self, request)

    monkeypatch.setattr(SimulatorCarrier, "buy_label", watch)
    buy(actor, make_shipment())
    assert seen == [(False, "requested")]


def test_two_clerks_at_once_buy_one_label(actor, account, depot, make_shipment, news):
    shipment = make_shipment()
    barrier, outcomes = threading.Barrier(4), []

    def clerk():
        try:
            barrier.wait()
            outcomes.extend(buy(actor, shipment))
        finally:
            connection.close()

    threads = [threading.Thread(target=clerk) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert depot.label_count() == 1
    assert Label.objects.count() == 1
    assert any(outcome.is_bought for outcome in outcomes)
    assert len(outcomes) == 4
    assert all(outcome.is_bought or isinstance(outcome.error, LabelNotPossible) for outcome in outcomes)
    assert len(news) == 1


def test_a_label_is_given_back_once_and_another_can_be_bought(actor, account, depot, make_shipment, news):
    shipment = make_shipment()
    label = buy(actor, shipment)[0].label
    (voided,) = labels_void(label_ids=[label.id], actor=actor)
    (again,) = labels_void(label_ids=[label.id], actor=actor)
    assert (voided.label.status, again.label.status, again.error) == (LabelStatus.VOIDED, LabelStatus.VOIDED, None)
    assert depot.charged_minor() == 0
    assert [type(event) for event in news] == [LabelsBought, LabelsVoided]
    second = buy(actor, shipment)[0].label
    assert second.tracking_number != label.tracking_number
    assert depot.label_count() == 2
    assert isinstance(labels_void(label_ids=[1], actor=actor)[0].error, NotFound)


def test_a_failed_giving_back_changes_nothing(actor, account, depot, make_shipment, news):
    label = buy(actor, make_shipment())[0].label
    depot.fault_plant("void", "time_out")
    (outcome,) = labels_void(label_ids=[label.id], actor=actor)
    assert isinstance(outcome.error, CarrierUnreachable)
    assert Label.objects.get().status == LabelStatus.BOUGHT
    assert labels_void(label_ids=[label.id], actor=actor)[0].error is None


def test_a_label_given_back_at_the_carrier_is_not_printed(actor, account, depot, make_shipment, news):
    shipment = make_shipment()
    depot.fault_plant("buy", "charge_then_silence")
    key = buy(actor, shipment)[0].label.purchase_key
    depot.void(depot.find(key)["tracking_number"])
    (outcome,) = buy(actor, shipment)
    assert isinstance(outcome.error, CarrierRefused)
    assert outcome.label.status == LabelStatus.FAILED
    assert buy(actor, shipment)[0].is_bought
    assert depot.charged_minor() > 0


def test_packing_anew_leaves_the_old_request_to_a_person(actor, account, depot, make_shipment, news):
    shipment = make_shipment()
    depot.fault_plant("buy", "time_out")
    label = buy(actor, shipment)[0].label
    other = make_shipment()
    Package.objects.filter(id=label.package_id).update(shipment=other)
    past = label.requested_at - CLAIM - timedelta(minutes=1)
    Label.objects.update(requested_at=past)
    (outcome,) = labels_settle(actor=actor)
    assert isinstance(outcome.error, LabelNotPossible)
    assert depot.label_count() == 0


def test_the_database_itself_holds_one_live_label_a_package(actor, account, make_shipment, news):
    label = buy(actor, make_shipment())[0].label
    copy = {field.attname: getattr(label, field.attname) for field in Label._meta.fields if field.attname != "id"}
    for change in ({"tracking_number": "X"}, {"purchase_key": "other"}, {"purchase_key": "o", "tracking_number": "X"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Label.objects.create(**(copy | change))
    with pytest.raises(IntegrityError), transaction.atomic():
        Label.objects.filter(id=label.id).update(tracking_number="")


def test_quotes_show_switched_on_services_cheapest_first_and_name_who_is_silent(
    actor, account, depot, make_shipment, news
):
    shipment = make_shipment(weights=(1200, 800))
    quotes = rates_quote(shipment_ids=[shipment.id], actor=actor)
    assert [(quote.service_code, quote.cost_minor) for quote in quotes] == [
        ("TRACKED48", 2 * 295 + 3 * 60), ("TRACKED24", 2 * 395 + 3 * 75),
    ]  # fmt: skip
    depot.fault_plant("rates", "time_out")
    (silent,) = rates_quote(shipment_ids=[shipment.id], actor=actor)
    assert isinstance(silent.error, CarrierUnreachable)
    with pytest.raises(NotFound):
        rates_quote(shipment_ids=[1], actor=actor)


def test_roles_and_warehouses_are_kept(actor, account, make_shipment, news):
    shipment = make_shipment()
    nobody = replace(actor, permissions=frozenset({"shipping.view"}))
    with pytest.raises(NotAllowed):
        buy(nobody, shipment)
    with pytest.raises(NotAllowed):
        carrier_accounts_save(accounts=[], actor=nobody)
    elsewhere = replace(actor, warehouse_codes=frozenset({"OTHER"}))
    assert isinstance(buy(elsewhere, shipment)[0].error, NotFound)
    stranger = replace(actor, company_id=actor.company_id + 1)
    assert isinstance(buy(stranger, shipment)[0].error, NotFound)
    label = buy(actor, shipment)[0].label
    assert isinstance(labels_void(label_ids=[label.id], actor=elsewhere)[0].error, NotFound)
    assert labels_of_shipments(shipment_ids=[shipment.id], actor=elsewhere) == {}


def test_settings_are_sealed_kept_and_never_recorded(actor, account):
    row = CarrierAccount.objects.get()
    assert "s3cret" not in row.settings_sealed
    assert "s3cret" not in str(list(AuditEvent.objects.values_list("data", flat=True)))
    carrier_accounts_save(accounts=[CarrierAccountDraft(code="CC", name="New name", adapter="simulator")], actor=actor)
    again = CarrierAccount.objects.get()
    assert again.name == "New name"
    assert again.settings_sealed != row.settings_sealed
    assert [event.data["settings"] for event in AuditEvent.objects.order_by("id")] == [["api_key"], ["api_key"]]
