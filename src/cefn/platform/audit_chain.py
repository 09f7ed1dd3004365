"""The hash chain over a company's audit log: sealing it, and proving that nothing was changed or taken away.

    chain_hash(n) = SHA-256( chain_hash(n-1) | n | content_hash(n) )

Rows are linked in the order in which they are sealed, by a job each minute and before every check, under a lock on the
company's chain head, so that business transactions never wait for each other. The chain shows any later change to a
sealed row. It can't show that somebody rewrote the whole chain and its head; who needs that keeps `audit_head` texts
outside (each backup and each `cefn check` prints one).
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cefn.kernel import sql
from cefn.kernel.ids import new_id
from cefn.kernel.transactions import run_whole
from cefn.platform.audit import content_hash, moment_micros, personal_hash
from cefn.platform.models import Company

SEAL_BATCH = 2_000
VERIFY_PAGE = 5_000
MOST_BREAKS = 100


@dataclass(frozen=True, slots=True)
class AuditBreak:
    """A place where the log is not what it was.

    `kind`: "altered" (the content does not fit its hash), "personal" (the personal part does not fit its digest),
    "hole" (rows are missing before this one), "link" (the row does not follow the one before), "head" (the chain ends
    elsewhere than its head says; `event_id` is 0).
    """

    kind: str
    chain_number: int
    event_id: int
    subject: str = ""


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What a verification found: rows read, the head's text, and the first breaks in chain order."""

    rows: int
    head: str
    breaks: tuple[AuditBreak, ...]

    @property
    def is_whole(self) -> bool:
        """Tell whether the log is what it was."""
        return not self.breaks


def link_hash(previous: str, number: int, content: str) -> str:
    """Return the chain hash of row `number`, hexadecimal."""
    return hashlib.sha256(f"{previous}|{number}|{content}".encode()).hexdigest()


def audit_seal(company_id: int) -> int:
    """Link the company's unsealed events into its chain and return how many; safe to run in many places at once."""
    sealed = 0
    while True:
        count = run_whole(lambda: _seal_batch(company_id))
        sealed += count
        if count < SEAL_BATCH:
            return sealed


def _seal_batch(company_id: int) -> int:
    sql.run(
        "INSERT INTO platform_audithead (id, company_id, chain_number, chain_hash) VALUES (%s, %s, 0, '')"
        " ON CONFLICT (company_id) DO NOTHING",
        [new_id(), company_id],
    )
    number, previous = sql.fetch(
        "SELECT chain_number, chain_hash FROM platform_audithead WHERE company_id = %s {for_update}", [company_id]
    )[0]
    rows = sql.fetch(
        "SELECT id, content_hash FROM platform_auditevent WHERE company_id = %s AND chain_number IS NULL"
        " ORDER BY id LIMIT %s",
        [company_id, SEAL_BATCH],
    )
    if not rows:
        return 0
    links = []
    for event_id, content in rows:
        number += 1
        previous = link_hash(previous, number, content)
        links.append((event_id, number, previous))
    sql.run(
        "UPDATE platform_auditevent AS t SET chain_number = v.number, chain_hash = v.link FROM {v} WHERE t.id = v.id",
        v=sql.Rows("id bigint, number bigint, link text", links),
    )
    sql.run(
        "UPDATE platform_audithead SET chain_number = %s, chain_hash = %s WHERE company_id = %s",
        [number, previous, company_id],
    )
    return len(links)


def audit_seal_all() -> int:
    """Seal the chains of every company; return how many events were linked."""
    return sum(audit_seal(company_id) for company_id in Company.objects.order_by("id").values_list("id", flat=True))


def audit_head(company_id: int) -> str:
    """Return the end of the chain as "number:hash", to be kept outside; "0:" for an empty one."""
    found = sql.fetch("SELECT chain_number, chain_hash FROM platform_audithead WHERE company_id = %s", [company_id])
    number, link = found[0] if found else (0, "")
    return f"{number}:{link}"


def audit_verify(company_id: int, *, from_number: int = 1, most_breaks: int = MOST_BREAKS) -> AuditReport:
    """Read the log again from `from_number` to the head, in pages, and return what is broken. Writes nothing.

    Unsealed rows are held against their own hash only.
    """
    breaks: list[AuditBreak] = []
    rows = 0
    for found in _walk(company_id, from_number):
        rows += isinstance(found, int) and found
        if isinstance(found, AuditBreak):
            breaks.append(found)
            if len(breaks) >= most_breaks:
                break
    return AuditReport(rows=rows, head=audit_head(company_id), breaks=tuple(breaks))


