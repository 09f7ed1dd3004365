"""What a file's bytes are: one pass over the file that finds the encoding and refuses what is no text.

The pass holds one block at a time. It checks that the whole file is valid in the encoding found, that no line is longer
than the limit, and that there is no NUL, so that the readers after it meet no surprise.
"""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cefn.channels.tables.faults import (
    ENCODING_WRONG,
    FILE_BINARY,
    FILE_EMPTY,
    FILE_TOO_LARGE,
    LINE_TOO_LONG,
    NUL_BYTE,
    OLD_WORKBOOK,
    OPTION_WRONG,
    refuse,
)
from cefn.channels.tables.rows import LIMITS, MIB, Limits

BLOCK = 256 * 1024
ZIP_MAGIC = b"PK\x03\x04"
MAGIC = (
    (b"%PDF", "PDF"), (b"\x89PNG", "PNG"), (b"\xff\xd8\xff", "JPEG"), (b"GIF8", "GIF"), (b"\x1f\x8b", "GZIP"),
    (b"SQLite format 3", "SQLite"), (b"PAR1", "Parquet"), (b"\x7fELF", "ELF"), (b"MZ", "EXE"), (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7z"), (b"BM", "BMP"), (b"{\\rtf", "RTF"), (b"<!DOCTYPE html", "HTML"), (b"<html", "HTML"),
)  # fmt: skip
OLE_MAGIC = b"\xd0\xcf\x11\xe0"
BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip
ENCODINGS = (
    "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "latin-1", "iso8859-15", "cp1250",
    "iso8859-2", "cp1251", "cp1254", "cp850", "mac-roman",
)  # fmt: skip
"""Encodings that can be chosen; the first ones are also found by themselves."""
UNDEFINED_IN_CP1252 = frozenset(b"\x81\x8d\x8f\x90\x9d")
CONTROL_BYTES = bytes(set(range(32)) - {9, 10, 11, 12, 13, 26, 0})
MOST_CONTROL_PERCENT = 1
MOST_NUL_PERCENT = 10


@dataclass(frozen=True, slots=True)
class EncodingGuess:
    """An encoding and how sure it is, in percent."""

    encoding: str
    confidence: int


def is_workbook(path: Path) -> bool:
    """Tell whether the file is a ZIP container, as XLSX files are."""
    with path.open("rb") as file:
        return file.read(4) == ZIP_MAGIC


def encoding_find(path: Path, *, chosen: str = "", limits: Limits = LIMITS) -> EncodingGuess:
    """Return the encoding of a text file, or check the `chosen` one over the whole file.

    Raises TableError for an empty, binary or oversized file, a NUL byte, an overlong line, and bytes that the
    encoding doesn't have; each names its line.
    """
    size = path.stat().st_size
    if size == 0:
        raise refuse(FILE_EMPTY)
    if size > limits.file_bytes:
        raise refuse(FILE_TOO_LARGE, limit=limits.file_bytes // MIB)
    with path.open("rb") as file:
        head = file.read(BLOCK)
    _refuse_magic(head)
    if chosen:
        if chosen not in ENCODINGS:
            raise refuse(OPTION_WRONG, value=chosen, name="encoding", given=chosen, allowed=", ".join(ENCODINGS))
        _check_text(path, chosen, limits)
        return EncodingGuess(chosen, 100)
    for bom, encoding in BOMS:
        if head.startswith(bom):
            _check_text(path, encoding, limits)
            return EncodingGuess(encoding, 100)
    wide = _wide_without_mark(head)
    if wide:
        _check_text(path, wide, limits)
        return EncodingGuess(wide, 90)
    return _narrow(path, head, limits)


def _refuse_magic(head: bytes) -> None:
    if head.startswith(OLE_MAGIC):
        raise refuse(OLD_WORKBOOK)
    for magic, name in MAGIC:
        if head.startswith(magic) and not (magic in {b"BM", b"MZ"} and head.isascii() and b"\0" not in head):
            raise refuse(FILE_BINARY, what=name)


def _wide_without_mark(head: bytes) -> str:
    """Return utf-16-le or -be when nearly every second byte is NUL, as in Latin text without a byte order mark."""
    pairs = len(head) // 2
    if pairs < 4:
        return ""
    even, odd = head[0 : pairs * 2 : 2].count(0), head[1 : pairs * 2 : 2].count(0)
    if odd * 10 >= pairs * 7 and even * 10 < pairs:
        return "utf-16-le"
    if even * 10 >= pairs * 7 and odd * 10 < pairs:
        return "utf-16-be"
    return ""


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            yield block


def _narrow(path: Path, head: bytes, limits: Limits) -> EncodingGuess:
    """Decide between UTF-8, Windows-1252 and Latin-1, all of which keep ASCII."""
    controls = len(head) - len(head.translate(None, CONTROL_BYTES))
    if controls * 100 > len(head) * MOST_CONTROL_PERCENT or head.count(0) * 100 > len(head) * MOST_NUL_PERCENT:
        raise refuse(FILE_BINARY, what="binary data")
    decoder = codecs.getincrementaldecoder("utf-8")()
    utf8, high, undefined = True, False, False
    lines = _LineWatch(limits)
    nul_line = 0
    for block in _blocks(path):
        if b"\0" in block:
            nul_line = lines.line + block[: block.index(0)].count(b"\n")
            break
        lines.feed(block)
        if not block.isascii():
            high = True
            undefined = undefined or not UNDEFINED_IN_CP1252.isdisjoint(block)
        if utf8:
            try:
                decoder.decode(block)
            except UnicodeDecodeError:
                utf8 = False
    if nul_line:
        raise refuse(NUL_BYTE, line=nul_line)
    if utf8:
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            utf8 = False
    if utf8:
        return EncodingGuess("utf-8", 99 if high else 100)
    return EncodingGuess("latin-1", 50) if undefined else EncodingGuess("cp1252", 75)


class _LineWatch:
    """Counts lines and raises LINE_TOO_LONG as soon as one passes the limit."""

    def __init__(self, limits: Limits) -> None:
        self.line = 1
        self._open = 0
        self._limit = limits.record_characters * 4

    def feed(self, block: bytes) -> None:
        newlines = block.count(b"\n") or block.count(b"\r")
        if newlines == 0:
            self._open += len(block)
        else:
            last = max(block.rfind(b"\n"), block.rfind(b"\r"))
            self._open = len(block) - last - 1
        if self._open > self._limit:
            raise refuse(LINE_TOO_LONG, line=self.line, limit=self._limit // 4)
        self.line += newlines


def _check_text(path: Path, encoding: str, limits: Limits) -> None:
    """Decode the whole file once; name the line where it fails."""
    decoder = codecs.getincrementaldecoder(encoding)()
    line, length = 1, 0
    for block in _blocks(path):
        try:
            text = decoder.decode(block)
        except UnicodeDecodeError as error:
            good = error.object[: error.start].decode(encoding, "ignore")
            raise refuse(ENCODING_WRONG, line=line + good.count("\n"), encoding=encoding) from None
        if "\0" in text:
            raise refuse(NUL_BYTE, line=line + text[: text.index("\0")].count("\n"))
        newlines = text.count("\n") or text.count("\r")
        length = len(text) - max(text.rfind("\n"), text.rfind("\r")) - 1 if newlines else length + len(text)
        if length > limits.record_characters:
            raise refuse(LINE_TOO_LONG, line=line, limit=limits.record_characters)
        line += newlines
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        raise refuse(ENCODING_WRONG, line=line, encoding=encoding) from None
