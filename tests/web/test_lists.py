"""The list engine: filters, search, order, keyset paging, export, bulk actions, saved views."""

import csv
import io
import re
from collections.abc import Callable
from typing import Any
from zipfile import ZipFile

import pytest
from django.db.models import Sum
from django.test import Client

from cefn.kernel.money import minor_text
from cefn.orders.models import SalesOrder
from cefn.platform.models import SavedView
from cefn.warehouse.models import Shipment
from cefn.web.formats import digits_grouped
from cefn.web.lists.paging import cursor_make, cursor_read
from cefn.web.orders_list import ORDERS
from tests.web.shop import Shop, orders_make

NUMBER = re.compile(r'<a class="open" href="/orders/([^/]+)/">')


def numbers(response: Any) -> list[str]:
    return NUMBER.findall(response.content.decode())


def walk(client: Client, query: str) -> list[str]:
    """Return every order number by following the next links."""
    found: list[str] = []
    url: str | None = f"/orders/{query}"
    while url:
        page = client.get(url)
        assert page.status_code == 200
        found += numbers(page)
        following = re.search(r'href="(\?[^"]+)" rel="next"', page.content.decode())
        url = f"/orders/{following[1].replace('&amp;', '&')}" if following else None
    return found


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cefn.web.views.orders.ORDERS", _resized(7))


def _resized(size: int) -> Any:
    from dataclasses import replace

    return replace(ORDERS, page_size=size)


@pytest.mark.parametrize("sort", ["-placed", "placed", "total", "-total", "due", "-due", "number", "channel", "lines"])
def test_walking_the_pages_shows_each_row_once_in_order(desk: Client, small_pages: None, sort: str) -> None:
    SalesOrder.objects.filter(number__endswith="3").update(ship_by_at=None)
    found = walk(desk, f"?sort={sort}")
    assert len(found) == 40
    assert len(set(found)) == 40
    field = ORDERS.column(sort.removeprefix("-"))
    assert field is not None
    rows = {order.number: order for order in SalesOrder.objects.all()}
    values = [getattr(rows[number], field.sort) for number in found]
    filled = [value for value in values if value is not None]
    assert filled == sorted(filled, reverse=sort.startswith("-"))
    assert values[len(filled) :] == [None] * (len(values) - len(filled))


def test_going_back_shows_the_page_before(desk: Client, small_pages: None) -> None:
    first = desk.get("/orders/?sort=total")
    second = desk.get(
        "/orders/" + re.search(r'href="(\?[^"]+)" rel="next"', first.content.decode())[1].replace("&amp;", "&")
    )  # type: ignore[index]
    back = desk.get(
        "/orders/" + re.search(r'href="(\?[^"]+)" rel="prev"', second.content.decode())[1].replace("&amp;", "&")
    )  # type: ignore[index]
    assert numbers(back) == numbers(first)
    assert not set(numbers(second)) & set(numbers(first))
    assert 'rel="prev"' not in back.content.decode()


def test_filters_search_and_totals_agree_with_the_database(desk: Client) -> None:
    page = desk.get("/orders/?status=done")
    done = SalesOrder.objects.filter(status="done")
    assert set(numbers(page)) == set(done.values_list("number", flat=True))
    assert f"{done.count()} orders" in page.content.decode()
    one = SalesOrder.objects.order_by("id").first()
    assert one is not None
    assert numbers(desk.get(f"/orders/?q={one.number.lower()}")) == [one.number]
    assert numbers(desk.get("/orders/?stuck=yes")) == list(
        SalesOrder.objects.filter(is_on_hold=True).values_list("number", flat=True)
    )


@pytest.mark.parametrize(
    "query",
    [
        "status=nonsense",
        "sort=nonsense",
        "sort=customer",
        "cols=nonsense",
        "placed_from=2026-02-30",
        "placed_to=9999-12-31",
        "after=%00",
        "after=bm9wZQ",
        "after=" + cursor_make("text", 5),
        "late=maybe",
        "format=exe",
        "before=W10",
    ],
)
def test_an_address_that_makes_no_sense_is_refused_in_words(desk: Client, query: str) -> None:
    response = desk.get(f"/orders/?{query}")
    assert response.status_code == 400
    assert b"CEFN-WEB-002" in response.content


def test_odd_searches_find_nothing_and_break_nothing(desk: Client) -> None:
    for text in ("%00", "%25", "_", "'\"<script>", "x" * 5000, "١٢٣"):
        response = desk.get("/orders/", {"q": text})
        assert response.status_code == 200
        assert b"<script>alert" not in response.content
    assert numbers(desk.get("/orders/", {"q": "%"})) == []


