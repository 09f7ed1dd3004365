"""The value of stock: receipts open layers, issues use them up, to the last minor unit (IAS 2, paragraph 25)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from cefn.catalog.models import Variant
from cefn.inventory.errors import CostShort
from cefn.inventory.models import CostConsumption, CostLayer
from cefn.kernel import sql
from cefn.kernel.ids import new_ids
from cefn.kernel.money import round_half_up
from cefn.platform.actors import Actor
from cefn.platform.company_facts import company_facts


class Receipt(NamedTuple):
    """Units that came in at a whole value, in minor units."""

    variant_id: int
    quantity: int
    value_minor: int
    source: str
    received_at: datetime


class Bite(NamedTuple):
    """What an issue took from a layer."""

    layer_id: int
    quantity: int
    value_minor: int


@dataclass(slots=True)
class Issue:
    """Units that leave; `bites` and `value_minor` are filled by `cost_consume`."""

    variant_id: int
    quantity: int
    bites: list[Bite] = field(default_factory=list)
    value_minor: int = 0


LAYER_COLUMNS = (
    "id", "company_id", "variant_id", "received_at", "source", "quantity", "remaining", "value_minor",
    "remaining_value_minor",
)  # fmt: skip
CONSUMPTION_COLUMNS = ("id", "company_id", "layer_id", "move_id", "quantity", "value_minor")


def layers_open(*, actor: Actor, receipts: Sequence[Receipt]) -> None:
    """Open a cost layer for each receipt; under moving average add it to the variant's open layer if there is one."""
    if not receipts:
        return
    if company_facts(actor.company_id).costing_method == "average":
        receipts = _pour_into_open_layers(actor, receipts)
    company_id = actor.company_id
    sql.insert_rows(
        CostLayer,
        LAYER_COLUMNS,
        [
            (
                key,
                company_id,
                r.variant_id,
                r.received_at,
                r.source,
                r.quantity,
                r.quantity,
                r.value_minor,
                r.value_minor,
            )
            for key, r in zip(new_ids(len(receipts)), receipts, strict=True)
        ],
    )


def _pour_into_open_layers(actor: Actor, receipts: Sequence[Receipt]) -> list[Receipt]:
    pooled: dict[int, Receipt] = {}
    for receipt in receipts:
        known = pooled.get(receipt.variant_id)
        pooled[receipt.variant_id] = (
            receipt
            if known is None
            else known._replace(
                quantity=known.quantity + receipt.quantity, value_minor=known.value_minor + receipt.value_minor
            )
        )
    variants = sorted(pooled)
    if not sql.one_writer():
        sql.fetch(
            "SELECT t.id FROM catalog_variant AS t JOIN {v} ON t.id = v.k ORDER BY t.id {for_update_of_t}",
            v=sql.Rows("k bigint", [(variant,) for variant in variants]),
        )
    done = sql.fetch(
        "UPDATE inventory_costlayer AS t SET quantity = t.quantity + v.n, remaining = t.remaining + v.n,"
        " value_minor = t.value_minor + v.m, remaining_value_minor = t.remaining_value_minor + v.m FROM {v}"
        " WHERE t.company_id = %s AND t.variant_id = v.variant AND t.remaining > 0 RETURNING variant_id",
        [actor.company_id],
        v=sql.Rows(
            "variant bigint, n bigint, m bigint", [(v, pooled[v].quantity, pooled[v].value_minor) for v in variants]
        ),
    )
    reached = {row[0] for row in done}
    return [pooled[variant] for variant in variants if variant not in reached]


def cost_consume(*, actor: Actor, issues: Sequence[Issue]) -> None:
    """Take the cost of issues out of the oldest layers; fills each issue's bites and value. Raises CostShort."""
    wanted: dict[int, int] = defaultdict(int)
    for issue in issues:
        wanted[issue.variant_id] += issue.quantity
    if not wanted:
        return
    layers = _layers_lock(actor.company_id, wanted)
    touched: dict[int, list[int]] = {}
    for issue in issues:
        _bite(issue, layers[issue.variant_id], touched)
    sql.run(
        "UPDATE inventory_costlayer AS t SET remaining = v.n, remaining_value_minor = v.m FROM {v} WHERE t.id = v.k",
        v=sql.Rows("k bigint, n bigint, m bigint", [(key, *left) for key, left in touched.items()]),
    )


def _layers_lock(company_id: int, wanted: dict[int, int]) -> dict[int, list[list[int]]]:
    """Return [id, remaining, value] of the oldest open layers that cover what is wanted, locked."""
    need = sql.Rows("variant bigint, n bigint", sorted(wanted.items()))
    while True:
        rows = sql.fetch(
            "SELECT t.variant_id, t.id, t.remaining, t.remaining_value_minor FROM inventory_costlayer AS t"
            " WHERE t.id IN (SELECT o.id FROM (SELECT c.id, c.variant_id,"
            " SUM(c.remaining) OVER (PARTITION BY c.variant_id ORDER BY c.id) - c.remaining AS before"
            " FROM inventory_costlayer AS c JOIN {v} ON c.variant_id = v.variant"
            " WHERE c.company_id = %s AND c.remaining > 0) AS o JOIN {w} ON o.variant_id = w.variant"
            " WHERE o.before < w.n) AND t.remaining > 0 ORDER BY t.variant_id, t.id {for_update_of_t}",
            [company_id],
            v=need,
            w=need,
        )
        layers: dict[int, list[list[int]]] = defaultdict(list)
        have: dict[int, int] = defaultdict(int)
        for variant, key, remaining, value in rows:
            layers[variant].append([key, remaining, value])
            have[variant] += remaining
        short = {variant: number - have[variant] for variant, number in wanted.items() if have[variant] < number}
        if not short:
            return layers
        _require_cost(company_id, wanted)


def _require_cost(company_id: int, wanted: dict[int, int]) -> None:
    """Raise CostShort unless the layers as they are now cover what is wanted (somebody was faster: look again)."""
    rows = sql.fetch(
        "SELECT v.variant, v.n - COALESCE(SUM(c.remaining), 0) FROM {v} LEFT JOIN inventory_costlayer AS c"
        " ON c.variant_id = v.variant AND c.company_id = %s AND c.remaining > 0 GROUP BY v.variant, v.n",
        [company_id],
        v=sql.Rows("variant bigint, n bigint", sorted(wanted.items())),
    )
    for variant, missing in rows:
        if missing > 0:
            raise CostShort(sku=Variant.objects.values_list("sku", flat=True).get(id=variant), missing=missing)


def _bite(issue: Issue, layers: list[list[int]], touched: dict[int, list[int]]) -> None:
    left = issue.quantity
    for layer in layers:
        if left == 0:
            return
        key, remaining, value = layer
        if remaining == 0:
            continue
        take = min(left, remaining)
        worth = value if take == remaining else round_half_up(value * take, remaining)
        layer[1], layer[2] = remaining - take, value - worth
        touched[key] = [layer[1], layer[2]]
        issue.bites.append(Bite(key, take, worth))
        issue.value_minor += worth
        left -= take


def consumptions_record(*, actor: Actor, taken: Sequence[tuple[int, Issue]]) -> None:
    """Write which move took what from which layer: (move id, issue)."""
    rows = [(move_id, bite) for move_id, issue in taken for bite in issue.bites]
    company_id = actor.company_id
    sql.insert_rows(
        CostConsumption,
        CONSUMPTION_COLUMNS,
        [
            (key, company_id, bite.layer_id, move_id, bite.quantity, bite.value_minor)
            for key, (move_id, bite) in zip(new_ids(len(rows)), rows, strict=True)
        ],
    )
