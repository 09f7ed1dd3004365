"""What a file seems to be, found before anything is saved, shown to the user, and open to correction.

`table_sniff` looks at all bytes for the encoding and at the first rows for delimiter, quoting, header, decimal mark and
date order. Every finding can be overridden by `SniffOptions`.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from cefn.channels.tables.csv_reader import Dialect, csv_rows, text_lines
from cefn.channels.tables.dates import ORDERS, DateOrder, is_numeric_date, order_shown, parse_date
from cefn.channels.tables.encodings import encoding_find, is_workbook
from cefn.channels.tables.faults import FILE_EMPTY, FILE_TOO_LARGE, OPTION_WRONG, CellFault, TableError, refuse
from cefn.channels.tables.numbers import COMMA, GROUPED, LOOKS_GROUPED, PLAIN, NumberFormat, read_digits
from cefn.channels.tables.rows import LIMITS, MIB, Limits, Row
from cefn.channels.tables.xlsx_reader import sheet_names, sheet_rows

SAMPLE_ROWS = 1_000
SHOWN_ROWS = 20
HEADER_SEARCH = 20
DELIMITERS = (",", ";", "\t", "|")
DELIMITER_LINES = 60
SEPARATOR_LINE = "sep="


@dataclass(frozen=True, slots=True)
class SniffOptions:
    """What the user or a format lays down; empty fields are found by looking. `quoting` off reads quotes as text."""

    encoding: str = ""
    delimiter: str = ""
    quoting: bool | None = None
    sheet: str = ""
    header_line: int = 0
    decimal: str = ""
    date_order: DateOrder = ""

    def over(self, base: "SniffOptions") -> "SniffOptions":
        """Return these options with the gaps filled from `base`."""
        return SniffOptions(
            encoding=self.encoding or base.encoding,
            delimiter=self.delimiter or base.delimiter,
            quoting=base.quoting if self.quoting is None else self.quoting,
            sheet=self.sheet or base.sheet,
            header_line=self.header_line or base.header_line,
            decimal=self.decimal or base.decimal,
            date_order=self.date_order or base.date_order,
        )


@dataclass(frozen=True, slots=True)
class Sniff:
    """The findings: `confidence` of the encoding in percent; `decimal_certain` and `date_order` as the values prove.

    `header_line` is the physical line of the column names, 0 if none was found; `sample` holds the first rows after it.
    """

    container: str
    encoding: str
    confidence: int
    dialect: Dialect
    sheet: str
    sheets: tuple[str, ...]
    header_line: int
    header: tuple[str, ...]
    decimal: str
    decimal_certain: bool
    date_order: DateOrder
    dates_ambiguous: bool
    sample: tuple[Row, ...]

    @property
    def numbers(self) -> NumberFormat:
        """How numbers are read."""
        return NumberFormat(self.decimal, self.decimal_certain)

    def as_json(self) -> dict[str, Any]:
        """Return what the preview page and the command line show."""
        return {
            "container": self.container,
            "encoding": self.encoding,
            "encoding_confidence_percent": self.confidence,
            "delimiter": self.dialect.delimiter,
            "quoting": bool(self.dialect.quote),
            "sheet": self.sheet,
            "sheets": list(self.sheets),
            "header_line": self.header_line,
            "header": list(self.header),
            "decimal": self.decimal,
            "decimal_certain": self.decimal_certain,
            "date_order": self.date_order,
            "dates_ambiguous": self.dates_ambiguous,
            "sample": [{"line": row.line, "cells": list(row.cells)} for row in self.sample[:SHOWN_ROWS]],
        }


def table_sniff(path: Path, options: SniffOptions | None = None, limits: Limits = LIMITS) -> Sniff:
    """Return what the file seems to be; raises TableError for files that are no tables."""
    options = options or SniffOptions()
    _check_options(options)
    size = path.stat().st_size
    if size == 0:
        raise refuse(FILE_EMPTY)
    if size > limits.file_bytes:
        raise refuse(FILE_TOO_LARGE, limit=limits.file_bytes // MIB)
    if is_workbook(path):
        sheets = sheet_names(path, limits)
        sheet = options.sheet or sheets[0]
        rows = list(islice(sheet_rows(path, sheet=sheet, limits=limits), SAMPLE_ROWS))
        return _findings("xlsx", "", 100, Dialect(), sheet, sheets, rows, options)
    guess = encoding_find(path, chosen=options.encoding, limits=limits)
    dialect = _dialect(path, guess.encoding, options, limits)
    rows = _first_rows(csv_rows(text_lines(path, guess.encoding, limits), dialect, limits))
    return _findings("text", guess.encoding, guess.confidence, dialect, "", (), rows, options)


def _check_options(options: SniffOptions) -> None:
    if options.delimiter and options.delimiter not in DELIMITERS:
        raise refuse(OPTION_WRONG, name="delimiter", given=options.delimiter, allowed=", ; | tab")
    if options.decimal not in {"", ".", ","}:
        raise refuse(OPTION_WRONG, name="decimal", given=options.decimal, allowed=". ,")
    if options.date_order not in {"", *ORDERS}:
        raise refuse(OPTION_WRONG, name="date order", given=options.date_order, allowed="dmy mdy")


def _first_rows(rows: Iterator[Row]) -> list[Row]:
    """Return the first rows; what is wrong further down is found again, with its place, when the file is read."""
    sample: list[Row] = []
    try:
        sample.extend(islice(rows, SAMPLE_ROWS))
    except TableError:
        if not sample:
            raise
    return sample


def _dialect(path: Path, encoding: str, options: SniffOptions, limits: Limits) -> Dialect:
    lines = list(islice(text_lines(path, encoding, limits), DELIMITER_LINES))
    declared = lines[0].strip().casefold().removeprefix(SEPARATOR_LINE) if lines else ""
    if lines and lines[0].casefold().startswith(SEPARATOR_LINE) and declared in DELIMITERS and not options.delimiter:
        return Dialect(declared, "" if options.quoting is False else '"')
    best, best_score = Dialect(","), 0
    for delimiter in (options.delimiter,) if options.delimiter else DELIMITERS:
        for quote in _quotes(delimiter, options):
            dialect = Dialect(delimiter, quote)
            score = _score(lines, dialect, limits)
            if score > best_score:
                best, best_score = dialect, score
    if best_score == 0:
        return Dialect(options.delimiter or ",", "" if options.quoting is False else '"')
    return best


def _quotes(delimiter: str, options: SniffOptions) -> tuple[str, ...]:
    if options.quoting is not None:
        return ('"',) if options.quoting else ("",)
    return ('"', "") if delimiter == "\t" else ('"',)


def _score(lines: list[str], dialect: Dialect, limits: Limits) -> int:
    """Score a dialect: rows of the most common width, times the width; a fault of form counts against it."""
    widths: Counter[int] = Counter()
    faults = 0
    try:
        for row in csv_rows(iter(lines), dialect, limits):
            if row.blank:
                continue
            widths[len(row.cells)] += 1
            faults += row.fault is not None
    except TableError:
        faults += 1
    if not widths:
        return 0
    width, count = max(widths.items(), key=lambda item: (item[1] * min(item[0], 20), item[0]))
    if width < 2:
        return 0
    return max(1, count * 1_000 // sum(widths.values()) * min(width, 50) * 2 - faults * 50)


def _findings(
    container: str,
    encoding: str,
    confidence: int,
    dialect: Dialect,
    sheet: str,
    sheets: tuple[str, ...],
    rows: list[Row],
    options: SniffOptions,
) -> Sniff:
    at = _header_place(rows, options.header_line)
    header = tuple(cell.strip() for cell in rows[at].cells) if at is not None else ()
    body = rows[at + 1 :] if at is not None else rows
    while header and not header[-1]:
        header = header[:-1]
    decimal, certain = (options.decimal, True) if options.decimal else _decimal(body, container)
    order, ambiguous = (options.date_order, False) if options.date_order else _date_order(body)
    return Sniff(
        container,
        encoding,
        confidence,
        dialect,
        sheet,
        sheets,
        rows[at].line if at is not None else 0,
        header,
        decimal,
        certain,
        order,
        ambiguous,
        tuple(body[:SHOWN_ROWS]),
    )


def _header_place(rows: list[Row], line: int) -> int | None:
    """Return the place of the header: the line asked for, or the first wide row of words."""
    if line:
        return next((at for at, row in enumerate(rows) if row.line == line), None)
    filled = [sum(1 for cell in row.cells if cell.strip()) for row in rows[:HEADER_SEARCH]]
    width = max(filled, default=0)
    for at, row in enumerate(rows[:HEADER_SEARCH]):
        if filled[at] * 2 >= width and filled[at] and all(_is_name(cell) for cell in row.cells):
            return at
    return None


def _is_name(cell: str) -> bool:
    cell = cell.strip()
    if not cell:
        return True
    if "@" in cell or len(cell) > 120:
        return False
    return isinstance(read_digits(cell), CellFault) and isinstance(parse_date(cell), CellFault)


def _cells(rows: Iterable[Row]) -> Iterator[str]:
    for row in rows:
        for cell in row.cells:
            if cell and len(cell) <= 30 and cell[-1].isdigit() | cell[0].isdigit():
                yield cell.strip().strip("£€$ ").lstrip("-+")


def _decimal(rows: list[Row], container: str) -> tuple[str, bool]:
    """Return the decimal mark and whether some value proves it or none leaves a doubt."""
    if container == "xlsx":
        return ".", True
    points = commas = doubts = 0
    for cell in _cells(rows):
        if "," not in cell and "." not in cell:
            continue
        if LOOKS_GROUPED.fullmatch(cell):
            doubts += 1
        elif PLAIN.fullmatch(cell) or ("." in cell and "," in cell and GROUPED["."].fullmatch(cell)):
            points += 1
        elif COMMA.fullmatch(cell) or ("." in cell and "," in cell and GROUPED[","].fullmatch(cell)):
            commas += 1
    if commas > points:
        return ",", points == 0
    return ".", (points > 0 and commas == 0) or (doubts == 0 and commas == 0)


def _date_order(rows: list[Row]) -> tuple[DateOrder, bool]:
    """Return the order that the dates prove, and whether dates are left that could be read either way."""
    shown: Counter[DateOrder] = Counter()
    numeric = 0
    for row in rows:
        for cell in row.cells:
            if 6 <= len(cell) <= 25 and cell[0].isdigit() and is_numeric_date(cell):
                numeric += 1
                order = order_shown(cell)
                if order:
                    shown[order] += 1
    if len(shown) == 1:
        return next(iter(shown)), False
    return "", numeric > 0
