"""Adjustments: stock is other than was thought. Each is a document with a reason; undoing one is another document."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from cefn.inventory.errors import AdjustmentReversed, ReasonUnknown
from cefn.inventory.events import AdjustedValue, StockAdjusted, StockArrived
from cefn.inventory.models import Adjustment, AdjustmentLine, AdjustmentReason, LocationKind
from cefn.inventory.places import virtual_place
from cefn.inventory.services.costing import Issue, Receipt, consumptions_record, cost_consume, layers_open
from cefn.inventory.services.moves import MoveDraft, post_moves
from cefn.kernel import clock, sql
from cefn.kernel.bus import bus
from cefn.kernel.ids import new_ids
from cefn.kernel.money import extend_minor, micro_per_minor, round_half_up
from cefn.platform.actors import Actor
from cefn.platform.audit import AuditDraft, audit_record
from cefn.platform.company_facts import company_facts
from cefn.platform.numbering import numbers_take

REASONS = (
    ("opening", "Opening stock", "Stoc agoriadol", "3200"),
    ("found", "Found", "Wedi'i ganfod", "5050"),
    ("count", "Count difference", "Gwahaniaeth cyfrif", "5050"),
    ("damaged", "Damaged", "Wedi'i ddifrodi", "5040"),
    ("expired", "Expired", "Wedi dod i ben", "5040"),
    ("lost", "Lost", "Ar goll", "5030"),
    ("theft", "Theft", "Lladrad", "5030"),
    ("sample", "Given as a sample", "Rhoddwyd fel sampl", "6060"),
    ("import", "Imported stock level", "Lefel stoc wedi'i fewnforio", "5050"),
    ("other", "Other", "Arall", "5050"),
)
"""Reasons every company starts with: code, name, Welsh name, account that bears it."""


class AdjustmentLineDraft(NamedTuple):
    """Quantity positive: found; negative: lost. `unit_cost_micro` values what is found (None: as it last cost)."""

    variant_id: int
    location_id: int
    quantity: int
    unit_cost_micro: int | None = None
    lot_id: int | None = None


@dataclass(slots=True)
class AdjustmentDraft:
    """One adjustment document to post."""

    warehouse_id: int
    reason: str
    lines: Sequence[AdjustmentLineDraft]
    note: str = ""
    occurred_at: datetime | None = None
    reverses_id: int | None = None
    values_minor: Sequence[int] = field(default_factory=list)


ADJUSTMENT_COLUMNS = (
    "id", "company_id", "number", "warehouse_id", "reason_id", "note", "occurred_at", "recorded_at", "actor_name",
    "value_minor", "reverses_id",
)  # fmt: skip
ADJUSTMENT_LINE_COLUMNS = (
    "id", "company_id", "adjustment_id", "variant_id", "location_id", "lot_id", "quantity", "value_minor",
)  # fmt: skip


def adjustment_reasons_create(*, actor: Actor) -> None:
    """Give a company the reasons it starts with."""
    AdjustmentReason.objects.bulk_create(
        [
            AdjustmentReason(company_id=actor.company_id, code=code, name=name, name_cy=welsh, account_code=account)
            for code, name, welsh, account in REASONS
        ]
    )


def _reasons(company_id: int, codes: set[str]) -> dict[str, tuple[int, str, str]]:
    rows = AdjustmentReason.objects.filter(company_id=company_id).values_list("code", "id", "account_code", "name")
    known = {code: (key, account, name) for code, key, account, name in rows}
    missing = codes - known.keys()
    if missing:
        raise ReasonUnknown(code=", ".join(sorted(missing)), known=", ".join(sorted(known)))
    return known


def unit_costs(*, company_id: int, variant_ids: Sequence[int]) -> dict[int, int]:
    """Return what a whole unit of each variant costs now, in micro: the mean of its open layers, else the cost kept on
    the variant."""
    rows = sql.fetch(
        "SELECT v.k, SUM(c.remaining_value_minor), SUM(c.remaining), x.cost_micro, x.quantity_decimals FROM {v}"
        " JOIN catalog_variant AS x ON x.id = v.k LEFT JOIN inventory_costlayer AS c ON c.variant_id = v.k"
        " AND c.company_id = %s AND c.remaining > 0 GROUP BY v.k, x.cost_micro, x.quantity_decimals",
        [company_id],
        v=sql.Rows("k bigint", [(variant,) for variant in sorted(set(variant_ids))]),
    )
    minor = micro_per_minor(company_facts(company_id).currency)
    return {
        variant: round_half_up(int(value) * minor * 10**decimals, int(quantity)) if quantity else cost
        for variant, value, quantity, cost, decimals in rows
    }


def _decimals(variant_ids: set[int]) -> dict[int, int]:
    rows = sql.fetch(
        "SELECT x.id, x.quantity_decimals FROM catalog_variant AS x JOIN {v} ON x.id = v.k",
        v=sql.Rows("k bigint", [(variant,) for variant in sorted(variant_ids)]),
    )
    return dict(rows)


def stock_adjust(*, actor: Actor, adjustments: Sequence[AdjustmentDraft]) -> list[str]:
    """Post adjustments: moves from or to the loss location, cost layers, and news for the books.

    Returns the documents' numbers. Raises StockShort, CostShort, ReasonUnknown; nothing is written then.
    """
    if not adjustments:
        return []
    reasons = _reasons(actor.company_id, {draft.reason for draft in adjustments})
    now = clock.now()
    numbers = numbers_take(company_id=actor.company_id, series="adjustment", count=len(adjustments))
    values = _post_lines(actor, adjustments, numbers, now)
    ids = new_ids(len(adjustments))
    _write_documents(actor, adjustments, ids, numbers, reasons, values, now)
    audit_record(
        actor=actor,
        events=[
            AuditDraft(
                f"adjustment:{number}",
                "adjusted",
                {"reason": draft.reason, "note": draft.note, "lines": len(draft.lines),
                 "units": sum(line.quantity for line in draft.lines), "value_minor": sum(worth)},
            )
            for number, draft, worth in zip(numbers, adjustments, values, strict=True)
        ],
    )  # fmt: skip
    facts = tuple(
        AdjustedValue(
            number, reasons[draft.reason][1], draft.occurred_at or now, sum(worth), draft.note or draft.reason
        )
        for number, draft, worth in zip(numbers, adjustments, values, strict=True)
    )
    bus.publish(StockAdjusted(company_id=actor.company_id, actor=actor, adjustment_ids=tuple(ids), values=facts))
    grown = {line.variant_id for draft in adjustments for line in draft.lines if line.quantity > 0}
    if grown:
        bus.publish(StockArrived(company_id=actor.company_id, actor=actor, variant_ids=tuple(sorted(grown))))
    return numbers


def _post_lines(
    actor: Actor, adjustments: Sequence[AdjustmentDraft], numbers: Sequence[str], now: datetime
) -> list[list[int]]:
    """Write moves and cost of all lines; return the value of each line, negative for what was lost."""
    currency = company_facts(actor.company_id).currency
    loss = virtual_place(actor.company_id, LocationKind.LOSS)
    found = [line for d in adjustments for line in d.lines if line.quantity > 0]
    decimals = _decimals({line.variant_id for line in found}) if found else {}
    unpriced = [line.variant_id for line in found if line.unit_cost_micro is None]
    costs = unit_costs(company_id=actor.company_id, variant_ids=unpriced) if unpriced else {}
    issues: list[Issue] = []
    receipts: list[Receipt] = []
    plan: list[tuple[int, AdjustmentLineDraft, str, datetime, Issue | int]] = []
    for number, draft in zip(numbers, adjustments, strict=True):
        moment = draft.occurred_at or now
        for at, line in enumerate(draft.lines):
            if line.quantity < 0:
                issue = Issue(line.variant_id, -line.quantity)
                issues.append(issue)
                plan.append((at, line, number, moment, issue))
                continue
            micro = line.unit_cost_micro if line.unit_cost_micro is not None else costs[line.variant_id]
            worth = (
                draft.values_minor[at]
                if draft.values_minor
                else extend_minor(
                    quantity=line.quantity,
                    unit_price_micro=micro,
                    quantity_decimals=decimals[line.variant_id],
                    currency=currency,
                )
            )
            receipts.append(Receipt(line.variant_id, line.quantity, worth, f"adjustment:{number}", moment))
            plan.append((at, line, number, moment, worth))
    moves = [_move(entry, loss) for entry in plan]
    move_ids = post_moves(actor=actor, moves=moves, occurred_at=now)
    cost_consume(actor=actor, issues=issues)
    consumptions_record(
        actor=actor,
        taken=[(key, e[4]) for key, e in zip(move_ids, plan, strict=True) if isinstance(e[4], Issue)],
    )
    layers_open(actor=actor, receipts=receipts)
    values: dict[str, list[int]] = {number: [] for number in numbers}
    for entry in plan:
        worth_or_issue = entry[4]
        values[entry[2]].append(-worth_or_issue.value_minor if isinstance(worth_or_issue, Issue) else worth_or_issue)
    return [values[number] for number in numbers]


def _move(entry: tuple[int, AdjustmentLineDraft, str, datetime, Issue | int], loss: int) -> MoveDraft:
    at, line, number, moment, worth = entry
    inward = line.quantity > 0
    return MoveDraft(
        variant_id=line.variant_id,
        quantity=abs(line.quantity),
        from_location_id=loss if inward else line.location_id,
        to_location_id=line.location_id if inward else loss,
        reason="adjust_in" if inward else "adjust_out",
        source=f"adjustment:{number}",
        purpose=f"line:{at + 1}",
        cost_minor=worth if isinstance(worth, int) else 0,
        lot_id=line.lot_id,
        occurred_at=moment,
    )


def _write_documents(
    actor: Actor,
    adjustments: Sequence[AdjustmentDraft],
    ids: Sequence[int],
    numbers: Sequence[str],
    reasons: dict[str, tuple[int, str, str]],
    values: Sequence[Sequence[int]],
    now: datetime,
) -> None:
    company_id = actor.company_id
    sql.insert_rows(
        Adjustment,
        ADJUSTMENT_COLUMNS,
        [
            (key, company_id, number, d.warehouse_id, reasons[d.reason][0], d.note[:255], d.occurred_at or now, now,
             actor.name, sum(worth), d.reverses_id)
            for key, number, d, worth in zip(ids, numbers, adjustments, values, strict=True)
        ],
    )  # fmt: skip
    lines = [
        (key, line, worth)
        for key, d, worths in zip(ids, adjustments, values, strict=True)
        for line, worth in zip(d.lines, worths, strict=True)
    ]
    sql.insert_rows(
        AdjustmentLine,
        ADJUSTMENT_LINE_COLUMNS,
        [
            (line_id, company_id, key, line.variant_id, line.location_id, line.lot_id, line.quantity, worth)
            for line_id, (key, line, worth) in zip(new_ids(len(lines)), lines, strict=True)
        ],
    )


def adjustments_reverse(*, actor: Actor, adjustment_ids: Sequence[int], reason: str) -> list[str]:
    """Undo adjustments by opposite ones; what was lost comes back at the cost it left with.

    Returns the numbers of the new documents. Raises AdjustmentReversed, StockShort, CostShort.
    """
    found = list(
        Adjustment.objects.filter(company_id=actor.company_id, id__in=adjustment_ids)
        .select_related("reason", "reversed_by")
        .prefetch_related("lines")
    )
    for adjustment in found:
        if adjustment.reverses_id is not None or hasattr(adjustment, "reversed_by"):
            raise AdjustmentReversed(number=adjustment.number)
    return stock_adjust(
        actor=actor,
        adjustments=[
            AdjustmentDraft(
                warehouse_id=adjustment.warehouse_id,
                reason=adjustment.reason.code,
                note=reason,
                reverses_id=adjustment.id,
                lines=[
                    AdjustmentLineDraft(line.variant_id, line.location_id, -line.quantity, None, line.lot_id)
                    for line in adjustment.lines.all()
                ],
                values_minor=[-line.value_minor for line in adjustment.lines.all()],
            )
            for adjustment in found
        ],
    )
