"""The inbox: whatever comes from outside is kept raw first, under the sender's own key, and understood afterwards.

    inbox_receive(messages=[InboxDraft(source="shopify:main", external_key="order/4711@3", payload=body)], actor=actor)

writes the message once, however often it comes, and the job that handles it, in one transaction. A source's handler
takes many messages at once; a message that breaks it is found by halving, parked with its reason, and the rest go in.
"""

import hashlib
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import DatabaseError
from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from cefn.kernel import clock, sql
from cefn.kernel.errors import CefnError, Fault, InvalidInput
from cefn.kernel.ids import new_ids
from cefn.kernel.states import StateMap
from cefn.kernel.transactions import run_whole
from cefn.platform.access import access_rows
from cefn.platform.actors import Actor
from cefn.platform.apart import run_apart
from cefn.platform.audit import AuditDraft, audit_record
from cefn.platform.jobs import JobDraft, JobRun, jobs_enqueue
from cefn.platform.models import InboxMessage, InboxState
from cefn.platform.permissions import permission_require

log = logging.getLogger(__name__)

HANDLE_JOB = "platform.inbox_handle"
HANDLE_CHUNK = 500
SWEEP_AFTER = timedelta(minutes=10)

STATES = StateMap(
    InboxState,
    {
        InboxState.RECEIVED: [InboxState.HANDLED, InboxState.PARKED, InboxState.IGNORED],
        InboxState.PARKED: [InboxState.RECEIVED, InboxState.IGNORED],
        InboxState.IGNORED: [InboxState.RECEIVED],
        InboxState.HANDLED: [],
    },
    start=[InboxState.RECEIVED],
)


class SourceUnknown(CefnError):
    """Nobody handles messages of this source."""

    code = "CEFN-PLATFORM-040"
    status = 409
    sentence = _("Nothing here understands messages from %(source)s.")
    remedy = _("Connect the channel again, or ignore the message.")


class MessageBroken(CefnError):
    """A message met a fault in the program that handles it."""

    code = "CEFN-PLATFORM-041"
    status = 500
    sentence = _("The message could not be handled: %(kind)s: %(text)s")
    remedy = _("The message is kept. Report this code, then repeat the message or ignore it.")


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxDraft:
    """A message as it came: `source` such as `shopify:main`, the sender's own key, the raw text."""

    source: str
    external_key: str
    payload: str
    media_type: str = "application/json"


@dataclass(frozen=True, slots=True)
class InboxReceipt:
    """What became of a draft: its message, whether it is new, whether it says something else than the first time."""

    message_id: int
    is_new: bool
    differs: bool


@dataclass(frozen=True, slots=True)
class InboxResult:
    """What a handler made of a message: the document's subject, or why there was nothing to do."""

    document: str = ""
    ignored_because: str = ""


InboxHandler = Callable[[Sequence[InboxMessage], Actor], Sequence[InboxResult]]
"""Takes messages of one source in the order they came, inside a transaction; returns one result for each."""

_handlers: dict[str, InboxHandler] = {}


def inbox_handlers_register(table: Mapping[str, InboxHandler]) -> None:
    """Replace the table of handlers: the source's kind (the part before the colon) -> handler."""
    _handlers.clear()
    _handlers.update(table)


def access_inbox(actor: Actor) -> QuerySet[InboxMessage]:
    """Return the company's messages, for those who may see what came in from outside."""
    return access_rows(actor, InboxMessage.objects.all(), permission="inbox.view")


def inbox_receive(*, messages: Sequence[InboxDraft], actor: Actor) -> list[InboxReceipt]:
    """Keep messages and ask for their handling; return a receipt for each, in order.

    A key that came before is not written again: its message only counts the repeat. Idempotent under races.
    """
    if not messages:
        return []
    faults = [
        Fault(
            f"messages.{at}.external_key",
            draft.external_key,
            str(_("The sender's key is missing.")),
            str(_("Send its key.")),
        )
        for at, draft in enumerate(messages)
        if not (draft.external_key and draft.source)
    ]
    if faults:
        raise InvalidInput(faults=faults)
    ids = new_ids(len(messages))
    rows = [
        (message_id, draft.source, draft.external_key, draft.media_type, draft.payload,
         hashlib.sha256(draft.payload.encode()).hexdigest())
        for message_id, draft in zip(ids, messages, strict=True)
    ]  # fmt: skip
    return run_whole(lambda: _receive(rows, actor))


