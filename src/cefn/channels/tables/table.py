"""An opened table: its header checked, its rows handed out with cells addressed by the names a format uses."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

from cefn.channels.tables.csv_reader import csv_rows, text_lines
from cefn.channels.tables.dates import DateOrder, parse_date, parse_moment
from cefn.channels.tables.faults import (
    COLUMN_COUNT,
    FORMULA_CELL,
    HEADER_BLANK,
    HEADER_DUPLICATE,
    HEADER_MISSING,
    NO_ROWS,
    TOO_MANY_ROWS,
    VALUE_MISSING,
    CellFault,
    FaultKind,
    RowFault,
    file_fault,
    refuse,
)
from cefn.channels.tables.numbers import NumberFormat
from cefn.channels.tables.rows import LIMITS, Limits, Row
from cefn.channels.tables.sniff import Sniff
from cefn.channels.tables.values import (
    parse_barcode,
    parse_bool,
    parse_country,
    parse_currency,
    parse_email,
    parse_money_minor,
    parse_ppm,
    parse_price_micro,
    parse_quantity,
    parse_sku,
    parse_text,
)
from cefn.channels.tables.xlsx_reader import sheet_rows

Value = TypeVar("Value")


def column_key(name: str) -> str:
    """Return a header name as it is compared: without case, outer and doubled blanks; an underscore is a blank."""
    return " ".join(name.replace("_", " ").split()).casefold()


def header_columns(header: tuple[str, ...], line: int) -> dict[str, int]:
    """Return column key -> position; raises TableError for a missing header or two columns of one name."""
    if not any(header):
        raise refuse(HEADER_MISSING, line=line)
    columns: dict[str, int] = {}
    for position, name in enumerate(header):
        key = column_key(name)
        if not key:
            continue
        if key in columns:
            raise refuse(HEADER_DUPLICATE, line=line, column=name, name=name)
        columns[key] = position
    return columns


def sniff_columns(sniff: Sniff) -> dict[str, int]:
    """Return column key -> position of a sniffed file; raises TableError without a header."""
    if not sniff.header_line:
        first = sniff.sample[0] if sniff.sample else None
        raise refuse(HEADER_MISSING, line=first.line if first else 0, value=" ".join(first.cells) if first else "")
    return header_columns(sniff.header, sniff.header_line)


def table_rows(path: Path, sniff: Sniff, limits: Limits = LIMITS) -> Iterator[Row]:
    """Yield the rows below the header, blank ones left out, each as wide as the header or with a fault.

    Raises TableError for a file without header or rows and for faults of form that end the reading.
    """
    sniff_columns(sniff)
    width, count = len(sniff.header), 0
    blanks = {at for at, name in enumerate(sniff.header) if not name}
    strict = sniff.container == "text"
    for row in _records(path, sniff, limits):
        if row.line <= sniff.header_line or row.blank:
            continue
        count += 1
        if count > limits.rows:
            raise refuse(TOO_MANY_ROWS, line=row.line, limit=limits.rows)
        yield _fitted(row, width, blanks, strict)
    if count == 0:
        raise refuse(NO_ROWS)


def _records(path: Path, sniff: Sniff, limits: Limits) -> Iterator[Row]:
    if sniff.container == "xlsx":
        return sheet_rows(path, sheet=sniff.sheet, limits=limits)
    return csv_rows(text_lines(path, sniff.encoding, limits), sniff.dialect, limits)


def _fitted(row: Row, width: int, blanks: set[int], strict: bool) -> Row:
    cells = row.cells
    if len(cells) > width:
        extra = next((cell for cell in cells[width:] if cell.strip()), "")
        if extra and row.fault is None:
            row = row._replace(fault=_count_fault(row, width))
        cells = cells[:width]
    elif len(cells) < width:
        if strict and row.fault is None:
            row = row._replace(fault=_count_fault(row, width))
        cells = cells + ("",) * (width - len(cells))
    for at in blanks:
        if cells[at].strip() and row.fault is None:
            fault = file_fault(HEADER_BLANK, line=row.line, value=cells[at], position=at + 1)
            row = row._replace(fault=fault)
    return row._replace(cells=cells)


def _count_fault(row: Row, width: int) -> RowFault:
    return file_fault(COLUMN_COUNT, line=row.line, found=len(row.cells), expected=width)


@dataclass(frozen=True, slots=True)
class Reading:
    """How cells are read: number format, date order, time zone of local times, and the currency of bare amounts."""

    numbers: NumberFormat = field(default_factory=NumberFormat)
    date_order: DateOrder = ""
    zone: str = "UTC"
    currency: str = "GBP"
    keep_duplicate_lines: bool = False
    warehouse: str = ""
    prices_include_tax: bool = True
    split_keys: frozenset[str] = frozenset()
    companion_lines: Mapping[str, Sequence[Any]] = field(default_factory=dict)


class RowReader:
    """Reads the cells of one row by field name and collects what is wrong; a faulty cell reads as its empty value."""

    __slots__ = ("_columns", "_names", "_reading", "faults", "row")

    def __init__(self, row: Row, columns: Mapping[str, int], names: Mapping[str, str], reading: Reading) -> None:
        self.row = row
        self._columns, self._names, self._reading = columns, names, reading
        self.faults: list[RowFault] = [row.fault] if row.fault else []

    @property
    def line(self) -> int:
        """The physical line the row starts on."""
        return self.row.line

    @property
    def reading(self) -> Reading:
        """How cells are read here."""
        return self._reading

    def has(self, name: str) -> bool:
        """Tell whether the file has a column for the field `name`."""
        return name in self._columns

    def raw(self, name: str) -> str:
        """Return the cell as it stands; empty if the file has no such column."""
        at = self._columns.get(name)
        return "" if at is None else self.row.cells[at]

    def filled(self, name: str) -> bool:
        """Tell whether the cell holds anything; a formula does, whatever its last result was."""
        return bool(self.raw(name).strip()) or self._is_computed(name)

    def fault(self, name: str, kind: FaultKind, **facts: object) -> None:
        """Add a fault at the cell of `name`."""
        self.faults.append(CellFault(kind, facts).at(self.line, self._names.get(name, ""), self.raw(name)))

    def take(self, name: str, value: Value | CellFault, empty: Value) -> Value:
        """Return the value, or note its fault and return `empty`."""
        if self._is_computed(name):
            self.fault(name, FORMULA_CELL)
            return empty
        if isinstance(value, CellFault):
            self.faults.append(value.at(self.line, self._names.get(name, ""), self.raw(name)))
            return empty
        return value

    def _is_computed(self, name: str) -> bool:
        return bool(self.row.formulas) and self._columns.get(name) in self.row.formulas

    def text(self, name: str, *, longest: int = 255, needed: bool = False) -> str:
        """Return a trimmed text."""
        raw = self.raw(name)
        if not raw and not needed and not self.row.formulas:
            return ""
        return self.take(name, parse_text(raw, longest=longest, needed=needed), "")

    def plain(self, name: str, *, longest: int = 255) -> str:
        """Return a text that exports protect with a leading apostrophe, such as '+44 7700 900000 or '01234."""
        return self.text(name, longest=longest).removeprefix("'")

    def sku(self, name: str) -> str:
        """Return a SKU."""
        return self.take(name, parse_sku(self.raw(name).strip().removeprefix("'")), "")

    def quantity(
        self, name: str, *, default: int | None = None, negative: bool = False, zero: bool = True, decimals: int = 0
    ) -> int:
        """Return a quantity in the smallest unit; an empty cell is `default` if there is one."""
        if default is not None and not self.filled(name):
            return default
        style = self._reading.numbers
        value = parse_quantity(self.raw(name), decimals=decimals, style=style, negative=negative, zero=zero)
        return self.take(name, value, 0)

    def minor(self, name: str, *, currency: str = "", negative: bool = False, needed: bool = False) -> int:
        """Return an amount in minor units; an empty cell is 0 unless `needed`."""
        if not needed and not self.filled(name):
            return 0
        currency = currency or self._reading.currency
        value = parse_money_minor(self.raw(name), currency=currency, style=self._reading.numbers, negative=negative)
        return self.take(name, value, 0)

    def micro(
        self, name: str, *, currency: str = "", negative: bool = False, rounded_to: int | None = None
    ) -> int | None:
        """Return a unit price in millionths; None for an empty cell."""
        if not self.filled(name):
            return None
        currency = currency or self._reading.currency
        value = parse_price_micro(
            self.raw(name), currency=currency, style=self._reading.numbers, negative=negative, rounded_to=rounded_to
        )
        return self.take(name, value, 0)

    def ppm(self, name: str, *, fraction: bool = False) -> int:
        """Return a rate in parts per million; an empty cell is 0."""
        if not self.filled(name):
            return 0
        return self.take(name, parse_ppm(self.raw(name), style=self._reading.numbers, fraction=fraction), 0)

    def moment(self, name: str, *, needed: bool = False, order: DateOrder = "") -> datetime | None:
        """Return a moment in UTC; None for an empty cell."""
        if not self.filled(name):
            if needed:
                self.fault(name, VALUE_MISSING)
            return None
        order = order or self._reading.date_order
        empty: datetime | None = None
        return self.take(name, parse_moment(self.raw(name), zone=self._reading.zone, order=order), empty)

    def day(self, name: str) -> date | None:
        """Return a date; None for an empty cell."""
        if not self.filled(name):
            return None
        empty: date | None = None
        return self.take(name, parse_date(self.raw(name), order=self._reading.date_order), empty)

    def flag(self, name: str, *, default: bool) -> bool:
        """Return yes or no; an empty cell is `default`."""
        return self.take(name, parse_bool(self.raw(name)), default) if self.filled(name) else default

    def barcode(self, name: str) -> str:
        """Return a GTIN, or an empty text."""
        return self.take(name, parse_barcode(self.raw(name)), "")

    def country(self, name: str) -> str:
        """Return an alpha-2 country code, or an empty text."""
        return self.take(name, parse_country(self.raw(name)), "") if self.filled(name) else ""

    def currency(self, name: str) -> str:
        """Return the row's currency; the reading's one if the cell is empty or missing."""
        if not self.filled(name):
            return self._reading.currency
        return self.take(name, parse_currency(self.raw(name)), self._reading.currency)

    def email(self, name: str) -> str:
        """Return an e-mail address, or an empty text."""
        return self.take(name, parse_email(self.raw(name)), "") if self.filled(name) else ""
