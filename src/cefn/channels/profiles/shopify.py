"""Shopify exports: orders (order columns only on an order's first row), products, and inventory by location."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from cefn.channels.profiles.base import (
    Keys,
    Profile,
    address,
    address_columns,
    buyer,
    column,
    grouped,
    lines_once,
    parsed,
    short_key,
    total_note,
)
from cefn.channels.records import (
    OrderLineRecord,
    OrderRecord,
    Parsed,
    ProductRecord,
    StockRecord,
    VariantRecord,
    line_amount,
)
from cefn.channels.tables.faults import CHOICE_WRONG
from cefn.channels.tables.sniff import SniffOptions
from cefn.channels.tables.table import Reading, RowReader

POINT = SniffOptions(decimal=".")
PAYMENTS = {
    "paid": "paid", "pending": "unpaid", "authorized": "authorised", "partially_paid": "partial",
    "refunded": "refunded",
    "partially_refunded": "partly_refunded", "voided": "unpaid", "expired": "unpaid", "unpaid": "unpaid", "": "unpaid",
}  # fmt: skip
FULFILMENTS = {
    "fulfilled": "fulfilled", "unfulfilled": "unfulfilled", "partial": "partial", "restocked": "unfulfilled",
    "on_hold": "unfulfilled", "scheduled": "unfulfilled", "": "unfulfilled",
}  # fmt: skip

ORDER_COLUMNS = (
    column("order", "Name", needed=True),
    column("email", "Email"),
    column("phone", "Phone"),
    column("payment", "Financial Status", needed=True),
    column("paid_at", "Paid at"),
    column("fulfilment", "Fulfillment Status"),
    column("currency", "Currency"),
    column("shipping", "Shipping"),
    column("tax", "Taxes"),
    column("total", "Total"),
    column("discount", "Discount Amount"),
    column("shipping_method", "Shipping Method"),
    column("placed_at", "Created at", needed=True),
    column("quantity", "Lineitem quantity", needed=True),
    column("name", "Lineitem name", needed=True),
    column("price", "Lineitem price", needed=True),
    column("sku", "Lineitem sku", needed=True),
    column("line_discount", "Lineitem discount"),
    column("note", "Notes"),
    column("cancelled_at", "Cancelled at", "Canceled at"),
    column("payment_method", "Payment Method"),
    column("refunded", "Refunded Amount"),
    *address_columns(
        "bill",
        name="Billing Name", company="Billing Company", line1="Billing Address1", line2="Billing Address2",
        city="Billing City", region="Billing Province", postcode="Billing Zip", country="Billing Country",
        phone="Billing Phone",
    ),
    *address_columns(
        "ship",
        name="Shipping Name", company="Shipping Company", line1="Shipping Address1", line2="Shipping Address2",
        city="Shipping City", region="Shipping Province", postcode="Shipping Zip", country="Shipping Country",
        phone="Shipping Phone",
    ),
)  # fmt: skip


def choice(row: RowReader, name: str, allowed: dict[str, str]) -> str:
    """Return the meaning of a word; a word that is not known is a fault."""
    word = row.raw(name).strip().casefold()
    if word not in allowed:
        row.fault(name, CHOICE_WRONG, allowed=", ".join(sorted(filter(None, allowed))))
        return ""
    return allowed[word]


def _line(row: RowReader, currency: str) -> OrderLineRecord:
    quantity = row.quantity("quantity", zero=False)
    price = row.micro("price", currency=currency) or 0
    return OrderLineRecord(
        line=row.line,
        sku=row.sku("sku"),
        name=row.text("name"),
        quantity=quantity,
        unit_price_micro=price,
        amount_minor=line_amount(quantity, price, currency),
        discount_minor=row.minor("line_discount", currency=currency),
    )


def parse_orders(rows: Iterator[RowReader], reading: Reading) -> Iterator[Parsed]:
    """Yield the orders of an orders export; money and addresses stand on the first row of each."""
    for key, group in grouped(rows, "order"):
        head = group[0]
        currency = head.currency("currency")
        lines, notes = lines_once([_line(row, currency) for row in group], reading)
        bill, ship = address(head, "bill"), address(head, "ship")
        placed_at = head.moment("placed_at", needed=True)
        cancelled_at = head.moment("cancelled_at")
        order = None
        if placed_at:
            order = OrderRecord(
                external_id=head.text("order", longest=120, needed=True),
                placed_at=placed_at,
                currency=currency,
                customer=buyer(head, bill if bill.filled else ship),
                lines=tuple(lines),
                ship_to=ship if ship.filled else bill,
                bill_to=bill,
                prices_include_tax=reading.prices_include_tax,
                shipping_minor=head.minor("shipping", currency=currency),
                discount_minor=head.minor("discount", currency=currency),
                tax_minor=head.minor("tax", currency=currency),
                total_minor=head.minor("total", currency=currency) if head.filled("total") else None,
                payment=choice(head, "payment", PAYMENTS),
                payment_method=head.text("payment_method", longest=80),
                paid_at=head.moment("paid_at"),
                refunded_minor=head.minor("refunded", currency=currency),
                fulfilment=choice(head, "fulfilment", FULFILMENTS),
                shipping_method=head.text("shipping_method", longest=80),
                is_cancelled=cancelled_at is not None,
                note=head.text("note", longest=2_000),
                row_lines=tuple(row.line for row in group),
            )
            if not notes:
                tax = 0 if order.prices_include_tax else order.tax_minor or 0
                notes = total_note(order, head, "total", tax)
        yield parsed(key, group, order, notes)


PRODUCT_COLUMNS = (
    column("handle", "Handle", "URL handle", needed=True),
    column("title", "Title", needed=True),
    column("description", "Body (HTML)", "Description"),
    column("brand", "Vendor"),
    column("category", "Type"),
    column("status", "Status"),
    *(column(f"option{at}_name", f"Option{at} Name") for at in (1, 2, 3)),
    *(column(f"option{at}", f"Option{at} Value") for at in (1, 2, 3)),
    column("sku", "Variant SKU", "SKU", needed=True),
    column("grams", "Variant Grams"),
    column("quantity", "Variant Inventory Qty"),
    column("price", "Variant Price", "Price", needed=True),
    column("ships", "Variant Requires Shipping"),
    column("barcode", "Variant Barcode"),
    column("cost", "Cost per item"),
)


def options(row: RowReader, head: RowReader) -> tuple[tuple[str, str], ...]:
    """Return the (name, value) pairs of a variant; "Default Title" is no option."""
    pairs = []
    for at in (1, 2, 3):
        value = row.text(f"option{at}", longest=120)
        if value and value != "Default Title":
            pairs.append((head.text(f"option{at}_name", longest=60) or f"Option{at}", value))
    return tuple(pairs)


def _variant(row: RowReader, head: RowReader, keys: Keys) -> VariantRecord:
    sku = row.sku("sku")
    keys.check(row, "sku", sku)
    pairs = options(row, head)
    return VariantRecord(
        line=row.line,
        sku=sku,
        name=" / ".join(value for _name, value in pairs),
        options=pairs,
        barcode=row.barcode("barcode"),
        price_micro=row.micro("price"),
        cost_micro=row.micro("cost"),
        weight_g=row.quantity("grams", default=0) or None,
        quantity=row.quantity("quantity", negative=True) if row.filled("quantity") else None,
    )


def parse_products(rows: Iterator[RowReader], reading: Reading) -> Iterator[Parsed]:
    """Yield the products; a row without a SKU and a price only adds a picture."""
    keys = Keys()
    for key, group in grouped(rows, "handle"):
        head = group[0]
        selling = [row for row in group if row.filled("sku") or row.filled("price")] or [head]
        yield parsed(
            key,
            group,
            ProductRecord(
                number=short_key(head.text("handle", needed=True)),
                name=head.text("title", needed=True),
                variants=tuple(_variant(row, head, keys) for row in selling),
                description=head.text("description", longest=65_535),
                brand=head.text("brand", longest=120),
                category=head.text("category", longest=120),
                is_service=not selling[0].flag("ships", default=True),
                active=head.raw("status").strip().casefold() != "archived",
            ),
        )


STOCK_COLUMNS = (
    column("handle", "Handle", needed=True),
    column("sku", "SKU", needed=True),
    column("warehouse", "Location", needed=True),
    column("on_hand", "On hand", "On hand (current)", "On hand (new)", needed=True),
    column("available", "Available"),
    column("committed", "Committed"),
)


def parse_stock(rows: Iterator[RowReader], reading: Reading) -> Iterator[Parsed]:
    """Yield the stock of each SKU and location: what is on hand, not what is available."""
    keys = Keys()
    for row in rows:
        sku, warehouse = row.sku("sku"), row.text("warehouse", longest=120, needed=True)
        keys.check(row, "sku", f"{sku} · {warehouse}")
        quantity = row.quantity("on_hand", default=0)
        yield parsed(f"{sku} · {warehouse}", [row], StockRecord(row.line, sku, quantity, warehouse))


PROFILES = (
    Profile(
        "shopify", "orders", _("Shopify orders"), ORDER_COLUMNS, parse_orders,
        ("Name", "Financial Status", "Lineitem sku", "Lineitem quantity"), POINT, group_by="order",
    ),
    Profile(
        "shopify", "products", _("Shopify products"), PRODUCT_COLUMNS, parse_products,
        ("Handle", "Variant SKU", "Variant Price"), POINT, group_by="handle",
    ),
    Profile(
        "shopify", "stock", _("Shopify inventory"), STOCK_COLUMNS, parse_stock,
        ("Handle", "SKU", "Location", "On hand"), POINT,
    ),
)  # fmt: skip
