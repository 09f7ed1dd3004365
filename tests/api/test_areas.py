"""Each verb of each area that the story does not tell."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from cefn.books.models import Invoice
from cefn.channels.models import ImportRun
from cefn.flows.wiring import JOBS
from cefn.inventory.models import StockLevel
from cefn.platform.jobs import JobDraft, handlers_register, handlers_registered, jobs_drain, jobs_enqueue
from cefn.platform.models import Job, Role
from cefn.shipping.services import (
    CarrierAccountDraft,
    CarrierServiceDraft,
    carrier_accounts_save,
    carrier_services_save,
)
from tests.api.programs import Program, Shop, order_body, shop_open


def test_products_are_made_changed_and_archived(shop: Shop, owner: Program) -> None:
    body = {
        "products": [
            {
                "name": "Slate", "name_cy": "Llechen", "category": "Kitchen",
                "variants": [{"sku": "SLATE-1", "price_micro": 4_950_000, "barcodes": ["5012345678900"]}],
            }
        ]
    }  # fmt: skip
    made = owner.post("/products", body)
    assert made.status_code == 201, made.content
    product = made.json()["items"][0]
    variant = product["variants"][0]
    assert (product["unit"], variant["barcodes"]) == ("each", ["5012345678900"])
    found = owner.get("/variants", barcode="5012345678900").json()["items"]
    assert [row["id"] for row in found] == [variant["id"]]
    changed = owner.patch(f"/products/{product['id']}", {"name": "Slate coaster"}).json()
    assert (changed["name"], changed["name_cy"]) == ("Slate coaster", "Llechen")
    dearer = owner.patch(f"/variants/{variant['id']}", {"price_micro": 5_000_000})
    assert dearer.json()["price_micro"] == 5_000_000
    buyer = shop.program(role=Role.BUYER)
    assert buyer.patch(f"/variants/{variant['id']}", {"price_micro": 1}).status_code == 403
    assert buyer.patch(f"/variants/{variant['id']}", {"weight_g": 120}).json()["weight_g"] == 120
    second = owner.post(f"/products/{product['id']}/variants", {"sku": "SLATE-2", "options": {"colour": "grey"}})
    assert (second.status_code, second.json()["options"]) == (201, {"colour": "grey"})
    archived = owner.post(f"/products/{product['id']}/archive").json()
    assert {one["status"] for one in archived["variants"]} | {archived["status"]} == {"archived"}
    refused = owner.post("/orders", order_body(lines=[{"sku": "SLATE-1", "quantity": 1}]))
    assert refused.json()["code"] == "CEFN-ORDERS-004"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"variants": [{"sku": "mug-red"}]}, "CEFN-CATALOG-002"),
        ({"variants": [{"sku": "A", "barcodes": ["5012345678901"]}]}, "CEFN-CATALOG-003"),
        ({"variants": [{"sku": "A"}], "unit": "stone"}, "CEFN-CATALOG-005"),
        ({"variants": [{"sku": "A"}], "tax_category": "none"}, "CEFN-CATALOG-006"),
        ({"variants": [{"sku": " "}]}, "CEFN-KERNEL-002"),
    ],
)
def test_products_that_do_not_fit_are_refused(owner: Program, change: dict[str, Any], code: str) -> None:
    answer = owner.post("/products", {"products": [{"name": "X", **change}]})
    assert (400 <= answer.status_code < 500, answer.json()["code"]) == (True, code)
    assert len(owner.get("/products").json()["items"]) == 3


def test_barcodes_come_and_go(owner: Program) -> None:
    mug = owner.get("/variants", sku="MUG-RED").json()["items"][0]["id"]
    spoon = owner.get("/variants", sku="SPOON").json()["items"][0]["id"]
    assert owner.post(f"/variants/{mug}/barcodes", {"codes": ["5012345678900"]}).json()["barcodes"] == ["5012345678900"]
    taken = owner.post(f"/variants/{spoon}/barcodes", {"codes": ["5012345678900"]})
    assert taken.json()["code"] == "CEFN-CATALOG-004"
    other = owner.post(f"/variants/{spoon}/barcodes/remove", {"codes": ["5012345678900"]})
    assert other.json()["barcodes"] == []
    assert owner.get(f"/variants/{mug}").json()["barcodes"] == ["5012345678900"]
    assert owner.post(f"/variants/{mug}/barcodes/remove", {"codes": ["5012345678900"]}).json()["barcodes"] == []


def test_adjustments_are_posted_and_undone(owner: Program) -> None:
    line = {"sku": "mug-red", "location": "A-01", "quantity": -3}
    lost = owner.post("/stock/adjustments", {"warehouse": "CF", "reason": "damaged", "lines": [line], "note": "Fell"})
    assert lost.status_code == 201, lost.content
    assert lost.json()["lines"][0] == lost.json()["lines"][0] | {"quantity": -3, "value_minor": -1200}
    assert StockLevel.objects.get(variant__sku="MUG-RED").on_hand == 7
    undone = owner.post(f"/stock/adjustments/{lost.json()['id']}/reverse", {"reason": "Found again"})
    assert (undone.status_code, undone.json()["reverses_id"]) == (201, lost.json()["id"])
    assert StockLevel.objects.get(variant__sku="MUG-RED").on_hand == 10
    again = owner.post(f"/stock/adjustments/{lost.json()['id']}/reverse", {"reason": "Twice"})
    assert again.json()["code"] == "CEFN-INVENTORY-006"
    moves = owner.get("/stock/moves", sku="MUG-RED", warehouse="CF", reason="adjust_out").json()["items"]
    assert [(move["quantity"], move["to_location"]["kind"]) for move in moves] == [(3, "loss")]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"quantity": -11}, "CEFN-INVENTORY-001"),
        ({"quantity": 0}, "CEFN-KERNEL-002"),
        ({"location": "Z-99"}, "CEFN-INVENTORY-004"),
        ({"sku": "POST"}, "CEFN-CATALOG-001"),
    ],
)
def test_adjustments_that_do_not_fit_are_refused(owner: Program, change: dict[str, Any], code: str) -> None:
    line = {"sku": "MUG-RED", "location": "A-01", "quantity": -1, **change}
    answer = owner.post("/stock/adjustments", {"warehouse": "CF", "reason": "lost", "lines": [line]})
    assert (400 <= answer.status_code < 500, answer.json()["code"]) == (True, code)


def test_customers_and_suppliers_are_made_and_changed(owner: Program) -> None:
    body = {"customers": [{"name": "Mair", "reference": "c:1", "addresses": [{"city": "Bangor", "country": "GB"}]}]}
    made = owner.post("/customers", body).json()["items"][0]
    assert (made["number"], made["addresses"][0]["city"]) == ("C-000001", "Bangor")
    change = {"email": "mair@example.com", "address": {"city": "Conwy"}}
    changed = owner.patch(f"/customers/{made['id']}", change).json()
    assert (changed["name"], changed["email"], changed["addresses"][0]["city"]) == ("Mair", "mair@example.com", "Conwy")
    assert [row["id"] for row in owner.get("/customers", reference="c:1").json()["items"]] == [made["id"]]
    supplier = owner.post("/suppliers", {"suppliers": [{"name": "Môn", "lead_time_days": 7}]}).json()["items"][0]
    assert owner.patch(f"/suppliers/{supplier['id']}", {"is_archived": True}).json()["is_archived"] is True
    assert owner.get("/suppliers", is_archived="false").json()["items"] == []


def test_what_exists_once_is_not_made_twice(transactional_db: None) -> None:
    owner = shop_open("twice").program()
    body = {"customers": [{"name": "Mair", "reference": "c:1"}]}
    assert owner.post("/customers", body).status_code == 201
    twice = owner.post("/customers", body)
    assert (twice.status_code, twice.json()["code"]) == (409, "CEFN-API-010")
    assert len(owner.get("/customers").json()["items"]) == 1


def test_parts_of_an_order_are_cancelled(owner: Program) -> None:
    key = owner.post("/orders", order_body()).json()["items"][0]["id"]
    order = owner.get(f"/orders/{key}").json()
    part = {"line_id": order["lines"][0]["id"], "quantity": 1}
    left = owner.post(f"/orders/{key}/lines/cancel", {"lines": [part], "reason": "One is enough"})
    assert (left.status_code, left.json()["lines"][0]["cancelled"], left.json()["lines"][0]["allocated"]) == (200, 1, 1)
    too_much = owner.post(f"/orders/{key}/lines/cancel", {"lines": [part, part], "reason": "More than there is"})
    assert too_much.json()["code"] == "CEFN-ORDERS-005"
    other = owner.post("/orders", order_body()).json()["items"][0]["id"]
    foreign = owner.post(f"/orders/{other}/lines/cancel", {"lines": [part], "reason": "Not its line"})
    assert foreign.status_code == 404


def test_a_held_order_waits_until_it_is_released(owner: Program) -> None:
    key = owner.post("/orders", order_body(hold={"kind": "fraud", "reason": "Check"})).json()["items"][0]["id"]
    shipment = owner.get(f"/orders/{key}").json()["shipments"][0]["id"]
    assert owner.post("/shipments/release", {"shipment_ids": [shipment]}).json()["code"] == "CEFN-WAREHOUSE-001"
    wrong = owner.post(f"/orders/{key}/hold/release", {"kind": "address"})
    assert wrong.json()["code"] == "CEFN-ORDERS-007"
    assert owner.post(f"/orders/{key}/hold/release", {"kind": "fraud"}).json()["is_on_hold"] is False
    assert owner.post("/shipments/release", {"shipment_ids": [shipment]}).status_code == 201


def test_a_short_pick_leaves_the_rest_waiting(owner: Program) -> None:
    key = owner.post("/orders", order_body()).json()["items"][0]["id"]
    shipment = owner.get(f"/orders/{key}").json()["shipments"][0]["id"]
    batch = owner.post("/shipments/release", {"shipment_ids": [shipment]}).json()["items"][0]["id"]
    task = owner.get(f"/pick-batches/{batch}").json()["tasks"][0]["id"]
    twice = {"picks": [{"task_id": task, "picked": 1}, {"task_id": task, "picked": 1}]}
    assert owner.post(f"/pick-batches/{batch}/confirm", twice).status_code == 422
    much = owner.post(f"/pick-batches/{batch}/confirm", {"picks": [{"task_id": task, "picked": 3}]})
    assert much.json()["code"] == "CEFN-WAREHOUSE-004"
    short = owner.post(f"/pick-batches/{batch}/confirm", {"picks": [{"task_id": task, "picked": 1}]})
    assert [one["status"] for one in short.json()["tasks"]] == ["short"]
    line = owner.get(f"/shipments/{shipment}").json()["lines"][0]
    wrong = {"parcels": [{"contents": [{"line_id": line["id"], "quantity": 2}]}]}
    assert owner.post(f"/shipments/{shipment}/pack", wrong).json()["code"] == "CEFN-WAREHOUSE-005"
    right = {"parcels": [{"weight_g": 450, "contents": [{"line_id": line["id"], "quantity": 1}]}]}
    packed = owner.post(f"/shipments/{shipment}/pack", right).json()
    assert (packed["weight_g"], packed["packages"][0]["contents"]) == (450, [{"line_id": line["id"], "quantity": 1}])
    assert owner.get(f"/orders/{key}").json()["allocation_status"] == "partial"


def test_a_blind_return_is_credited(owner: Program) -> None:
    line = {"sku": "MUG-RED", "quantity": 2, "unit_price_micro": 6_000_000}
    back = owner.post("/returns", {"warehouse": "BG", "lines": [line], "reason": "No order"})
    assert (back.status_code, back.json()["total_minor"], back.json()["order_id"]) == (201, 1200, None)
    credit = Invoice.objects.get(kind="credit_note")
    assert owner.get("/invoices", kind="credit_note").json()["items"][0]["id"] == str(credit.pk)
    empty = owner.post("/returns", {"warehouse": "BG", "lines": [{"quantity": 1}]})
    assert [fault["field"] for fault in empty.json()["faults"]] == ["lines.0.sku"]
    lone = owner.post("/returns", {"warehouse": "BG", "lines": [{"quantity": 1, "order_line_id": "5"}]})
    assert [fault["field"] for fault in lone.json()["faults"]] == ["order_id"]


def test_money_is_booked_once_and_never_refunded_beyond(owner: Program) -> None:
    key = owner.post("/orders", order_body()).json()["items"][0]["id"]
    paid = {"method": "card", "amount_minor": 1920, "order_id": key, "source": "psp:7"}
    first = owner.post("/payments", paid).json()
    assert (first["direction"], first["unallocated_minor"]) == ("in", 1920)
    again = owner.post("/payments", paid)
    assert (again.status_code, again.json()["code"]) == (409, "CEFN-BOOKS-004")
    assert owner.post("/payments", {**paid, "method": "shells", "source": ""}).json()["code"] == "CEFN-BOOKS-001"
    much = owner.post("/refunds", {"method": "card", "amount_minor": 1921, "order_id": key})
    assert much.json()["code"] == "CEFN-BOOKS-003"
    assert owner.post("/payments", {**paid, "amount_minor": 0}).status_code == 422


def test_an_invoice_comes_as_pdf(owner: Program) -> None:
    line = {"sku": "MUG-RED", "quantity": 1, "unit_price_micro": 6_000_000}
    owner.post("/returns", {"warehouse": "CF", "lines": [line]})
    key = owner.get("/invoices").json()["items"][0]["id"]
    answer = owner.get(f"/invoices/{key}/pdf")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf")
    assert answer.content.startswith(b"%PDF-")


def test_labels_are_bought_once_and_given_back(transactional_db: None) -> None:
    shop = shop_open("labels")
    owner = shop.program()
    account = CarrierAccountDraft(code="CC", name="Cludwyr", adapter="simulator", settings={"api_key": "s3cret"})
    carrier_accounts_save(accounts=[account], actor=shop.actor)
    service = CarrierServiceDraft(account="CC", code="TRACKED24", name="Tracked 24")
    carrier_services_save(services=[service], actor=shop.actor)
    address = {"name": "Mair", "line1": "1 Stryd Fawr", "city": "Bangor", "postcode": "LL57 1AA", "country": "GB"}
    key = owner.post("/orders", order_body(ship_to=address)).json()["items"][0]["id"]
    shipment = owner.get(f"/orders/{key}").json()["shipments"][0]["id"]
    early = owner.post(f"/shipments/{shipment}/labels", {"service": "CC:TRACKED24"}, "label-key-1")
    assert (early.status_code, early.json()["code"]) == (409, "CEFN-SHIPPING-008")
    batch = owner.post("/shipments/release", {"shipment_ids": [shipment]}).json()["items"][0]["id"]
    task = owner.get(f"/pick-batches/{batch}").json()["tasks"][0]["id"]
    owner.post(f"/pick-batches/{batch}/confirm", {"picks": [{"task_id": task, "picked": 2}]})
    owner.post(f"/shipments/{shipment}/pack", {})
    bought = owner.post(f"/shipments/{shipment}/labels", {"service": "CC:TRACKED24"}, "label-key-1")
    assert bought.status_code == 201, bought.content
    (label,) = bought.json()["items"]
    assert (label["status"], label["carrier"], bool(label["tracking_number"])) == ("bought", "CC", True)
    again = owner.post(f"/shipments/{shipment}/labels", {"service": "CC:TRACKED24"})
    assert [one["id"] for one in again.json()["items"]] == [label["id"]]
    paper = owner.get(f"/labels/{label['id']}/document")
    assert (paper.headers["Content-Type"], b"".join(paper.streaming_content)[:5]) == ("application/pdf", b"%PDF-")
    paper.close()
    back = owner.post(f"/labels/{label['id']}/void")
    assert (back.status_code, back.json()["status"]) == (200, "voided"), back.content
    assert owner.get(f"/shipments/{shipment}").json()["labels"][0]["status"] == "voided"
    assert owner.post("/labels/5/void").status_code == 404


@pytest.fixture
def handlers() -> Iterator[None]:
    """Have the jobs done as a worker does them."""
    before = dict(handlers_registered())
    handlers_register(JOBS)
    yield
    handlers_register(before)


@pytest.mark.usefixtures("handlers")
def test_an_import_is_seen_applied_and_taken_back(owner: Program) -> None:
    content = "name,email,reference\nMair,mair@example.com,m1\nSiân,sian@example.com,s1\n".encode()
    sent = owner.upload("customers.csv", content, "k" * 20, kind="customers")
    assert sent.status_code == 201, sent.content
    again = owner.upload("customers.csv", content, "k" * 20, kind="customers")
    assert (again.json()["id"], again.headers["Idempotency-Replayed"]) == (sent.json()["id"], "true")
    other = owner.upload("customers.csv", content + b"X,,x\n", "k" * 20, kind="customers")
    assert (other.status_code, ImportRun.objects.count()) == (409, 1)
    where = f"/imports/{sent.json()['id']}"
    seen = owner.post(f"{where}/preview")
    assert (seen.status_code, seen.json()["state"], seen.json()["counts"]["new"]) == (200, "previewed", 2), seen.content
    assert {row["action"] for row in owner.get(f"{where}/rows").json()["items"]} == {"new"}
    started = owner.post(f"{where}/apply", {})
    assert (started.status_code, started.json()["state"]) == (202, "running"), started.content
    assert Job.objects.get(pk=started.json()["job_id"]).kind == "imports.apply"
    assert owner.post(f"{where}/apply", {}).status_code == 409
    jobs_drain()
    assert owner.get(where).json()["state"] == "done"
    assert [row["name"] for row in owner.get("/customers").json()["items"]] == ["Siân", "Mair"]
    assert owner.post(f"{where}/undo").json()["state"] == "undone"


@pytest.mark.parametrize(
    ("kind", "content", "options", "code"),
    [
        ("customers", b"", "{}", "CEFN-IMP-001"),
        ("customers", b"\x00\x01\x02\xff", "{}", "CEFN-IMP-001"),
        ("customers", b"name\nA\n", '{"colour": "red"}', "CEFN-IMP-006"),
        ("customers", b"name\nA\n", "[]", "CEFN-IMP-006"),
        ("customers", b"name\nA\n", "{", "CEFN-API-002"),
        ("planets", b"name\nA\n", "{}", "CEFN-KERNEL-002"),
    ],
)
def test_files_that_cannot_be_read_are_refused(
    owner: Program, kind: str, content: bytes, options: str, code: str
) -> None:
    answer = owner.upload("file.csv", content, kind=kind, options=options)
    assert (400 <= answer.status_code < 500, answer.json()["code"]) == (True, code), answer.content
    assert not ImportRun.objects.exists()


def test_a_file_that_breaks_off_is_refused_when_it_is_read(transactional_db: None) -> None:
    owner = shop_open("open").program()
    sent = owner.upload("customers.csv", b'name\nMair\n"open', kind="customers").json()["id"]
    seen = owner.post(f"/imports/{sent}/preview")
    assert (seen.status_code, seen.json()["code"]) == (422, "CEFN-IMP-001"), seen.content
    found = owner.get(f"/imports/{sent}").json()
    assert (found["state"], bool(found["fault"]["sentence"])) == ("refused", True)


def test_a_form_that_is_not_whole_is_refused(owner: Program) -> None:
    answer = owner.post("/imports", b"--x\r\nbroken", Content_Type="multipart/form-data; boundary=x")
    assert answer.status_code == 422, answer.content
    assert owner.post("/imports", {"kind": "customers"}).status_code == 415
    assert owner.post("/imports", b"x", Content_Type="multipart/form-data").status_code == 422


def test_reports_balance(owner: Program) -> None:
    owner.post("/payments", {"method": "card", "amount_minor": 500})
    balance = owner.get("/reports/trial-balance").json()
    assert balance["debit_minor"] == balance["credit_minor"] > 0
    sheet = owner.get("/reports/balance-sheet").json()
    assert sheet["assets_minor"] == 8500
    assert owner.get("/reports/profit-and-loss").json()["profit_minor"] == 0
    lines = owner.get("/reports/accounts/1000/lines").json()
    assert (lines["closing_minor"], lines["count"]) == (8000, 1)
    assert owner.get("/reports/aged-debtors").json()["total_minor"] == 0
    backwards = owner.get("/reports/profit-and-loss", first_on="2026-02-01", last_on="2026-01-01")
    assert [fault["field"] for fault in backwards.json()["faults"]] == ["first_on"]
    assert owner.get("/reports/trial-balance", as_of="2026-13-01").status_code == 422
    assert owner.get("/reports/accounts/none/lines").status_code == 404


def test_jobs_are_cancelled_and_repeated(shop: Shop, owner: Program) -> None:
    (key,) = jobs_enqueue(company_id=shop.company.pk, jobs=[JobDraft(kind="none.such")], actor=shop.actor)
    assert owner.post(f"/jobs/{key}/retry").json()["code"] == "CEFN-KERNEL-005"
    assert owner.post(f"/jobs/{key}/cancel").json()["state"] == "cancelled"
    assert owner.post(f"/jobs/{key}/cancel").status_code == 409
    assert owner.post(f"/jobs/{key}/retry").json()["state"] == "ready"
    assert [row["id"] for row in owner.get("/jobs", kind="none.such").json()["items"]] == [str(key)]


def test_me_says_who_and_what(shop: Shop) -> None:
    answer = shop.program(role=Role.CLERK, channels=["web"]).get("/me").json()
    assert (answer["role"], answer["channel_codes"], answer["company"]["currency"]) == ("clerk", ["web"], "GBP")
    assert "orders.edit" in answer["permissions"]
    assert "payments.refund" not in answer["permissions"]


def test_the_document_and_its_page_are_open_and_need_no_other_host(db: None) -> None:
    client = Client()
    found = client.get("/api/v1/openapi.json").json()
    assert found["openapi"].startswith("3.1")
    page = client.get("/api/v1/docs")
    text = page.content.decode()
    assert page.status_code == 200
    for forbidden in ("<script", "style=", "http://", "https://", " onclick"):
        assert forbidden not in text
    for address, operations in found["paths"].items():
        assert address in text
        for operation in operations.values():
            assert f'id="{operation["operationId"]}"' in text
    assert finders.find("api/docs.css")
    assert client.post("/api/v1/docs").status_code == 405
