"""Writes happen once, whoever repeats them and however fast; documents are changed only as the caller saw them."""

import threading
import uuid
from typing import Any

import pytest
from django.db import connection

from cefn.api.openapi import document
from cefn.orders.models import SalesOrder
from cefn.parties.models import Customer
from cefn.platform.models import IdempotencyKey
from tests.api.programs import Program, Shop, order_body, shop_open


def test_a_repeat_gets_the_first_answer_again(owner: Program) -> None:
    key = uuid.uuid4().hex
    first = owner.post("/orders", order_body(), key)
    again = owner.post("/orders", order_body(), key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert again.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert SalesOrder.objects.count() == 1


def test_the_same_content_in_other_order_and_spacing_is_the_same_request(owner: Program) -> None:
    key = uuid.uuid4().hex
    owner.post("/customers", b'{"customers":[{"name":"Mair","email":"m@example.com"}]}', key)
    again = owner.post("/customers", b'{ "customers": [ {"email": "m@example.com", "name": "Mair"} ] }', key)
    assert (again.status_code, again.headers["Idempotency-Replayed"]) == (201, "true")
    assert Customer.objects.count() == 1


@pytest.mark.parametrize(
    ("path", "body"),
    [("/customers", {"customers": [{"name": "Other"}]}), ("/suppliers", {"suppliers": [{"name": "X"}]})],
)
def test_a_key_with_another_request_is_refused(owner: Program, path: str, body: Any) -> None:
    key = uuid.uuid4().hex
    owner.post("/customers", {"customers": [{"name": "Mair"}]}, key)
    answer = owner.post(path, body, key)
    assert (answer.status_code, answer.json()["code"]) == (409, "CEFN-PLATFORM-002")
    assert Customer.objects.count() == 1


def test_keys_belong_to_the_person_behind_the_token(shop: Shop) -> None:
    key = uuid.uuid4().hex
    for program in (shop.program(), shop.program()):
        answer = program.post("/customers", {"customers": [{"name": "Mair"}]}, key)
        assert (answer.status_code, "Idempotency-Replayed" in answer.headers) == (201, False)
    assert Customer.objects.count() == 2


def test_a_refused_request_leaves_its_key_free(transactional_db: None) -> None:
    owner = shop_open("keys").program()
    key = uuid.uuid4().hex
    assert owner.post("/orders", order_body(lines=[{"sku": "NONE", "quantity": 1}]), key).status_code == 404
    assert not IdempotencyKey.objects.exists()
    assert owner.post("/orders", order_body(), key).status_code == 201


@pytest.mark.parametrize("key", [None, "short", "x" * 121, "with space in it", "kéy-kéy-kéy"])
def test_a_write_without_a_proper_key_is_refused(owner: Program, key: str | None) -> None:
    headers = {"Authorization": f"Bearer {owner.token}"} | ({"Idempotency-Key": key} if key is not None else {})
    answer = owner.client.post(
        "/api/v1/customers", {"customers": [{"name": "A"}]}, content_type="application/json", headers=headers
    )
    assert answer.status_code == 422
    assert [fault["field"] for fault in answer.json()["faults"]] == ["Idempotency-Key"]
    assert not Customer.objects.exists()


def test_every_write_wants_a_key_and_no_read_does() -> None:
    for address, operations in document()["paths"].items():
        for method, operation in operations.items():
            needed = [one["name"] for one in operation["parameters"] if one["in"] == "header" and one["required"]]
            assert needed == ([] if method == "get" else ["Idempotency-Key"]), f"{method} {address}"


def _together(*calls: Any) -> list[Any]:
    answers: list[Any] = [None] * len(calls)
    start = threading.Barrier(len(calls))

    def run(at: int) -> None:
        start.wait()
        try:
            answers[at] = calls[at]()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(at,)) for at in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return answers


