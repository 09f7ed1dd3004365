"""Keeping routing decisions."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from cefn.kernel import clock, sql
from cefn.kernel.ids import new_ids
from cefn.orders.models import RoutingDecision
from cefn.platform.actors import Actor

DECISION_COLUMNS = ("id", "company_id", "order_id", "decided_at", "rule", "chosen", "candidates", "reason")


class Decision(NamedTuple):
    """Which warehouses were chosen for an order, among which candidates, and why."""

    order_id: int
    rule: str
    chosen: list[str]
    candidates: list[dict[str, Any]]
    reason: str


def decisions_record(*, actor: Actor, decisions: Sequence[Decision]) -> None:
    """Write decisions in one statement."""
    now = clock.now()
    sql.insert_rows(
        RoutingDecision,
        DECISION_COLUMNS,
        [
            (key, actor.company_id, d.order_id, now, d.rule, d.chosen, d.candidates, d.reason[:255])
            for key, d in zip(new_ids(len(decisions)), decisions, strict=True)
        ],
    )
