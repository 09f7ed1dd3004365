"""Which bins a pick is taken from: first expired first, then in walking order, whole lines from one bin if possible."""

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple


class BinStock(NamedTuple):
    """What is free in a bin: `rank` orders bins (expiry first, then walking order)."""

    quant_id: int
    variant_id: int
    location_id: int
    lot_id: int | None
    sequence: int
    free: int


class PickWant(NamedTuple):
    """What a shipment line wants."""

    line_id: int
    variant_id: int
    quantity: int


class Pick(NamedTuple):
    """Take a quantity from a bin for a line."""

    line_id: int
    stock: BinStock
    quantity: int


def bins_choose(wants: Sequence[PickWant], stock: Sequence[BinStock]) -> tuple[list[Pick], list[PickWant]]:
    """Return the picks, and what no bin holds. `stock` comes in the order in which it should be used up."""
    by_variant: dict[int, list[BinStock]] = defaultdict(list)
    free: dict[int, int] = {}
    for bin_stock in stock:
        by_variant[bin_stock.variant_id].append(bin_stock)
        free[bin_stock.quant_id] = bin_stock.free
    picks: list[Pick] = []
    short: list[PickWant] = []
    for want in wants:
        left = want.quantity
        bins = by_variant[want.variant_id]
        whole = next((b for b in bins if b.lot_id is None and free[b.quant_id] >= left), None)
        for bin_stock in [whole] if whole else bins:
            take = min(left, free[bin_stock.quant_id])
            if take:
                free[bin_stock.quant_id] -= take
                left -= take
                picks.append(Pick(want.line_id, bin_stock, take))
            if not left:
                break
        if left:
            short.append(PickWant(want.line_id, want.variant_id, left))
    return picks, short
