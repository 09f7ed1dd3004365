"""BigCommerce exports: orders with the lines packed in "Product Details", and products with Product and SKU rows."""

import re
from collections.abc import Iterator
from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from cefn.channels.profiles.base import (
    Keys,
    Profile,
    address,
    address_columns,
    buyer,
    column,
    lines_once,
    parsed,
    short_key,
)
from cefn.channels.records import OrderLineRecord, OrderRecord, Parsed, ProductRecord, VariantRecord, line_amount
from cefn.channels.tables.faults import (
    CHOICE_WRONG,
    PACKED_LINES,
    PARENT_UNKNOWN,
    TYPE_SKIPPED,
    CellFault,
)
from cefn.channels.tables.sniff import SniffOptions
from cefn.channels.tables.table import Reading, RowReader
from cefn.channels.tables.values import parse_money_minor, parse_price_micro, parse_quantity, parse_sku, parse_text

POINT = SniffOptions(decimal=".")
STATUSES = {
    "completed": ("paid", "fulfilled"), "shipped": ("paid", "fulfilled"), "partially shipped": ("paid", "partial"),
    "awaiting fulfillment": ("paid", "unfulfilled"), "awaiting shipment": ("paid", "unfulfilled"),
    "awaiting pickup": ("paid", "unfulfilled"), "awaiting payment": ("unpaid", "unfulfilled"),
    "pending": ("unpaid", "unfulfilled"), "incomplete": ("unpaid", "unfulfilled"),
    "manual verification required": ("unpaid", "unfulfilled"), "disputed": ("paid", "unfulfilled"),
    "refunded": ("refunded", "unfulfilled"), "partially refunded": ("partly_refunded", "unfulfilled"),
    "cancelled": ("unpaid", "unfulfilled"), "declined": ("unpaid", "unfulfilled"),
}  # fmt: skip
NOT_ORDERS = frozenset({"cancelled", "declined", "incomplete"})
NEXT_ITEM = re.compile(r"\|(?=Product ID: )")
LABEL = re.compile(r"(?:^|, )Product (ID|Qty|SKU|Name|Weight|Variation Details|Unit Price|Total Price): ?", re.ASCII)
NEEDED_LABELS = ("Qty", "SKU", "Unit Price", "Total Price")

ORDER_COLUMNS = (
    column("order", "Order ID", needed=True),
    column("reference", "Customer ID"),
    column("customer_name", "Customer Name"),
    column("email", "Customer Email"),
    column("phone", "Customer Phone"),
    column("placed_at", "Order Date", needed=True),
    column("time", "Order Time"),
    column("status", "Order Status", needed=True),
    column("tax", "Tax Total"),
    column("shipping", "Shipping Cost (inc tax)"),
    column("handling", "Handling Cost (inc tax)"),
    column("shipping_method", "Ship Method"),
    column("total", "Order Total (inc tax)"),
    column("payment_method", "Payment Method"),
    column("currency", "Order Currency Code"),
    column("note", "Customer Message"),
    column("staff_note", "Order Notes"),
    column("items", "Product Details", needed=True),
    column("refunded", "Refund Amount"),
    *address_columns(
        "bill",
        name="Billing Name", company="Billing Company", line1="Billing Street 1", line2="Billing Street 2",
        city="Billing Suburb", region="Billing State", postcode="Billing Zip", country="Billing Country",
        phone="Billing Phone",
    ),
    *address_columns(
        "ship",
        name="Shipping Name", company="Shipping Company", line1="Shipping Street 1", line2="Shipping Street 2",
        city="Shipping Suburb", region="Shipping State", postcode="Shipping Zip", country="Shipping Country",
        phone="Shipping Phone",
    ),
    column("bill_first", "Billing First Name"),
    column("bill_last", "Billing Last Name"),
    column("ship_first", "Shipping First Name"),
    column("ship_last", "Shipping Last Name"),
)  # fmt: skip


