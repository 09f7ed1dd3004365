"""Made-up requests against every operation: no 5xx, and every answer is what the OpenAPI document says.

Each operation gets requests that fit the document, with ids of things that are really there, and requests that don't.
"""

import contextlib
import time
import uuid
from typing import Any

import hypothesis
import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig

from cefn.orders.models import SalesOrder
from tests.api.programs import Program, Shop, order_body, shop_open

EXAMPLES = {GenerationMode.POSITIVE: 10, GenerationMode.NEGATIVE: 6}
SECONDS_MOST = 85
REAL = {
    "sku": ["MUG-RED", "spoon", "POST", "none"], "warehouse": ["CF", "BG"], "location": ["A-01", "DOCK"],
    "unit": ["each", "kg"], "tax_category": ["standard", "zero", ""], "reason": ["found", "damaged"],
    "method": ["card", "cash"], "currency": ["GBP"],
}  # fmt: skip
# Known to the services alone: check digits, a span that ends before it begins, options of an import, an order's lines.
POSITIVE_STATUSES = ["2xx", "401", "403", "404", "409", "412", "422", "429"]


@pytest.fixture
def filled_shop(transactional_db: None, settings: Any) -> Shop:
    """Return a shop in which every kind of document exists."""
    settings.CEFN_API_REQUESTS_PER_MINUTE = 1_000_000
    return shop_open("fuzz")


def things_make(program: Program) -> dict[str, list[str]]:
    """Make one document of each kind; return path parameter -> ids that exist."""
    orders = [program.post("/orders", order_body(external_id=f"F-{n}")).json()["items"][0]["id"] for n in range(3)]
    shipments = [program.get(f"/orders/{key}").json()["shipments"][0]["id"] for key in orders]
    batch = program.post("/shipments/release", {"shipment_ids": shipments[:2]}).json()["items"][0]["id"]
    tasks = program.get(f"/pick-batches/{batch}").json()["tasks"]
    picks = {"picks": [{"task_id": task["id"], "picked": task["quantity"]} for task in tasks]}
    assert program.post(f"/pick-batches/{batch}/confirm", picks).status_code == 200
    assert program.post(f"/shipments/{shipments[0]}/pack", {}).status_code == 200
    assert program.post(f"/shipments/{shipments[0]}/ship", {}).status_code == 200
    payment = program.post("/payments", {"method": "card", "amount_minor": 100, "order_id": orders[0]}).json()["id"]
    line = program.get(f"/orders/{orders[0]}").json()["lines"][0]["id"]
    back = {"warehouse": "CF", "order_id": orders[0], "lines": [{"order_line_id": line, "quantity": 1}]}
    returned = program.post("/returns", back).json()["id"]
    customer = program.post("/customers", {"customers": [{"name": "Mair"}]}).json()["items"][0]["id"]
    supplier = program.post("/suppliers", {"suppliers": [{"name": "Crochenwaith"}]}).json()["items"][0]["id"]
    sent = program.upload("customers.csv", b"name,email\nMair,mair@example.com\n", kind="customers")
    assert sent.status_code == 201, sent.content

    def ids(path: str) -> list[str]:
        return [row["id"] for row in program.get(path).json()["items"]]

    return {
        "order_id": orders, "task_id": [task["id"] for task in tasks], "line_id": [line], "order_line_id": [line],
        "shipment_id": shipments, "batch_id": [batch], "payment_id": [payment],
        "return_id": [returned], "customer_id": [customer], "supplier_id": [supplier], "import_id": [sent.json()["id"]],
        "product_id": ids("/products"), "variant_id": ids("/variants"), "level_id": ids("/stock/levels"),
        "adjustment_id": ids("/stock/adjustments"), "invoice_id": ids("/invoices"), "warehouse_id": ids("/warehouses"),
        "code": ["1000", "4000"],
    }  # fmt: skip


