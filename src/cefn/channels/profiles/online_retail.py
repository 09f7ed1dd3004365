"""The UCI Online Retail layout: a row an invoice line, local London time, net prices, customer numbers as "17850.0".

Only sales are orders. Credit documents ("C…"), bad-debt rows ("A…") and rows without a price are named and left out;
postage, fees and vouchers become service lines.
"""

import re
from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from cefn.channels.profiles.base import Profile, column, grouped, lines_once, parsed
from cefn.channels.records import AddressRecord, OrderLineRecord, OrderRecord, Parsed, PartyRecord, line_amount
from cefn.channels.tables.faults import NOT_A_SALE, CellFault
from cefn.channels.tables.sniff import SniffOptions
from cefn.channels.tables.table import Reading, RowReader

COLUMNS = (
    column("order", "InvoiceNo", "Invoice", needed=True),
    column("sku", "StockCode", needed=True),
    column("name", "Description", needed=True),
    column("quantity", "Quantity", needed=True),
    column("placed_at", "InvoiceDate", needed=True),
    column("price", "UnitPrice", "Price", needed=True),
    column("customer", "CustomerID", "Customer ID", needed=True),
    column("country", "Country", needed=True),
)
SERVICES = frozenset({"post", "dot", "m", "c2", "d", "s", "amazonfee", "bank charges", "cruk", "b", "pads"})
VOUCHER = re.compile(r"gift_\d{4}_\d+", re.ASCII | re.IGNORECASE)


def is_service(sku: str) -> bool:
    """Tell whether a stock code is postage, a fee, a discount or a voucher rather than goods."""
    key = sku.strip().casefold()
    return key in SERVICES or VOUCHER.fullmatch(key) is not None


def _line(row: RowReader, currency: str) -> OrderLineRecord:
    quantity = row.quantity("quantity", negative=True, zero=False)
    price = row.micro("price", currency=currency, negative=True) or 0
    sku = row.sku("sku")
    amount = line_amount(quantity, price, currency)
    return OrderLineRecord(row.line, sku, row.text("name"), quantity, price, amount, is_service=is_service(sku))


def _not_a_sale(key: str, lines: list[OrderLineRecord]) -> str:
    if key[:1] in "Cc":
        return "credit"
    if key[:1] in "Aa":
        return "bad debt"
    return "stock note" if all(line.quantity < 0 for line in lines) else ""


def parse_orders(rows: Iterator[RowReader], reading: Reading) -> Iterator[Parsed]:
    """Yield the invoices that are sales as orders; the first row's time is the order's."""
    for key, group in grouped(rows, "order"):
        head = group[0]
        lines, notes = lines_once([_line(row, reading.currency) for row in group], reading)
        what = _not_a_sale(key, lines)
        if what:
            refusals = tuple(fault for row in group for fault in row.faults)
            note = CellFault(NOT_A_SALE, {"what": what}).at(head.line, "InvoiceNo", key)
            yield Parsed(key, tuple(row.line for row in group), None, (*refusals, note))
            continue
        for row, line in zip(group, lines, strict=False):
            if line.quantity < 0 or line.unit_price_micro < 0:
                row.fault("quantity", NOT_A_SALE, what="stock note")
        placed_at = head.moment("placed_at", needed=True)
        number = head.plain("customer", longest=120).removesuffix(".0")
        country = head.country("country")
        at = AddressRecord(country=country)
        order = None
        if placed_at:
            order = OrderRecord(
                external_id=key,
                placed_at=placed_at,
                currency=reading.currency,
                customer=PartyRecord(reference=number, name=number, address=at),
                lines=tuple(line for line in lines if line.quantity > 0 and line.unit_price_micro >= 0),
                ship_to=at,
                bill_to=at,
                prices_include_tax=reading.prices_include_tax,
                payment="paid",
                fulfilment="fulfilled",
                row_lines=tuple(row.line for row in group),
            )
        yield parsed(key, group, order, notes)


PROFILES = (
    Profile(
        "online-retail", "orders", _("Online Retail (UCI)"), COLUMNS, parse_orders,
        ("StockCode", "Quantity", "InvoiceDate", "Country"), SniffOptions(decimal="."), currency="GBP",
        zone="Europe/London", prices_include_tax=False, keep_duplicate_lines=True, group_by="order",
    ),
)  # fmt: skip
