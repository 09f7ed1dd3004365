"""Whatever is wrong with a file: a named line, column and value, a remedy, and nothing saved."""

import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from cefn.catalog.models import Product
from cefn.channels.errors import FileRefused, ImportRefused
from cefn.channels.models import ImportRow, ImportRun
from cefn.channels.tables.faults import RowFault, TableError
from cefn.inventory.models import StockMove
from cefn.ledger.models import JournalEntry
from cefn.orders.models import SalesOrder
from cefn.parties.models import Customer
from tests.flows.imports.conftest import Shop
from tests.flows.imports.test_applying import PRODUCTS, STOCK

ORDER = "order,date,sku,quantity,price,currency\n"
GOOD = "1,2011-08-01,MUG-1,2,4.95,GBP\n"


def counts() -> tuple[int, ...]:
    return tuple(
        model.objects.count()  # type: ignore[attr-defined]
        for model in (Product, SalesOrder, StockMove, Customer, JournalEntry)
    )


@pytest.fixture
def stocked(shop: Shop) -> Iterator[Shop]:
    """A shop with three SKUs; what the test brings must leave it as it was."""
    shop.apply("products", PRODUCTS)
    shop.apply("stock", STOCK)
    before = counts()
    yield shop
    assert counts() == before


def refused(shop: Shop, kind: str, content: str | bytes | Path, **options: object) -> list[tuple[int, str, str, str]]:
    """Return (line, column, value, code) of what refuses a file; each has a sentence and a remedy."""
    with pytest.raises((FileRefused, ImportRefused)) as caught:
        shop.apply(kind, content, **options)
    assert caught.value.status == 422
    if isinstance(caught.value, FileRefused):
        assert [(fault.sentence != "", fault.remedy != "") for fault in caught.value.faults] == [(True, True)]
        cause = caught.value.__cause__
        assert isinstance(cause, TableError)
        found = [cause.fault]
    else:
        run = ImportRun.objects.order_by("-id")[0]
        assert run.state == "refused"
        rows = ImportRow.objects.filter(run=run, action="refused").order_by("line")
        found = [RowFault.from_json(data) for row in rows for data in row.faults]
    assert all(fault.sentence and fault.remedy for fault in found)
    return [(fault.line, fault.column, fault.value, fault.code.removeprefix("CEFN-IMP-")) for fault in found]


@pytest.mark.parametrize(
    ("row", "column", "value", "code"),
    [
        ("2,2011-08-01,MUG-1,-2,4.95,GBP", "quantity", "-2", "210"),
        ("2,2011-08-01,MUG-1,0,4.95,GBP", "quantity", "0", "213"),
        ("2,2011-08-01,MUG-1,NaN,4.95,GBP", "quantity", "NaN", "207"),
        ("2,2011-08-01,MUG-1,Infinity,4.95,GBP", "quantity", "Infinity", "207"),
        ("2,2011-08-01,MUG-1,１２,4.95,GBP", "quantity", "１２", "205"),
        ("2,2011-08-01,MUG-1,1_000,4.95,GBP", "quantity", "1_000", "206"),
        ("2,2011-08-01,MUG-1,1e3,4.95,GBP", "quantity", "1e3", "208"),
        ("2,2011-08-01,MUG-1,99999999999999999999,4.95,GBP", "quantity", "99999999999999999999", "209"),
        ("2,2011-08-01,MUG-1,2.5,4.95,GBP", "quantity", "2.5", "211"),
        ("2,2011-08-01,MUG-1,,4.95,GBP", "quantity", "", "203"),
        ("2,2011-08-01,MUG-1,1,4.9512345,GBP", "price", "4.9512345", "211"),
        ("2,2011-08-01,MUG-1,1,-4.95,GBP", "price", "-4.95", "210"),
        ("2,2011-08-01,MUG-1,1,€4.95,GBP", "price", "€4.95", "214"),
        ("2,2011-08-01,MUG-1,1,=2*2,GBP", "price", "=2*2", "201"),
        ("2,2011-08-01,MUG-1,1,4.95,EUR", "", "EUR", "214"),
        ("2,2011-08-01,MUG-1,1,4.95,DOGE", "currency", "DOGE", "215"),
        ("2,2011-02-30,MUG-1,1,4.95,GBP", "date", "2011-02-30", "218"),
        ("2,03/04/2011,MUG-1,1,4.95,GBP", "date", "03/04/2011", "217"),
        ("2,soon,MUG-1,1,4.95,GBP", "date", "soon", "216"),
        ("2,,MUG-1,1,4.95,GBP", "date", "", "203"),
        ("2,2011-08-01,MUG-9,1,4.95,GBP", "SKU", "MUG-9", "310"),
        ("2,2011-08-01,,1,4.95,GBP", "sku", "", "203"),
        ("2,2011-08-01,=A1,1,4.95,GBP", "sku", "=A1", "201"),
        ("2,2011-08-01,#REF!,1,4.95,GBP", "sku", "#REF!", "202"),
        ("2,2011-08-01,MUG-1,1,4.95", "", "", "110"),
        ('2,2011-08-01,MUG-1,1,4"95,GBP', "", '4"95', "109"),
    ],
)
def test_one_bad_cell_refuses_the_file(stocked: Shop, row: str, column: str, value: str, code: str) -> None:
    found = refused(stocked, "orders", ORDER + GOOD + row + "\n")
    assert (3, column, value, code) in found


