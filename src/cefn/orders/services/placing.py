"""Placing orders: many at a time, priced and taxed, numbered, and announced so that stock is found for them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from cefn.catalog.errors import SkuUnknown
from cefn.catalog.skus import sku_key
from cefn.kernel import clock, sql
from cefn.kernel.bus import bus
from cefn.kernel.ids import new_ids
from cefn.kernel.money import extend_minor
from cefn.orders.errors import CurrencyMixed, DiscountInvalid, OrderEmpty, OrderKnown, QuantityInvalid, SkuArchived
from cefn.orders.events import LineToServe, OrdersConfirmed, OrderToServe
from cefn.orders.models import OrderHold, SalesOrder, SalesOrderLine
from cefn.parties.services import customers_require
from cefn.platform.actors import Actor
from cefn.platform.audit import AuditDraft, audit_record
from cefn.platform.company_facts import CompanyFacts, company_facts
from cefn.platform.numbering import numbers_take
from cefn.pricing.services import Ask, prices_find
from cefn.tax.calculation import lines_tax
from cefn.tax.rates import rate_ppm

ZERO_RATED_ABROAD = "zero"


@dataclass(slots=True)
class OrderLineDraft:
    """A line to order, by SKU or by variant id; without `unit_price_micro` the list price is taken.

    `discount_minor` is taken off the line as a whole. `tax_category` overrides the product's.
    """

    quantity: int
    sku: str = ""
    variant_id: int | None = None
    unit_price_micro: int | None = None
    discount_minor: int = 0
    description: str = ""
    tax_category: str = ""
    external_id: str = ""


@dataclass(slots=True)
class OrderDraft:
    """An order to place. Prices include tax as the company sells, unless `prices_include_tax` says otherwise.

    Lines without a price take it from `price_list` if one is named and has it, else from the product.
    """

    lines: Sequence[OrderLineDraft]
    channel: str = "manual"
    external_id: str = ""
    customer_id: int | None = None
    customer_name: str = ""
    placed_at: datetime | None = None
    currency: str = ""
    prices_include_tax: bool | None = None
    price_list: str = ""
    ship_to: Mapping[str, str] = field(default_factory=dict)
    bill_to: Mapping[str, str] = field(default_factory=dict)
    shipping_service: str = ""
    ship_by_at: datetime | None = None
    priority: int = 0
    is_ship_complete: bool = False
    note: str = ""
    tags: Sequence[str] = ()
    channel_total_minor: int | None = None
    hold: tuple[str, str] | None = None


class PlacedOrder(NamedTuple):
    """What came of a draft."""

    id: int
    number: str
    total_minor: int


class VariantFacts(NamedTuple):
    """What placing asks of a variant."""

    id: int
    sku: str
    sku_key: str
    name: str
    is_stocked: bool
    status: str
    price_micro: int
    tax_category: str
    quantity_decimals: int


ORDER_COLUMNS = (
    "id", "company_id", "number", "channel", "external_id", "customer_id", "status", "is_on_hold",
    "allocation_status", "fulfilment_status", "delivery_status", "invoice_status", "payment_status", "return_status",
    "exception", "currency", "prices_include_tax", "tax_rounding", "net_minor", "tax_minor", "discount_minor",
    "rounding_minor", "total_minor", "channel_total_minor", "paid_minor", "refunded_minor", "ship_to", "bill_to",
    "ship_country", "ship_postcode", "shipping_service", "priority", "is_ship_complete", "note", "tags", "search_text",
    "placed_at", "ship_by_at", "recorded_at", "version", "line_count",
)  # fmt: skip
LINE_COLUMNS = (
    "id", "company_id", "order_id", "position", "variant_id", "kind", "description", "quantity", "cancelled",
    "allocated", "picked", "shipped", "invoiced", "returned", "unit_price_micro", "discount_minor", "tax_code",
    "tax_rate_ppm", "net_minor", "tax_minor", "shipped_cost_minor", "returned_cost_minor", "external_id",
)  # fmt: skip


def variants_find(*, company_id: int, ids: set[int], sku_keys: set[str]) -> dict[int | str, VariantFacts]:
    """Return the facts of variants by id and by SKU key, in one statement."""
    if sku_keys:
        rows = sql.fetch(
            "SELECT x.id, x.sku, x.sku_key, p.name, x.is_stocked, x.status, x.price_micro, c.code, x.quantity_decimals"
            " FROM catalog_variant AS x JOIN catalog_product AS p ON p.id = x.product_id"
            " JOIN tax_taxcategory AS c ON c.id = p.tax_category_id JOIN {v} ON x.sku_key = v.s"
            " WHERE x.company_id = %s",
            [company_id],
            v=sql.Rows("s text", [(key,) for key in sorted(sku_keys)]),
        )
    else:
        rows = []
    if ids:
        rows += sql.fetch(
            "SELECT x.id, x.sku, x.sku_key, p.name, x.is_stocked, x.status, x.price_micro, c.code, x.quantity_decimals"
            " FROM {v} JOIN catalog_variant AS x ON x.id = v.k JOIN catalog_product AS p ON p.id = x.product_id"
            " JOIN tax_taxcategory AS c ON c.id = p.tax_category_id WHERE x.company_id = %s",
            [company_id],
            v=sql.Rows("k bigint", [(key,) for key in sorted(ids)]),
        )
    found: dict[int | str, VariantFacts] = {}
    for row in rows:
        facts = VariantFacts(*row)
        found[facts.id] = facts
        found[facts.sku_key] = facts
    return found


def orders_place(*, actor: Actor, orders: Sequence[OrderDraft]) -> list[PlacedOrder]:
    """Place confirmed orders and have stock promised to them; returns them in order.

    Raises OrderEmpty, QuantityInvalid, SkuUnknown, SkuArchived, OrderKnown, CurrencyMixed, TaxRateMissing;
    nothing is written then.
    """
    if not orders:
        return []
    company = company_facts(actor.company_id)
    _require_orders(company, orders)
    variants = variants_find(
        company_id=company.id,
        ids={line.variant_id for d in orders for line in d.lines if line.variant_id is not None},
        sku_keys={sku_key(line.sku) for d in orders for line in d.lines if line.variant_id is None},
    )
    now = clock.now()
    ids = new_ids(len(orders))
    line_ids = iter(new_ids(sum(len(d.lines) for d in orders)))
    rows, line_rows, serve = [], [], []
    numbers = numbers_take(company_id=company.id, series="sales_order", count=len(orders))
    placed = []
    for key, number, draft in zip(ids, numbers, orders, strict=True):
        made, total = _lines(company, draft, key, variants, line_ids, now)
        line_rows.extend(made)
        rows.append(_order_row(company, draft, key, number, made, total, now))
        serve.append(_to_serve(key, number, draft, made, now))
        placed.append(PlacedOrder(key, number, total[2]))
    sql.insert_rows(SalesOrder, ORDER_COLUMNS, rows)
    sql.insert_rows(SalesOrderLine, LINE_COLUMNS, line_rows)
    _holds(actor, orders, ids, now)
    audit_record(
        actor=actor,
        at=now,
        events=[
            AuditDraft(
                f"sales-order:{p.number}", "placed",
                {"channel": d.channel, "external_id": d.external_id, "lines": len(d.lines),
                 "total_minor": p.total_minor},
            )
            for p, d in zip(placed, orders, strict=True)
        ],
    )  # fmt: skip
    bus.publish(OrdersConfirmed(company_id=company.id, actor=actor, order_ids=tuple(ids), orders=tuple(serve)))
    return placed


def _require_orders(company: CompanyFacts, orders: Sequence[OrderDraft]) -> None:
    known = [(d.channel, d.external_id) for d in orders if d.external_id]
    for draft in orders:
        if not draft.lines:
            raise OrderEmpty
        if draft.currency and draft.currency != company.currency:
            raise CurrencyMixed(currency=draft.currency, company_currency=company.currency)
        for line in draft.lines:
            if line.quantity <= 0:
                raise QuantityInvalid(sku=line.sku or line.variant_id, quantity=line.quantity)
    customers_require(company_id=company.id, customer_ids=[d.customer_id for d in orders if d.customer_id is not None])
    if not known:
        return
    found = sql.fetch(
        "SELECT o.channel, o.external_id, o.number FROM {v} CROSS JOIN orders_salesorder AS o"
        " WHERE o.company_id = %s AND o.channel = v.c AND o.external_id = v.x AND NOT (o.external_id = '')",
        [company.id],
        v=sql.Rows("c text, x text", known),
    )
    for channel, external_id, number in found:
        raise OrderKnown(channel=channel, external_id=external_id, number=number)


def _lines(
    company: CompanyFacts,
    draft: OrderDraft,
    order_id: int,
    variants: Mapping[int | str, VariantFacts],
    line_ids: Iterator[int],
    now: datetime,
) -> tuple[list[tuple[Any, ...]], tuple[int, int, int, int]]:
    """Return the line rows of an order and its (net, tax, total, discount) in minor units."""
    includes = company.prices_include_tax if draft.prices_include_tax is None else draft.prices_include_tax
    on = company.day(draft.placed_at or now)
    abroad = bool(draft.ship_to.get("country")) and draft.ship_to.get("country") != company.country
    listed = _listed(company, draft, variants, includes, on)
    amounts, rates, facts_of, codes, prices = [], [], [], [], []
    for line in draft.lines:
        facts = variants.get(sku_key(line.sku) if line.variant_id is None else line.variant_id)
        if facts is None:
            raise SkuUnknown(sku=line.sku or line.variant_id)
        if facts.status == "archived":
            raise SkuArchived(sku=facts.sku)
        code = line.tax_category or facts.tax_category
        if abroad and code in {"standard", "reduced"}:
            code = ZERO_RATED_ABROAD
        price = line.unit_price_micro
        if price is None:
            price = listed.get(Ask(facts.id, line.quantity), facts.price_micro)
        gross = extend_minor(
            quantity=line.quantity, unit_price_micro=price, quantity_decimals=facts.quantity_decimals,
            currency=company.currency,
        )  # fmt: skip
        if not 0 <= line.discount_minor <= gross:
            raise DiscountInvalid(sku=facts.sku, discount=line.discount_minor, amount=gross)
        amounts.append(gross - line.discount_minor)
        rates.append(rate_ppm(company_id=company.id, category=code, country=company.country, on=on))
        facts_of.append(facts)
        codes.append(code)
        prices.append(price)
    taxed = lines_tax(amounts_minor=amounts, rates_ppm=rates, includes_tax=includes, rounding=company.tax_rounding)
    rows = [
        (next(line_ids), company.id, order_id, at + 1, facts.id, "goods" if facts.is_stocked else "service",
         line.description or facts.name, line.quantity, 0, 0, 0, 0, 0, 0, price, line.discount_minor, code, rate, net,
         tax, 0, 0, line.external_id)
        for at, (line, facts, price, code, rate, (net, tax)) in enumerate(
            zip(draft.lines, facts_of, prices, codes, rates, taxed, strict=True)
        )
    ]  # fmt: skip
    net = sum(pair[0] for pair in taxed)
    tax = sum(pair[1] for pair in taxed)
    return rows, (net, tax, net + tax, sum(line.discount_minor for line in draft.lines))


def _listed(
    company: CompanyFacts, draft: OrderDraft, variants: Mapping[int | str, VariantFacts], includes: bool, on: date
) -> Mapping[Ask, int]:
    """Return the prices that the order's price list has for its lines without one."""
    if not draft.price_list:
        return {}
    keys = [(line.sku and sku_key(line.sku)) or line.variant_id or 0 for line in draft.lines]
    return prices_find(
        company_id=company.id,
        code=draft.price_list,
        asks=[
            Ask(variants[key].id, line.quantity)
            for key, line in zip(keys, draft.lines, strict=True)
            if line.unit_price_micro is None and key in variants
        ],
        on=on,
        currency=company.currency,
        includes_tax=includes,
    )


