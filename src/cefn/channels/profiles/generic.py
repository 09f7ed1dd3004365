"""Cefn's own layouts, which are also what it exports: products, stock, customers, suppliers and orders.

Each column goes by several names, so that most spreadsheets need no mapping.
"""

from collections.abc import Iterator
from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from cefn.channels.profiles.base import (
    Column,
    Keys,
    Profile,
    address,
    buyer,
    column,
    grouped,
    lines_once,
    parsed,
    same_in_group,
    short_key,
    total_note,
)
from cefn.channels.profiles.shopify import choice, options
from cefn.channels.records import (
    OrderLineRecord,
    OrderRecord,
    Parsed,
    PartyRecord,
    ProductRecord,
    StockRecord,
    VariantRecord,
    line_amount,
)
from cefn.channels.tables.table import Reading, RowReader

SKU = ("sku", "stock code", "stockcode", "item code", "product code", "code", "part number", "cod stoc")
QUANTITY = ("quantity", "qty", "units", "nifer", "on hand", "stock")
NAME = ("name", "product name", "title", "description of goods", "enw", "item name")
KINDS = {"": "goods", "goods": "goods", "stock": "goods", "service": "service", "product": "goods"}
PAYMENTS = {
    name: name
    for name in ("unpaid", "authorised", "partial", "paid", "partly_refunded", "refunded", "overpaid")
} | {"": "unpaid", "pending": "unpaid", "yes": "paid", "no": "unpaid"}  # fmt: skip
FULFILMENTS = {name: name for name in ("unfulfilled", "partial", "fulfilled")} | {"": "unfulfilled"}


def address_all(prefix: str, label: str) -> tuple[Column, ...]:
    """Return the address columns called "ship line1" or "ship_line1", and bare "line1" where `label` is empty."""
    parts = ("name", "company", "line1", "line2", "city", "region", "postcode", "country", "phone")
    extra = {
        "line1": ("address", "address 1", "street", "address line 1", "cyfeiriad"),
        "line2": ("address 2", "address line 2"),
        "city": ("town", "tref"), "region": ("county", "state", "province", "sir"),
        "postcode": ("zip", "postal code", "post code", "cod post"), "country": ("gwlad",),
        "company": ("company name",),
    }  # fmt: skip
    return tuple(
        Column(
            f"{prefix}_{part}",
            (f"{label}_{part}", f"{label} {part}", *(f"{label} {name}" for name in extra.get(part, ())))
            if label
            else (part, *extra.get(part, ())),
        )
        for part in parts
    )


PRODUCT_COLUMNS = (
    column("sku", *SKU, needed=True),
    column("number", "product", "product number", "handle", "parent"),
    column("title", *NAME, needed=True),
    column("variant", "variant", "variant name"),
    column("description", "description", "disgrifiad"),
    column("category", "category", "type", "categori"),
    column("brand", "brand", "vendor", "manufacturer", "brand name"),
    column("kind", "kind"),
    column("barcode", "barcode", "gtin", "ean", "upc", "cod bar"),
    column("price", "price", "unit price", "list price", "selling price", "pris"),
    column("cost", "cost", "cost price", "unit cost", "cost per item", "cost (pris prynu)"),
    column("weight", "weight_g", "weight (g)", "grams"),
    column("tax", "tax", "tax category", "tax class", "vat"),
    column("unit", "unit", "unit of measure", "uom"),
    column("low", "low_stock_at", "low stock", "reorder level", "low stock level"),
    column("hs_code", "hs_code", "hs code", "commodity code"),
    column("origin", "origin_country", "country of origin", "origin"),
    column("supplier", "supplier"),
    column("active", "active"),
    *(column(f"option{at}_name", f"option{at}_name", f"option{at} name") for at in (1, 2, 3)),
    *(column(f"option{at}", f"option{at}", f"option{at} value") for at in (1, 2, 3)),
)


def _variant(row: RowReader, head: RowReader, keys: Keys) -> VariantRecord:
    sku = row.sku("sku")
    keys.check(row, "sku", sku)
    pairs = options(row, head)
    return VariantRecord(
        line=row.line,
        sku=sku,
        name=row.text("variant") or " / ".join(value for _name, value in pairs),
        options=pairs,
        barcode=row.barcode("barcode"),
        price_micro=row.micro("price"),
        cost_micro=row.micro("cost"),
        weight_g=row.quantity("weight", default=0) or None,
        low_stock_at=row.quantity("low", default=0) or None,
        hs_code=row.plain("hs_code", longest=12),
        origin_country=row.country("origin"),
        active=row.flag("active", default=True),
    )


