"""What the stock is worth, how it changed, how its figures are made, and how long it lasts."""

from datetime import date

import pytest

from cefn.inventory.models import StockLevel
from cefn.kernel import clock
from cefn.kernel.errors import NotAllowed, NotFound
from cefn.orders.services import ReturnDraft, ReturnLineDraft, returns_receive
from cefn.platform.permissions import role_permissions
from cefn.reports.cover import cover_rows, low_stock, running_out
from cefn.reports.stock_facts import FIGURES, stock_explained, stock_history
from cefn.reports.stock_value import stock_value, stock_value_by_day, variant_layers
from tests.reports.actors import actor_of
from tests.reports.small_shop import FIRST, LAST, NOON, SmallShop


def test_stock_is_worth_its_layers_and_the_ledger_says_so(shop: SmallShop) -> None:
    found = stock_value(shop.actor)
    assert (found.value_minor, found.ledger_minor, found.difference_minor, found.quantity) == (13800, 13800, 0, 30)
    book, mug = found.rows
    assert (book.sku, book.quantity, book.value_minor, book.unit_cost_micro) == ("BOOK", 16, 8000, 5_000_000)
    assert (mug.sku, mug.quantity, mug.value_minor, mug.unit_cost_micro) == ("MUG", 14, 5800, 4_142_857)
    # 58.00 over 5 and 9 units: 20.714 and 37.286; the odd penny goes where the larger part was cut off.
    assert [(part.code, part.quantity, part.value_minor) for part in mug.warehouses] == [
        ("BG", 5, 2071),
        ("CF", 9, 3729),
    ]
    assert found.by_warehouse == {"BG": 2071, "CF": 11729}


def test_stock_value_of_one_warehouse(shop: SmallShop) -> None:
    found = stock_value(shop.actor, warehouse_code="BG")
    assert ([row.sku for row in found.rows], found.value_minor, found.ledger_minor) == (["MUG"], 2071, None)
    assert found.difference_minor is None
    bangor = actor_of(shop.actor, warehouses=("BG",))
    assert stock_value(bangor).value_minor == 2071
    assert stock_value(bangor, warehouse_code="CF").rows == []
    with pytest.raises(NotAllowed):
        stock_value(actor_of(shop.actor, permissions=role_permissions("clerk")))


def test_goods_in_quarantine_are_still_worth_something_but_not_for_sale(shop: SmallShop) -> None:
    draft = ReturnDraft(shop.cardiff.id, [ReturnLineDraft(1, shop.line_id("A"), disposition="quarantine")],
                        order_id=shop.orders["A"].id)  # fmt: skip
    returns_receive(actor=shop.actor, returns=[draft])
    found = stock_value(shop.actor)
    assert (found.quantity, found.value_minor, found.difference_minor) == (31, 14200, 0)
    explained = stock_explained(shop.actor, variant_id=shop.variants["MUG"], figure="on_hand")
    assert explained.quantity == 14
    apart = [(part.name, part.quantity, part.note) for part in explained.parts if not part.is_counted]
    assert apart == [("QUARANTINE", 1, "quarantine")]


def test_layers_that_are_left(shop: SmallShop) -> None:
    layers = variant_layers(shop.actor, variant_id=shop.variants["MUG"])
    assert [(row.quantity, row.remaining, row.remaining_value_minor) for row in layers] == [
        (10, 8, 3200), (5, 5, 2200), (1, 1, 400),
    ]  # fmt: skip
    assert layers[0].source.startswith("adjustment:")
    assert layers[2].source.startswith("return-order:")


def test_stock_value_by_day(shop: SmallShop) -> None:
    days = stock_value_by_day(shop.actor, first_on=FIRST, last_on=date(2026, 2, 10))
    assert [day.amount_minor for day in days] == [0, 16200, 15400, 15400, 13900, 13400, 13400, 13400, 13800, 13800]
    later = stock_value_by_day(shop.actor, first_on=date(2026, 2, 5), last_on=date(2026, 2, 6))
    assert [day.amount_minor for day in later] == [13900, 13400]


def test_history_comes_out_of_the_moves(shop: SmallShop) -> None:
    mug = shop.variants["MUG"]
    days = stock_history(shop.actor, variant_id=mug, first_on=FIRST, last_on=LAST)
    assert [(day.on.day, day.came, day.went, day.on_hand) for day in days if day.came or day.went] == [
        (2, 15, 0, 15), (3, 0, 2, 13), (9, 1, 0, 14),
    ]  # fmt: skip
    # Cancelling and promising moves nothing: the 4th and the 10th are quiet.
    assert days[-1].on_hand == sum(level.on_hand for level in StockLevel.objects.filter(variant_id=mug)) == 14
    late = stock_history(shop.actor, variant_id=mug, first_on=date(2026, 2, 8), last_on=date(2026, 2, 9))
    assert [(day.came, day.went, day.on_hand) for day in late] == [(0, 0, 13), (1, 0, 14)]