def _walk(company_id: int, from_number: int) -> Iterator[AuditBreak | int]:
    """Yield breaks in chain order, and the number of rows of each page read."""
    head = sql.fetch("SELECT chain_number, chain_hash FROM platform_audithead WHERE company_id = %s", [company_id])
    head_number, head_hash = head[0] if head else (0, "")
    number, previous = _start(company_id, from_number)
    while rows := _page(company_id, number, head_number):
        for row in rows:
            yield from _row_breaks(row)
            if row[1] != number + 1:
                yield AuditBreak("hole", row[1], row[0], row[2])
            elif row[10] != link_hash(previous, row[1], row[9]):
                yield AuditBreak("link", row[1], row[0], row[2])
            number, previous = row[1], row[10]
        yield len(rows)
    if (number, previous) != (head_number, head_hash) and head_number >= from_number - 1:
        yield AuditBreak("head", head_number, 0)
    yield from _beyond_head(company_id, head_number)


def _start(company_id: int, from_number: int) -> tuple[int, str]:
    """Return the number and hash that the first row to be read must follow."""
    if from_number <= 1:
        return 0, ""
    found = sql.fetch(
        "SELECT chain_hash FROM platform_auditevent WHERE company_id = %s AND chain_number = %s",
        [company_id, from_number - 1],
    )
    return from_number - 1, found[0][0] if found else ""


def _page(company_id: int, after: int, up_to: int) -> list[tuple[Any, ...]]:
    return sql.fetch(
        "SELECT id, chain_number, subject, verb, actor_id, via, at, data, personal_digest, content_hash, chain_hash,"
        " personal, company_id FROM platform_auditevent"
        " WHERE company_id = %s AND chain_number > %s AND chain_number <= %s ORDER BY chain_number LIMIT %s",
        [company_id, after, up_to, VERIFY_PAGE],
    )


def _beyond_head(company_id: int, head_number: int) -> Iterator[AuditBreak | int]:
    """Look at rows that are not in the chain yet, and at rows that claim to be beyond its end.

    A sealer at work between the reading of the head and now moves the head on; its rows are not a break.
    """
    after = 0
    while True:
        rows = sql.fetch(
            "SELECT id, chain_number, subject, verb, actor_id, via, at, data, personal_digest, content_hash,"
            " chain_hash, personal, company_id FROM platform_auditevent"
            " WHERE company_id = %s AND chain_number IS NULL AND id > %s ORDER BY id LIMIT %s",
            [company_id, after, VERIFY_PAGE],
        )
        if not rows:
            break
        for row in rows:
            yield from _row_breaks(row)
        after = rows[-1][0]
        yield len(rows)
    stray = sql.fetch(
        "SELECT e.id, e.chain_number, e.subject FROM platform_auditevent AS e"
        " WHERE e.company_id = %s AND e.chain_number > %s AND e.chain_number >"
        " COALESCE((SELECT h.chain_number FROM platform_audithead AS h WHERE h.company_id = e.company_id), 0)"
        " ORDER BY e.chain_number LIMIT %s",
        [company_id, head_number, MOST_BREAKS],
    )
    for event_id, number, subject in stray:
        yield AuditBreak("link", number, event_id, subject)


def _row_breaks(row: tuple[Any, ...]) -> Iterator[AuditBreak]:
    event_id, number, subject, verb, actor_id, via, at, data, digest, content, _, personal, company_id = row
    found = content_hash(
        event_id=event_id, company_id=company_id, subject=subject, verb=verb, actor_id=actor_id, via=via,
        at_micros=moment_micros(_moment(at)), data=sql.json_text(_loaded(data)), personal_digest=digest,
    )  # fmt: skip
    if found != content:
        yield AuditBreak("altered", number or 0, event_id, subject)
    held = _loaded(personal)
    if held is not None and not _personal_fits(held, digest):
        yield AuditBreak("personal", number or 0, event_id, subject)


def _personal_fits(held: Any, digest: str) -> bool:
    return isinstance(held, dict) and digest == personal_hash(str(held.get("salt")), held.get("facts"))


def _loaded(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def _moment(value: datetime | str) -> datetime:
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