def unpack(details: str) -> list[dict[str, str]] | None:
    """Return the items of "Product Details" as label -> text, or None when the cell is built otherwise.

    Names may hold commas and bars: an item begins at "|Product ID: ", a field at ", Product <label>: ".
    """
    items = []
    for text in NEXT_ITEM.split(details):
        parts = LABEL.split(text)
        if parts[0].strip():
            return None
        item = {label: value.strip() for label, value in zip(parts[1::2], parts[2::2], strict=True)}
        if any(label not in item for label in NEEDED_LABELS):
            return None
        items.append(item)
    return items


def _lines(row: RowReader, currency: str) -> list[OrderLineRecord]:
    items = unpack(row.raw("items").strip())
    if items is None:
        row.fault("items", PACKED_LINES, why="Product ID: …, Product Qty: …|…")
        return []
    lines = []
    for at, item in enumerate(items, start=1):
        quantity = row.take("items", parse_quantity(item["Qty"], zero=False), 0)
        price = row.take("items", parse_price_micro(item["Unit Price"], currency=currency), 0)
        amount = row.take("items", parse_money_minor(item["Total Price"], currency=currency), 0)
        if quantity and abs(line_amount(quantity, price, currency) - amount) > quantity:
            row.fault("items", PACKED_LINES, why=f"{item['Qty']} × {item['Unit Price']} ≠ {item['Total Price']}")
        sku = row.take("items", parse_sku(item["SKU"]), "")
        name = row.take("items", parse_text(item.get("Name", "")), "")
        lines.append(OrderLineRecord(row.line, sku, name, quantity, price, amount, external_id=str(at)))
    return lines


def _status(row: RowReader) -> tuple[str, str, str]:
    word = row.raw("status").strip().casefold()
    if word not in STATUSES:
        row.fault("status", CHOICE_WRONG, allowed=", ".join(sorted(STATUSES)))
        return word, "unpaid", "unfulfilled"
    return word, *STATUSES[word]


def parse_orders(rows: Iterator[RowReader], reading: Reading) -> Iterator[Parsed]:
    """Yield the orders, one a row. What lines and shipping exceed the total by is the discount of coupons."""
    keys = Keys()
    for row in rows:
        key = row.text("order", longest=120, needed=True)
        keys.check(row, "order", key)
        currency = row.currency("currency")
        status, payment, fulfilment = _status(row)
        lines, notes = lines_once(_lines(row, currency), reading)
        bill, ship = address(row, "bill"), address(row, "ship")
        bill = replace(bill, name=f"{row.plain('bill_first')} {row.plain('bill_last')}".strip() or bill.name)
        ship = replace(ship, name=f"{row.plain('ship_first')} {row.plain('ship_last')}".strip() or ship.name)
        shipping = row.minor("shipping", currency=currency) + row.minor("handling", currency=currency)
        total = row.minor("total", currency=currency) if row.filled("total") else None
        goods = sum(line.amount_minor for line in lines)
        placed_at = row.moment("placed_at", needed=True)
        reference = row.plain("reference", longest=120)
        order = None
        if placed_at:
            order = OrderRecord(
                external_id=key,
                placed_at=placed_at,
                currency=currency,
                customer=buyer(row, bill, reference="" if reference == "0" else reference),
                lines=tuple(lines),
                ship_to=ship if ship.filled else bill,
                bill_to=bill,
                prices_include_tax=reading.prices_include_tax,
                shipping_minor=shipping,
                discount_minor=max(0, goods + shipping - total) if total is not None and not notes else 0,
                tax_minor=row.minor("tax", currency=currency),
                total_minor=total,
                payment=payment,
                payment_method=row.text("payment_method", longest=80),
                refunded_minor=row.minor("refunded", currency=currency),
                fulfilment=fulfilment,
                shipping_method=row.text("shipping_method", longest=80),
                is_cancelled=status in NOT_ORDERS,
                note=row.text("note", longest=2_000),
                row_lines=(row.line,),
            )
        yield parsed(key, [row], order, notes)


