"""A streaming reader for XLSX workbooks (ECMA-376 part 1, SpreadsheetML) that trusts nothing in the file.

Sizes are read from the ZIP directory before anything is unpacked; XML with a document type is refused, so no entity is
ever expanded; numbers stay decimal text, so no value passes through a binary fraction. Rows are yielded as the sheet is
read; only the shared texts are held.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Context, Decimal
from pathlib import Path
from xml.parsers import expat

from cefn.channels.tables.faults import (
    LINE_TOO_LONG,
    SHEET_MISSING,
    TOO_MANY_COLUMNS,
    XLSX_BROKEN,
    XML_DOCTYPE,
    ZIP_BOMB,
    refuse,
)
from cefn.channels.tables.rows import LIMITS, MIB, Limits, Row

CHUNK = 64 * 1024
MOST_PARTS = 5_000
BROKEN = (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, zlib.error)
EXCEL_DIGITS = Context(prec=15)
EPOCH_1900 = datetime(1899, 12, 30)  # noqa: DTZ001 - a workbook's clock has no zone
EPOCH_1904 = datetime(1904, 1, 1)  # noqa: DTZ001
DAY_SECONDS = 86_400
MOST_DAYS = 2_958_466
BUILT_IN_DATES = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
DATE_FORMAT_NOISE = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.|\*.')
DATE_LETTERS = re.compile(r"[dmyhsDMYHS]")
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
REFERENCE = re.compile(r"([A-Z]{1,3})(\d*)", re.ASCII)
LOOKS_COMPUTED = re.compile(r"'*[=＝]")
ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")


@dataclass(slots=True)
class Workbook:
    """What is known of a workbook before a sheet is read: sheet names with their parts, in order."""

    sheets: dict[str, str] = field(default_factory=dict)
    shared: str = ""
    styles: str = ""
    epoch: datetime = EPOCH_1900


def sheet_names(path: Path, limits: Limits = LIMITS) -> tuple[str, ...]:
    """Return the names of the sheets in order; raises TableError for what is no sound workbook."""
    with _opened(path, limits) as archive:
        return tuple(_workbook(archive).sheets)


def sheet_rows(path: Path, *, sheet: str = "", limits: Limits = LIMITS) -> Iterator[Row]:
    """Yield the rows of a sheet (the first one unless named) that hold at least one cell."""
    with _opened(path, limits) as archive:
        book = _workbook(archive)
        name = sheet or next(iter(book.sheets), "")
        if name not in book.sheets:
            raise refuse(SHEET_MISSING, name=sheet, present=", ".join(book.sheets))
        shared = _shared_texts(archive, book.shared, limits)
        dates = _date_styles(archive, book.styles)
        reader = _SheetReader(shared, dates, book.epoch, limits)
        for _ in _parsed(archive, book.sheets[name], reader):
            yield from reader.take()
        yield from reader.take()


@contextmanager
def _opened(path: Path, limits: Limits) -> Iterator[zipfile.ZipFile]:
    """Open the archive after its directory passed the limits, and turn its errors into faults."""
    try:
        with zipfile.ZipFile(path) as archive:
            _check_directory(archive, path.stat().st_size, limits)
            yield archive
    except BROKEN as error:
        raise refuse(XLSX_BROKEN, why=str(error)) from None


def _check_directory(archive: zipfile.ZipFile, size: int, limits: Limits) -> None:
    parts = archive.infolist()
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > limits.unpacked_bytes:
        raise refuse(ZIP_BOMB)
    for part in parts:
        if part.file_size > MIB and part.file_size > part.compress_size * limits.unpack_ratio:
            raise refuse(ZIP_BOMB)
        if part.flag_bits & 1:
            raise refuse(XLSX_BROKEN, why="password")
    if sum(part.compress_size for part in parts) > size:
        raise refuse(ZIP_BOMB)


class _Handler:
    """Receives XML elements by their local names."""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""

    def end(self, name: str) -> None:
        """An element ends."""

    def text(self, data: str) -> None:
        """Characters of the innermost element."""


def _parser(handler: _Handler) -> expat.XMLParserType:
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def doctype(*_: object) -> None:
        raise refuse(XML_DOCTYPE)

    parser.StartDoctypeDeclHandler = doctype
    parser.EntityDeclHandler = doctype
    parser.StartElementHandler = lambda name, attributes: handler.start(name.rpartition(":")[2], attributes)
    parser.EndElementHandler = lambda name: handler.end(name.rpartition(":")[2])
    parser.CharacterDataHandler = handler.text
    return parser


def _parsed(archive: zipfile.ZipFile, part: str, handler: _Handler) -> Iterator[None]:
    """Feed a part to its handler block by block, pausing after each."""
    parser = _parser(handler)
    try:
        with archive.open(part) as stream:
            while block := stream.read(CHUNK):
                parser.Parse(block, False)
                yield
        parser.Parse(b"", True)
    except KeyError:
        raise refuse(XLSX_BROKEN, why=part) from None
    except expat.ExpatError as error:
        raise refuse(XLSX_BROKEN, why=f"{part}: {error}") from None


def _parse_whole(archive: zipfile.ZipFile, part: str, handler: _Handler) -> None:
    for _ in _parsed(archive, part, handler):
        pass


class _BookHandler(_Handler):
    def __init__(self) -> None:
        self.sheets: list[tuple[str, str]] = []
        self.hidden: list[tuple[str, str]] = []
        self.date1904 = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "sheet":
            key = next((value for label, value in attributes.items() if label.rpartition(":")[2] == "id"), "")
            place = self.hidden if attributes.get("state", "visible") != "visible" else self.sheets
            place.append((attributes.get("name", ""), key))
        elif name == "workbookPr":
            self.date1904 = attributes.get("date1904", "0") in {"1", "true"}


class _RelationHandler(_Handler):
    def __init__(self) -> None:
        self.targets: dict[str, str] = {}
        self.kinds: dict[str, str] = {}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship" and attributes.get("TargetMode") != "External":
            target = attributes.get("Target", "")
            part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            self.targets[attributes.get("Id", "")] = part
            self.kinds[attributes.get("Type", "").rpartition("/")[2]] = part


def _workbook(archive: zipfile.ZipFile) -> Workbook:
    relations, book = _RelationHandler(), _BookHandler()
    _parse_whole(archive, "xl/_rels/workbook.xml.rels", relations)
    _parse_whole(archive, "xl/workbook.xml", book)
    present = set(archive.namelist())
    sheets = {name: relations.targets.get(key, "") for name, key in [*book.sheets, *book.hidden]}
    sheets = {name: part for name, part in sheets.items() if part in present and "worksheets/" in part}
    if not sheets:
        raise refuse(XLSX_BROKEN, why="no sheet")
    shared, styles = relations.kinds.get("sharedStrings", ""), relations.kinds.get("styles", "")
    return Workbook(
        sheets,
        shared if shared in present else "",
        styles if styles in present else "",
        EPOCH_1904 if book.date1904 else EPOCH_1900,
    )


class _SharedHandler(_Handler):
    def __init__(self, limits: Limits) -> None:
        self.texts: list[str] = []
        self._pieces: list[str] = []
        self._inside = self._phonetic = False
        self._size, self._limits = 0, limits

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "si":
            self._pieces = []
        elif name == "rPh":
            self._phonetic = True
        self._inside = name == "t" and not self._phonetic

    def end(self, name: str) -> None:
        self._inside = False
        if name == "rPh":
            self._phonetic = False
        elif name == "si":
            self.texts.append(_unescaped("".join(self._pieces)))

    def text(self, data: str) -> None:
        if self._inside:
            self._pieces.append(data)
            self._size += len(data)
            if self._size > self._limits.shared_text_characters:
                raise refuse(ZIP_BOMB)


def _shared_texts(archive: zipfile.ZipFile, part: str, limits: Limits) -> list[str]:
    if not part:
        return []
    handler = _SharedHandler(limits)
    _parse_whole(archive, part, handler)
    return handler.texts


class _StyleHandler(_Handler):
    def __init__(self) -> None:
        self.date_styles: set[int] = set()
        self._date_formats = set(BUILT_IN_DATES)
        self._in_cells = False
        self._position = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "numFmt":
            code = DATE_FORMAT_NOISE.sub("", attributes.get("formatCode", ""))
            if DATE_LETTERS.search(code.replace("General", "")):
                self._date_formats.add(int(attributes.get("numFmtId", "0")))
        elif name == "cellXfs":
            self._in_cells = True
        elif name == "xf" and self._in_cells:
            if int(attributes.get("numFmtId", "0")) in self._date_formats:
                self.date_styles.add(self._position)
            self._position += 1

    def end(self, name: str) -> None:
        if name == "cellXfs":
            self._in_cells = False


def _date_styles(archive: zipfile.ZipFile, part: str) -> frozenset[int]:
    if not part:
        return frozenset()
    handler = _StyleHandler()
    try:
        _parse_whole(archive, part, handler)
    except ValueError as error:
        raise refuse(XLSX_BROKEN, why=f"{part}: {error}") from None
    return frozenset(handler.date_styles)


def _unescaped(text: str) -> str:
    return ESCAPE.sub(lambda match: chr(int(match.group(1), 16)), text) if "_x" in text else text


def _as_text(text: str) -> str:
    """Return a text cell as CSV exports write it: one that begins with an equals sign gets a quote."""
    return f"'{text}" if LOOKS_COMPUTED.match(text) else text


class _SheetReader(_Handler):
    """Turns cell elements into rows; `take` hands over the rows finished since the last call."""

    def __init__(self, shared: list[str], dates: frozenset[int], epoch: datetime, limits: Limits) -> None:
        self._shared, self._dates, self._epoch, self._limits = shared, dates, epoch, limits
        self._ready: list[Row] = []
        self._line = 0
        self._cells: list[str] = []
        self._formulas: list[int] = []
        self._kind = self._style = ""
        self._column = -1
        self._pieces: list[str] = []
        self._size = 0
        self._capture = self._phonetic = False

    def take(self) -> list[Row]:
        ready, self._ready = self._ready, []
        return ready

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            self._start_cell(attributes)
        elif name in {"v", "t"}:
            self._capture = not self._phonetic
        elif name == "f":
            self._formulas.append(self._column)
        elif name == "rPh":
            self._phonetic = True
        elif name == "row":
            self._start_row(attributes)

    def _start_row(self, attributes: dict[str, str]) -> None:
        number = attributes.get("r", "")
        line = int(number) if number.isascii() and number.isdigit() else self._line + 1
        if line <= self._line:
            raise refuse(XLSX_BROKEN, line=line, why="rows out of order")
        self._line, self._cells, self._formulas, self._column, self._size = line, [], [], -1, 0

    def _start_cell(self, attributes: dict[str, str]) -> None:
        column = self._column + 1
        match = REFERENCE.match(attributes.get("r", ""))
        if match:
            column = 0
            for letter in match.group(1):
                column = column * 26 + ord(letter) - 64
            column -= 1
        if column <= self._column:
            raise refuse(XLSX_BROKEN, line=self._line, why="cells out of order")
        if column >= self._limits.columns:
            raise refuse(TOO_MANY_COLUMNS, line=self._line, limit=self._limits.columns)
        self._column = column
        self._kind, self._style = attributes.get("t", "n"), attributes.get("s", "")
        self._pieces = []

    def text(self, data: str) -> None:
        if self._capture:
            self._pieces.append(data)
            self._size += len(data)
            if self._size > self._limits.record_characters:
                raise refuse(LINE_TOO_LONG, line=self._line, limit=self._limits.record_characters)

    def end(self, name: str) -> None:
        if name in {"v", "t"}:
            self._capture = False
        elif name == "rPh":
            self._phonetic = False
        elif name == "c":
            self._cells.extend([""] * (self._column - len(self._cells)))
            self._cells.append(self._value("".join(self._pieces)))
        elif name == "row" and self._cells:
            self._ready.append(Row(self._line, tuple(self._cells), None, tuple(self._formulas)))

    def _value(self, raw: str) -> str:
        kind = self._kind
        if kind == "s":
            at = int(raw) if raw.isascii() and raw.isdigit() else -1
            if not 0 <= at < len(self._shared):
                raise refuse(XLSX_BROKEN, line=self._line, why="shared text")
            return _as_text(self._shared[at])
        if kind in {"str", "inlineStr"}:
            return _as_text(_unescaped(raw))
        if kind == "b":
            return {"1": "TRUE", "0": "FALSE"}.get(raw.strip(), raw)
        if kind == "d":
            return raw.replace("T", " ")
        if kind == "e" or not raw.strip():
            return raw
        return self._number(raw.strip())

    def _number(self, raw: str) -> str:
        if not NUMBER.fullmatch(raw):
            return raw
        number = EXCEL_DIGITS.create_decimal(raw)
        if self._style.isdigit() and int(self._style) in self._dates:
            return _moment_text(number, self._epoch)
        text = format(number, "f")
        return (text.rstrip("0").rstrip(".") or "0") if "." in text else text


def _moment_text(serial: Decimal, epoch: datetime) -> str:
    """Return a workbook's day number as text; a number that is no day stays as it is."""
    if not 0 <= serial < MOST_DAYS:
        return format(serial, "f")
    seconds = int((serial * DAY_SECONDS).to_integral_value())
    moment = epoch + timedelta(seconds=seconds)
    if seconds < DAY_SECONDS:
        return moment.strftime("%H:%M:%S")
    return moment.date().isoformat() if seconds % DAY_SECONDS == 0 else moment.isoformat(" ")