def real(value: Any, known: dict[str, list[str]], data: Any) -> Any:
    """Return a body whose ids and codes are those of things that are really there."""
    if isinstance(value, list):
        return [real(inner, known, data) for inner in value]
    if not isinstance(value, dict):
        return value
    found = {}
    for name, inner in value.items():
        if isinstance(inner, str) and name in REAL:
            found[name] = data.draw(st.sampled_from(REAL[name]))
        elif isinstance(inner, str) and name in known:
            found[name] = data.draw(st.sampled_from(known[name]))
        elif name == "shipment_ids":
            found[name] = data.draw(st.lists(st.sampled_from(known["shipment_id"]), min_size=1, max_size=3))
        elif isinstance(inner, str) and name.endswith(("_at", "_on")):
            found[name] = "2026-02-28" if name.endswith("_on") else "2026-02-28T12:00:00Z"
        else:
            found[name] = real(inner, known, data)
    return found


def checks() -> list[Any]:
    """Return what is checked of every answer."""
    names = (
        "not_a_server_error", "status_code_conformance", "content_type_conformance", "response_headers_conformance",
        "response_schema_conformance", "negative_data_rejection", "positive_data_acceptance", "missing_required_header",
        "unsupported_method",
    )  # fmt: skip
    schemathesis.checks.load_all_checks()
    return schemathesis.checks.CHECKS.get_by_names(list(names))


def operation_try(operation: Any, mode: GenerationMode, program: Program, known: dict[str, list[str]]) -> int:
    """Send made-up requests to one operation; return how many. Fails with what schemathesis finds."""
    count = 0

    @settings(
        max_examples=EXAMPLES[mode], deadline=None, database=None, derandomize=True,
        suppress_health_check=list(HealthCheck), phases=(hypothesis.Phase.generate,),
    )  # fmt: skip
    @given(case=operation.as_strategy(generation_mode=mode), data=st.data())
    def run(case: Any, data: Any) -> None:
        nonlocal count
        count += 1
        if mode is GenerationMode.POSITIVE:
            for name in case.path_parameters or {}:
                if name in known and data.draw(st.integers(0, 3)):
                    case.path_parameters[name] = data.draw(st.sampled_from(known[name]))
            if data.draw(st.integers(0, 3)):
                case.query = {name: value for name, value in (case.query or {}).items() if name != "cursor"}
                case.headers = {name: value for name, value in (case.headers or {}).items() if name != "If-Match"}
                case.body = real(case.body, known, data)
            if "Idempotency-Key" in (case.headers or {}):
                case.headers["Idempotency-Key"] = uuid.uuid4().hex
        case.call_and_validate(headers={"Authorization": f"Bearer {program.token}"}, checks=checks())

    run()
    return count


@pytest.mark.sqlite
def test_every_operation_keeps_its_word(filled_shop: Shop) -> None:
    program = filled_shop.program()
    known = things_make(program)
    config = SchemathesisConfig.from_dict(
        {
            "checks": {"positive_data_acceptance": {"expected-statuses": POSITIVE_STATUSES}},
            "generation": {"allow-x00": False, "codec": "utf-8"},
        }
    )
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application(), config=config)
    started, tried, failures = time.monotonic(), 0, []
    for found in schema.get_all_operations():
        operation = found.ok()
        for mode in EXAMPLES:
            if time.monotonic() - started > SECONDS_MOST:
                pytest.fail(f"after {SECONDS_MOST} s only {tried} requests were tried")
            try:
                with contextlib.suppress(hypothesis.errors.Unsatisfiable):
                    tried += operation_try(operation, mode, program, known)
            except (Exception, BaseExceptionGroup) as error:
                failures.append(f"{operation.label} ({mode.value}): {_told(error)}")
    assert not failures, f"{len(failures)} of {tried} requests:\n\n" + "\n\n".join(failures)
    assert tried > 400
    assert SalesOrder.objects.count() >= 3


def _told(error: BaseException) -> str:
    parts = [str(error), *(_told(inner) for inner in getattr(error, "exceptions", ()))]
    return "\n".join(parts)[:1800]
