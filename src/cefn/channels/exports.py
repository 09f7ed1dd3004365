"""Exports in Cefn's own layout: what comes out here goes in again unchanged. Rows are read and written as a stream."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import IO, Any

from django.db.models import QuerySet

from cefn.catalog.models import Barcode, Variant
from cefn.channels.errors import KindUnknown, OptionInvalid
from cefn.channels.tables.writers import WRITERS, Cell, NumberText
from cefn.inventory.models import StockQuant
from cefn.kernel.money import micro_text, minor_text
from cefn.kernel.quantity import quantity_text
from cefn.orders.models import SalesOrderLine
from cefn.parties.models import Address, Customer, Supplier
from cefn.platform.access import access_rows
from cefn.platform.actors import Actor
from cefn.platform.company_facts import company_facts
from cefn.platform.permissions import permission_require

CHUNK = 1_000
OPTIONS = 3
ADDRESS_PARTS = ("name", "company", "line1", "line2", "city", "region", "postcode", "country", "phone")
POSTAGE_KIND = "service"

Rows = Iterator[Sequence[Cell]]


@dataclass(frozen=True, slots=True)
class Export:
    """One kind of file: its columns, the permission to read it, and how its rows are found."""

    header: tuple[str, ...]
    permission: str
    rows: Callable[[Actor], Rows]


def _chunks(rows: QuerySet[Any]) -> Iterator[list[Any]]:
    source = iter(rows.iterator(chunk_size=CHUNK))
    while part := list(islice(source, CHUNK)):
        yield part


def _price(micro: int) -> Cell:
    return NumberText(micro_text(micro)) if micro else ""


def _products(actor: Actor) -> Rows:
    variants = access_rows(actor, Variant.objects.all(), permission="catalog.view")
    variants = variants.select_related("product__tax_category", "product__unit").order_by("product__number", "id")
    for part in _chunks(variants):
        codes: dict[int, str] = {}
        for variant_id, code in Barcode.objects.filter(variant_id__in=[v.id for v in part], kind="gtin").values_list(
            "variant_id", "code"
        ):
            codes.setdefault(variant_id, code)
        for variant in part:
            product = variant.product
            pairs = [*variant.options.items()][:OPTIONS]
            pairs += [("", "")] * (OPTIONS - len(pairs))
            yield [
                variant.sku,
                product.number,
                product.name,
                variant.name,
                product.description,
                product.category,
                product.brand,
                product.kind if product.kind == POSTAGE_KIND else "goods",
                codes.get(variant.id, ""),
                _price(variant.price_micro),
                _price(variant.cost_micro),
                variant.weight_g or "",
                product.tax_category.code,
                product.unit.code,
                variant.low_stock_at or "",
                variant.hs_code,
                variant.origin_country,
                variant.status == "active",
                *(text for pair in pairs for text in pair),
            ]


PRODUCT_HEADER = (
    "sku", "product", "name", "variant", "description", "category", "brand", "kind", "barcode", "price", "cost",
    "weight_g", "tax", "unit", "low_stock_at", "hs_code", "origin_country", "active", "option1_name", "option1",
    "option2_name", "option2", "option3_name", "option3",
)  # fmt: skip


def _stock(actor: Actor) -> Rows:
    quants = access_rows(
        actor, StockQuant.objects.all(), permission="stock.view", warehouse_code="location__warehouse__code"
    )
    quants = quants.filter(location__warehouse__isnull=False, status="available").exclude(on_hand=0)
    for part in _chunks(quants.select_related("variant", "location__warehouse").order_by("variant__sku", "id")):
        for quant in part:
            yield [
                quant.variant.sku,
                quant.location.warehouse.code,
                quant.location.code,
                NumberText(quantity_text(quant.on_hand, quant.variant.quantity_decimals)),
            ]


def _addresses(owner: str, ids: Iterable[int]) -> dict[int, Address]:
    first: dict[int, Address] = {}
    for address in Address.objects.filter(**{f"{owner}_id__in": list(ids)}).order_by("id"):
        first.setdefault(getattr(address, f"{owner}_id"), address)
    return first


def _address_cells(address: Address | None) -> list[Cell]:
    if address is None:
        return [""] * 7
    return [
        address.company_name,
        address.line1,
        address.line2,
        address.city,
        address.region,
        address.postcode,
        address.country,
    ]


ADDRESS_HEADER = ("company", "line1", "line2", "city", "region", "postcode", "country")


def _customers(actor: Actor) -> Rows:
    customers = access_rows(actor, Customer.objects.filter(is_archived=False), permission="customers.view")
    for part in _chunks(customers.order_by("number")):
        addresses = _addresses("customer", [row.id for row in part])
        for row in part:
            yield [
                row.reference or row.number,
                row.name,
                row.email,
                row.phone,
                row.is_business,
                row.vat_number,
                row.language,
                row.note,
                *_address_cells(addresses.get(row.id)),
            ]


def _suppliers(actor: Actor) -> Rows:
    suppliers = access_rows(actor, Supplier.objects.filter(is_archived=False), permission="suppliers.view")
    for part in _chunks(suppliers.order_by("number")):
        addresses = _addresses("supplier", [row.id for row in part])
        for row in part:
            yield [
                row.reference or row.number,
                row.name,
                row.email,
                row.phone,
                row.vat_number,
                row.currency,
                row.lead_time_days,
                row.note,
                *_address_cells(addresses.get(row.id)),
            ]


def _orders(actor: Actor) -> Rows:
    lines = access_rows(actor, SalesOrderLine.objects.all(), permission="orders.view", channel_code="order__channel")
    lines = lines.select_related("order__customer", "variant").order_by("order_id", "position")
    company = company_facts(actor.company_id)
    for part in _chunks(lines):
        for line in part:
            order = line.order
            currency = order.currency or company.currency
            ship = {**order.ship_to}
            ship["company"] = ship.pop("company_name", "")
            yield [
                order.number,
                order.channel,
                order.external_id,
                order.placed_at.isoformat(),
                order.status,
                order.currency,
                order.customer.number if order.customer else "",
                order.customer.name if order.customer else ship.get("name", ""),
                ship.get("email", ""),
                line.variant.sku,
                line.description,
                NumberText(quantity_text(line.quantity, line.variant.quantity_decimals)),
                NumberText(micro_text(line.unit_price_micro)),
                NumberText(minor_text(line.discount_minor, currency)) if line.discount_minor else "",
                NumberText(minor_text(line.net_minor, currency)),
                NumberText(minor_text(line.tax_minor, currency)),
                NumberText(minor_text(order.total_minor, currency)),
                order.payment_status,
                order.fulfilment_status,
                order.note,
                *(ship.get(name, "") for name in ADDRESS_PARTS),
            ]


ORDER_HEADER = (
    "order", "channel", "channel_order", "placed_at", "status", "currency", "customer", "customer_name", "email", "sku",
    "name", "quantity", "price", "line_discount", "line_net", "line_tax", "order_total", "payment_status",
    "fulfilment_status", "note", *(f"ship_{part}" for part in ADDRESS_PARTS),
)  # fmt: skip

EXPORTS: dict[str, Export] = {
    "products": Export(PRODUCT_HEADER, "catalog.view", _products),
    "stock": Export(("sku", "warehouse", "location", "quantity"), "stock.view", _stock),
    "customers": Export(
        ("reference", "name", "email", "phone", "business", "vat_number", "language", "note", *ADDRESS_HEADER),
        "customers.view",
        _customers,
    ),
    "suppliers": Export(
        ("reference", "name", "email", "phone", "vat_number", "currency", "lead_time_days", "note", *ADDRESS_HEADER),
        "suppliers.view",
        _suppliers,
    ),
    "orders": Export(ORDER_HEADER, "orders.view", _orders),
}


def export_write(*, actor: Actor, kind: str, format: str, stream: IO[bytes]) -> int:
    """Write everything of a kind that the actor may see to a binary stream; return the number of rows.

    `format` is csv, xlsx or json. Raises KindUnknown, OptionInvalid, NotAllowed.
    """
    if kind not in EXPORTS:
        raise KindUnknown(kind=kind, kinds=", ".join(EXPORTS))
    if format not in WRITERS:
        raise OptionInvalid(name="format", given=format, allowed=", ".join(WRITERS))
    permission_require(actor, "exports.run")
    export = EXPORTS[kind]
    return WRITERS[format](stream, export.header, export.rows(actor))
