"""Verbs that write the money ledger. `post_entries` is the only way in; nothing is ever changed afterwards."""

import calendar
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from cefn.kernel import clock, sql
from cefn.kernel.ids import new_ids
from cefn.kernel.memo import Memo
from cefn.ledger.chart import CHART, JOURNALS
from cefn.ledger.errors import AccountUnknown, EntryUnbalanced, JournalUnknown, PeriodClosed
from cefn.ledger.models import Account, Journal, JournalEntry, JournalLine, Period, PeriodState
from cefn.platform.actors import Actor
from cefn.platform.company_facts import company_facts
from cefn.platform.numbering import numbers_take

LineDraft = tuple[str, int, str]
"""(account code, amount in minor units: debit positive, partner such as "customer:123" or "")."""


@dataclass(slots=True)
class EntryDraft:
    """A business fact as double entry. `source` and `purpose` make it post once; lines of nil amount are dropped."""

    journal: str
    posted_on: date
    source: str
    purpose: str
    lines: Sequence[LineDraft]
    memo: str = ""
    reverses_id: int | None = None


ENTRY_COLUMNS = (
    "id", "company_id", "number", "journal_id", "period_id", "posted_on", "source", "purpose", "memo", "currency",
    "reverses_id", "actor_name", "recorded_at",
)  # fmt: skip
LINE_COLUMNS = ("id", "company_id", "entry_id", "account_id", "posted_on", "amount_minor", "partner", "memo")

_accounts: Memo[int, dict[str, int]] = Memo(
    lambda company_id: dict(Account.objects.filter(company_id=company_id).values_list("code", "id"))
)
_journals: Memo[int, dict[str, int]] = Memo(
    lambda company_id: dict(Journal.objects.filter(company_id=company_id).values_list("code", "id"))
)


def _account_ids(company_id: int, codes: set[str]) -> dict[str, int]:
    known = _accounts.get(company_id)
    if not codes <= known.keys():
        _accounts.forget(company_id)
        known = _accounts.get(company_id)
    missing = codes - known.keys()
    if missing:
        raise AccountUnknown(code=", ".join(sorted(missing)))
    return known


def _month(on: date) -> tuple[date, date]:
    return on.replace(day=1), on.replace(day=calendar.monthrange(on.year, on.month)[1])


def _periods(company_id: int, days: set[date]) -> dict[date, int]:
    """Return the period of each day, held open until this transaction ends; months that nobody made are made."""
    starts = sorted({day.replace(day=1) for day in days})
    found = sql.fetch(
        "SELECT id, starts_on, state FROM ledger_period WHERE company_id = %s AND starts_on >= %s AND starts_on <= %s"
        " {for_key_share}",
        [company_id, starts[0], starts[-1]],
    )
    states = {sql.day(start): (key, state) for key, start, state in found}
    missing = [start for start in starts if start not in states]
    if missing:
        periods_ensure(company_id=company_id, months=missing)
        return _periods(company_id, days)
    for day in days:
        if states[day.replace(day=1)][1] != PeriodState.OPEN:
            raise PeriodClosed(on=day.isoformat())
    return {day: states[day.replace(day=1)][0] for day in days}


def periods_ensure(*, company_id: int, months: Iterable[date]) -> None:
    """Make the open period of each month that has none."""
    periods = [Period(company_id=company_id, starts_on=_month(m)[0], ends_on=_month(m)[1]) for m in months]
    Period.objects.bulk_create(periods, ignore_conflicts=True)


def _require_balanced(entries: Sequence[EntryDraft]) -> None:
    for entry in entries:
        difference = sum(line[1] for line in entry.lines)
        if difference:
            raise EntryUnbalanced(source=entry.source, difference=difference)


def post_entries(*, actor: Actor, entries: Sequence[EntryDraft]) -> list[int]:
    """Post balanced entries; return their ids in order.

    Raises EntryUnbalanced, AccountUnknown, JournalUnknown, PeriodClosed; the database refuses a second entry of the
    same source and purpose.
    """
    entries = [entry for entry in entries if any(line[1] for line in entry.lines)]
    if not entries:
        return []
    _require_balanced(entries)
    company = company_facts(actor.company_id)
    accounts = _account_ids(company.id, {line[0] for entry in entries for line in entry.lines})
    journals = _journals.get(company.id)
    unknown = {entry.journal for entry in entries} - journals.keys()
    if unknown:
        raise JournalUnknown(code=", ".join(sorted(unknown)))
    periods = _periods(company.id, {entry.posted_on for entry in entries})
    numbers = numbers_take(company_id=company.id, series="journal_entry", count=len(entries))
    ids = new_ids(len(entries))
    now = clock.now()
    rows = [
        (key, company.id, number, journals[e.journal], periods[e.posted_on], e.posted_on, e.source, e.purpose,
         e.memo[:255], company.currency, e.reverses_id, actor.name, now)
        for key, number, e in zip(ids, numbers, entries, strict=True)
    ]  # fmt: skip
    sql.insert_rows(JournalEntry, ENTRY_COLUMNS, rows)
    lines = [
        (key, e.posted_on, accounts[code], amount, partner)
        for key, e in zip(ids, entries, strict=True)
        for code, amount, partner in e.lines
        if amount
    ]
    line_ids = new_ids(len(lines))
    sql.insert_rows(
        JournalLine,
        LINE_COLUMNS,
        [
            (line_id, company.id, key, account, on, amount, partner, "")
            for line_id, (key, on, account, amount, partner) in zip(line_ids, lines, strict=True)
        ],
    )
    return ids


def entries_reverse(*, actor: Actor, entry_ids: Sequence[int], posted_on: date, reason: str) -> list[int]:
    """Post the exact opposite of entries, linked to them, with a reason. An entry can be reversed once."""
    entries = JournalEntry.objects.filter(company_id=actor.company_id, id__in=entry_ids).prefetch_related(
        "lines__account", "journal"
    )
    drafts = [
        EntryDraft(
            journal=entry.journal.code,
            posted_on=posted_on,
            source=entry.source,
            purpose=f"reverse:{entry.purpose}"[:48],
            lines=[(line.account.code, -line.amount_minor, line.partner) for line in entry.lines.all()],
            memo=reason,
            reverses_id=entry.id,
        )
        for entry in entries
    ]
    return post_entries(actor=actor, entries=drafts)


def chart_create(*, actor: Actor) -> None:
    """Give a company the UK chart of accounts and its journals."""
    Account.objects.bulk_create(
        [
            Account(
                company_id=actor.company_id, code=code, name=name, name_cy=welsh, type=kind, vat_role=role,
                is_control=control,
            )
            for code, name, welsh, kind, role, control in CHART
        ]
    )  # fmt: skip
    Journal.objects.bulk_create(
        [Journal(company_id=actor.company_id, code=code, name=name, name_cy=welsh) for code, name, welsh in JOURNALS]
    )
    _accounts.forget(actor.company_id)
    _journals.forget(actor.company_id)