def _receive(rows: Sequence[tuple[int, str, str, str, str, str]], actor: Actor) -> list[InboxReceipt]:
    first = {(row[1], row[2]): row for row in reversed(rows)}
    new = {
        message_id
        for (message_id,) in sql.fetch(
            "INSERT INTO platform_inboxmessage"
            " (id, company_id, source, external_key, media_type, payload, payload_hash, received_at, repeats, state,"
            " reason_code, reason, attempts, document)"
            " SELECT v.id, %s, v.source, v.external_key, v.media_type, v.payload, v.payload_hash, %s, 0, 'received',"
            " '', '', 0, '' FROM {v} WHERE true ORDER BY v.source, v.external_key"
            " ON CONFLICT (company_id, source, external_key) DO NOTHING RETURNING id",
            [actor.company_id, clock.now()],
            v=sql.Rows(
                "id bigint, source text, external_key text, media_type text, payload text, payload_hash text",
                list(first.values()),
            ),
        )
    }
    held = {
        (source, key): (message_id, payload_hash)
        for message_id, source, key, payload_hash in sql.fetch(
            "SELECT m.id, m.source, m.external_key, m.payload_hash FROM {v} JOIN platform_inboxmessage AS m"
            " ON m.company_id = %s AND m.source = v.source AND m.external_key = v.external_key",
            [actor.company_id],
            v=sql.Rows("source text, external_key text", sorted(first)),
        )
    }
    receipts = []
    for row in rows:
        message_id, payload_hash = held[row[1], row[2]]
        receipts.append(InboxReceipt(message_id, row[0] == message_id and row[0] in new, payload_hash != row[5]))
    repeated = sorted({receipt.message_id for receipt in receipts if not receipt.is_new})
    if repeated:
        InboxMessage.objects.filter(pk__in=repeated).update(repeats=F("repeats") + 1)
    if new:
        _ask(sorted(new), actor)
    return receipts


def _ask(message_ids: Sequence[int], actor: Actor) -> None:
    """Enqueue the handling, in chunks; the ids name the work, so asking twice is harmless."""
    drafts = [
        JobDraft(kind=HANDLE_JOB, payload={"ids": [str(one) for one in message_ids[at : at + HANDLE_CHUNK]]})
        for at in range(0, len(message_ids), HANDLE_CHUNK)
    ]
    jobs_enqueue(company_id=actor.company_id, jobs=drafts, actor=actor)


def inbox_handle(*, message_ids: Sequence[int], actor: Actor) -> dict[str, int]:
    """Handle those of the messages that wait, source by source, and return how many were handled, ignored, parked.

    Each group is one transaction. When it fails it is halved until the message that can't be handled is alone; that one
    is parked with its reason. Messages that are handled already are left alone.
    """
    waiting = list(
        InboxMessage.objects.filter(
            company_id=actor.company_id, pk__in=list(message_ids), state=InboxState.RECEIVED
        ).order_by("id")
    )
    by_source: dict[str, list[InboxMessage]] = {}
    for message in waiting:
        by_source.setdefault(message.source, []).append(message)
    counts = {"handled": 0, "ignored": 0, "parked": 0}
    for source, messages in by_source.items():
        todo = [messages]
        while todo:
            group = todo.pop()
            error = _try(source, group, actor, counts)
            if error is None:
                continue
            if len(group) == 1:
                counts["parked"] += _park(group[0], error)
            else:
                middle = len(group) // 2
                todo += [group[middle:], group[:middle]]
    return counts


def _try(source: str, group: Sequence[InboxMessage], actor: Actor, counts: dict[str, int]) -> Exception | None:
    try:
        results = run_apart(lambda: _handle_group(source, group, actor))
    except DatabaseError as error:
        if not _is_about_data(error):
            raise
        return error
    except Exception as error:
        if len(group) == 1 and not isinstance(error, CefnError):
            log.exception("inbox message %s can't be handled", group[0].pk)
        return error
    for result in results:
        counts["ignored" if result.ignored_because else "handled"] += 1
    return None


