"""Who is let in, for what, how often; and that nobody sees what is not theirs."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from cefn.api.openapi import document
from cefn.kernel import clock
from cefn.orders.models import SalesOrder
from cefn.platform.models import ApiToken, Role, User
from tests.api.programs import Program, Shop, order_body, shop_open


@pytest.mark.parametrize(
    "header",
    [None, "", "Bearer", "Bearer x", "Basic abc", "Bearer cefn_0000000000_x", "Bearer \x80\x81", "bearer  cefn_"],
)
def test_without_a_valid_token_nobody_comes_in(shop: Shop, header: str | None) -> None:
    headers = {"Authorization": header} if header is not None else {}
    answer = Client(raise_request_exception=False).get("/api/v1/orders", headers=headers)
    assert answer.status_code == 401
    assert answer.json()["code"] in {"CEFN-API-001", "CEFN-PLATFORM-011"}
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_revoked_and_expired_tokens_are_refused(shop: Shop) -> None:
    for change in ({"revoked_at": clock.now()}, {"expires_at": clock.now() - timedelta(seconds=1)}):
        program = shop.program()
        assert program.get("/me").status_code == 200
        ApiToken.objects.filter(prefix=program.token.split("_")[1]).update(**change)
        assert program.get("/me").status_code == 401


def test_a_browser_session_does_not_open_the_api(shop: Shop) -> None:
    shop.program()
    client = Client()
    client.force_login(User.objects.latest("id"))
    assert client.get("/api/v1/orders").status_code == 401
    body = json.dumps(order_body())
    sent = client.post("/api/v1/orders", body, content_type="application/json", headers={"Idempotency-Key": "k" * 20})
    assert sent.status_code == 401
    assert not SalesOrder.objects.exists()


def test_scopes_limit_the_role(shop: Shop) -> None:
    reader = shop.program(scopes=["orders.view"])
    assert reader.get("/orders").status_code == 200
    refused = reader.post("/orders", order_body())
    assert (refused.status_code, refused.json()["code"]) == (403, "CEFN-KERNEL-004")
    assert reader.get("/invoices").status_code == 403
    assert reader.get("/me").json()["permissions"] == ["orders.view"]
    assert not SalesOrder.objects.exists()


def test_the_role_limits_the_scopes(shop: Shop) -> None:
    packer = shop.program(role=Role.WAREHOUSE)
    assert packer.get("/shipments").status_code == 200
    assert packer.post("/orders", order_body()).status_code == 403
    assert packer.post("/refunds", {"method": "card", "amount_minor": 1}).status_code == 403


def writes() -> list[tuple[str, str]]:
    return [
        (method, address)
        for address, operations in document()["paths"].items()
        for method in operations
        if method != "get"
    ]


@pytest.mark.parametrize(("method", "address"), writes())
def test_no_write_is_open_to_a_token_without_scopes_for_it(nobody: Program, method: str, address: str) -> None:
    path = address.removeprefix("/api/v1")
    while "{" in path:
        path = path[: path.index("{")] + "1" + path[path.index("}") + 1 :]
    bodies: dict[str, Any] = {
        "/orders": order_body(), "/products": {"products": [{"name": "A", "variants": [{"sku": "A"}]}]},
        "/products/1/variants": {"sku": "A"}, "/customers": {"customers": [{"name": "A"}]},
        "/suppliers": {"suppliers": [{"name": "A"}]}, "/shipments/release": {"shipment_ids": ["1"]},
        "/pick-batches/1/confirm": {"picks": [{"task_id": "1", "picked": 1}]},
        "/orders/1/lines/cancel": {"reason": "x", "lines": [{"line_id": "1", "quantity": 1}]},
        "/orders/1/hold": {"kind": "manual", "reason": "x"}, "/orders/1/hold/release": {"kind": "manual"},
        "/variants/1/barcodes": {"codes": ["x"]}, "/variants/1/barcodes/remove": {"codes": ["x"]},
        "/returns": {"warehouse": "CF", "lines": [{"sku": "A", "quantity": 1}]},
        "/payments": {"method": "card", "amount_minor": 1}, "/refunds": {"method": "card", "amount_minor": 1},
        "/stock/adjustments": {
            "warehouse": "CF", "reason": "found", "lines": [{"sku": "A", "location": "A-01", "quantity": 1}],
        },
    }  # fmt: skip
    if path == "/imports":
        answer = nobody.upload("a.csv", b"name\nA\n", kind="customers")
    else:
        plain = {"reason": "x"} if path.endswith(("/cancel", "/reverse")) and "jobs" not in path else {}
        answer = nobody.send(method.upper(), path, bodies.get(path, plain))
    assert (answer.status_code, answer.json()["code"]) == (403, "CEFN-KERNEL-004"), answer.content


@pytest.fixture
def nobody(shop: Shop) -> Program:
    """Return a program that may only see the dashboard."""
    return shop.program(scopes=["dashboard.view"])


def test_record_rules_hide_channels_and_warehouses(shop: Shop, owner: Program) -> None:
    web = owner.post("/orders", order_body(channel="web")).json()["items"][0]
    owner.post("/orders", order_body(channel="amazon"))
    web_only = shop.program(role=Role.CLERK, channels=["web"])
    assert [row["channel"] for row in web_only.get("/orders").json()["items"]] == ["web"]
    amazon = SalesOrder.objects.get(channel="amazon").pk
    assert web_only.get(f"/orders/{amazon}").status_code == 404
    assert web_only.post(f"/orders/{amazon}/cancel", {"reason": "x"}).status_code == 404
    assert web_only.post("/orders", order_body(channel="amazon")).status_code == 403
    north = shop.program(role=Role.WAREHOUSE, warehouses=["BG"])
    shipment = owner.get(f"/orders/{web['id']}").json()["shipments"][0]["id"]
    assert north.get(f"/shipments/{shipment}").status_code == 404
    assert north.post("/shipments/release", {"shipment_ids": [shipment]}).status_code == 404
    assert north.get("/stock/levels").json()["items"] == []
    line = {"sku": "MUG-RED", "location": "A-01", "quantity": 1}
    lost = north.post("/stock/adjustments", {"warehouse": "CF", "reason": "found", "lines": [line]})
    assert lost.status_code == 404


def test_another_company_is_not_there(shop: Shop, owner: Program) -> None:
    order = owner.post("/orders", order_body()).json()["items"][0]["id"]
    customer = owner.post("/customers", {"customers": [{"name": "Mair"}]}).json()["items"][0]["id"]
    level = owner.get("/stock/levels").json()["items"][0]["id"]
    stranger = shop_open("other").program()
    for path in (f"/orders/{order}", f"/customers/{customer}", f"/stock/levels/{level}/explained"):
        assert stranger.get(path).status_code == 404
    assert stranger.get("/orders").json()["items"] == []
    assert stranger.post("/orders", order_body(customer_id=customer)).status_code == 404
    paid = stranger.post("/payments", {"method": "card", "amount_minor": 5, "order_id": order})
    assert paid.status_code == 404
    assert stranger.post("/payments", {"method": "card", "amount_minor": 5, "customer_id": customer}).status_code == 404


def test_costs_are_shown_to_those_who_may_see_them(shop: Shop, owner: Program) -> None:
    clerk = shop.program(role=Role.CLERK)
    assert owner.get("/variants", sku="MUG-RED").json()["items"][0]["cost_micro"] == 4_000_000
    assert clerk.get("/variants", sku="MUG-RED").json()["items"][0]["cost_micro"] is None


def test_too_many_requests_wait(shop: Shop, settings: Any) -> None:
    settings.CEFN_API_REQUESTS_PER_MINUTE = 3
    cache.clear()
    fast, calm = shop.program(), shop.program()
    answers = [fast.get("/me") for _ in range(4)]
    if answers[-1].status_code == 200:  # the minute turned between the calls
        answers = [fast.get("/me") for _ in range(4)]
    assert answers[-1].status_code == 429
    assert answers[-1].json()["code"] == "CEFN-API-005"
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60
    assert answers[0].headers["RateLimit-Limit"] == "3"
    assert calm.get("/me").status_code == 200
