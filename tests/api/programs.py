"""A small shop and programs that talk to it."""

import json
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from cefn.catalog.models import Variant
from cefn.catalog.services import ProductDraft, VariantDraft, products_create
from cefn.flows.setup import company_open
from cefn.inventory.models import Location, Warehouse
from cefn.inventory.services import AdjustmentDraft, AdjustmentLineDraft, stock_adjust
from cefn.inventory.services.places import WarehouseDraft
from cefn.platform.actors import Actor
from cefn.platform.companies import CompanyDraft
from cefn.platform.models import Company, Role
from cefn.platform.tokens import TokenDraft, tokens_create
from cefn.platform.users import UserDraft, users_create

ROOT = "/api/v1"


@dataclass
class Program:
    """A caller with a token; each write gets a fresh key unless it is given one."""

    token: str
    headers: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.client = Client(raise_request_exception=False)

    def get(self, path: str, **query: Any) -> HttpResponse:
        return self.client.get(f"{ROOT}{path}", query, headers=self._headers())

    def post(self, path: str, body: Any = None, key: str = "", **headers: str) -> HttpResponse:
        return self.send("POST", path, body, key, **headers)

    def patch(self, path: str, body: Any, key: str = "") -> HttpResponse:
        return self.send("PATCH", path, body, key)

    def send(self, method: str, path: str, body: Any, key: str = "", **headers: str) -> HttpResponse:
        data = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        more = {"Idempotency-Key": key or uuid.uuid4().hex}
        more |= {name.replace("_", "-"): value for name, value in headers.items()}
        kind = more.pop("Content-Type", "application/json")
        return self.client.generic(method, f"{ROOT}{path}", data, content_type=kind, headers=self._headers() | more)

    def upload(self, name: str, content: bytes, key: str = "", **fields: str) -> HttpResponse:
        data = {**fields, "file": SimpleUploadedFile(name, content)}
        more = {"Idempotency-Key": key or uuid.uuid4().hex}
        return self.client.post(f"{ROOT}/imports", data, headers=self._headers() | more)

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}", **self.headers}


@dataclass
class Shop:
    """A company with two warehouses and ten units of two SKUs in the first."""

    company: Company
    actor: Actor
    warehouses: list[Warehouse]
    program: Callable[..., Program]


def shop_open(code: str = "api") -> Shop:
    company, warehouses, actor = company_open(
        company=CompanyDraft(code=code, name="Siop"),
        warehouses=[
            WarehouseDraft("CF", "Caerdydd", ["A-01", "A-02"], postcode="CF10 1AA"),
            WarehouseDraft("BG", "Bangor", ["A-01"], postcode="LL57 1AA"),
        ],
    )
    products_create(
        actor=actor,
        products=[
            ProductDraft(
                name="Mug",
                variants=[VariantDraft("MUG-RED", price_micro=9_990_000, cost_micro=4_000_000, weight_g=300)],
            ),
            ProductDraft(name="Spoon", variants=[VariantDraft("SPOON", price_micro=24_000_000, cost_micro=9_000_000)]),
            ProductDraft(name="Post", kind="service", variants=[VariantDraft("POST", price_micro=3_950_000)]),
        ],
    )
    variants = dict(Variant.objects.filter(company=company).values_list("sku", "id"))
    shelf = Location.objects.get(warehouse=warehouses[0], code="A-01").pk
    lines = [AdjustmentLineDraft(variants[sku], shelf, 10, 4_000_000) for sku in ("MUG-RED", "SPOON")]
    stock_adjust(actor=actor, adjustments=[AdjustmentDraft(warehouses[0].pk, "opening", lines)])

    def program(
        role: str = Role.OWNER,
        scopes: Sequence[str] = ("*",),
        warehouses: Sequence[str] = (),
        channels: Sequence[str] = (),
        **headers: str,
    ) -> Program:
        name = uuid.uuid4().hex[:8]
        draft = UserDraft(
            email=f"{name}@example.com", name=name, password="llwy-bren-1831", role=role,
            warehouse_codes=tuple(warehouses), channel_codes=tuple(channels),
        )  # fmt: skip
        (user,) = users_create(users=[draft], actor=actor)
        (made,) = tokens_create(tokens=[TokenDraft(user_id=user.pk, name=name, scopes=tuple(scopes))], actor=actor)
        return Program(made.text, headers)

    return Shop(company, actor, warehouses, program)


def order_body(**over: Any) -> dict[str, Any]:
    """Return a request that places one order of two mugs."""
    order = {
        "lines": [{"sku": "mug-red", "quantity": 2, "unit_price_micro": 9_600_000}],
        "ship_to": {"name": "Mair", "line1": "1 Stryd Fawr", "city": "Bangor", "postcode": "LL57 1AA", "country": "GB"},
    }
    return {"orders": [{**order, **over}]}
