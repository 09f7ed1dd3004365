"""Set-based SQL: the same statement and the same answer on both databases."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection

from cefn.kernel import clock, sql
from cefn.kernel.ids import new_ids
from cefn.platform.models import Company, NumberSeries

pytestmark = pytest.mark.django_db
SERIES_COLUMNS = ("id", "company_id", "code", "prefix", "next_number", "width")


@pytest.fixture
def company_id() -> int:
    return Company.objects.create(code=f"k-{uuid4().hex[:8]}", name="Cwmni", created_at=clock.now()).id


def series(company_id: int, count: int) -> list[tuple[object, ...]]:
    return [(key, company_id, f"s-{at:04}", "P-", at, 6) for at, key in enumerate(new_ids(count))]


@pytest.mark.parametrize("count", [1, 2, sql.COPY_FROM - 1, sql.COPY_FROM, 500])
def test_rows_are_written_whatever_their_number(company_id: int, count: int) -> None:
    sql.insert_rows(NumberSeries, SERIES_COLUMNS, series(company_id, count))
    found = NumberSeries.objects.filter(company_id=company_id).order_by("code")
    assert list(found.values_list("next_number", flat=True)) == list(range(count))


def test_no_rows_are_no_statement(company_id: int, query_count: Callable[..., Any]) -> None:
    with query_count(exactly=0):
        sql.insert_rows(NumberSeries, SERIES_COLUMNS, [])


def test_a_table_of_values_joins_and_updates(company_id: int) -> None:
    rows = series(company_id, 30)
    sql.insert_rows(NumberSeries, SERIES_COLUMNS, rows)
    wanted = sql.Rows("k bigint, n bigint", [(row[0], 100 + at) for at, row in enumerate(rows[:10])])
    done = sql.run("UPDATE platform_numberseries AS t SET next_number = v.n FROM {v} WHERE t.id = v.k", v=wanted)
    assert done == 10
    found = sql.fetch(
        "SELECT t.next_number, v.n FROM platform_numberseries AS t JOIN {v} ON t.id = v.k"
        " ORDER BY t.id {for_update_of_t}",
        v=wanted,
    )
    assert [tuple(row) for row in found] == [(100 + at, 100 + at) for at in range(10)]


def test_an_empty_table_of_values_touches_nothing(company_id: int) -> None:
    sql.insert_rows(NumberSeries, SERIES_COLUMNS, series(company_id, 3))
    nothing = sql.Rows("k bigint, n bigint", [])
    assert sql.run("UPDATE platform_numberseries AS t SET next_number = v.n FROM {v} WHERE t.id = v.k", v=nothing) == 0


def test_values_keep_their_kind() -> None:
    texts = ["Tŷ", "o'r", 'a"b', "a,b", "{x}", "\\", "", "100%"]
    table = sql.Rows("k bigint, x text", list(enumerate(texts)))
    found = sql.fetch("SELECT v.k, v.x FROM {v} ORDER BY v.k", v=table)
    assert [row[1] for row in found] == texts
    nulls = sql.fetch("SELECT v.k, v.x FROM {v} ORDER BY v.k", v=sql.Rows("k bigint, x text", [(1, None), (2, "x")]))
    assert [row[1] for row in nulls] == [None, "x"]
    big = 2**62 + 1
    assert sql.fetch("SELECT v.k FROM {v}", v=sql.Rows("k bigint", [(big,)]))[0][0] == big


def test_moments_and_days_come_back_as_they_went_in(company_id: int) -> None:
    at = datetime(2026, 3, 29, 1, 30, 0, 123456, tzinfo=UTC)
    table = sql.Rows("k bigint, at timestamptz, on_day date", [(1, at, date(2026, 3, 29))])
    row = sql.fetch("SELECT v.at, v.on_day FROM {v}", v=table)[0]
    assert sql.moment(row[0]) == at
    assert sql.day(row[1]) == date(2026, 3, 29)
    assert sql.moment(None) is None


def test_what_is_not_given_is_not_guessed() -> None:
    with pytest.raises(KeyError, match="no rows given for"):
        sql.fetch("SELECT 1 FROM {v}")


def test_json_is_canonical_and_knows_no_nan() -> None:
    assert sql.json_text({"b": 1, "a": ["ŵ", None]}) == '{"a":["ŵ",null],"b":1}'
    with pytest.raises(ValueError, match="not JSON compliant"):
        sql.json_text({"a": float("nan")})
    assert sql.loaded('{"a": 1}') == {"a": 1}
    assert sql.loaded({"a": 1}) == {"a": 1}


def test_the_database_refuses_a_second_row_of_the_same_key(company_id: int) -> None:
    rows = series(company_id, 1)
    sql.insert_rows(NumberSeries, SERIES_COLUMNS, rows)
    with pytest.raises(IntegrityError):
        sql.insert_rows(NumberSeries, SERIES_COLUMNS, [(new_ids(1)[0], *rows[0][1:])])


def test_one_writer_is_said_of_sqlite_only(vendor: str) -> None:
    assert sql.one_writer() == (vendor == "sqlite") == (connection.vendor == "sqlite")
