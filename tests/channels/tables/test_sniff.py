"""What a file seems to be is found before anything is saved, and what is no table is refused by name."""

import codecs
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cefn.channels.tables.faults import TableError
from cefn.channels.tables.sniff import Sniff, SniffOptions, table_sniff
from cefn.channels.tables.table import table_rows

TEXT = "sku;name;price;date\nA-1;Café mân;1,50;13/04/2011\nA-2;Tŷ;2,25;03/04/2011\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "file.csv"


def sniff(path: Path, content: bytes | str, **options: object) -> Sniff:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return table_sniff(path, SniffOptions(**options))  # type: ignore[arg-type]


def fault_of(path: Path, content: bytes | str, **options: object) -> tuple[str, int]:
    with pytest.raises(TableError) as caught:
        list(table_rows(path, sniff(path, content, **options)))
    assert caught.value.fault.sentence
    assert caught.value.fault.remedy
    return caught.value.fault.code.removeprefix("CEFN-IMP-"), caught.value.fault.line


@pytest.mark.parametrize(
    ("encoding", "name", "confidence"),
    [
        ("utf-8", "utf-8", 99),
        ("utf-8-sig", "utf-8-sig", 100),
        ("utf-16", "utf-16", 100),
        ("utf-16-le", "utf-16-le", 90),
        ("utf-16-be", "utf-16-be", 90),
        ("utf-32", "utf-32", 100),
    ],
)
def test_encodings(path: Path, encoding: str, name: str, confidence: int) -> None:
    found = sniff(path, TEXT.encode(encoding))
    assert (found.encoding, found.confidence, found.dialect.delimiter) == (name, confidence, ";")
    assert [row.cells[1] for row in table_rows(path, found)] == ["Café mân", "Tŷ"]


def test_eight_bit_encodings_are_guesses_that_can_be_overridden(path: Path) -> None:
    found = sniff(path, "sku,name\nA,£5 café – “x”\n".encode("cp1252"))
    assert (found.encoding, found.confidence) == ("cp1252", 75)
    assert sniff(path, "sku,name\nA,Łódź\n".encode("cp1250"), encoding="cp1250").sample[0].cells[1] == "Łódź"
    assert sniff(path, b"sku,name\nA,\x81x\n").encoding == "latin-1"
    assert sniff(path, "sku,name\nA,x\n").confidence == 100


def test_a_late_byte_decides_the_encoding(path: Path) -> None:
    body = b"sku,name\n" + b"A,plain\n" * 60_000
    assert sniff(path, body + "B,café\n".encode("cp1252")).encoding == "cp1252"
    assert sniff(path, body + "B,café\n".encode()).encoding == "utf-8"


def test_findings_and_overrides(path: Path) -> None:
    found = sniff(path, TEXT)
    assert (found.decimal, found.decimal_certain, found.date_order, found.header_line) == (",", True, "dmy", 1)
    assert found.header == ("sku", "name", "price", "date")
    forced = sniff(path, TEXT, decimal=".", date_order="mdy", delimiter=",")
    assert (forced.decimal, forced.date_order, forced.dialect.delimiter) == (".", "mdy", ",")
    assert found.as_json()["sample"][0] == {"line": 2, "cells": ["A-1", "Café mân", "1,50", "13/04/2011"]}


def test_doubts_are_told(path: Path) -> None:
    found = sniff(path, "sku;price;date\nA;1,234;03/04/2011\n")
    assert (found.decimal_certain, found.date_order, found.dates_ambiguous) == (False, "", True)
    mixed = sniff(path, "sku;price;date\nA;1,50;13/04/2011\nB;1.50;04/13/2011\n")
    assert (mixed.decimal_certain, mixed.date_order) == (False, "")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters(path: Path, delimiter: str) -> None:
    text = f'sku{delimiter}name{delimiter}note\n1{delimiter}"a{delimiter}, b"{delimiter}x, y; z\n'
    found = sniff(path, text)
    assert found.dialect.delimiter == delimiter
    assert next(table_rows(path, found)).cells == ("1", f"a{delimiter}, b", "x, y; z") or delimiter in ",;"


