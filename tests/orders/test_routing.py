"""Routing: fewest splits, then nearest; nothing promised twice; the reasons said."""

from hypothesis import given
from hypothesis import strategies as st

from cefn.orders.algorithms.routing import EXACT_UP_TO, Piece, Route, Site, Want, route_order

CARDIFF, BANGOR, LEEDS = Site(1, "CF", 10, 1), Site(2, "BG", 180, 2), Site(3, "LS", 300, 3)


def sent(route: Route) -> list[tuple[int, int, int]]:
    return [(piece.line_id, piece.warehouse_id, piece.quantity) for piece in route.pieces]


def test_the_nearest_that_has_it_all() -> None:
    route = route_order([Want(1, 7, 2)], [LEEDS, BANGOR, CARDIFF], {(7, 1): 1, (7, 2): 2, (7, 3): 9})
    assert sent(route) == [(1, 2, 2)]
    assert route.chosen == ["BG"]
    assert route.reason == "BG has it all, 180 km away; nearer but short: CF"
    assert [(one["warehouse"], one["units"], one["of"], one["chosen"]) for one in route.candidates] == [
        ("CF", 1, 2, False),
        ("BG", 2, 2, True),
        ("LS", 2, 2, False),
    ]


def test_one_far_parcel_beats_two_near_ones() -> None:
    stock = {(7, 1): 1, (8, 2): 1, (7, 3): 1, (8, 3): 1}
    route = route_order([Want(1, 7, 1), Want(2, 8, 1)], [CARDIFF, BANGOR, LEEDS], stock)
    assert route.chosen == ["LS"]


def test_the_nearest_pair_where_one_does_not_do() -> None:
    stock = {(7, 1): 1, (8, 2): 1, (8, 3): 1}
    route = route_order([Want(1, 7, 1), Want(2, 8, 1)], [LEEDS, BANGOR, CARDIFF], stock)
    assert sent(route) == [(1, 1, 1), (2, 2, 1)]
    assert route.reason == "no single warehouse has it all; fewest parcels: CF, BG"


def test_what_nobody_has_waits() -> None:
    route = route_order([Want(1, 7, 5), Want(2, 8, 1)], [CARDIFF, BANGOR], {(7, 1): 2, (7, 2): 1})
    assert sent(route) == [(1, 1, 2), (1, 2, 1)]
    assert route.short == [Want(1, 7, 2), Want(2, 8, 1)]
    assert route.reason.endswith("; 3 to wait for")
    empty = route_order([Want(1, 7, 5)], [CARDIFF], {})
    assert (empty.pieces, empty.chosen, empty.reason) == ([], [], "no warehouse has any of it: 5 to wait for")


def test_equal_distance_goes_by_priority() -> None:
    first, second = Site(1, "A", 50, 2), Site(2, "B", 50, 1)
    assert route_order([Want(1, 7, 1)], [first, second], {(7, 1): 1, (7, 2): 1}).chosen == ["B"]


def test_two_lines_of_one_sku_share_its_stock() -> None:
    route = route_order([Want(1, 7, 2), Want(2, 7, 2)], [CARDIFF], {(7, 1): 3})
    assert route.pieces == [Piece(1, 7, 1, 2), Piece(2, 7, 1, 1)]
    assert route.short == [Want(2, 7, 1)]


STOCK = st.dictionaries(st.tuples(st.integers(1, 4), st.integers(1, EXACT_UP_TO + 2)), st.integers(0, 4), max_size=20)
WANTS = st.lists(st.tuples(st.integers(1, 4), st.integers(1, 5)), min_size=1, max_size=5)


@given(WANTS, STOCK, st.integers(1, EXACT_UP_TO + 2))
def test_every_unit_is_sent_once_or_waits(
    wanted: list[tuple[int, int]], stock: dict[tuple[int, int], int], sites: int
) -> None:
    wants = [Want(at, variant, quantity) for at, (variant, quantity) in enumerate(wanted)]
    places = [Site(key, f"W{key}", key * 10, key) for key in range(1, sites + 1)]
    route = route_order(wants, places, stock)
    for want in wants:
        pieces = sum(piece.quantity for piece in route.pieces if piece.line_id == want.line_id)
        waits = sum(short.quantity for short in route.short if short.line_id == want.line_id)
        assert pieces + waits == want.quantity
    for variant in {want.variant_id for want in wants}:
        there = sum(stock.get((variant, site.warehouse_id), 0) for site in places)
        asked = sum(want.quantity for want in wants if want.variant_id == variant)
        assert sum(p.quantity for p in route.pieces if p.variant_id == variant) == min(there, asked)
        for site in places:
            taken = [p.quantity for p in route.pieces if (p.variant_id, p.warehouse_id) == (variant, site.warehouse_id)]
            assert sum(taken) <= stock.get((variant, site.warehouse_id), 0)
    assert {piece.warehouse_id for piece in route.pieces} <= {int(code[1:]) for code in route.chosen}
    assert all(piece.quantity > 0 for piece in route.pieces)
