"""Workbooks: read as text without a binary fraction, bombs refused, what is written is read back by others."""

import datetime
import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cefn.channels.tables.faults import TableError
from cefn.channels.tables.sniff import table_sniff
from cefn.channels.tables.table import table_rows
from cefn.channels.tables.writers import NumberText, cell_text, csv_write, json_write, xlsx_write
from cefn.channels.tables.xlsx_reader import sheet_names, sheet_rows

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
CONTENT = '<?xml version="1.0"?><worksheet xmlns="' + MAIN + '"><sheetData>{}</sheetData></worksheet>'


def book(path: Path, rows: list[list[object]], **sheets: list[list[object]]) -> Path:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    for name, more in sheets.items():
        other = workbook.create_sheet(name)
        for row in more:
            other.append(row)
    workbook.save(path)
    return path


def raw_book(path: Path, sheet: str, *, other: dict[str, str] | None = None) -> Path:
    """Make a workbook whose sheet is the given XML."""
    stream = io.BytesIO()
    xlsx_write(stream, ["sku"], [])
    with zipfile.ZipFile(stream) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            content = sheet if part.endswith("sheet1.xml") else (other or {}).get(part, old.read(part).decode())
            new.writestr(part, content)
    return path


def fault_of(path: Path) -> str:
    with pytest.raises(TableError) as caught:
        list(table_rows(path, table_sniff(path)))
    return caught.value.fault.code.removeprefix("CEFN-IMP-")


def test_cells_become_text_without_loss(tmp_path: Path) -> None:
    path = book(
        tmp_path / "a.xlsx",
        [
            ["sku", "qty", "price", "on", "at", "flag", "note"],
            ["A-1", 6, 2.55, datetime.date(2011, 8, 5), datetime.datetime(2011, 8, 5, 13, 2, 30), True, " x "],  # noqa: DTZ001
            ["007", 1e15, 0.1 + 0.2, None, None, False, None],
            [5012345678900, 12.0, 1.1, "2011-08-05", None, None, "é\nb"],
        ],
    )
    found = table_sniff(path)
    assert (found.container, found.sheet, found.header[0], found.header_line) == ("xlsx", "Sheet", "sku", 1)
    rows = list(table_rows(path, found))
    assert [row.cells for row in rows] == [
        ("A-1", "6", "2.55", "2011-08-05", "2011-08-05 13:02:30", "TRUE", " x "),
        ("007", "1000000000000000", "0.3", "", "", "FALSE", ""),
        ("5012345678900", "12", "1.1", "2011-08-05", "", "", "é\nb"),
    ]
    assert [row.line for row in rows] == [2, 3, 4]


def test_formula_cells_are_told(tmp_path: Path) -> None:
    (row,) = list(
        table_rows(book(tmp_path / "f.xlsx", [["sku", "qty"], ["A", "=1+1"]]), table_sniff(tmp_path / "f.xlsx"))
    )
    assert row.formulas == (1,)


def test_sheets_can_be_chosen(tmp_path: Path) -> None:
    path = book(tmp_path / "s.xlsx", [["a", "b"], ["x", "y"]], Orders=[["sku", "qty"], ["A", 1]])
    assert sheet_names(path) == ("Sheet", "Orders")
    assert [row.cells for row in sheet_rows(path, sheet="Orders")] == [("sku", "qty"), ("A", "1")]
    with pytest.raises(TableError) as caught:
        list(sheet_rows(path, sheet="Nowhere"))
    assert caught.value.fault.sentence == "There is no sheet Nowhere. There are: Sheet, Orders."


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = raw_book(tmp_path / "b.xlsx", CONTENT.format(" " * 30_000_000))
    assert fault_of(path) == "119"


