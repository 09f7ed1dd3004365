"""Reading the Online Retail layout: gzip CSV a month, a row an invoice line, quirks and all.

Rows that can't be read are parked with their reason; nothing is guessed. Prices are kept in millionths.
"""

import csv
import gzip
import io
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from cefn.catalog.skus import sku_key

HEADER = ["InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country"]
FILE_NAME = re.compile(r"online_retail_(\d{4}-\d{2})\.csv(?:\.gz)?")
WHOLE = re.compile(r"-?[0-9]{1,12}", re.ASCII)
PRICE = re.compile(r"(-?)([0-9]{1,12})(?:\.([0-9]{1,6}))?", re.ASCII)
MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}", re.ASCII)
LONDON = ZoneInfo("Europe/London")
SERVICE_CODES = frozenset(
    {"post", "dot", "m", "c2", "c3", "d", "s", "b", "amazonfee", "bank charges", "cruk", "pads", "adjust", "adjust2"}
)
VOUCHER = re.compile(r"gift_\d{4}_\d+", re.ASCII)


class Row(NamedTuple):
    """One line of an invoice as the file has it; `price_micro` may be negative on bad-debt rows."""

    invoice: str
    sku: str
    description: str
    quantity: int
    placed_at: datetime
    price_micro: int
    customer: str
    country: str


class Parked(NamedTuple):
    """A row that could not be used: file, physical line, and why."""

    file: str
    line: int
    reason: str


def is_service(sku: str) -> bool:
    """Tell whether a stock code is postage, a fee, a discount or a voucher: something that holds no stock."""
    key = sku_key(sku)
    return key in SERVICE_CODES or VOUCHER.fullmatch(key) is not None


def month_files(folder: Path, months: str = "") -> list[Path]:
    """Return the month files of a folder in order; `months` limits them as "2010-12..2011-03" or "2011-02".

    Raises FileNotFoundError when there is none.
    """
    first, _, last = months.partition("..")
    found = []
    for path in sorted(folder.iterdir()):
        match = FILE_NAME.fullmatch(path.name)
        if match and (not first or first <= match.group(1) <= (last or first)):
            found.append(path)
    if not found:
        raise FileNotFoundError(f"no online_retail_YYYY-MM.csv.gz for {months or 'any month'} in {folder}")
    return found


def rows_read(path: Path, parked: list[Parked]) -> Iterator[Row]:
    """Yield the rows of a month file; what can't be read goes to `parked`. Raises ValueError for another layout."""
    with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as raw:
        lines = io.TextIOWrapper(raw, encoding="utf-8", newline="")
        reader = csv.reader(lines, strict=True)
        if next(reader, None) != HEADER:
            raise ValueError(f"{path.name}: line 1 is not the header {','.join(HEADER)}")
        for cells in reader:
            row, reason = _row(cells)
            if row is None:
                parked.append(Parked(path.name, reader.line_num, reason))
            else:
                yield row


def _row(cells: list[str]) -> tuple[Row | None, str]:
    if len(cells) != len(HEADER):
        return None, f"{len(cells)} columns instead of {len(HEADER)}"
    invoice, sku, text, quantity, moment, price, customer, country = cells
    if not invoice.strip() or not sku.strip():
        return None, "no invoice number or no stock code"
    if not WHOLE.fullmatch(quantity) or int(quantity) == 0:
        return None, f"quantity {quantity!r} is not a whole number other than 0"
    priced = PRICE.fullmatch(price)
    if not priced:
        return None, f"price {price!r} is not a number with at most 6 decimals"
    if not MOMENT.fullmatch(moment):
        return None, f"time {moment!r} is not YYYY-MM-DD HH:MM:SS"
    try:
        at = datetime.fromisoformat(moment).replace(tzinfo=LONDON)
    except ValueError:
        return None, f"time {moment!r} does not exist"
    sign, whole, fraction = priced.groups()
    micro = int(whole) * 1_000_000 + int((fraction or "").ljust(6, "0"))
    return (
        Row(invoice.strip(), sku.strip(), text.strip(), int(quantity), at, -micro if sign else micro,
            customer.strip().removesuffix(".0"), country.strip()),
        "",
    )  # fmt: skip