@pytest.mark.parametrize(
    ("content", "line", "code"),
    [
        (b"", 0, "101"),
        (b"\x89PNG\r\n\x1a\n" + bytes(200), 0, "102"),
        ((ORDER + '2,2011-08-01,"MUG-1,1,4.95,GBP\n').encode(), 2, "107"),
        (ORDER.replace("sku", "order").encode() + GOOD.encode(), 1, "112"),
        (b"1,2011-08-01,MUG-1,2,4.95\n2,2011-08-02,MUG-1,2,4.95\n", 1, "111"),
        (ORDER.replace("price", "cost").encode() + GOOD.encode(), 1, "114"),
        (b"alpha,beta\nx,y\n", 1, "124"),
        (ORDER.encode(), 0, "117"),
        ((ORDER + GOOD).encode() + b"2,2011-08-01,MUG-1,1,4.95,\0\n", 3, "105"),
        (ORDER.encode() + b"x" * 5_000_000, 2, "106"),
    ],
)
def test_files_that_can_not_be_read(stocked: Shop, content: bytes, line: int, code: str) -> None:
    found = refused(stocked, "orders", content)
    assert [(fault[0], fault[3]) for fault in found] == [(line, code)]


def test_a_wrong_delimiter_or_encoding_is_told(stocked: Shop) -> None:
    ((_line, _column, _value, code),) = refused(stocked, "orders", ORDER + GOOD, delimiter=";", format="generic")
    assert code == "114"
    bad = (ORDER + "1,2011-08-01,MÛG,2,4.95,GBP\n").encode("cp1252")
    ((line, _column, _value, code),) = refused(stocked, "orders", bad, encoding="utf-8")
    assert (line, code) == (2, "104")


def test_formula_cells_of_a_workbook(stocked: Shop) -> None:
    path = stocked.folder / "orders.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["order", "date", "sku", "quantity", "price"])
    sheet.append([1, "2011-08-01", "MUG-1", "=1+1", 4.95])
    book.save(path)
    assert refused(stocked, "orders", path) == [(2, "quantity", "", "201")]


def test_a_zip_bomb(stocked: Shop) -> None:
    stream = BytesIO()
    book = openpyxl.Workbook()
    book.save(stream)
    path = stocked.folder / "bomb.xlsx"
    with zipfile.ZipFile(stream) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            new.writestr(part, old.read(part))
        new.writestr("xl/worksheets/sheet2.xml", b"0" * 50_000_000)
    assert refused(stocked, "orders", path)[0][3] == "119"


def test_negative_stock_and_unknown_warehouses(stocked: Shop) -> None:
    found = refused(stocked, "stock", "sku,warehouse,quantity\nMUG-1,Nowhere,1\nMUG-1,CDF,-1\nPOSTAGE,CDF,1\n")
    assert [fault[3] for fault in found] == ["312", "210", "310"]


def test_the_same_row_twice(stocked: Shop) -> None:
    found = refused(stocked, "stock", "sku,warehouse,quantity\nMUG-1,CDF,1\nmug-1,cdf,2\n")
    assert found == [(3, "sku", "mug-1", "305")]


def test_barcodes_and_skus_of_others(stocked: Shop) -> None:
    found = refused(
        stocked,
        "products",
        "sku,product,name,barcode\nNEW,NEW,New,2000010133000\nMUG-1,MUG,Mug,2000010133001\nTEA,ODD,Te,\nMUG-2,ODD,Te,\n",
    )
    assert sorted({fault[3] for fault in found}) == ["222", "316", "317"]
