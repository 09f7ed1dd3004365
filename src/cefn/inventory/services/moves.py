"""The stock ledger's only door: `post_moves` writes the moves and the balances that follow from them.

Lock order, the same everywhere: levels, then quants, then cost layers, each in key order.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from cefn.catalog.models import Variant
from cefn.inventory.errors import StockShort
from cefn.inventory.models import StockMove
from cefn.inventory.places import Place, places_get
from cefn.kernel import clock, sql
from cefn.kernel.ids import new_ids
from cefn.platform.actors import Actor

AVAILABLE = "available"


class MoveDraft(NamedTuple):
    """A movement to post; `source` and `purpose` make it happen once."""

    variant_id: int
    quantity: int
    from_location_id: int
    to_location_id: int
    reason: str
    source: str
    purpose: str
    cost_minor: int = 0
    lot_id: int | None = None
    from_status: str = AVAILABLE
    to_status: str = AVAILABLE
    owner: str = ""
    occurred_at: datetime | None = None


MOVE_COLUMNS = (
    "id", "company_id", "variant_id", "lot_id", "quantity", "from_location_id", "to_location_id", "from_status",
    "to_status", "owner", "reason", "source", "purpose", "cost_minor", "occurred_at", "recorded_at",
)  # fmt: skip

QuantKey = tuple[int, int, int, str, str]
"""variant, location, lot (0: none), status, owner."""
LevelKey = tuple[int, int]
"""variant, warehouse."""


def post_moves(
    *,
    actor: Actor,
    moves: Sequence[MoveDraft],
    occurred_at: datetime | None = None,
    allocated: dict[LevelKey, int] | None = None,
    picking: dict[QuantKey, int] | None = None,
) -> list[int]:
    """Write moves and their balances; return the moves' ids in order.

    `allocated` changes what levels have promised in the same statement (a shipment takes its promise along),
    `picking` what quants have set aside for picks. Raises StockShort; nothing is written then.
    """
    if not moves:
        return []
    now = clock.now()
    moment = occurred_at or now
    places = places_get({m.from_location_id for m in moves} | {m.to_location_id for m in moves})
    quants, levels = _deltas(moves, places)
    for key, number in (allocated or {}).items():
        levels[key][1] += number
    _levels_apply(actor.company_id, levels)
    _quants_apply(actor.company_id, quants, picking or {}, places)
    ids = new_ids(len(moves))
    company_id = actor.company_id
    rows = [
        (key, company_id, m.variant_id, m.lot_id, m.quantity, m.from_location_id, m.to_location_id, m.from_status,
         m.to_status, m.owner, m.reason, m.source, m.purpose, m.cost_minor, m.occurred_at or moment, now)
        for key, m in zip(ids, moves, strict=True)
    ]  # fmt: skip
    sql.insert_rows(StockMove, MOVE_COLUMNS, rows)
    return ids


def _deltas(
    moves: Sequence[MoveDraft], places: dict[int, Place]
) -> tuple[dict[QuantKey, int], dict[LevelKey, list[int]]]:
    quants: dict[QuantKey, int] = defaultdict(int)
    levels: dict[LevelKey, list[int]] = defaultdict(lambda: [0, 0])
    for move in moves:
        variant, lot, owner = move.variant_id, move.lot_id or 0, move.owner
        source, target = places[move.from_location_id], places[move.to_location_id]
        if source.warehouse_id is not None:
            quants[(variant, source.id, lot, move.from_status, owner)] -= move.quantity
            if source.is_sellable and move.from_status == AVAILABLE:
                levels[(variant, source.warehouse_id)][0] -= move.quantity
        if target.warehouse_id is not None:
            quants[(variant, target.id, lot, move.to_status, owner)] += move.quantity
            if target.is_sellable and move.to_status == AVAILABLE:
                levels[(variant, target.warehouse_id)][0] += move.quantity
    return quants, levels


def _levels_apply(company_id: int, levels: dict[LevelKey, list[int]]) -> None:
    rows = [(v, w, d[0], d[1]) for (v, w), d in sorted(levels.items()) if d[0] or d[1]]
    if not rows:
        return
    done = sql.fetch(
        "UPDATE inventory_stocklevel AS t SET on_hand = t.on_hand + k.n, allocated = t.allocated + k.a FROM"
        " (SELECT l.id, v.n, v.a FROM {v} JOIN inventory_stocklevel AS l"
        " ON l.variant_id = v.variant AND l.warehouse_id = v.warehouse"
        " ORDER BY l.variant_id, l.warehouse_id {for_update_of_l}) AS k"
        " WHERE t.id = k.id AND t.on_hand + k.n >= t.allocated + k.a AND t.allocated + k.a >= 0"
        " RETURNING variant_id, warehouse_id",
        v=sql.Rows("variant bigint, warehouse bigint, n bigint, a bigint", rows),
    )
    if len(done) == len(rows):
        return
    reached = set(map(tuple, done))
    rest = [row for row in rows if (row[0], row[1]) not in reached]
    falling = [row for row in rest if row[2] < row[3]]
    if falling:
        _level_short(falling[0])
    sql.run(
        "INSERT INTO inventory_stocklevel (id, company_id, variant_id, warehouse_id, on_hand, allocated, incoming)"
        " SELECT v.id, %s, v.variant, v.warehouse, v.n, v.a, 0 FROM {v} WHERE true"
        " ON CONFLICT (variant_id, warehouse_id) DO UPDATE"
        " SET on_hand = inventory_stocklevel.on_hand + excluded.on_hand,"
        " allocated = inventory_stocklevel.allocated + excluded.allocated",
        [company_id],
        v=sql.Rows(
            "id bigint, variant bigint, warehouse bigint, n bigint, a bigint",
            [(key, *row) for key, row in zip(new_ids(len(rest)), rest, strict=True)],
        ),
    )


def levels_lock(*, keys: Sequence[LevelKey]) -> None:
    """Lock the levels of (variant, warehouse) keys in key order until the transaction ends."""
    if sql.one_writer():
        return
    sql.fetch(
        "SELECT t.id FROM inventory_stocklevel AS t"
        " JOIN {v} ON t.variant_id = v.variant AND t.warehouse_id = v.warehouse"
        " ORDER BY t.variant_id, t.warehouse_id {for_update_of_t}",
        v=sql.Rows("variant bigint, warehouse bigint", keys),
    )


def _level_short(row: tuple[int, int, int, int]) -> None:
    variant, warehouse, change, _ = row
    sku = Variant.objects.values_list("sku", flat=True).get(id=variant)
    there = sql.fetch(
        "SELECT l.on_hand - l.allocated, w.name FROM inventory_warehouse AS w LEFT JOIN inventory_stocklevel AS l"
        " ON l.warehouse_id = w.id AND l.variant_id = %s WHERE w.id = %s",
        [variant, warehouse],
    )[0]
    raise StockShort(sku=sku, wanted=-change, place=there[1], there=there[0] or 0)


def _quants_apply(
    company_id: int, quants: dict[QuantKey, int], picking: dict[QuantKey, int], places: dict[int, Place]
) -> None:
    keys = sorted(key for key in quants.keys() | picking.keys() if quants.get(key) or picking.get(key))
    rows = [(*key, quants.get(key, 0), picking.get(key, 0)) for key in keys]
    falling = [row for row in rows if row[5] < 0 or row[6] < 0]
    rising = [row for row in rows if row[5] >= 0 and row[6] >= 0]
    if falling:
        left = sql.fetch(
            "UPDATE inventory_stockquant AS q SET on_hand = q.on_hand + v.n, picking = q.picking + v.p FROM {v}"
            " WHERE q.variant_id = v.variant AND q.location_id = v.location AND q.lot_key = v.lot"
            " AND q.status = v.status AND q.owner = v.owner RETURNING variant_id, location_id, on_hand",
            v=sql.Rows(
                "variant bigint, location bigint, lot bigint, status text, owner text, n bigint, p bigint", falling
            ),
        )
        _require_enough(falling, left, places)
    if rising:
        sql.run(
            "INSERT INTO inventory_stockquant AS q"
            " (id, company_id, variant_id, location_id, lot_id, lot_key, status, owner, on_hand, picking)"
            " SELECT v.id, %s, v.variant, v.location, NULLIF(v.lot, 0), v.lot, v.status, v.owner, v.n, v.p FROM {v}"
            " WHERE true ON CONFLICT (variant_id, location_id, lot_key, status, owner)"
            " DO UPDATE SET on_hand = q.on_hand + excluded.on_hand, picking = q.picking + excluded.picking",
            [company_id],
            v=sql.Rows(
                "id bigint, variant bigint, location bigint, lot bigint, status text, owner text, n bigint, p bigint",
                [(new, *row) for new, row in zip(new_ids(len(rising)), rising, strict=True)],
            ),
        )


def _require_enough(
    falling: Sequence[tuple[int, int, int, str, str, int, int]],
    left: Sequence[tuple[int, int, int]],
    places: dict[int, Place],
) -> None:
    """Raise StockShort where stock fell below nothing, or where there never was any."""
    there = {(variant, location): on_hand for variant, location, on_hand in left}
    for variant, location, _, _, _, change, _ in falling:
        place = places.get(location) or places_get([location])[location]
        on_hand = there.get((variant, location), change)
        if on_hand < 0 and not place.is_negative_allowed:
            sku = Variant.objects.values_list("sku", flat=True).get(id=variant)
            raise StockShort(sku=sku, wanted=-change, place=place.code, there=on_hand - change)


def quants_set_aside(*, changes: Sequence[tuple[int, int]]) -> None:
    """Change how much of quants is set aside for picks: (quant id, by how much)."""
    if changes:
        sql.run(
            "UPDATE inventory_stockquant AS t SET picking = t.picking + v.n FROM {v} WHERE t.id = v.k",
            v=sql.Rows("k bigint, n bigint", sorted(changes)),
        )
