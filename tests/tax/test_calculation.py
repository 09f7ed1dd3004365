"""Tax on lines: against exact answers, and what must hold for any document."""

import json
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cefn.tax.calculation import cumulative_share, document_tax, line_tax, lines_tax

AMOUNTS = st.lists(st.tuples(st.integers(-(10**7), 10**7), st.sampled_from([0, 50_000, 200_000])), max_size=12)


@pytest.mark.shared
def test_both_methods_give_the_known_answers(shared: Path) -> None:
    cases = json.loads((shared / "accounting" / "vat_rounding.json").read_text("utf-8"))
    assert len(cases) == 60
    for case in cases:
        lines, expected = case["lines_unit_pence_qty_rate"], case["expected_vat_pence"]
        facts = {
            "amounts_minor": [unit * quantity for unit, quantity, _ in lines],
            "rates_ppm": [rate * 10_000 for _, _, rate in lines],
            "includes_tax": case["prices_include_vat"],
        }
        per_line = lines_tax(**facts, rounding="line")
        assert sum(tax for _, tax in per_line) == int(expected["line_nearest_1p"]), case["id"]
        per_document = lines_tax(**facts, rounding="document")
        by_rate: dict[int, int] = {}
        for (_, tax), rate in zip(per_document, facts["rates_ppm"], strict=True):
            by_rate[rate // 10_000] = by_rate.get(rate // 10_000, 0) + tax
        known = {int(rate): int(tax) for rate, tax in expected["invoice_per_rate_nearest_1p"].items()}
        assert by_rate == known, case["id"]
        assert abs(sum(by_rate.values()) - Fraction(expected["exact_total"])) <= Fraction(len(known), 2), case["id"]


@given(AMOUNTS, st.booleans(), st.sampled_from(["line", "document"]))
def test_net_and_tax_make_what_the_buyer_saw(lines: list[tuple[int, int]], includes: bool, rounding: str) -> None:
    amounts, rates = [amount for amount, _ in lines], [rate for _, rate in lines]
    taxed = lines_tax(amounts_minor=amounts, rates_ppm=rates, includes_tax=includes, rounding=rounding)
    assert len(taxed) == len(lines)
    for (net, tax), amount, rate in zip(taxed, amounts, rates, strict=True):
        assert (net + tax if includes else net) == amount
        assert rate or tax == 0


@given(AMOUNTS, st.booleans())
def test_a_document_s_tax_is_rounded_once_a_rate(lines: list[tuple[int, int]], includes: bool) -> None:
    amounts, rates = [amount for amount, _ in lines], [rate for _, rate in lines]
    taxed = document_tax(amounts_minor=amounts, rates_ppm=rates, includes_tax=includes)
    for rate in set(rates):
        total = sum(amount for amount, own in lines if own == rate)
        once = line_tax(amount_minor=total, rate_ppm=rate, includes_tax=includes)[1]
        assert sum(tax for (_, tax), own in zip(taxed, rates, strict=True) if own == rate) == once


def test_known_lines() -> None:
    assert line_tax(amount_minor=999, rate_ppm=200_000, includes_tax=True) == (832, 167)
    assert line_tax(amount_minor=999, rate_ppm=200_000, includes_tax=False) == (999, 200)
    assert line_tax(amount_minor=-999, rate_ppm=200_000, includes_tax=True) == (-832, -167)
    assert line_tax(amount_minor=999, rate_ppm=0, includes_tax=True) == (999, 0)
    assert document_tax(amounts_minor=[33, 33, 33], rates_ppm=[200_000] * 3, includes_tax=False) == [
        (33, 7),
        (33, 7),
        (33, 6),
    ]


@given(st.integers(-(10**9), 10**9), st.lists(st.integers(1, 50), min_size=1, max_size=12))
def test_partial_shares_sum_to_the_whole(amount: int, parts: list[int]) -> None:
    quantity, done, shares = sum(parts), 0, []
    for part in parts:
        shares.append(
            cumulative_share(amount_minor=amount, done_before=done, done_after=done + part, quantity=quantity)
        )
        done += part
    assert sum(shares) == amount
    assert all(abs(share * quantity - amount * part) <= quantity for share, part in zip(shares, parts, strict=True))