PRODUCT_COLUMNS = (
    column("type", "Item Type", needed=True),
    column("product", "Product ID", needed=True),
    column("name", "Product Name", needed=True),
    column("sku", "Product Code/SKU", needed=True),
    column("brand", "Brand Name"),
    column("description", "Product Description"),
    column("price", "Price", needed=True),
    column("cost", "Cost Price"),
    column("weight", "Product Weight"),
    column("quantity", "Current Stock Level"),
    column("low", "Low Stock Level"),
    column("category", "Category"),
    column("visible", "Product Visible?"),
    column("kind", "Product Type"),
    column("barcode", "Product UPC/EAN", "Global Trade Item Number"),
)
OPTION = re.compile(r"\[[A-Z]+\]([^=,]+)=([^,]*)")


def _variant(row: RowReader, keys: Keys, base: VariantRecord | None) -> VariantRecord:
    sku = row.sku("sku")
    keys.check(row, "sku", sku)
    pairs = tuple((name.strip(), value.strip()) for name, value in OPTION.findall(row.raw("name"))) if base else ()
    price = row.micro("price")
    return VariantRecord(
        line=row.line,
        sku=sku,
        name=" / ".join(value for _name, value in pairs),
        options=pairs,
        barcode=row.barcode("barcode"),
        price_micro=price if price is not None or base is None else base.price_micro,
        cost_micro=row.micro("cost") if row.filled("cost") or base is None else base.cost_micro,
        weight_g=row.quantity("weight", decimals=4, default=0) // 10 or (base.weight_g if base else None),
        low_stock_at=row.quantity("low", default=0) or None,
        quantity=row.quantity("quantity") if row.filled("quantity") else None,
    )


def parse_products(rows: Iterator[RowReader], reading: Reading) -> Iterator[Parsed]:
    """Yield the products: a Product row and the SKU rows after it; Rule rows change prices and are left out."""
    keys = Keys()
    group: list[RowReader] = []
    for row in rows:
        kind = row.raw("type").strip().casefold()
        if kind == "product":
            if group:
                yield _product(group, keys)
            group = [row]
        elif kind == "sku":
            if not group:
                row.fault("product", PARENT_UNKNOWN, key=row.raw("product"))
            group.append(row)
        elif kind == "rule":
            note = CellFault(TYPE_SKIPPED, {"kind": "Rule"}).at(row.line, "Item Type", "Rule")
            yield Parsed(row.raw("product").strip(), (row.line,), None, (*row.faults, note))
        else:
            row.fault("type", CHOICE_WRONG, allowed="Product, SKU, Rule")
            yield parsed(row.raw("product").strip(), [row], None)
    if group:
        yield _product(group, keys)


def _product(group: list[RowReader], keys: Keys) -> Parsed:
    head = group[0]
    own = _variant(head, keys, None)
    variants = [own, *(_variant(row, keys, own) for row in group[1:])]
    product = ProductRecord(
        number=short_key(own.sku or head.text("product")),
        name=head.text("name", needed=True),
        variants=tuple(variants),
        description=head.text("description", longest=65_535),
        brand=head.text("brand", longest=120),
        category=head.text("category", longest=500)[:120],
        is_service=head.raw("kind").strip().upper() in {"D", "DIGITAL"},
        active=head.flag("visible", default=True),
    )
    return parsed(product.number, group, product)


PROFILES = (
    Profile(
        "bigcommerce", "orders", _("BigCommerce orders"), ORDER_COLUMNS, parse_orders,
        ("Order ID", "Order Status", "Product Details"), POINT,
    ),
    Profile(
        "bigcommerce", "products", _("BigCommerce products"), PRODUCT_COLUMNS, parse_products,
        ("Item Type", "Product ID", "Product Code/SKU"), POINT,
    ),
)  # fmt: skip