def _is_about_data(error: DatabaseError) -> bool:
    """Tell a message that the database refuses from a database that is away."""
    state = str(getattr(error.__cause__, "sqlstate", "") or "")
    return state[:2] in {"22", "23"} or type(error).__name__ in {"IntegrityError", "DataError"}


def _handle_group(source: str, group: Sequence[InboxMessage], actor: Actor) -> Sequence[InboxResult]:
    ids = sql.Rows("id bigint", [(message.id,) for message in group])
    free = sql.fetch(
        "SELECT m.id FROM platform_inboxmessage AS m WHERE m.id IN (SELECT id FROM {v}) AND m.state = 'received'"
        " ORDER BY m.id {for_update}",
        v=ids,
    )
    still = {message_id for (message_id,) in free}
    messages = [message for message in group if message.id in still]
    if not messages:
        return []
    handler = _handlers.get(source.partition(":")[0])
    if handler is None:
        raise SourceUnknown(source=source)
    results = list(handler(messages, actor))
    rows = [
        (message.id, "ignored" if result.ignored_because else "handled", result.ignored_because, result.document)
        for message, result in zip(messages, results, strict=True)
    ]
    sql.run(
        "UPDATE platform_inboxmessage AS t SET state = v.state, reason = v.reason, reason_code = '',"
        " document = v.document, handled_at = %s, attempts = t.attempts + 1 FROM {v} WHERE t.id = v.id",
        [clock.now()],
        v=sql.Rows("id bigint, state text, reason text, document text", rows),
    )
    return results


def _park(message: InboxMessage, error: Exception) -> int:
    told = error if isinstance(error, CefnError) else MessageBroken(kind=type(error).__name__, text=str(error))
    faults = [f"{fault.field}: {fault.value!r}: {fault.sentence} {fault.remedy}".strip() for fault in told.faults]
    reason = "\n".join([str(told), *faults])
    return run_whole(
        lambda: InboxMessage.objects.filter(pk=message.pk, state=InboxState.RECEIVED).update(
            state=InboxState.PARKED, reason=reason[:8000], reason_code=told.code, attempts=F("attempts") + 1
        )
    )


def inbox_replay(*, message_ids: Sequence[int], actor: Actor) -> int:
    """Put parked or ignored messages back and ask for their handling again; return how many."""
    permission_require(actor, "inbox.manage")
    return _move(message_ids, actor, target=InboxState.RECEIVED, reason="", verb="message-repeated")


def inbox_ignore(*, message_ids: Sequence[int], reason: str, actor: Actor) -> int:
    """Set messages aside for good, with a reason; return how many."""
    permission_require(actor, "inbox.manage")
    return _move(message_ids, actor, target=InboxState.IGNORED, reason=reason, verb="message-ignored")


def _move(message_ids: Sequence[int], actor: Actor, *, target: InboxState, reason: str, verb: str) -> int:
    def move() -> int:
        found = access_inbox(actor).filter(pk__in=list(message_ids), state__in=STATES.sources(target))
        ids = sorted(found.select_for_update().values_list("id", flat=True))
        InboxMessage.objects.filter(pk__in=ids).update(state=target, reason=reason, reason_code="", handled_at=None)
        audit_record(actor=actor, events=[AuditDraft(f"inbox:{one}", verb, {"reason": reason}) for one in ids])
        if target == InboxState.RECEIVED and ids:
            _ask(ids, actor)
        return len(ids)

    return run_whole(move)


def inbox_handle_job(run: JobRun) -> dict[str, int]:
    """Job `platform.inbox_handle`: payload {"ids": [...]}; repeatable."""
    return inbox_handle(message_ids=[int(one) for one in run.payload["ids"]], actor=run.actor)


def inbox_sweep_job(run: JobRun) -> dict[str, int]:
    """Job `platform.inbox_sweep`: handle what has waited for more than ten minutes, whatever became of its job."""
    late = InboxMessage.objects.filter(
        company_id=run.company_id, state=InboxState.RECEIVED, received_at__lt=clock.now() - SWEEP_AFTER
    )
    return inbox_handle(message_ids=list(late.order_by("id").values_list("id", flat=True)[:5_000]), actor=run.actor)