def test_header_below_a_preamble_and_blank_lines(path: Path) -> None:
    found = sniff(path, "\nStatement of August 2011,,,\n\nsku,name,qty,price\nA,Mug,1,2.50\n")
    assert (found.header_line, found.header) == (4, ("sku", "name", "qty", "price"))
    assert [(row.line, row.cells[0]) for row in table_rows(path, found)] == [(5, "A")]
    assert sniff(path, "x,y\nsku,name\nA,B\n", header_line=2).header == ("sku", "name")
    assert sniff(path, "sep=;\nsku;name;qty\nA;B;1\n").header == ("sku", "name", "qty")


@pytest.mark.parametrize(
    ("content", "code", "line"),
    [
        (b"", "101", 0),
        (b"%PDF-1.7 whatever", "102", 0),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "102", 0),
        (bytes(range(256)) * 40, "102", 0),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "121", 0),
        (b"PK\x03\x04 not really a workbook", "118", 0),
        (b"sku,name\nA,x\nB,\0\n", "105", 3),
        (b"1,2\n3,4\n", "111", 1),
        (b"\n\n\n", "111", 1),
        (b"sku,name,SKU\nA,B,C\n", "112", 1),
        (b"sku,,name\nA,x,C\n", "", 0),
        (b"sku,name\n", "117", 0),
        (b'sku,name\n1,Mug\n2,"Tea\n3,Cup\n', "107", 3),
    ],
)
def test_files_that_are_no_tables(path: Path, content: bytes, code: str, line: int) -> None:
    if code:
        assert fault_of(path, content) == (code, line)
    else:
        (row,) = table_rows(path, sniff(path, content))
        assert row.fault is not None
        assert (row.fault.code, row.fault.line, row.fault.value) == ("CEFN-IMP-113", 2, "x")


def test_a_wrong_encoding_names_the_line(path: Path) -> None:
    text = "sku,name\nA,x\nB,café\n".encode("cp1252")
    assert fault_of(path, text, encoding="utf-8") == ("104", 3)
    assert fault_of(path, codecs.BOM_UTF8 + text) == ("104", 3)
    assert fault_of(path, b"sku,name\n", encoding="klingon") == ("125", 0)


def test_rows_of_the_wrong_width_are_refused_one_by_one(path: Path) -> None:
    rows = list(table_rows(path, sniff(path, "sku,name,qty\nA,x,1\nB,y\nC,z,1,,\nD,z,1,extra\n")))
    assert [(row.line, row.fault.code if row.fault else "") for row in rows] == [
        (2, ""),
        (3, "CEFN-IMP-110"),
        (4, ""),
        (5, "CEFN-IMP-110"),
    ]


PROBE = """
import resource, sys, time
from pathlib import Path
import django
from django.conf import settings
settings.configure()
django.setup()
from cefn.channels.tables.faults import TableError
from cefn.channels.tables.sniff import table_sniff
from cefn.channels.tables.table import table_rows
base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
start = time.monotonic()
try:
    for _ in table_rows(Path(sys.argv[1]), table_sniff(Path(sys.argv[1]))):
        pass
    code = "none"
except TableError as error:
    code = error.fault.code
print(code, int((time.monotonic() - start) * 1000), (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - base) // 1024)
"""


def probe(path: Path) -> tuple[str, int, int]:
    """Return (fault, milliseconds, MiB) of reading a file in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", PROBE, str(path)], capture_output=True, text=True, check=True, timeout=60
    )
    code, milliseconds, mebibytes = done.stdout.split()
    return code, int(milliseconds), int(mebibytes)


def test_a_line_of_100_mb_is_refused_fast_and_small(path: Path) -> None:
    with path.open("wb") as file:
        file.write(b"sku,name\n")
        for _ in range(100):
            file.write(b"x" * 1_000_000)
    started = time.monotonic()
    code, milliseconds, mebibytes = probe(path)
    assert code == "CEFN-IMP-106"
    assert milliseconds < 2_000
    assert mebibytes < 50
    assert time.monotonic() - started < 30


def test_many_rows_take_little_memory(path: Path) -> None:
    with path.open("w") as file:
        file.write("sku,name,price\n")
        file.writelines(f"SKU-{number},Product {number},{number}.50\n" for number in range(200_000))
    code, _milliseconds, mebibytes = probe(path)
    assert code == "none"
    assert mebibytes < 25