def _product_groups(rows: Iterator[RowReader]) -> Iterator[list[RowReader]]:
    """Yield rows that share a product number; without that column each row is a product of its own."""
    for row in rows:
        if not row.has("number"):
            yield [row]
            continue
        first = row
        yield from (group for _key, group in grouped(_chained(first, rows), "number"))


def _chained(first: RowReader, rest: Iterator[RowReader]) -> Iterator[RowReader]:
    yield first
    yield from rest


def parse_products(rows: Iterator[RowReader], reading: Reading) -> Iterator[Parsed]:
    """Yield the products."""
    keys = Keys()
    for group in _product_groups(rows):
        head = group[0]
        variants = tuple(_variant(row, head, keys) for row in group)
        product = ProductRecord(
            number=short_key(head.plain("number") or variants[0].sku),
            name=head.text("title", needed=True),
            variants=variants,
            description=head.text("description", longest=65_535),
            brand=head.text("brand", longest=120),
            category=head.text("category", longest=120),
            is_service=choice(head, "kind", KINDS) == "service",
            tax_category=head.text("tax", longest=24).casefold(),
            unit=head.text("unit", longest=12),
            supplier=head.text("supplier", longest=120),
            active=any(variant.active for variant in variants),
        )
        yield parsed(product.number, group, product)


STOCK_COLUMNS = (
    column("sku", *SKU, needed=True),
    column("warehouse", "warehouse", "site", "warws", "storfa"),
    column("location", "location", "bin", "lleoliad"),
    column("quantity", *QUANTITY, "count", "counted", needed=True),
    column("cost", "unit_cost", "unit cost", "cost", "cost price"),
    column("reason", "reason", "rheswm"),
)


def parse_stock(rows: Iterator[RowReader], reading: Reading) -> Iterator[Parsed]:
    """Yield what lies where: the quantity counted, not a difference."""
    keys = Keys()
    for row in rows:
        sku = row.sku("sku")
        warehouse = row.text("warehouse", longest=120) or reading.warehouse
        location = row.text("location", longest=32)
        key = " · ".join(part for part in (sku, warehouse, location) if part)
        keys.check(row, "sku", key)
        quantity = row.quantity("quantity")
        cost = row.micro("cost")
        record = StockRecord(row.line, sku, quantity, warehouse, location, cost, row.text("reason", longest=255))
        yield parsed(key, [row], record)


PARTY_COLUMNS = (
    column("reference", "reference", "customer", "customer id", "supplier", "supplier id", "number", "account"),
    column("name", "name", "company name", "customer name", "supplier name", "full name", "enw", needed=True),
    column("email", "email", "e-mail", "e-bost"),
    column("phone", "phone", "telephone", "ffôn"),
    column("vat", "vat_number", "vat number", "vat no", "tax id"),
    column("business", "business", "is_business"),
    column("currency", "currency"),
    column("lead_time", "lead_time_days", "lead time"),
    column("language", "language", "iaith"),
    column("note", "note", "notes", "nodyn"),
    *(item for item in address_all("at", "") if item.field not in {"at_name", "at_phone"}),
)


def parse_parties(rows: Iterator[RowReader], reading: Reading) -> Iterator[Parsed]:
    """Yield customers or suppliers; without a reference the e-mail, else the name, tells them apart."""
    keys = Keys()
    for row in rows:
        name, email = row.text("name", longest=200, needed=True), row.email("email")
        reference = row.plain("reference", longest=120) or email or name
        keys.check(row, "reference" if row.filled("reference") else "name", reference)
        at = address(row, "at")
        party = PartyRecord(
            reference=reference,
            name=name,
            company=at.company,
            email=email,
            phone=row.plain("phone", longest=40),
            vat_number=row.plain("vat", longest=20),
            is_business=row.flag("business", default=bool(at.company or row.filled("vat"))),
            currency=row.currency("currency") if row.filled("currency") else "",
            lead_time_days=row.quantity("lead_time") if row.filled("lead_time") else None,
            language=row.text("language", longest=8),
            note=row.text("note", longest=2_000),
            address=at,
        )
        yield parsed(reference, [row], party)


