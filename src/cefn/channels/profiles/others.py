"""Square's item detail (in-store sales), Etsy's sold orders (which lack quantities), and the Meta product catalogue."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from cefn.channels.profiles.base import Keys, Profile, column, grouped, lines_once, parsed
from cefn.channels.records import (
    OrderLineRecord,
    OrderRecord,
    Parsed,
    PartyRecord,
    ProductRecord,
    VariantRecord,
)
from cefn.channels.tables.dates import parse_moment
from cefn.channels.tables.faults import NOT_A_SALE, QUANTITIES_ABSENT, CellFault
from cefn.channels.tables.sniff import SniffOptions
from cefn.channels.tables.table import Reading, RowReader
from cefn.channels.tables.values import micro_from_line, parse_price_micro
from cefn.kernel.money import micro_per_minor

POINT = SniffOptions(decimal=".")
SQUARE_COLUMNS = (
    column("day", "Date", needed=True),
    column("time", "Time", needed=True),
    column("name", "Item", needed=True),
    column("quantity", "Qty", needed=True),
    column("sku", "SKU", needed=True),
    column("gross", "Gross Sales", needed=True),
    column("discount", "Discounts"),
    column("tax", "Tax"),
    column("order", "Transaction ID", needed=True),
    column("payment", "Payment ID"),
    column("event", "Event Type", needed=True),
    column("place", "Location"),
    column("customer", "Customer ID"),
    column("customer_name", "Customer Name"),
)


def _square_line(row: RowReader, currency: str) -> OrderLineRecord:
    quantity = row.quantity("quantity", zero=False)
    gross = row.minor("gross", currency=currency)
    return OrderLineRecord(
        line=row.line,
        sku=row.sku("sku"),
        name=row.text("name"),
        quantity=quantity,
        unit_price_micro=micro_from_line(gross, quantity, micro_per_minor(currency)) if quantity else 0,
        amount_minor=gross,
        discount_minor=abs(row.minor("discount", currency=currency, negative=True)),
        tax_minor=row.minor("tax", currency=currency),
    )


def _square_moment(row: RowReader) -> datetime | None:
    empty: datetime | None = None
    text = f"{row.raw('day').strip()} {row.raw('time').strip()}"
    return row.take("day", parse_moment(text, zone=row.reading.zone, order=row.reading.date_order), empty)


def parse_square(rows: Iterator[RowReader], reading: Reading) -> Iterator[Parsed]:
    """Yield the sales; refund rows are named and left out. Gross sales are without VAT, which is on top."""
    for key, group in grouped(rows, "order"):
        sold = [row for row in group if row.raw("event").strip().casefold() == "payment"]
        notes = [
            CellFault(NOT_A_SALE, {"what": "refund"}).at(row.line, "Event Type", row.raw("event"))
            for row in group
            if row not in sold
        ]
        if not sold:
            yield Parsed(key, tuple(row.line for row in group), None, tuple(notes))
            continue
        head, currency = sold[0], reading.currency
        lines, doubled = lines_once([_square_line(row, currency) for row in sold], reading)
        placed_at = _square_moment(head)
        order = None
        if placed_at:
            order = OrderRecord(
                external_id=head.text("order", longest=120, needed=True),
                placed_at=placed_at,
                currency=currency,
                customer=PartyRecord(
                    reference=head.text("customer", longest=120), name=head.text("customer_name", longest=200)
                ),
                lines=tuple(lines),
                prices_include_tax=reading.prices_include_tax,
                tax_minor=sum(line.tax_minor or 0 for line in lines),
                payment="paid",
                payment_method="square",
                fulfilment="fulfilled",
                note=head.text("place", longest=120),
                row_lines=tuple(row.line for row in group),
            )
        yield parsed(key, group, order, [*notes, *doubled])


ETSY_COLUMNS = (
    column("order", "Order ID", needed=True),
    column("placed_at", "Sale Date", needed=True),
    column("items", "Number of Items", needed=True),
    column("sku", "SKU", needed=True),
)


def parse_etsy(rows: Iterator[RowReader], reading: Reading) -> Iterator[Parsed]:
    """Refuse each order with the reason: the file has the SKUs and the number of items, not how many of each."""
    for row in rows:
        skus = [sku.strip() for sku in row.raw("sku").split(",") if sku.strip()]
        row.moment("placed_at", needed=True)
        if len(skus) != 1:
            row.fault("sku", QUANTITIES_ABSENT)
        else:
            row.fault("items", QUANTITIES_ABSENT)
        yield parsed(row.text("order", longest=120, needed=True), [row], None)


META_COLUMNS = (
    column("sku", "id", needed=True),
    column("name", "title", needed=True),
    column("description", "description"),
    column("availability", "availability", needed=True),
    column("price", "price", needed=True),
    column("brand", "brand"),
    column("barcode", "gtin"),
    column("group", "item_group_id"),
    column("category", "google_product_category"),
)


def parse_meta(rows: Iterator[RowReader], reading: Reading) -> Iterator[Parsed]:
    """Yield each item as a product of one variant; the price carries its currency."""
    keys = Keys()
    for row in rows:
        sku = row.sku("sku")
        keys.check(row, "sku", sku)
        variant = VariantRecord(
            line=row.line,
            sku=sku,
            barcode=row.barcode("barcode"),
            price_micro=row.take("price", parse_price_micro(row.raw("price"), currency=reading.currency), 0),
        )
        product = ProductRecord(
            number=sku,
            name=row.text("name", needed=True),
            variants=(variant,),
            description=row.text("description", longest=65_535),
            brand=row.text("brand", longest=120),
            category=row.text("category", longest=120),
        )
        yield parsed(sku, [row], product)


PROFILES = (
    Profile(
        "square", "orders", _("Square item detail"), SQUARE_COLUMNS, parse_square,
        ("Gross Sales", "Transaction ID", "Event Type"), POINT, prices_include_tax=False, group_by="order",
    ),
    Profile(
        "etsy", "orders", _("Etsy sold orders"), ETSY_COLUMNS, parse_etsy,
        ("Order ID", "Sale Date", "Number of Items", "Buyer User ID"), SniffOptions(decimal=".", date_order="mdy"),
    ),
    Profile(
        "meta", "products", _("Meta (Facebook, Instagram) catalogue"), META_COLUMNS, parse_meta,
        ("id", "title", "availability", "condition", "link"), POINT,
    ),
)  # fmt: skip
