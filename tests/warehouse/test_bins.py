"""Choosing bins: whole lines from one bin, in the order given, nothing taken twice."""

from hypothesis import given
from hypothesis import strategies as st

from cefn.warehouse.algorithms.bins import BinStock, PickWant, bins_choose


def bin_of(quant: int, free: int, variant: int = 7, lot: int | None = None) -> BinStock:
    return BinStock(quant, variant, 100 + quant, lot, quant, free)


def test_a_whole_line_from_one_bin_beats_the_first_bin() -> None:
    picks, short = bins_choose([PickWant(1, 7, 3)], [bin_of(1, 2), bin_of(2, 5)])
    assert [(pick.line_id, pick.stock.quant_id, pick.quantity) for pick in picks] == [(1, 2, 3)]
    assert short == []


def test_several_bins_are_used_up_in_their_order() -> None:
    picks, short = bins_choose([PickWant(1, 7, 6)], [bin_of(1, 2), bin_of(2, 3), bin_of(3, 4)])
    assert [(pick.stock.quant_id, pick.quantity) for pick in picks] == [(1, 2), (2, 3), (3, 1)]
    assert short == []


def test_lots_go_in_the_order_of_their_expiry_even_if_split() -> None:
    picks, _ = bins_choose([PickWant(1, 7, 3)], [bin_of(1, 2, lot=1), bin_of(2, 9, lot=2)])
    assert [(pick.stock.quant_id, pick.quantity) for pick in picks] == [(1, 2), (2, 1)]


def test_lines_share_a_bin_and_what_is_missing_is_said() -> None:
    picks, short = bins_choose([PickWant(1, 7, 2), PickWant(2, 7, 2), PickWant(3, 8, 1)], [bin_of(1, 3)])
    assert [(pick.line_id, pick.quantity) for pick in picks] == [(1, 2), (2, 1)]
    assert short == [PickWant(2, 7, 1), PickWant(3, 8, 1)]


@given(
    st.lists(st.tuples(st.integers(1, 3), st.integers(1, 6)), max_size=6),
    st.lists(st.tuples(st.integers(1, 3), st.integers(0, 6), st.booleans()), max_size=8),
)
def test_nothing_is_taken_twice_and_nothing_is_left_that_is_wanted(
    wanted: list[tuple[int, int]], free: list[tuple[int, int, bool]]
) -> None:
    wants = [PickWant(at, variant, quantity) for at, (variant, quantity) in enumerate(wanted)]
    stock = [bin_of(at, n, variant, lot=at if lot else None) for at, (variant, n, lot) in enumerate(free)]
    picks, short = bins_choose(wants, stock)
    for one in stock:
        assert sum(pick.quantity for pick in picks if pick.stock.quant_id == one.quant_id) <= one.free
    for variant in {want.variant_id for want in wants}:
        asked = sum(want.quantity for want in wants if want.variant_id == variant)
        there = sum(one.free for one in stock if one.variant_id == variant)
        assert sum(pick.quantity for pick in picks if pick.stock.variant_id == variant) == min(asked, there)
        assert sum(want.quantity for want in short if want.variant_id == variant) == max(0, asked - there)
    assert all(pick.quantity > 0 for pick in picks)
