"""Closing and opening periods. A posting holds its period with a key-share lock; closing takes the whole row, so that
whichever comes first is seen by the other."""

from collections.abc import Sequence
from datetime import date, datetime

from cefn.kernel import clock, sql
from cefn.kernel.errors import NotFound
from cefn.ledger.errors import PeriodNotOver, PeriodOrder
from cefn.ledger.models import Period, PeriodState
from cefn.platform.actors import Actor
from cefn.platform.audit import AuditDraft, audit_record
from cefn.platform.company_facts import company_facts
from cefn.platform.permissions import permission_require

Row = tuple[int, date, date, str]


def _periods_lock(company_id: int) -> list[Row]:
    """Return all periods (id, starts_on, ends_on, state), oldest first, locked until the transaction ends."""
    rows = sql.fetch(
        "SELECT id, starts_on, ends_on, state FROM ledger_period WHERE company_id = %s ORDER BY starts_on {for_update}",
        [company_id],
    )
    return [(key, sql.day(start), sql.day(end), state) for key, start, end, state in rows]


def _month(start: date) -> str:
    return f"{start:%Y-%m}"


def _chosen(rows: Sequence[Row], period_ids: Sequence[int]) -> list[Row]:
    found = [row for row in rows if row[0] in period_ids]
    missing = set(period_ids) - {row[0] for row in found}
    if missing:
        raise NotFound(thing="period", name=min(missing))
    return found


def _write(actor: Actor, rows: Sequence[Row], target: PeriodState, closed_at: datetime | None, reason: str) -> None:
    Period.objects.filter(company_id=actor.company_id, id__in=[row[0] for row in rows]).update(
        state=target, closed_at=closed_at
    )
    verb = "reopened" if target == PeriodState.OPEN else "closed"
    events = [
        AuditDraft(f"period:{_month(start)}", verb, {"before": before, "after": target.value, "reason": reason})
        for _key, start, _end, before in rows
    ]
    audit_record(actor=actor, events=events)


def periods_close(*, actor: Actor, period_ids: Sequence[int]) -> int:
    """Close open periods, so that nothing more is posted into them; return how many were open.

    Raises PeriodNotOver for a month that is still running, PeriodOrder when an older one would stay open, NotFound, and
    NotAllowed without `ledger.close`.
    """
    permission_require(actor, "ledger.close")
    rows = _periods_lock(actor.company_id)
    chosen = _chosen(rows, period_ids)
    today = company_facts(actor.company_id).day(clock.now())
    for _key, start, end, _state in chosen:
        if end >= today:
            raise PeriodNotOver(period=_month(start), ends_on=end.isoformat())
        for key, older, _end, state in rows:
            if older < start and state != PeriodState.CLOSED and key not in period_ids:
                raise PeriodOrder(
                    period=_month(start),
                    target=PeriodState.CLOSED.label,
                    other=_month(older),
                    state=PeriodState(state).label,
                )
    closing = [row for row in chosen if row[3] != PeriodState.CLOSED]
    if closing:
        _write(actor, closing, PeriodState.CLOSED, clock.now(), "")
    return len(closing)


def periods_reopen(*, actor: Actor, period_ids: Sequence[int], reason: str) -> int:
    """Open closed periods again, for a reason; return how many were closed.

    Raises PeriodOrder when a newer one would stay closed, NotFound, and NotAllowed without `ledger.close`.
    """
    permission_require(actor, "ledger.close")
    rows = _periods_lock(actor.company_id)
    chosen = _chosen(rows, period_ids)
    for _key, start, _end, _state in chosen:
        for key, newer, _newer_end, state in rows:
            if newer > start and state != PeriodState.OPEN and key not in period_ids:
                raise PeriodOrder(
                    period=_month(start),
                    target=PeriodState.OPEN.label,
                    other=_month(newer),
                    state=PeriodState(state).label,
                )
    opening = [row for row in chosen if row[3] != PeriodState.OPEN]
    if opening:
        _write(actor, opening, PeriodState.OPEN, None, reason)
    return len(opening)
