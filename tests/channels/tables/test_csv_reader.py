"""The strict CSV reader: RFC 4180 and nothing else."""

import csv
import io
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cefn.channels.tables.csv_reader import Dialect, csv_rows
from cefn.channels.tables.faults import TableError
from cefn.channels.tables.rows import Limits, Row


def lines_of(text: str) -> Iterator[str]:
    return iter(io.StringIO(text, newline=""))


def read(text: str, delimiter: str = ",", quote: str = '"', limits: Limits | None = None) -> list[Row]:
    return list(csv_rows(lines_of(text), Dialect(delimiter, quote), limits or Limits()))


def fault_of(text: str, limits: Limits | None = None) -> tuple[str, int]:
    with pytest.raises(TableError) as caught:
        read(text, limits=limits)
    return caught.value.fault.code, caught.value.fault.line


def test_rows_carry_the_physical_line_they_start_on() -> None:
    rows = read('a,b\n"x\ny\r\nz",2\r\n3,4\r5,6')
    assert [(row.line, row.cells) for row in rows] == [
        (1, ("a", "b")), (2, ("x\ny\r\nz", "2")), (5, ("3", "4")), (6, ("5", "6")),
    ]  # fmt: skip


def test_quotes_delimiters_and_empty_cells() -> None:
    assert [row.cells for row in read('"a,b","say ""hi""",,""\n,,,\n')] == [
        ("a,b", 'say "hi"', "", ""),
        ("", "", "", ""),
    ]
    assert [row.cells for row in read('a\t"b\n', "\t", "")] == [("a", '"b')]


def test_an_unclosed_quote_names_the_line_it_opened_on() -> None:
    assert fault_of('sku,name\n1,Mug\n2,"Tea\n3,Cup\n') == ("CEFN-IMP-107", 3)


def test_a_quote_closed_by_a_later_one_is_named_where_it_opened() -> None:
    assert fault_of('sku,name\n1,"Mug\n2,"Tea"\n') == ("CEFN-IMP-108", 2)


def test_a_stray_quote_refuses_its_row_only() -> None:
    rows = read('sku,name\n1,5" nail\n2,Tea\n')
    assert [row.fault.code if row.fault else "" for row in rows] == ["", "CEFN-IMP-109", ""]
    assert rows[1].fault is not None
    assert (rows[1].fault.line, rows[1].fault.value) == (2, '5" nail')


def test_nul_too_many_columns_and_overlong_records() -> None:
    assert fault_of("a,b\n1,\0\n") == ("CEFN-IMP-105", 2)
    assert fault_of("a,b\n" + "," * 20, Limits(columns=10)) == ("CEFN-IMP-115", 2)
    assert fault_of('a,b\n"' + "x\n" * 600, Limits(record_characters=1_000)) == ("CEFN-IMP-106", 2)


@settings(deadline=None)
@given(
    st.lists(
        st.lists(
            st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12),
            min_size=2,
            max_size=4,
        ),
        min_size=1,
        max_size=6,
    ),
    st.sampled_from([",", ";", "\t", "|"]),
)
def test_reads_whatever_the_standard_writer_writes(table: list[list[str]], delimiter: str) -> None:
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=delimiter).writerows(table)
    rows = read(stream.getvalue(), delimiter)
    assert [list(row.cells) for row in rows] == table
    assert all(row.fault is None for row in rows)


@settings(deadline=None)
@given(st.text(st.sampled_from('ab,"\n\r; '), max_size=40))
def test_any_text_is_rows_or_one_named_fault(text: str) -> None:
    ended = None
    rows: list[Row] = []
    try:
        rows = read(text)
    except TableError as error:
        ended = error.fault
    assert sum(len(row.cells) for row in rows) >= len(rows)
    if ended is not None:
        assert ended.code in {"CEFN-IMP-107", "CEFN-IMP-108"}
        assert 1 <= ended.line <= text.count("\n") + text.count("\r") + 1