def test_a_cursor_survives_the_round_trip() -> None:
    order = SalesOrder(placed_at=None)
    assert cursor_read(cursor_make(order.placed_at, 7)) == (None, 7)
    assert cursor_read(cursor_make("Siân", 2**62)) == ("Siân", 2**62)


def test_the_list_stays_within_its_budget(desk: Client, shop: Shop, query_count: Callable[..., Any]) -> None:
    orders_make(shop, 30, seed=8)
    desk.get("/orders/")
    with query_count(at_most=12):
        page = desk.get("/orders/")
    assert len(numbers(page)) == 50
    assert len(page.content) < 120_000
    with query_count(at_most=12):
        desk.get("/stock/")


def test_counting_stops_early_and_the_whole_is_asked_for_afterwards(
    desk: Client, small_pages: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cefn.web.lists.paging.COUNT_LIMIT", 10)
    page = desk.get("/orders/").content.decode()
    assert "over 10" in page
    assert 'hx-get="?totals=whole"' in page
    assert 'name="everything"' not in page
    part = desk.get("/orders/?totals=whole").content.decode()
    total = SalesOrder.objects.aggregate(minor=Sum("total_minor"))["minor"]
    assert part.startswith("40 orders")
    assert digits_grouped(minor_text(total, "GBP")) in part
    few = desk.get("/orders/?stuck=yes").content.decode()
    assert "1 order " in few
    assert 'hx-get="?totals' not in few


def test_csv_export_holds_what_the_list_shows_and_no_formulas(desk: Client, shop: Shop) -> None:
    target = SalesOrder.objects.order_by("id").first()
    assert target is not None
    SalesOrder.objects.filter(pk=target.pk).update(ship_to={"name": "=cmd|' /C calc'!A0"})
    response = desk.get("/orders/?format=csv&sort=number")
    rows = list(csv.reader(io.StringIO(b"".join(response).decode("utf-8-sig"))))  # type: ignore[arg-type]
    assert rows[0][0] == "Order"
    assert len(rows) == 41
    assert [row[0] for row in rows[1:]] == sorted(SalesOrder.objects.values_list("number", flat=True))
    customer = rows[0].index("Customer")
    assert rows[[row[0] for row in rows].index(target.number)][customer].startswith("'=")


def test_xlsx_export_is_a_workbook_of_texts(desk: Client) -> None:
    response = desk.get("/orders/?format=xlsx&status=done")
    book = ZipFile(io.BytesIO(b"".join(response)))  # type: ignore[arg-type]
    sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert sheet.count("<row ") == 1 + SalesOrder.objects.filter(status="done").count()
    assert "<f>" not in sheet


def test_bulk_release_gives_a_result_for_each_row(desk: Client, shop: Shop) -> None:
    ready = list(SalesOrder.objects.filter(status="confirmed", allocation_status="full", is_on_hold=False)[:2])
    done = SalesOrder.objects.filter(status="done").first()
    assert done is not None
    response = desk.post("/orders/", {"action": "release", "pick": [str(order.pk) for order in (*ready, done)]})
    page = response.content.decode()
    assert "2 done" in page
    assert "1 refused" in page
    assert "nothing that waits to be released" in page
    assert set(Shipment.objects.filter(order__in=ready).values_list("status", flat=True)) == {"released"}


def test_bulk_cancel_asks_first_in_numbers(desk: Client) -> None:
    waiting = SalesOrder.objects.filter(status="confirmed").first()
    assert waiting is not None
    asked = desk.post("/orders/", {"action": "cancel", "pick": str(waiting.pk)})
    assert "1 order will be cancelled" in asked.content.decode()
    waiting.refresh_from_db()
    assert waiting.status == "confirmed"
    desk.post("/orders/", {"action": "cancel", "pick": str(waiting.pk), "sure": "yes"})
    waiting.refresh_from_db()
    assert waiting.status == "cancelled"


def test_bulk_without_rows_or_with_a_strange_action_is_refused(desk: Client) -> None:
    assert desk.post("/orders/", {"action": "release"}).status_code == 422
    assert desk.post("/orders/", {"action": "release", "pick": ["-1", "x", "9" * 30]}).status_code == 422
    assert desk.post("/orders/", {"action": "explode", "pick": "1"}).status_code == 404


def test_a_view_can_be_saved_used_and_forgotten(desk: Client) -> None:
    desk.post("/desk/views/", {"area": "orders", "name": "Bangor", "query": "q=bangor", "next": "/orders/?q=bangor"})
    page = desk.get("/orders/?q=bangor").content.decode()
    assert '<a href="/orders/?q=bangor" aria-current="page">Bangor</a>' in page
    view = SavedView.objects.get()
    gone = desk.post(f"/desk/views/{view.pk}/forget/", {"next": "/orders/"})
    assert gone["Location"] == "/orders/"
    assert not SavedView.objects.exists()