def _order_row(
    company: CompanyFacts,
    draft: OrderDraft,
    order_id: int,
    number: str,
    lines: Sequence[tuple[Any, ...]],
    totals: tuple[int, int, int, int],
    now: datetime,
) -> tuple[Any, ...]:
    net, tax, total, discount = totals
    includes = company.prices_include_tax if draft.prices_include_tax is None else draft.prices_include_tax
    ship_to = dict(draft.ship_to)
    postcode = ship_to.get("postcode", "")
    name = draft.customer_name or ship_to.get("name", "")
    search = f"{number} {draft.external_id} {name} {ship_to.get('email', '')} {postcode}".lower()[:400]
    return (
        order_id, company.id, number, draft.channel, draft.external_id, draft.customer_id, "confirmed",
        draft.hold is not None, "none", "unfulfilled", "none", "none", "unpaid", "none", "", company.currency, includes,
        company.tax_rounding, net, tax, discount, 0, total, draft.channel_total_minor, 0, 0, ship_to,
        dict(draft.bill_to) or ship_to, ship_to.get("country", ""), postcode, draft.shipping_service, draft.priority,
        draft.is_ship_complete, draft.note, list(draft.tags), search, draft.placed_at or now, draft.ship_by_at, now, 1,
        len(lines),
    )  # fmt: skip


def _to_serve(
    order_id: int, number: str, draft: OrderDraft, lines: Sequence[tuple[Any, ...]], now: datetime
) -> OrderToServe:
    ship_to = dict(draft.ship_to)
    wants = tuple(LineToServe(row[0], row[4], row[7]) for row in lines if row[5] == "goods")
    return OrderToServe(
        order_id, number, ship_to.get("country", ""), ship_to.get("postcode", ""), draft.is_ship_complete,
        draft.ship_by_at, draft.shipping_service, ship_to, wants, draft.placed_at or now,
    )  # fmt: skip


def _holds(actor: Actor, orders: Sequence[OrderDraft], ids: Sequence[int], now: datetime) -> None:
    held = [(key, draft.hold) for key, draft in zip(ids, orders, strict=True) if draft.hold]
    if held:
        OrderHold.objects.bulk_create(
            [
                OrderHold(
                    company_id=actor.company_id, order_id=key, kind=hold[0], reason=hold[1], placed_by=actor.name,
                    placed_at=now,
                )
                for key, hold in held
            ]
        )  # fmt: skip
