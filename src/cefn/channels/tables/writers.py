"""Writing tables: CSV that no spreadsheet program computes, XLSX whose cells are all texts, JSON; row by row."""

import json
import re
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import IO
from xml.sax.saxutils import escape

FORMULA_SIGN = re.compile(r"'*[=+\-@\t\r＝＋－＠]")
FORBIDDEN_IN_XML = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
CELL_CHARACTERS = 32_767
Cell = str | int | bool | None

TYPES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml"'
    ' ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/styles.xml"'
    ' ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml"'
    ' ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
)
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
ROOT_RELATIONS = (
    f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Relationships xmlns="{RELATIONS}">'
    f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)
BOOK_RELATIONS = (
    f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Relationships xmlns="{RELATIONS}">'
    f'<Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{OFFICE}/styles" Target="styles.xml"/></Relationships>'
)
STYLES = (
    f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><styleSheet xmlns="{MAIN}">'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="1"><fill><patternFill patternType="none"/></fill></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="2"><xf numFmtId="49" applyNumberFormat="1"/>'
    '<xf numFmtId="49" fontId="1" applyNumberFormat="1" applyFont="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
SHEET_HEAD = (
    f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><worksheet xmlns="{MAIN}"><sheetViews>'
    '<sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    "</sheetView></sheetViews><sheetData>"
)


PLAIN_NUMBER = re.compile(r"-?\d{1,30}(?:[.,]\d{1,30})?", re.ASCII)


class NumberText(str):
    """Digits that the program made itself (an amount, a quantity), so that a minus sign is no formula sign."""

    __slots__ = ()


def number_or_text(text: str) -> str:
    """Return a text that is nothing but a number as NumberText, any other text as it is."""
    return NumberText(text) if PLAIN_NUMBER.fullmatch(text) else text


def cell_text(value: Cell) -> str:
    """Return a value as a CSV cell; text that begins with a formula sign gets a single quote before it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | NumberText):
        return str(value)
    return f"'{value}" if FORMULA_SIGN.match(value) else value


def _quoted(text: str, delimiter: str) -> str:
    if delimiter in text or '"' in text or "\n" in text or "\r" in text or text != text.strip():
        return '"' + text.replace('"', '""') + '"'
    return text


def csv_write(
    stream: IO[bytes], header: Sequence[str], rows: Iterable[Sequence[Cell]], *, delimiter: str = ",", mark: bool = True
) -> int:
    """Write CSV in UTF-8 and return the rows; spreadsheet programs need the byte order `mark`."""
    stream.write(("\ufeff" if mark else "").encode())
    stream.write((delimiter.join(_quoted(cell_text(name), delimiter) for name in header) + "\r\n").encode())
    count = 0
    for row in rows:
        line = delimiter.join(_quoted(cell_text(cell), delimiter) for cell in row)
        stream.write(((line or '""') + "\r\n").encode())
        count += 1
    return count


def column_letters(position: int) -> str:
    """Return the letters of a column counted from 0: 0 is A, 26 is AA."""
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _xml_text(text: str) -> str:
    return escape(FORBIDDEN_IN_XML.sub(lambda match: f"_x{ord(match.group()):04X}_", text[:CELL_CHARACTERS]))


def _sheet_row(number: int, row: Sequence[Cell], letters: Sequence[str], style: int) -> str:
    parts = [f'<row r="{number}">']
    for position, value in enumerate(row):
        if value is None or value == "":
            continue
        text = ("yes" if value else "no") if isinstance(value, bool) else str(value)
        parts.append(
            f'<c r="{letters[position]}{number}" s="{style}" t="inlineStr"><is><t xml:space="preserve">'
            f"{_xml_text(text)}</t></is></c>"
        )
    parts.append("</row>")
    return "".join(parts)


def xlsx_write(stream: IO[bytes], header: Sequence[str], rows: Iterable[Sequence[Cell]], *, sheet: str = "Cefn") -> int:
    """Write a workbook of one sheet, every cell a text, so that nothing is computed or reformatted; return the rows."""
    letters = [column_letters(position) for position in range(len(header))]
    name = re.sub(r"[\[\]:*?/\\]", " ", sheet)[:31] or "Cefn"
    book = (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
        f'<sheet name="{escape(name, {chr(34): "&quot;"})}" sheetId="1" r:id="rId1"/></sheets></workbook>'
    )
    count = 0
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, content in (
            ("[Content_Types].xml", TYPES),
            ("_rels/.rels", ROOT_RELATIONS),
            ("xl/workbook.xml", book),
            ("xl/_rels/workbook.xml.rels", BOOK_RELATIONS),
            ("xl/styles.xml", STYLES),
        ):
            archive.writestr(part, content)
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part_stream:
            part_stream.write((SHEET_HEAD + _sheet_row(1, list(header), letters, 1)).encode())
            for row in rows:
                count += 1
                part_stream.write(_sheet_row(count + 1, row, letters, 0).encode())
            part_stream.write(b"</sheetData></worksheet>")
    return count


Writer = Callable[[IO[bytes], Sequence[str], Iterable[Sequence[Cell]]], int]


def json_write(stream: IO[bytes], header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> int:
    """Write a JSON array of objects, one a line; return the rows."""
    count = 0
    stream.write(b"[")
    for row in rows:
        item: Mapping[str, Cell] = dict(zip(header, row, strict=True))
        stream.write((b",\n" if count else b"\n") + json.dumps(item, ensure_ascii=False).encode())
        count += 1
    stream.write(b"\n]\n")
    return count


WRITERS: dict[str, Writer] = {"csv": csv_write, "xlsx": xlsx_write, "json": json_write}
"""File format -> how a table is written in it."""
