"""A strict reader for delimited text: what RFC 4180 allows and nothing else.

The standard library's reader swallows the rest of a file after an unclosed quote and accepts a quote anywhere. Here an
unclosed quote names the line it opened on, text after a closing quote ends the reading, and a stray quote refuses its
row.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cefn.channels.tables.faults import (
    LINE_TOO_LONG,
    NUL_BYTE,
    STRAY_QUOTE,
    TEXT_AFTER_QUOTE,
    TOO_MANY_COLUMNS,
    UNCLOSED_QUOTE,
    RowFault,
    file_fault,
    refuse,
)
from cefn.channels.tables.rows import LIMITS, Limits, Row

LINE_ENDS = "\r\n"


@dataclass(frozen=True, slots=True)
class Dialect:
    """How values are told apart: one-character `delimiter`; `quote` is empty where the file quotes nothing."""

    delimiter: str = ","
    quote: str = '"'


def text_lines(path: Path, encoding: str, limits: Limits = LIMITS) -> Iterator[str]:
    """Yield the physical lines of a file with their line ends (\\n, \\r\\n or \\r)."""
    most = limits.record_characters
    with path.open("r", encoding=encoding, newline="") as file:
        number = 0
        while line := file.readline(most + 1):
            number += 1
            if len(line) > most:
                raise refuse(LINE_TOO_LONG, line=number, limit=most)
            yield line


def csv_rows(lines: Iterator[str], dialect: Dialect, limits: Limits = LIMITS) -> Iterator[Row]:
    """Yield the records of delimited text; a record may span lines inside quotes.

    Raises TableError for an unclosed quote, text after a closing quote, a NUL, an overlong record, too many columns.
    """
    splitter = _Splitter(lines, dialect, limits)
    while (row := splitter.next_row()) is not None:
        yield row


class _Splitter:
    def __init__(self, lines: Iterator[str], dialect: Dialect, limits: Limits) -> None:
        self._lines = lines
        self._delimiter, self._quote = dialect.delimiter, dialect.quote
        self._limits = limits
        self._number = 0

    def _next_line(self) -> str:
        line = next(self._lines, "")
        if line:
            self._number += 1
            if "\0" in line:
                raise refuse(NUL_BYTE, line=self._number)
        return line

    def next_row(self) -> Row | None:
        line = self._next_line()
        if not line:
            return None
        if self._quote and self._quote in line:
            return self._quoted(line)
        cells = tuple(line.rstrip(LINE_ENDS).split(self._delimiter))
        if len(cells) > self._limits.columns:
            raise refuse(TOO_MANY_COLUMNS, line=self._number, limit=self._limits.columns)
        return Row(self._number, cells)

    def _quoted(self, text: str) -> Row:
        start, cells, at = self._number, [], 0
        fault: RowFault | None = None
        while True:
            if text.startswith(self._quote, at):
                opened = self._number
                cell, text, at = self._quoted_cell(text, at + 1, start)
                cells.append(cell)
                if at == len(text) or text[at] in LINE_ENDS:
                    break
                if not text.startswith(self._delimiter, at):
                    raise refuse(TEXT_AFTER_QUOTE, line=opened, value=cell, end=self._number)
                at += 1
            else:
                end = text.find(self._delimiter, at)
                cell = text[at:].rstrip(LINE_ENDS) if end < 0 else text[at:end]
                cells.append(cell)
                if self._quote in cell and fault is None:
                    fault = file_fault(STRAY_QUOTE, line=self._number, value=cell)
                if end < 0:
                    break
                at = end + 1
            if len(cells) > self._limits.columns:
                raise refuse(TOO_MANY_COLUMNS, line=start, limit=self._limits.columns)
        return Row(start, tuple(cells), fault)

    def _quoted_cell(self, text: str, at: int, start: int) -> tuple[str, str, int]:
        """Return the cell whose text begins at `at`, the line it ends on, and the place after its closing quote."""
        opened, quote, size = self._number, self._quote, 0
        pieces: list[str] = []
        while True:
            end = text.find(quote, at)
            if end < 0:
                pieces.append(text[at:])
                size += len(text) - at
                text, at = self._next_line(), 0
                if not text:
                    raise refuse(UNCLOSED_QUOTE, line=opened, value="".join(pieces))
                if size > self._limits.record_characters:
                    raise refuse(LINE_TOO_LONG, line=start, limit=self._limits.record_characters)
                continue
            pieces.append(text[at:end])
            if text.startswith(quote, end + 1):
                pieces.append(quote)
                at = end + 2
                continue
            return "".join(pieces), text, end + 1
