"""Amounts: sharing, rounding, extending, and how they are written down."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cefn.kernel.money import Money, extend_minor, micro_per_minor, micro_text, minor_text, round_half_up, split


@pytest.mark.shared
def test_sharing_gives_the_known_answers(shared: Path) -> None:
    cases = json.loads((shared / "accounting" / "allocation.json").read_text("utf-8"))
    assert len(cases) == 60
    for case in cases:
        assert split(case["total_minor_units"], case["weights"]) == case["expected_largest_remainder"], case["id"]


@given(st.integers(-(10**12), 10**12), st.lists(st.integers(0, 10**9), min_size=1, max_size=30))
def test_shares_sum_to_the_whole_and_are_fair(amount: int, weights: list[int]) -> None:
    parts = split(amount, weights)
    total = sum(weights)
    assert sum(parts) == amount
    if total:
        assert all(abs(part * total - amount * weight) < total for part, weight in zip(parts, weights, strict=True))
        assert [part for part, weight in zip(parts, weights, strict=True) if weight == 0 and part] == []


def test_ties_go_to_the_earliest() -> None:
    assert split(10, [1, 1, 1]) == [4, 3, 3]
    assert split(-10, [1, 1, 1]) == [-4, -3, -3]
    assert split(5, [0, 0]) == [5, 0]
    with pytest.raises(ValueError, match="nothing to share between"):
        split(5, [])


@pytest.mark.parametrize(
    ("numerator", "denominator", "rounded"),
    [(5, 2, 3), (-5, 2, -3), (3, 2, 2), (-3, 2, -2), (7, 5, 1), (-7, 5, -1), (0, 7, 0), (1, 3, 0), (2, 3, 1)],
)
def test_halves_go_away_from_zero(numerator: int, denominator: int, rounded: int) -> None:
    assert round_half_up(numerator, denominator) == rounded


@given(st.integers(-(10**15), 10**15), st.integers(1, 10**9))
def test_rounding_is_never_more_than_half_off(numerator: int, denominator: int) -> None:
    assert abs(2 * (round_half_up(numerator, denominator) * denominator - numerator)) <= denominator
    assert round_half_up(-numerator, denominator) == -round_half_up(numerator, denominator)


def test_a_line_is_rounded_once_at_its_end() -> None:
    assert extend_minor(quantity=3, unit_price_micro=9_990_000) == 2997
    assert extend_minor(quantity=1000, unit_price_micro=1_234) == 123
    assert extend_minor(quantity=1, unit_price_micro=5_000) == 1
    assert extend_minor(quantity=-1, unit_price_micro=5_000) == -1
    assert extend_minor(quantity=1500, unit_price_micro=2_000_000, quantity_decimals=3) == 300
    assert extend_minor(quantity=3, unit_price_micro=100_500_000, currency="JPY") == 302
    assert (micro_per_minor("GBP"), micro_per_minor("JPY"), micro_per_minor("KWD")) == (10_000, 1_000_000, 1_000)


def test_two_currencies_do_not_add_up() -> None:
    assert Money("GBP", 999) + Money("GBP", 1) == Money("GBP", 1000)
    assert [part.minor for part in Money("GBP", 100).split([1, 1, 1])] == [34, 33, 33]
    with pytest.raises(ValueError, match="GBP and EUR"):
        Money("GBP", 1) + Money("EUR", 1)
    with pytest.raises(ValueError, match="EUR and GBP"):
        Money("EUR", 1) - Money("GBP", 1)


def test_amounts_are_written_with_their_currency_s_decimals() -> None:
    assert minor_text(-1234, "GBP") == "-12.34"
    assert minor_text(5, "GBP") == "0.05"
    assert minor_text(-5, "KWD") == "-0.005"
    assert minor_text(1234, "JPY") == "1234"
    assert micro_text(9_990_000) == "9.99"
    assert micro_text(12_345) == "0.012345"
    assert micro_text(-1_000_000, least_decimals=0) == "-1"