def test_an_xml_bomb_is_refused(tmp_path: Path) -> None:
    entities = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    bomb = f"{entities}<worksheet><sheetData><row><c><v>&b;</v></c></row></sheetData></worksheet>"
    assert fault_of(raw_book(tmp_path / "x.xlsx", bomb)) == "120"
    outside = '<?xml version="1.0"?><!DOCTYPE x SYSTEM "file:///etc/passwd"><workbook/>'
    path = raw_book(tmp_path / "y.xlsx", CONTENT.format(""), other={"xl/workbook.xml": outside})
    assert fault_of(path) == "120"


@pytest.mark.parametrize(
    ("sheet", "code"),
    [
        ("<worksheet><sheetData><row>", "118"),
        (CONTENT.format('<row r="2"/><row r="1"><c r="A1"><v>1</v></c></row>'), "118"),
        (CONTENT.format('<row r="1"><c r="B1"><v>1</v></c><c r="A1"><v>1</v></c></row>'), "118"),
        (CONTENT.format('<row r="1"><c r="A1" t="s"><v>99</v></c></row>'), "118"),
        (CONTENT.format('<row r="1"><c r="XFD1"><v>1</v></c></row>'), "115"),
        (CONTENT.format('<row r="1"><c r="A1" t="str"><v>' + "ab" * 900_000 + "</v></c></row>"), "119"),
        (CONTENT.format(""), "111"),
    ],
)
def test_broken_sheets(tmp_path: Path, sheet: str, code: str) -> None:
    assert fault_of(raw_book(tmp_path / "broken.xlsx", sheet)) == code


def test_a_sheet_of_one_far_row_is_read_at_once(tmp_path: Path) -> None:
    far = '<row r="1"><c r="A1" t="str"><v>sku</v></c></row><row r="1048576"><c r="A1048576"><v>1</v></c></row>'
    rows = list(sheet_rows(raw_book(tmp_path / "far.xlsx", CONTENT.format(far))))
    assert [row.line for row in rows] == [1, 1_048_576]


def test_a_truncated_workbook_is_broken(tmp_path: Path) -> None:
    path = book(tmp_path / "t.xlsx", [["sku"], ["A"]])
    path.write_bytes(path.read_bytes()[:-400])
    assert fault_of(path) == "118"


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.text(st.characters(exclude_categories=["Cs"]), max_size=15), st.integers(-9, 9)), max_size=5)
)
def test_what_is_written_is_read_back_here_and_by_others(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, int]]
) -> None:
    path = tmp_path_factory.mktemp("book") / "w.xlsx"
    with path.open("wb") as stream:
        assert xlsx_write(stream, ["sku", "qty"], rows) == len(rows)
    read = {row.line: (*row.cells, "", "")[:2] for row in sheet_rows(path)}
    wanted = [(f"'{text}" if text.lstrip("'")[:1] in {"=", "＝"} else text, str(number)) for text, number in rows]
    assert [read.get(at, ("", "")) for at in range(2, len(rows) + 2)] == wanted
    sheet = openpyxl.load_workbook(path).active
    assert sheet is not None
    assert [cell.data_type for cell in next(iter(sheet.iter_rows()))] == ["s", "s"]


def test_csv_and_json_writers() -> None:
    rows = [["=1+1", 5, NumberText("-2.50"), None], ["a,b", True, "-x", '"q"\n'], [" pad", False, "+44", "＝x"]]
    stream = io.BytesIO()
    assert csv_write(stream, ["sku", "qty", "price", "note"], rows) == 3
    assert stream.getvalue().decode() == (
        '\ufeffsku,qty,price,note\r\n\'=1+1,5,-2.50,\r\n"a,b",yes,\'-x,"""q""\n"\r\n" pad",no,\'+44,\'＝x\r\n'
    )
    stream = io.BytesIO()
    json_write(stream, ["a", "b"], [["é", 1], ["=x", None]])
    assert stream.getvalue().decode() == '[\n{"a": "é", "b": 1},\n{"a": "=x", "b": null}\n]\n'
    assert cell_text("\t=x") == "'\t=x"
