"""Recording what happened. Rows are written in the business transaction and sealed into the chain later.

A writer touches nothing that another writer needs: no counter, no chain head. Each row carries the hash of its own
content at once; `audit_chain.audit_seal` links the rows into the company's chain within a minute.
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from cefn.kernel import clock, sql
from cefn.kernel.ids import new_ids
from cefn.kernel.transactions import run_whole, write_last
from cefn.platform.access import access_rows
from cefn.platform.actors import Actor
from cefn.platform.models import AuditEvent
from cefn.platform.permissions import permission_require

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
UNIT = "\x1f"
"""Parts the fields of a hashed text: JSON escapes it, so the last one always stands before the data."""

COLUMNS = (
    "id",
    "company_id",
    "subject",
    "verb",
    "actor_id",
    "actor_name",
    "via",
    "at",
    "data",
    "person",
    "personal",
    "personal_digest",
    "content_hash",
    "chain_hash",
)


@dataclass(slots=True)
class AuditDraft:
    """One fact to record: `subject` such as `sales-order:SO-000042`, a verb in the past, and plain data.

    `data` is hashed and stays for ever: integers, texts, lists and maps of them, no fractions, nobody's personal data.
    Names, addresses and the like go into `personal`, and `person` says whose they are, such as `customer:C-000017`.
    """

    subject: str
    verb: str
    data: dict[str, Any] = field(default_factory=dict)
    person: str = ""
    personal: dict[str, Any] | None = None


def moment_micros(moment: datetime) -> int:
    """Return microseconds since 1970 UTC, exactly."""
    return (moment - EPOCH) // MICROSECOND


def data_text(data: dict[str, Any]) -> str:
    """Return `data` as canonical JSON; TypeError if it holds a fraction, which databases write in their own ways."""
    text = sql.json_text(data)
    if ("." in text or "e+" in text or "e-" in text) and _has_fraction(data):
        raise TypeError("an audit event's data holds a float; write integers, or text")
    return text


def _has_fraction(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_has_fraction(part) for part in value.values())
    if isinstance(value, list | tuple):
        return any(_has_fraction(part) for part in value)
    return isinstance(value, float)


def content_hash(
    *, event_id: int, company_id: int, subject: str, verb: str, actor_id: int | None, via: str, at_micros: int,
    data: str, personal_digest: str,
) -> str:  # fmt: skip
    """Return the SHA-256 of an event's own content, hexadecimal; `data` is canonical JSON."""
    text = UNIT.join(
        (str(event_id), str(company_id), str(actor_id or 0), via, str(at_micros), personal_digest, verb, subject, data)
    )
    return hashlib.sha256(text.encode()).hexdigest()


def personal_hash(salt: str, facts: Any) -> str:
    """Return the salted SHA-256 of personal facts, hexadecimal; the salt is erased with them."""
    return hashlib.sha256(f"{salt}{UNIT}{sql.json_text(facts)}".encode()).hexdigest()


def audit_record(*, actor: Actor, events: Sequence[AuditDraft], at: datetime | None = None) -> None:
    """Record events, each with the hash of its own content; they are written together when the use case commits."""
    if not events:
        return
    moment = at or clock.now()
    head = f"{actor.company_id}{UNIT}{actor.user_id or 0}{UNIT}{actor.via}{UNIT}{moment_micros(moment)}{UNIT}"
    sha = hashlib.sha256
    company_id, actor_id, name, via = actor.company_id, actor.user_id, actor.name, actor.via
    rows = []
    for event_id, event in zip(new_ids(len(events)), events, strict=True):
        personal, digest = None, ""
        if event.personal is not None:
            salt = secrets.token_hex(16)
            personal = {"salt": salt, "facts": event.personal}
            digest = personal_hash(salt, event.personal)
        text = f"{event_id}{UNIT}{head}{digest}{UNIT}{event.verb}{UNIT}{event.subject}{UNIT}{data_text(event.data)}"
        rows.append(
            (event_id, company_id, event.subject, event.verb, actor_id, name, via, moment, event.data, event.person,
             personal, digest, sha(text.encode()).hexdigest(), "")
        )  # fmt: skip
    write_last(_write, rows)


def _write(rows: Sequence[Sequence[Any]]) -> None:
    sql.insert_rows(AuditEvent, COLUMNS, rows)


def access_audit(actor: Actor) -> QuerySet[AuditEvent]:
    """Return the company's audit log, for those who may see who did what."""
    return access_rows(actor, AuditEvent.objects.all(), permission="audit.view")


def timeline_events(*, actor: Actor, subject: str, permission: str, limit: int = 200) -> list[AuditEvent]:
    """Return the newest events of one document, newest first; `permission` is the one that shows the document."""
    rows = access_rows(actor, AuditEvent.objects.all(), permission=permission)
    return list(rows.filter(subject=subject).order_by("-id")[:limit])


def audit_persons_erase(*, persons: Sequence[str], actor: Actor) -> int:
    """Erase the personal part of every event of these persons (`customer:C-000017`); return how many events it was.

    The events, their data and the chain stay valid. That it was done is itself an event.
    """
    permission_require(actor, "customers.erase")

    def erase() -> int:
        erased = sql.fetch(
            "UPDATE platform_auditevent AS t SET personal = NULL FROM {v}"
            " WHERE t.company_id = %s AND t.person = v.who AND NOT (t.person = '') AND t.personal IS NOT NULL"
            " RETURNING person",
            [actor.company_id],
            v=sql.Rows("who text", [(person,) for person in sorted(set(persons))]),
        )
        counts = dict.fromkeys(sorted(set(persons)), 0)
        for (person,) in erased:
            counts[person] += 1
        audit_record(
            actor=actor,
            events=[AuditDraft(person, "personal-data-erased", {"events": count}) for person, count in counts.items()],
        )
        return len(erased)

    return run_whole(erase)
