"""The first routing rule: fewest splits, then nearest.

Pure: takes demands and stock, returns who sends what, with every candidate and why it was or was not chosen.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, NamedTuple

RULE = "fewest-splits-then-nearest"
EXACT_UP_TO = 8


class Site(NamedTuple):
    """A warehouse that could send: its distance to the buyer in whole kilometres and its rank for ties."""

    warehouse_id: int
    code: str
    distance_km: int
    priority: int


class Want(NamedTuple):
    """What a line wants."""

    line_id: int
    variant_id: int
    quantity: int


class Piece(NamedTuple):
    """A part of a line that a warehouse sends."""

    line_id: int
    variant_id: int
    warehouse_id: int
    quantity: int


@dataclass(slots=True)
class Route:
    """A decision: pieces to send, what no warehouse has, and how it was reached."""

    pieces: list[Piece]
    short: list[Want]
    chosen: list[str]
    candidates: list[dict[str, Any]]
    reason: str


def _totals(wants: Sequence[Want]) -> dict[int, int]:
    totals: dict[int, int] = {}
    for want in wants:
        totals[want.variant_id] = totals.get(want.variant_id, 0) + want.quantity
    return totals


def route_order(wants: Sequence[Want], sites: Sequence[Site], stock: Mapping[tuple[int, int], int]) -> Route:
    """Choose warehouses for one order. `stock` maps (variant, warehouse) to what is free there.

    Every set of warehouses of the least size that covers what can be covered is compared by the sum of distances;
    ties go to the lower priority number. Above 8 warehouses the choice is greedy: the one that serves most units next.
    """
    totals = _totals(wants)
    ranked = sorted(sites, key=lambda site: (site.distance_km, site.priority, site.code))
    coverage = {
        site.warehouse_id: {v: min(n, stock.get((v, site.warehouse_id), 0)) for v, n in totals.items()}
        for site in ranked
    }
    reachable = {v: min(n, sum(stock.get((v, site.warehouse_id), 0) for site in ranked)) for v, n in totals.items()}
    chosen = _choose(ranked, totals, reachable, stock)
    pieces, short = _hand_out(wants, chosen, stock)
    candidates = [
        {
            "warehouse": site.code,
            "distance_km": site.distance_km,
            "units": sum(coverage[site.warehouse_id].values()),
            "of": sum(totals.values()),
            "chosen": site in chosen,
        }
        for site in ranked
    ]
    return Route(pieces, short, [site.code for site in chosen], candidates, _reason(chosen, short, ranked))


def _choose(
    ranked: Sequence[Site],
    totals: Mapping[int, int],
    reachable: Mapping[int, int],
    stock: Mapping[tuple[int, int], int],
) -> list[Site]:
    if not any(reachable.values()):
        return []
    for site in ranked:
        if all(stock.get((v, site.warehouse_id), 0) >= n for v, n in reachable.items() if n):
            return [site]
    if len(ranked) <= EXACT_UP_TO:
        for size in range(2, len(ranked) + 1):
            best = min(
                (
                    group
                    for group in combinations(ranked, size)
                    if all(sum(stock.get((v, s.warehouse_id), 0) for s in group) >= n for v, n in reachable.items())
                ),
                key=lambda group: (sum(s.distance_km for s in group), sum(s.priority for s in group)),
                default=None,
            )
            if best is not None:
                return list(best)
    return _choose_greedily(ranked, reachable, stock)


def _choose_greedily(
    ranked: Sequence[Site], reachable: Mapping[int, int], stock: Mapping[tuple[int, int], int]
) -> list[Site]:
    left = dict(reachable)
    chosen: list[Site] = []
    rest = list(ranked)
    while any(left.values()) and rest:
        site = max(rest, key=lambda s: sum(min(n, stock.get((v, s.warehouse_id), 0)) for v, n in left.items()))
        rest.remove(site)
        served = {v: min(n, stock.get((v, site.warehouse_id), 0)) for v, n in left.items()}
        if not any(served.values()):
            break
        chosen.append(site)
        left = {v: n - served[v] for v, n in left.items()}
    return chosen


def _hand_out(
    wants: Sequence[Want], chosen: Sequence[Site], stock: Mapping[tuple[int, int], int]
) -> tuple[list[Piece], list[Want]]:
    free = {
        (want.variant_id, site.warehouse_id): stock.get((want.variant_id, site.warehouse_id), 0)
        for want in wants
        for site in chosen
    }
    pieces: list[Piece] = []
    short: list[Want] = []
    for want in wants:
        left = want.quantity
        whole = [site for site in chosen if free[(want.variant_id, site.warehouse_id)] >= left]
        for site in whole[:1] or chosen:
            take = min(left, free[(want.variant_id, site.warehouse_id)])
            if take:
                free[(want.variant_id, site.warehouse_id)] -= take
                pieces.append(Piece(want.line_id, want.variant_id, site.warehouse_id, take))
                left -= take
        if left:
            short.append(Want(want.line_id, want.variant_id, left))
    return pieces, short


def _reason(chosen: Sequence[Site], short: Sequence[Want], ranked: Sequence[Site]) -> str:
    missing = sum(want.quantity for want in short)
    if not chosen:
        return f"no warehouse has any of it: {missing} to wait for"
    names = ", ".join(site.code for site in chosen)
    if len(chosen) == 1:
        nearer = [site.code for site in ranked[: ranked.index(chosen[0])]]
        text = f"{names} has it all, {chosen[0].distance_km} km away"
        if nearer:
            text = f"{text}; nearer but short: {', '.join(nearer)}"
    else:
        text = f"no single warehouse has it all; fewest parcels: {names}"
    return f"{text}; {missing} to wait for" if missing else text