ORDER_COLUMNS = (
    column("order", "order", "order number", "order id", "order no", "external_id", "archeb", needed=True),
    column("placed_at", "placed_at", "order date", "date", "created at", "dyddiad", needed=True),
    column("currency", "currency"),
    column("customer", "customer", "customer id", "account"),
    column("customer_name", "customer_name", "customer name", "buyer", "cwsmer"),
    column("email", "email", "customer email", "e-mail", "e-bost"),
    column("phone", "phone", "ffôn"),
    column("vat", "vat_number"),
    column("sku", *SKU, needed=True),
    column("name", "name", "item", "item name", "product name", "description"),
    column("quantity", *QUANTITY, needed=True),
    column("price", "price", "unit price", "unit_price", "pris", needed=True),
    column("line_discount", "line_discount", "line discount"),
    column("shipping", "shipping", "postage", "delivery", "cludiant"),
    column("discount", "discount", "order discount"),
    column("tax", "tax", "vat"),
    column("total", "total", "order total", "cyfanswm"),
    column("payment", "payment_status", "payment status"),
    column("payment_method", "payment_method", "payment method"),
    column("paid_at", "paid_at"),
    column("refunded", "refunded"),
    column("fulfilment", "fulfilment_status", "fulfilment status"),
    column("shipping_method", "shipping_method", "shipping method"),
    column("ship_by", "ship_by", "ship by"),
    column("cancelled", "cancelled"),
    column("note", "note", "notes", "nodyn"),
    *address_all("ship", "ship"),
    *address_all("bill", "bill"),
)
ORDER_FIELDS = ("placed_at", "currency", "email", "shipping", "discount", "total")


def _order_line(row: RowReader, currency: str) -> OrderLineRecord:
    quantity = row.quantity("quantity", zero=False)
    price = row.micro("price", currency=currency)
    amount = line_amount(quantity, price or 0, currency)
    return OrderLineRecord(
        line=row.line,
        sku=row.sku("sku"),
        name=row.text("name"),
        quantity=quantity,
        unit_price_micro=price or 0,
        amount_minor=amount,
        discount_minor=row.minor("line_discount", currency=currency),
    )


def parse_orders(rows: Iterator[RowReader], reading: Reading) -> Iterator[Parsed]:
    """Yield the orders; what belongs to the order may stand on its first row or on all of them."""
    for key, group in grouped(rows, "order"):
        head = group[0]
        same_in_group(group, *ORDER_FIELDS)
        currency = head.currency("currency")
        lines, notes = lines_once([_order_line(row, currency) for row in group], reading)
        ship, bill = address(head, "ship"), address(head, "bill")
        placed_at = head.moment("placed_at", needed=True)
        at = bill if bill.filled else ship
        customer = buyer(head, at, reference=head.plain("customer", longest=120))
        order = None
        if placed_at:
            order = OrderRecord(
                external_id=head.plain("order", longest=120),
                placed_at=placed_at,
                currency=currency,
                customer=replace(customer, vat_number=head.plain("vat", longest=20)),
                lines=tuple(lines),
                ship_to=ship if ship.filled else bill,
                bill_to=at,
                prices_include_tax=reading.prices_include_tax,
                shipping_minor=head.minor("shipping", currency=currency),
                discount_minor=head.minor("discount", currency=currency),
                tax_minor=head.minor("tax", currency=currency) if head.filled("tax") else None,
                total_minor=head.minor("total", currency=currency) if head.filled("total") else None,
                payment=choice(head, "payment", PAYMENTS),
                payment_method=head.text("payment_method", longest=80),
                paid_at=head.moment("paid_at"),
                refunded_minor=head.minor("refunded", currency=currency),
                fulfilment=choice(head, "fulfilment", FULFILMENTS),
                shipping_method=head.text("shipping_method", longest=80),
                ship_by_on=head.day("ship_by"),
                is_cancelled=head.flag("cancelled", default=False),
                note=head.text("note", longest=2_000),
                row_lines=tuple(row.line for row in group),
            )
            if not notes:
                notes = total_note(order, head, "total", 0 if reading.prices_include_tax else order.tax_minor or 0)
        yield parsed(key, group, order, notes)


PROFILES = (
    Profile("generic", "products", _("Products"), PRODUCT_COLUMNS, parse_products, group_by="number"),
    Profile("generic", "stock", _("Stock count"), STOCK_COLUMNS, parse_stock),
    Profile("generic", "customers", _("Customers"), PARTY_COLUMNS, parse_parties),
    Profile("generic", "suppliers", _("Suppliers"), PARTY_COLUMNS, parse_parties),
    Profile("generic", "orders", _("Orders"), ORDER_COLUMNS, parse_orders, group_by="order"),
)
