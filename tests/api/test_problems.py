"""Refusals are problem details in the caller's language; nothing ends in a page or a 5xx."""

from typing import Any

import pytest
from django.db import DataError, IntegrityError, OperationalError
from django.test import Client

from cefn.api import problems
from cefn.api.errors import RequestBroken
from tests.api.programs import Program, Shop, order_body

MEMBERS = {"type", "title", "status", "detail", "code", "faults", "next_step"}


def test_every_refusal_has_the_same_members(owner: Program) -> None:
    answers = [
        owner.get("/orders/1"),
        owner.get("/orders/x"),
        owner.get("/nothing/here"),
        owner.send("PUT", "/orders", {}),
        owner.post("/orders", b"{"),
        Client().get("/api/v1/orders"),
    ]
    assert [answer.status_code for answer in answers] == [404, 422, 404, 405, 422, 401]
    for answer in answers:
        assert answer.headers["Content-Type"] == "application/problem+json"
        body = answer.json()
        assert set(body) == MEMBERS
        assert body["status"] == answer.status_code
        assert body["type"] == f"urn:cefn:error:{body['code']}"
        assert body["next_step"]


def test_a_wrong_method_names_the_right_ones(owner: Program) -> None:
    answer = owner.send("DELETE", "/orders", {})
    assert answer.status_code == 405
    assert set(answer.headers["Allow"].replace(" ", "").split(",")) == {"GET", "POST"}
    assert owner.send("TRACE", "/orders", {}).status_code == 405


def test_refusals_speak_the_language_asked_for(shop: Shop) -> None:
    english = shop.program(**{"Accept-Language": "en-GB"}).get("/orders/1")
    welsh = shop.program(**{"Accept-Language": "cy, en;q=0.5"}).get("/orders/1")
    assert english.json()["title"] == "Not found"
    assert (english.headers["Content-Language"], welsh.headers["Content-Language"]) == ("en", "cy")
    assert english.json()["code"] == welsh.json()["code"]


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (IntegrityError("UNIQUE constraint failed: catalog_variant.sku_key"), 409, "CEFN-API-010"),
        (DataError("value too long for type character varying(64)"), 422, "CEFN-API-009"),
        (OverflowError("Python int too large to convert to SQLite INTEGER"), 422, "CEFN-API-009"),
        (OperationalError("integer overflow"), 422, "CEFN-API-009"),
        (OperationalError("database is locked"), 503, "CEFN-API-503"),
        (ZeroDivisionError("a secret about the inside"), 500, "CEFN-API-500"),
    ],
)
def test_what_nobody_foresaw_is_told_without_its_inside(
    owner: Program, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int, code: str
) -> None:
    def broken(**_ignored: Any) -> None:
        raise error

    monkeypatch.setattr("cefn.api.orders.orders_place", broken)
    answer = owner.post("/orders", order_body())
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert str(error) not in answer.content.decode()


def test_an_unforeseen_error_is_logged(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Any] = []
    monkeypatch.setattr(problems.log, "error", lambda *args, **kwargs: told.append((args, kwargs)))
    error = ZeroDivisionError("x")
    assert isinstance(problems.error_of(error), RequestBroken)
    assert told == [(("api request broke",), {"exc_info": error})]


def test_a_session_cookie_is_never_set(owner: Program) -> None:
    assert not owner.get("/me").cookies


@pytest.mark.parametrize(
    ("over", "code"),
    [
        ({"lines": [{"sku": "NONE", "quantity": 1}]}, "CEFN-CATALOG-001"),
        ({"currency": "EUR"}, "CEFN-ORDERS-008"),
        ({"placed_at": "1971-01-01T00:00:00Z"}, "CEFN-TAX-001"),
        ({"customer_id": "5"}, "CEFN-KERNEL-003"),
        ({"lines": [{"sku": "MUG-RED", "quantity": 1, "tax_category": "none"}]}, "CEFN-TAX-001"),
    ],
)
def test_what_the_services_refuse_is_told(owner: Program, over: dict[str, Any], code: str) -> None:
    answer = owner.post("/orders", order_body(**over))
    assert (400 <= answer.status_code < 500, answer.json()["code"]) == (True, code), answer.content


def test_the_largest_numbers_that_are_taken_do_not_break_anything(owner: Program) -> None:
    lines = [{"sku": "MUG-RED", "quantity": 10**8, "unit_price_micro": 10**12} for _ in range(500)]
    for turn in range(3):
        answer = owner.post("/orders", order_body(lines=lines, external_id=f"B-{turn}"))
        assert answer.status_code in {201, 422}, answer.content
    assert owner.get("/orders").status_code == 200


@pytest.mark.parametrize("moment", ["1970-01-01T00:00:00Z", "2199-12-31T23:59:59Z"])
def test_far_moments_never_break_anything(owner: Program, moment: str) -> None:
    order = owner.post("/orders", order_body()).json()["items"][0]["id"]
    shipment = owner.get(f"/orders/{order}").json()["shipments"][0]["id"]
    batch = owner.post("/shipments/release", {"shipment_ids": [shipment]}).json()["items"][0]["id"]
    task = owner.get(f"/pick-batches/{batch}").json()["tasks"][0]["id"]
    owner.post(f"/pick-batches/{batch}/confirm", {"picks": [{"task_id": task, "picked": 2}]})
    owner.post(f"/shipments/{shipment}/pack", {})
    sent = owner.post(f"/shipments/{shipment}/ship", {"shipped_at": moment})
    assert sent.status_code in {200, 409}, sent.content
    paid = owner.post("/payments", {"method": "card", "amount_minor": 5, "order_id": order, "paid_on": moment[:10]})
    assert paid.status_code in {201, 409}, paid.content
    assert owner.post("/orders", order_body(ship_by_at=moment)).status_code == 201