def test_history_of_one_warehouse(shop: SmallShop) -> None:
    mug = shop.variants["MUG"]
    bangor = stock_history(shop.actor, variant_id=mug, first_on=FIRST, last_on=LAST, warehouse_code="BG")
    assert (bangor[1].came, bangor[-1].on_hand) == (5, 5)
    hidden = actor_of(shop.actor, warehouses=("BG",))
    assert stock_history(hidden, variant_id=mug, first_on=LAST, last_on=LAST)[0].on_hand == 5
    assert stock_history(hidden, variant_id=mug, first_on=LAST, last_on=LAST, warehouse_code="CF")[0].on_hand == 0
    with pytest.raises(NotFound):
        stock_history(shop.actor, variant_id=1, first_on=FIRST, last_on=LAST)


def test_each_stock_figure_is_the_sum_of_its_parts(shop: SmallShop) -> None:
    mug = shop.variants["MUG"]
    found = {name: stock_explained(shop.actor, variant_id=mug, figure=name) for name in FIGURES}
    assert {name: explained.quantity for name, explained in found.items()} == {
        "on_hand": 14,
        "allocated": 14,
        "available": 0,
    }
    places = [(part.warehouse, part.name, part.quantity) for part in found["on_hand"].parts]
    assert places == [("BG", "A-01", 5), ("CF", "A-01", 9)]
    number = shop.orders["D"].number
    assert sorted((part.warehouse, part.name, part.quantity) for part in found["allocated"].parts) == [
        ("BG", f"sales-order:{number}", 5), ("CF", f"sales-order:{number}", 9),
    ]  # fmt: skip
    opened = found["allocated"].parts[0].opens
    assert opened is not None
    assert (opened.list, opened.where) == ("orders", {"number": number})
    assert [(part.warehouse, part.name, part.quantity) for part in found["available"].parts] == [
        ("BG", "on_hand", 5), ("BG", "allocated", -5), ("CF", "on_hand", 9), ("CF", "allocated", -9),
    ]  # fmt: skip
    with pytest.raises(ValueError, match="on_hand"):
        stock_explained(shop.actor, variant_id=mug, figure="hope")


def test_days_of_cover_and_what_to_get(shop: SmallShop) -> None:
    with clock.standing_at(NOON):
        found = {row.sku: row for row in cover_rows(shop.actor)}
        low, out = low_stock(shop.actor), running_out(shop.actor)
    mug, book = found["MUG"], found["BOOK"]
    # 22 mugs ordered in 28 days: 23.6 in thirty, rounded up to 24; and 5 for the mark, and 6 that wait.
    assert (mug.available, mug.sold, mug.days_of_cover, mug.waiting, mug.proposed) == (0, 22, 0, 6, 35)
    assert (book.available, book.sold, book.days_of_cover, book.waiting, book.proposed) == (16, 3, 149, 0, 0)
    assert [row.sku for row in low] == ["MUG"]
    assert [row.sku for row in out] == ["MUG"]


def test_cover_of_single_warehouses_goes_by_what_they_sent(shop: SmallShop) -> None:
    with clock.standing_at(NOON):
        cardiff = {row.sku: row for row in cover_rows(shop.actor, warehouse_code="CF")}
        bangor = {row.sku: row for row in cover_rows(actor_of(shop.actor, warehouses=("BG",)))}
        hidden = cover_rows(actor_of(shop.actor, warehouses=("BG",)), warehouse_code="CF")
    assert (cardiff["MUG"].sold, cardiff["BOOK"].sold, cardiff["MUG"].available) == (2, 3, 0)
    assert (bangor["MUG"].sold, bangor["MUG"].on_hand, bangor["MUG"].days_of_cover) == (0, 5, None)
    assert bangor["BOOK"].is_low
    assert hidden == []


def test_cover_forgets_what_sold_long_ago(shop: SmallShop) -> None:
    with clock.standing_at(NOON.replace(month=4)):
        found = {row.sku: row for row in cover_rows(shop.actor)}
        assert running_out(shop.actor) == []
    assert (found["MUG"].sold, found["MUG"].days_of_cover, found["MUG"].waiting) == (0, None, 6)
