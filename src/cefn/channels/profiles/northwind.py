"""The Northwind wholesaler's tables: prices and freight are single-precision fractions written out, and rounded."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from cefn.channels.profiles.base import Keys, Profile, address, address_columns, column, parsed
from cefn.channels.records import (
    OrderLineRecord,
    OrderRecord,
    Parsed,
    PartyRecord,
    ProductRecord,
    VariantRecord,
    line_amount,
)
from cefn.channels.tables.faults import VALUE_MISSING
from cefn.channels.tables.numbers import parse_rounded
from cefn.channels.tables.sniff import SniffOptions
from cefn.channels.tables.table import Reading, RowReader
from cefn.channels.tables.values import MOST_MINOR
from cefn.kernel.money import PPM, currency_decimals, round_half_up

POINT = SniffOptions(decimal=".")
PRICE_DECIMALS = 4
ADDRESS = {
    "line1": "address", "city": "city", "region": "region", "postcode": "postal_code", "country": "country",
    "phone": "phone",
}  # fmt: skip


def _party_columns(key: str) -> tuple:  # type: ignore[type-arg]
    return (
        column("reference", key, needed=True),
        column("name", "company_name", needed=True),
        column("contact", "contact_name"),
        *address_columns("at", name="contact_name", company="company_name", **ADDRESS),
    )


def _parse_parties(rows: Iterator[RowReader], reading: Reading) -> Iterator[Parsed]:
    keys = Keys()
    for row in rows:
        reference = row.text("reference", longest=120, needed=True)
        keys.check(row, "reference", reference)
        at = address(row, "at")
        party = PartyRecord(
            reference=reference,
            name=row.text("name", longest=200, needed=True),
            company=row.text("name", longest=200),
            phone=at.phone,
            is_business=True,
            address=at,
        )
        yield parsed(reference, [row], party)


PRODUCT_COLUMNS = (
    column("sku", "product_id", needed=True),
    column("name", "product_name", needed=True),
    column("supplier", "supplier_id"),
    column("category", "category_id"),
    column("pack", "quantity_per_unit"),
    column("price", "unit_price", needed=True),
    column("quantity", "units_in_stock"),
    column("low", "reorder_level"),
    column("ended", "discontinued"),
)


def parse_products(rows: Iterator[RowReader], reading: Reading) -> Iterator[Parsed]:
    """Yield the products; the product id is the SKU."""
    keys = Keys()
    for row in rows:
        sku = row.sku("sku")
        keys.check(row, "sku", sku)
        active = not row.flag("ended", default=False)
        variant = VariantRecord(
            line=row.line,
            sku=sku,
            name=row.text("pack", longest=120),
            price_micro=row.micro("price", rounded_to=PRICE_DECIMALS),
            low_stock_at=row.quantity("low", default=0) or None,
            quantity=row.quantity("quantity", default=0),
            active=active,
        )
        product = ProductRecord(
            number=sku,
            name=row.text("name", needed=True),
            variants=(variant,),
            category=row.text("category", longest=120),
            supplier=row.text("supplier", longest=120),
            active=active,
        )
        yield parsed(sku, [row], product)


LINE_COLUMNS = (
    column("order", "order_id", needed=True),
    column("sku", "product_id", needed=True),
    column("price", "unit_price", needed=True),
    column("quantity", "quantity", needed=True),
    column("discount", "discount"),
)


def parse_lines(rows: Iterator[RowReader], reading: Reading) -> Iterator[Parsed]:
    """Yield each row of order_details as an order without a head, keyed by the order it belongs to."""
    for row in rows:
        quantity = row.quantity("quantity", zero=False)
        price = row.micro("price", rounded_to=PRICE_DECIMALS) or 0
        amount = line_amount(quantity, price, reading.currency)
        sku = row.sku("sku")
        discount = round_half_up(amount * _discount_ppm(row), PPM)
        line = OrderLineRecord(row.line, sku, "", quantity, price, amount, discount_minor=discount)
        yield (
            Parsed(row.text("order", needed=True), (row.line,), None, tuple(row.faults))
            if row.faults
            else Parsed(row.raw("order").strip(), (row.line,), line, ())
        )


def _discount_ppm(row: RowReader) -> int:
    """Return the discount in parts per million, rounded to a hundredth: 0.150000006 is 15 %."""
    return round_half_up(row.ppm("discount", fraction=True), 10_000) * 10_000


ORDER_COLUMNS = (
    column("order", "order_id", needed=True),
    column("customer", "customer_id", needed=True),
    column("placed_at", "order_date", needed=True),
    column("required_on", "required_date"),
    column("shipped_on", "shipped_date"),
    column("freight", "freight"),
    *address_columns(
        "ship",
        name="ship_name", line1="ship_address", city="ship_city", region="ship_region", postcode="ship_postal_code",
        country="ship_country",
    ),
)  # fmt: skip


def parse_orders(rows: Iterator[RowReader], reading: Reading) -> Iterator[Parsed]:
    """Yield the orders with the lines of the second file, order_details."""
    keys = Keys()
    for row in rows:
        key = row.text("order", longest=120, needed=True)
        keys.check(row, "order", key)
        found = reading.companion_lines.get(key, ())
        faults = [fault for item in found for fault in item.faults]
        lines = [item.record for item in found if item.record is not None]
        if not found:
            row.fault("order", VALUE_MISSING)
        at = address(row, "ship")
        placed_at = row.moment("placed_at", needed=True)
        order = None
        if placed_at:
            order = OrderRecord(
                external_id=key,
                placed_at=placed_at,
                currency=reading.currency,
                customer=PartyRecord(
                    reference=row.text("customer", longest=120), name=at.name, is_business=True, address=at
                ),
                lines=tuple(lines),
                ship_to=at,
                bill_to=at,
                prices_include_tax=reading.prices_include_tax,
                shipping_minor=_freight(row, reading.currency),
                fulfilment="fulfilled" if row.day("shipped_on") else "unfulfilled",
                ship_by_on=row.day("required_on"),
                row_lines=(row.line, *(item.lines[0] for item in found)),
            )
        yield parsed(key, [row], order, faults)


def _freight(row: RowReader, currency: str) -> int:
    if not row.filled("freight"):
        return 0
    value = parse_rounded(row.raw("freight"), decimals=currency_decimals(currency), most=MOST_MINOR)
    return row.take("freight", value, 0)


ORDER_LINES = Profile(
    "northwind-lines", "order-lines", _("Northwind order_details"), LINE_COLUMNS, parse_lines,
    ("order_id", "product_id", "quantity", "discount"), POINT,
)  # fmt: skip
PROFILES = (
    Profile(
        "northwind", "products", _("Northwind products"), PRODUCT_COLUMNS, parse_products,
        ("product_id", "product_name", "units_in_stock"), POINT,
    ),
    Profile(
        "northwind", "customers", _("Northwind customers"), _party_columns("customer_id"), _parse_parties,
        ("customer_id", "company_name", "contact_name"), POINT,
    ),
    Profile(
        "northwind", "suppliers", _("Northwind suppliers"), _party_columns("supplier_id"), _parse_parties,
        ("supplier_id", "company_name", "contact_name"), POINT,
    ),
    Profile(
        "northwind", "orders", _("Northwind orders"), ORDER_COLUMNS, parse_orders,
        ("order_id", "customer_id", "ship_name", "freight"), POINT, prices_include_tax=False,
        companion=ORDER_LINES,
    ),
)  # fmt: skip
