"""Amazon's all-orders report and Walmart's order file: one row an item, order columns repeated on each."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from cefn.channels.profiles.base import (
    Profile,
    address,
    address_columns,
    buyer,
    column,
    grouped,
    lines_once,
    parsed,
    same_in_group,
)
from cefn.channels.records import OrderLineRecord, OrderRecord, Parsed, line_amount
from cefn.channels.tables.sniff import SniffOptions
from cefn.channels.tables.table import Reading, RowReader
from cefn.channels.tables.values import micro_from_line
from cefn.kernel.money import micro_per_minor

AMAZON_COLUMNS = (
    column("order", "amazon-order-id", "order-id", needed=True),
    column("placed_at", "purchase-date", needed=True),
    column("status", "order-status"),
    column("item_status", "item-status"),
    column("shipping_method", "ship-service-level"),
    column("name", "product-name"),
    column("sku", "sku", needed=True),
    column("quantity", "quantity", "quantity-purchased", needed=True),
    column("currency", "currency"),
    column("amount", "item-price", needed=True),
    column("tax", "item-tax"),
    column("shipping", "shipping-price"),
    column("wrap", "gift-wrap-price"),
    column("discount", "item-promotion-discount"),
    column("ship_discount", "ship-promotion-discount"),
    column("business", "is-business-order"),
    column("customer_name", "buyer-name"),
    column("email", "buyer-email"),
    column("phone", "buyer-phone-number"),
    *address_columns(
        "ship",
        name="recipient-name", line1="ship-address-1", line2="ship-address-2", city="ship-city", region="ship-state",
        postcode="ship-postal-code", country="ship-country",
    ),
)  # fmt: skip


def _is_cancelled(row: RowReader, *names: str) -> bool:
    return any(row.raw(name).strip().casefold() in {"cancelled", "canceled"} for name in names)


def _amazon_line(row: RowReader, currency: str) -> OrderLineRecord:
    quantity = row.quantity("quantity", zero=False)
    amount = row.minor("amount", currency=currency, needed=True)
    return OrderLineRecord(
        line=row.line,
        sku=row.sku("sku"),
        name=row.text("name", longest=500)[:255],
        quantity=quantity,
        unit_price_micro=micro_from_line(amount, quantity, micro_per_minor(currency)) if quantity else 0,
        amount_minor=amount,
        discount_minor=abs(row.minor("discount", currency=currency, negative=True)),
        tax_minor=row.minor("tax", currency=currency) if row.filled("tax") else None,
    )


def parse_amazon(rows: Iterator[RowReader], reading: Reading) -> Iterator[Parsed]:
    """Yield the orders; `item-price` is for the line, cancelled rows have quantity 0 and no price."""
    for key, group in grouped(rows, "order"):
        head = group[0]
        live = [row for row in group if not _is_cancelled(row, "status", "item_status")]
        same_in_group(live, "currency") if live else None
        currency = (live or group)[0].currency("currency")
        lines, notes = lines_once([_amazon_line(row, currency) for row in live], reading)
        at = address(head, "ship")
        placed_at = head.moment("placed_at", needed=True)
        order = None
        if placed_at:
            status = head.raw("status").strip().casefold()
            fulfilled = status in {"shipped", "delivered", "shipped - delivered to buyer"}
            order = OrderRecord(
                external_id=head.text("order", longest=120, needed=True),
                placed_at=placed_at,
                currency=currency,
                customer=buyer(head, at),
                lines=tuple(lines),
                ship_to=at,
                bill_to=at,
                prices_include_tax=reading.prices_include_tax,
                shipping_minor=sum(
                    row.minor("shipping", currency=currency) + row.minor("wrap", currency=currency) for row in live
                ),
                discount_minor=sum(abs(row.minor("ship_discount", currency=currency, negative=True)) for row in live),
                tax_minor=sum(line.tax_minor or 0 for line in lines)
                if any(row.filled("tax") for row in live)
                else None,
                payment="unpaid" if status in {"pending", "unshipped - pending"} else "paid",
                payment_method="amazon",
                fulfilment="fulfilled" if fulfilled else "unfulfilled",
                shipping_method=head.text("shipping_method", longest=80),
                is_cancelled=not live,
                row_lines=tuple(row.line for row in group),
            )
        yield parsed(key, group, order, notes)


WALMART_COLUMNS = (
    column("order", "PO#", needed=True),
    column("placed_at", "Order Date", needed=True),
    column("ship_by", "Ship By"),
    column("customer_name", "Customer Name"),
    column("phone", "Customer Phone Number"),
    column("email", "Customer Email ID"),
    *address_columns(
        "ship",
        name="Customer Name", line1="Ship to Address 1", line2="Ship to Address 2", city="City", region="State",
        postcode="Zip", country="Country",
    ),
    column("external_line", "Line#"),
    column("status", "Status", needed=True),
    column("name", "Item Description"),
    column("shipping_method", "Shipping Method"),
    column("quantity", "Qty", needed=True),
    column("sku", "SKU", needed=True),
    column("price", "Item Cost", needed=True),
    column("shipping", "Shipping Cost"),
    column("tax", "Tax"),
)  # fmt: skip


def _walmart_line(row: RowReader, currency: str) -> OrderLineRecord:
    quantity = row.quantity("quantity", zero=False)
    price = row.micro("price", currency=currency) or 0
    return OrderLineRecord(
        line=row.line,
        sku=row.sku("sku"),
        name=row.text("name", longest=500)[:255],
        quantity=quantity,
        unit_price_micro=price,
        amount_minor=line_amount(quantity, price, currency),
        tax_minor=row.minor("tax", currency=currency) if row.filled("tax") else None,
        external_id=row.text("external_line", longest=40),
    )


def parse_walmart(rows: Iterator[RowReader], reading: Reading) -> Iterator[Parsed]:
    """Yield the orders; PO numbers are text, tax is on top of the price, rows are cancelled one by one."""
    for key, group in grouped(rows, "order"):
        head = group[0]
        live = [row for row in group if not _is_cancelled(row, "status")]
        currency = reading.currency
        lines, notes = lines_once([_walmart_line(row, currency) for row in live], reading)
        at = address(head, "ship")
        placed_at = head.moment("placed_at", needed=True)
        order = None
        if placed_at:
            sent = [row.raw("status").strip().casefold() in {"shipped", "delivered"} for row in live]
            order = OrderRecord(
                external_id=head.plain("order", longest=120),
                placed_at=placed_at,
                currency=currency,
                customer=buyer(head, at),
                lines=tuple(lines),
                ship_to=at,
                bill_to=at,
                prices_include_tax=reading.prices_include_tax,
                shipping_minor=sum(row.minor("shipping", currency=currency) for row in live),
                tax_minor=sum(line.tax_minor or 0 for line in lines),
                payment="paid",
                payment_method="walmart",
                fulfilment="fulfilled" if sent and all(sent) else "partial" if any(sent) else "unfulfilled",
                shipping_method=head.text("shipping_method", longest=80),
                ship_by_on=head.day("ship_by"),
                is_cancelled=not live,
                row_lines=tuple(row.line for row in group),
            )
        yield parsed(key, group, order, notes)


EBAY_COLUMNS = (
    column("order", "Order Number", needed=True),
    column("placed_at", "Sale Date", needed=True),
    column("paid_at", "Paid On Date"),
    column("shipped_at", "Shipped On Date"),
    column("customer_name", "Buyer Name"),
    column("reference", "Buyer Username"),
    column("email", "Buyer Email"),
    column("phone", "Ship To Phone"),
    column("note", "Buyer Note"),
    column("name", "Item Title"),
    column("sku", "Custom Label", needed=True),
    column("external_line", "Transaction ID"),
    column("quantity", "Quantity", needed=True),
    column("price", "Sold For", needed=True),
    column("shipping", "Shipping And Handling"),
    column("payment_method", "Payment Method"),
    column("shipping_method", "Shipping Service"),
    *address_columns(
        "ship",
        name="Ship To Name", line1="Ship To Address 1", line2="Ship To Address 2", city="Ship To City",
        region="Ship To State", postcode="Ship To Zip", country="Ship To Country", phone="Ship To Phone",
    ),
)  # fmt: skip


def parse_ebay(rows: Iterator[RowReader], reading: Reading) -> Iterator[Parsed]:
    """Yield the orders; "Sold For" is the price of one, money has a currency sign."""
    for key, group in grouped(rows, "order"):
        head, currency = group[0], reading.currency
        lines, notes = lines_once([_walmart_line(row, currency) for row in group], reading)
        at = address(head, "ship")
        placed_at = head.moment("placed_at", needed=True)
        order = None
        if placed_at:
            customer = buyer(head, at, reference=head.text("reference", longest=120))
            order = OrderRecord(
                external_id=head.plain("order", longest=120),
                placed_at=placed_at,
                currency=currency,
                customer=customer,
                lines=tuple(lines),
                ship_to=at,
                bill_to=at,
                prices_include_tax=reading.prices_include_tax,
                shipping_minor=sum(row.minor("shipping", currency=currency) for row in group),
                payment="paid" if head.filled("paid_at") else "unpaid",
                payment_method=head.text("payment_method", longest=80),
                paid_at=head.moment("paid_at"),
                fulfilment="fulfilled" if head.filled("shipped_at") else "unfulfilled",
                shipping_method=head.text("shipping_method", longest=80),
                note=head.text("note", longest=2_000),
                row_lines=tuple(row.line for row in group),
            )
        yield parsed(key, group, order, notes)


PROFILES = (
    Profile(
        "amazon", "orders", _("Amazon all orders"), AMAZON_COLUMNS, parse_amazon,
        ("amazon-order-id", "purchase-date", "item-price", "sku"),
        SniffOptions(delimiter="\t", quoting=False, decimal="."), group_by="order",
    ),
    Profile(
        "walmart", "orders", _("Walmart orders"), WALMART_COLUMNS, parse_walmart,
        ("PO#", "Order Date", "Item Cost", "Qty", "SKU"), SniffOptions(decimal="."), currency="USD",
        prices_include_tax=False, group_by="order",
    ),
    Profile(
        "ebay", "orders", _("eBay orders"), EBAY_COLUMNS, parse_ebay,
        ("Sales Record Number", "Order Number", "Custom Label", "Sold For"), SniffOptions(decimal="."),
        group_by="order",
    ),
)  # fmt: skip
