from datetime import timedelta

from cefn.kernel import clock
from cefn.shipping.carriers.base import TrackingCode, TrackingUpdate
from cefn.shipping.services import LabelOrder, labels_buy, labels_void, tracking_record
from cefn.warehouse.models import Package, Shipment


def test_tracking_reaches_the_shipment(actor, account, make_shipment):
    s = make_shipment((500, 700))
    labels = [o.label for o in labels_buy(orders=[LabelOrder(shipment_id=s.id)], actor=actor)]
    s.refresh_from_db()
    assert s.tracking_number == labels[0].tracking_number
    assert list(Package.objects.order_by("id").values_list("tracking_number", flat=True)) == [
        label.tracking_number for label in labels
    ]
    labels_void(label_ids=[labels[0].id], actor=actor)
    s.refresh_from_db()
    assert s.tracking_number == labels[1].tracking_number
    w = make_shipment((), weight_g=400)
    (o,) = labels_buy(orders=[LabelOrder(shipment_id=w.id)], actor=actor)
    w.refresh_from_db()
    assert w.tracking_number == o.label.tracking_number
    now = clock.now()
    Shipment.objects.filter(id=w.id).update(status="shipped", shipped_at=now)
    up = TrackingUpdate(
        event_id="E",
        tracking_number=w.tracking_number,
        code=TrackingCode.DELIVERED,
        description="",
        happened_at=now + timedelta(days=1),
    )
    tracking_record(updates=[up], account_id=account.id, actor=actor)
    w.refresh_from_db()
    assert (w.status, w.delivered_at) == ("delivered", now + timedelta(days=1))