@pytest.mark.postgres
def test_two_at_once_with_one_key_are_one_write(transactional_db: None) -> None:
    program = shop_open("race").program()
    twins = [Program(program.token), Program(program.token)]
    for turn in range(8):
        key = uuid.uuid4().hex
        body = order_body(lines=[{"sku": "MUG-RED", "quantity": 1}], external_id=f"R-{turn}")
        answers = _together(*[lambda twin=twin, key=key, body=body: twin.post("/orders", body, key) for twin in twins])
        assert [answer.status_code for answer in answers] == [201, 201]
        assert answers[0].json() == answers[1].json()
        assert sorted("Idempotency-Replayed" in answer.headers for answer in answers) == [False, True]
    assert SalesOrder.objects.count() == 8


@pytest.mark.postgres
def test_two_at_once_with_one_key_and_other_bodies_are_one_write(transactional_db: None) -> None:
    program = shop_open("race2").program()
    twins = [Program(program.token), Program(program.token)]
    key = uuid.uuid4().hex
    bodies = [{"customers": [{"name": name}]} for name in ("Mair", "Siân")]
    answers = _together(*[lambda t=t, b=b: t.post("/customers", b, key) for t, b in zip(twins, bodies, strict=True)])
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert Customer.objects.count() == 1


@pytest.mark.postgres
def test_two_at_once_with_one_external_id_are_one_order(transactional_db: None) -> None:
    program = shop_open("race3").program()
    twins = [Program(program.token), Program(program.token)]
    for turn in range(8):
        body = order_body(external_id=f"E-{turn}", channel="web", lines=[{"sku": "MUG-RED", "quantity": 1}])
        answers = _together(*[lambda twin=twin, body=body: twin.post("/orders", body) for twin in twins])
        assert sorted(answer.status_code for answer in answers) == [201, 409], [a.content for a in answers]
    assert SalesOrder.objects.count() == 8


def test_an_order_is_changed_only_as_it_was_seen(owner: Program) -> None:
    order = owner.post("/orders", order_body()).json()["items"][0]
    seen = owner.get(f"/orders/{order['id']}").headers["ETag"]
    held = owner.post(f"/orders/{order['id']}/hold", {"kind": "address", "reason": "No number"}, If_Match=seen)
    assert (held.status_code, held.json()["is_on_hold"]) == (200, True)
    assert held.headers["ETag"] != seen
    late = owner.post(f"/orders/{order['id']}/cancel", {"reason": "Changed mind"}, If_Match=seen)
    assert (late.status_code, late.json()["code"]) == (412, "CEFN-API-008")
    assert owner.get(f"/orders/{order['id']}").json()["status"] == "confirmed"
    now = owner.post(f"/orders/{order['id']}/cancel", {"reason": "Changed mind"}, If_Match=held.headers["ETag"])
    assert (now.status_code, now.json()["status"]) == (200, "cancelled")


def test_nothing_of_a_refused_batch_is_written(transactional_db: None) -> None:
    owner = shop_open("batch").program()
    body = {"orders": [*order_body()["orders"], *order_body(lines=[{"sku": "NONE", "quantity": 1}])["orders"]]}
    answer = owner.post("/orders", body)
    assert (answer.status_code, answer.json()["code"]) == (404, "CEFN-CATALOG-001")
    assert not SalesOrder.objects.exists()
    assert owner.post("/orders", order_body()).json()["items"][0]["number"] == "SO-000001"


def test_no_key_is_ever_left_without_its_answer(transactional_db: None) -> None:
    owner = shop_open("left").program()
    sent = owner.upload("customers.csv", b"name\nMair\n", kind="customers").json()["id"]
    key = uuid.uuid4().hex
    first = owner.post(f"/imports/{sent}/preview", None, key)
    again = owner.post(f"/imports/{sent}/preview", None, key)
    assert (first.status_code, again.headers["Idempotency-Replayed"]) == (200, "true")
    assert first.json() == again.json()
    assert owner.post(f"/imports/{sent}/preview", None, key).status_code == 200
    assert owner.post("/imports/5/preview").status_code == 404
    assert not IdempotencyKey.objects.filter(result=None).exists()
