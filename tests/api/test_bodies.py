"""What the standard parser would let through is refused, told why, and nothing is written."""

import json

import pytest
from django.test import RequestFactory

from cefn.api.bodies import BODY_BYTES, body_read, json_read
from cefn.api.errors import BodyUnreadable
from cefn.parties.models import Customer
from tests.api.programs import Program

GOOD = '{"customers": [{"name": "%s"}]}'


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b'{"customers": [{"name": "A", "name": "B"}]}', "the name name comes twice"),
        (b'{"customers": NaN}', "NaN is not a number"),
        (b'{"customers": -Infinity}', "-Infinity is not a number"),
        (b'{"customers": 1e999}', "beyond 64 bits"),
        (b'{"customers": 9223372036854775808}', "beyond 64 bits"),
        (b'{"customers": ' + b"9" * 5000 + b"}", "beyond 64 bits"),
        (b'{"customers": ' + b"[" * 33 + b"]" * 33 + b"}", "more than 32 levels"),
        (b"[" * 200_000, "levels"),
        (b'{"customers": [{"name": "\xff"}]}', "byte 26 is not UTF-8"),
        (b'{"customers": [{"name": "a\\u0000b"}]}', "NUL character"),
        (b'{"customers": [{"name": "\\ud800"}]}', "half a surrogate pair"),
        (b'{"customers": [{"\\ud800": "x"}]}', "half a surrogate pair"),
        (b'{"customers": [1,]}', "line 1, column 18 is not JSON"),
        (b"\xef\xbb\xbf{}", "not JSON"),
        (b'{"customers": [{"name": "A"}]} x', "is not JSON"),
        (b"{'customers': []}", "not JSON"),
    ],
)
def test_unreadable_bodies_are_refused_with_their_reason(owner: Program, body: bytes, why: str) -> None:
    answer = owner.post("/customers", body)
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (422, "CEFN-API-002"), problem
    assert why in problem["detail"]
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert not Customer.objects.exists()


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("application/json", 201),
        ("application/json; charset=utf-8", 201),
        ("application/json; charset=latin-1", 415),
        ("text/plain", 415),
        ("application/x-www-form-urlencoded", 415),
        ("multipart/form-data; boundary=x", 415),
        ("text/json", 415),
    ],
)
def test_only_json_in_utf8_is_taken(owner: Program, kind: str, status: int) -> None:
    answer = owner.post("/customers", (GOOD % "A").encode(), Content_Type=kind)
    assert answer.status_code == status, answer.content
    assert Customer.objects.count() == (status == 201)


def test_a_body_beyond_five_megabytes_is_refused(owner: Program) -> None:
    answer = owner.post("/customers", (GOOD % ("a" * BODY_BYTES)).encode())
    assert (answer.status_code, answer.json()["code"]) == (413, "CEFN-API-003")


def test_an_empty_body_is_a_missing_one(owner: Program) -> None:
    answer = owner.post("/customers", b"")
    assert answer.status_code == 422
    assert answer.json()["faults"] == [
        {"field": "body", "value": "", "sentence": "This is missing.", "remedy": "Give it."}
    ]


@pytest.mark.parametrize(
    ("value", "kept"),
    [("9223372036854775807", 2**63 - 1), ("-9223372036854775808", -(2**63)), ("12.0", 12), ("-0.0", 0)],
)
def test_whole_numbers_are_kept_exactly(value: str, kept: int) -> None:
    found = json_read(f'{{"n": {value}}}'.encode())["n"]
    assert (found, type(found)) == (kept, int)


def test_a_body_in_chunks_of_untold_length_is_refused_not_taken_as_empty() -> None:
    request = RequestFactory().generic("POST", "/", b"", headers={"Transfer-Encoding": "chunked"})
    request.META.pop("CONTENT_LENGTH", None)
    with pytest.raises(BodyUnreadable) as refused:
        body_read(request)
    assert "length is not told" in str(refused.value)


def test_thirty_two_levels_are_taken() -> None:
    assert json.dumps(json_read(b"[" * 32 + b"]" * 32)) == "[" * 32 + "]" * 32
    with pytest.raises(BodyUnreadable):
        json_read(b"[" * 33 + b"]" * 33)


@pytest.mark.parametrize(
    ("change", "field", "sentence"),
    [
        ({"quantity": "2"}, "orders.0.lines.0.quantity", "This is not a whole number."),
        ({"quantity": 1.5}, "orders.0.lines.0.quantity", "This is not a whole number."),
        ({"quantity": True}, "orders.0.lines.0.quantity", "This is not a whole number."),
        ({"quantity": 0}, "orders.0.lines.0.quantity", "This number is too small."),
        ({"quantity": -1}, "orders.0.lines.0.quantity", "This number is too small."),
        ({"quantity": 10**9}, "orders.0.lines.0.quantity", "This number is too large."),
        ({"unit_price_micro": -1}, "orders.0.lines.0.unit_price_micro", "This number is too small."),
        ({"sku": ""}, "orders.0.lines.0.sku", "This text is too short."),
        ({"sku": "x" * 65}, "orders.0.lines.0.sku", "This text is too long."),
        ({"colour": "red"}, "orders.0.lines.0.colour", "There is no field of this name."),
    ],
)
def test_each_fault_names_its_field(owner: Program, change: dict[str, object], field: str, sentence: str) -> None:
    answer = owner.post("/orders", {"orders": [{"lines": [{"sku": "MUG-RED", "quantity": 1, **change}]}]})
    assert answer.status_code == 422
    assert [(fault["field"], fault["sentence"]) for fault in answer.json()["faults"]] == [(field, sentence)]


@pytest.mark.parametrize(
    "moment",
    [
        "2026-03-01", "2026-03-01T09:30:00", "2026-02-30T09:30:00Z", "2026-03-01T09:30:60Z", "1e9", 1772357400, None,
        "٢٠٢٦-03-01T09:30:00Z", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "2026-03-01T24:00:00Z",
    ],
)  # fmt: skip
def test_only_moments_with_an_offset_are_taken(owner: Program, moment: object) -> None:
    body = {"reason": "found", "warehouse": "CF", "lines": [{"sku": "MUG-RED", "location": "A-01", "quantity": 1}]}
    answer = owner.post("/stock/adjustments", {**body, "occurred_at": moment})
    assert answer.status_code == (201 if moment is None else 422), answer.content
