"""Lists: cursors that hold while rows come in, filters that are known, a bounded number of statements."""

from collections.abc import Callable
from typing import Any

from cefn.api.openapi import document
from cefn.api.paging import cursor_text
from tests.api.programs import Program, order_body

LISTS = sorted(
    address.removeprefix("/api/v1")
    for address, operations in document()["paths"].items()
    if "get" in operations and any(one["name"] == "cursor" for one in operations["get"]["parameters"])
)
STATEMENTS_MOST = 12


def orders_make(owner: Program, count: int, first: int = 0) -> None:
    line = [{"sku": "MUG-RED", "quantity": 1}]
    orders = [order_body(external_id=f"L-{first + n}", lines=line)["orders"][0] for n in range(count)]
    assert owner.post("/orders", {"orders": orders}).status_code == 201


def test_a_walk_by_cursor_sees_each_row_once_whatever_is_added(owner: Program) -> None:
    orders_make(owner, 7)
    seen, cursor, pages = [], None, 0
    while True:
        query = {"limit": "3"} | ({"cursor": cursor} if cursor else {})
        answer = owner.get("/orders", **query)
        body = answer.json()
        seen += [row["external_id"] for row in body["items"]]
        pages += 1
        assert ('rel="next"' in answer.headers.get("Link", "")) == (body["next"] is not None)
        if body["next"] is None:
            break
        cursor = body["next"]
        orders_make(owner, 1, 100 + pages)
    assert seen == [f"L-{n}" for n in reversed(range(7))]
    assert pages == 3


def test_the_link_leads_to_the_next_page_with_the_same_filters(owner: Program) -> None:
    orders_make(owner, 3)
    answer = owner.get("/orders", limit="1", channel="api")
    address = answer.headers["Link"].removeprefix("<").partition(">")[0]
    assert address.startswith("http://testserver/api/v1/orders?")
    second = owner.client.get(address, headers={"Authorization": f"Bearer {owner.token}"}).json()
    assert [row["external_id"] for row in second["items"]] == ["L-1"]


WRONG = (
    ({"limit": "0"}, "limit"), ({"limit": "201"}, "limit"), ({"limit": "1_0"}, "limit"), ({"limit": "１２"}, "limit"),
    ({"limit": "ten"}, "limit"), ({"cursor": "x"}, "cursor"), ({"cursor": ""}, "cursor"),
    ({"cursor": cursor_text(5)[:-2]}, "cursor"), ({"cursor": "YzEuMTIzéé"}, "cursor"), ({"stauts": "x"}, "stauts"),
)  # fmt: skip


def test_wrong_questions_are_refused_by_every_list(owner: Program) -> None:
    for path in (path for path in LISTS if "{" not in path):
        for query, field in WRONG:
            answer = owner.get(path, **query)
            told = (answer.status_code, [fault["field"] for fault in answer.json()["faults"]])
            assert told == (422, [field]), f"{path} {query}"


def test_a_name_twice_and_nul_characters_are_refused(owner: Program) -> None:
    twice = owner.get("/orders?limit=1&limit=2")
    assert (twice.status_code, twice.json()["faults"][0]["field"]) == (422, "limit")
    assert owner.get("/orders", q="a\x00b").status_code == 422
    assert owner.get("/orders", **{"a\x00b": "1"}).status_code == 422


def test_filters_find_what_they_say(owner: Program) -> None:
    orders_make(owner, 2)
    first = owner.get("/orders", external_id="L-0").json()["items"]
    assert [row["external_id"] for row in first] == ["L-0"]
    owner.post(f"/orders/{first[0]['id']}/hold", {"kind": "manual", "reason": "Look"})
    assert [row["external_id"] for row in owner.get("/orders", is_on_hold="true").json()["items"]] == ["L-0"]
    assert [row["external_id"] for row in owner.get("/orders", q="l-1").json()["items"]] == ["L-1"]
    assert owner.get("/orders", is_on_hold="yes").status_code == 422
    assert owner.get("/orders", status="lost").json()["faults"][0]["remedy"].startswith("Use one of: draft, quoted")
    assert owner.get("/orders", placed_since="2199-01-01T00:00:00Z").json()["items"] == []
    assert owner.get("/variants", barcode="none").json()["items"] == []


def test_every_list_asks_few_statements_however_long_it_is(owner: Program, query_count: Callable[..., Any]) -> None:
    orders_make(owner, 6)
    shipments = [row["id"] for row in owner.get("/shipments").json()["items"]]
    owner.post("/shipments/release", {"shipment_ids": shipments})
    customers = [{"name": f"Mair {n}", "addresses": [{"city": "Bangor"}]} for n in range(5)]
    owner.post("/customers", {"customers": customers})
    for _ in range(3):
        owner.post("/payments", {"method": "card", "amount_minor": 10})
    sent = owner.upload("customers.csv", b"name,email\nMair,mair@example.com\n", kind="customers")
    for path in LISTS:
        where = path.replace("{import_id}", sent.json()["id"])
        with query_count(at_most=STATEMENTS_MOST) as counted:
            assert owner.get(where).status_code == 200
        with query_count() as again:
            assert owner.get(where, limit="1").status_code == 200
        assert counted.count <= again.count + 2, f"{path}: {counted.text()}"


def test_an_order_page_asks_few_statements(owner: Program, query_count: Callable[..., Any]) -> None:
    orders_make(owner, 1)
    key = owner.get("/orders").json()["items"][0]["id"]
    with query_count(at_most=14):
        owner.get(f"/orders/{key}")
