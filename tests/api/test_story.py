"""The main job, told to the API alone: from a product to a refund."""

from tests.api.programs import Program, Shop, order_body


def test_from_order_to_refund(shop: Shop, owner: Program) -> None:
    placed = owner.post("/orders", order_body(external_id="W-1", channel="web"))
    assert placed.status_code == 201, placed.content
    row = placed.json()["items"][0]
    assert (row["number"], row["total_minor"], row["allocation_status"]) == ("SO-000001", 1920, "full")
    order = owner.get(f"/orders/{row['id']}").json()
    (shipment,) = order["shipments"]
    released = owner.post("/shipments/release", {"shipment_ids": [shipment["id"]]})
    assert released.status_code == 201, released.content
    (batch,) = released.json()["items"]
    batch = owner.get(f"/pick-batches/{batch['id']}").json()
    (task,) = batch["tasks"]
    assert (task["location"], task["sku"], task["quantity"]) == ("A-01", "MUG-RED", 2)
    picked = owner.post(f"/pick-batches/{batch['id']}/confirm", {"picks": [{"task_id": task["id"], "picked": 2}]})
    assert picked.json()["status"] == "done", picked.content
    packed = owner.post(f"/shipments/{shipment['id']}/pack", {})
    assert packed.json()["packages"][0]["weight_g"] == 600, packed.content
    sent = owner.post(f"/shipments/{shipment['id']}/ship", {})
    assert sent.json()["status"] == "shipped", sent.content
    arrived = owner.post(f"/shipments/{shipment['id']}/deliver", {"delivered_at": "2026-03-01T09:30:00+01:00"})
    assert arrived.json()["delivered_at"] == "2026-03-01T08:30:00.000Z", arrived.content
    paid = owner.post("/payments", {"method": "card", "amount_minor": 1920, "order_id": row["id"], "source": "psp:1"})
    assert paid.status_code == 201, paid.content
    assert paid.json()["allocations"][0]["amount_minor"] == 1920
    order = owner.get(f"/orders/{row['id']}").json()
    assert (order["status"], order["payment_status"], order["delivery_status"]) == ("done", "paid", "delivered")
    assert order["timeline"][-1]["verb"] == "placed"
    assert order["routing"][0]["chosen"]
    invoice = owner.get(f"/invoices/{order['invoices'][0]['id']}").json()
    assert (invoice["net_minor"], invoice["tax_minor"], invoice["open_minor"]) == (1600, 320, 0)
    back = owner.post(
        "/returns",
        {
            "warehouse": "CF", "order_id": row["id"], "reason": "Cracked",
            "lines": [{"order_line_id": order["lines"][0]["id"], "quantity": 1, "disposition": "scrap", "grade": "D"}],
        },
    )  # fmt: skip
    assert back.status_code == 201, back.content
    assert back.json()["total_minor"] == 960
    refund = owner.post("/refunds", {"method": "card", "amount_minor": 960, "order_id": row["id"]})
    assert refund.status_code == 201, refund.content
    levels = owner.get("/stock/levels", sku="mug-red", warehouse="CF").json()["items"]
    assert [(level["on_hand"], level["allocated"], level["available"]) for level in levels] == [(8, 0, 8)]
    explained = owner.get(f"/stock/levels/{levels[0]['id']}/explained").json()
    assert sum(part["moved_in"] - part["moved_out"] for part in explained["moved"]) == 8
    assert sum(part["on_hand"] for part in explained["bins"]) == 8
