"""Asking for work, and steering it by hand: enqueue, repeat, cancel.

A job is a row written in the caller's transaction: it exists if and only if the change that wanted it does. Kinds that
begin with `outbox.` leave the house (channel pushes, e-mails, webhooks, labels); they are jobs like the others.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, LiteralString

from django.db.models import QuerySet

from cefn.kernel import clock, sql
from cefn.kernel.ids import new_ids
from cefn.kernel.transactions import run_whole
from cefn.platform.access import access_rows
from cefn.platform.actors import Actor
from cefn.platform.audit import AuditDraft, audit_record
from cefn.platform.models import Job, JobState
from cefn.platform.permissions import permission_require

if TYPE_CHECKING:
    from cefn.platform.jobs.run import JobRun

MAX_ATTEMPTS = 8
OUTBOX = "outbox."

COLUMNS = (
    "id",
    "company_id",
    "kind",
    "payload",
    "state",
    "priority",
    "run_at",
    "attempts",
    "max_attempts",
    "leased_by",
    "cancel_requested",
    "unique_key",
    "progress_done",
    "progress_total",
    "last_error",
    "created_by_id",
    "created_by_name",
    "created_at",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobDraft:
    """Work to be done: `kind` is a key of the handler table, `payload` plain JSON, lower `priority` runs first.

    `unique_key` makes the request repeatable: a second draft with the same key, at any time while the first one's row
    is kept, is the same job. `run_at` (UTC) delays it.
    """

    kind: str
    payload: dict[str, Any] = field(default_factory=dict)
    run_at: datetime | None = None
    unique_key: str = ""
    priority: int = 0
    max_attempts: int = MAX_ATTEMPTS


@dataclass(frozen=True, slots=True)
class JobHandler:
    """How one kind of job is done.

    `atomic`: the handler and the note that it is done are one transaction, so its writes happen exactly once; leave it
    on unless the handler talks to the outside or commits in chunks, and then make the handler repeatable.
    A handler returns what is kept as the job's result (plain JSON) or None.
    """

    run: "Callable[[JobRun], Any]"
    atomic: bool = True
    label: Any = ""


_handlers: dict[str, JobHandler] = {}


def handlers_register(table: Mapping[str, JobHandler]) -> None:
    """Replace the table of handlers: kind -> how it is done."""
    _handlers.clear()
    _handlers.update(table)


def handlers_registered() -> Mapping[str, JobHandler]:
    """Return the table of handlers."""
    return _handlers


def jobs_enqueue(*, company_id: int, jobs: Sequence[JobDraft], actor: Actor) -> list[int]:
    """Write jobs in the caller's transaction and return their ids, in order.

    A draft whose `unique_key` is taken already yields the id of the job that has it. Two statements at most.
    """
    if not jobs:
        return []
    now = clock.now()
    ids = new_ids(len(jobs))
    rows = [
        (
            job_id, company_id, draft.kind, draft.payload, JobState.READY.value, draft.priority, draft.run_at or now,
            0, draft.max_attempts, "", False, draft.unique_key, 0, 0, "", actor.user_id, actor.name, now,
        )
        for job_id, draft in zip(ids, jobs, strict=True)
    ]  # fmt: skip
    if not any(draft.unique_key for draft in jobs):
        sql.insert_rows(Job, COLUMNS, rows)
        return ids
    _insert_once([row for row, draft in zip(rows, jobs, strict=True) if draft.unique_key])
    sql.insert_rows(Job, COLUMNS, [row for row, draft in zip(rows, jobs, strict=True) if not draft.unique_key])
    keys = sorted({draft.unique_key for draft in jobs if draft.unique_key})
    found = dict(
        sql.fetch(
            "SELECT j.unique_key, j.id FROM {v} JOIN platform_job AS j"
            " ON j.company_id = %s AND j.unique_key = v.k AND NOT (j.unique_key = '')",
            [company_id],
            v=sql.Rows("k text", [(key,) for key in keys]),
        )
    )
    return [found[draft.unique_key] if draft.unique_key else job_id for job_id, draft in zip(ids, jobs, strict=True)]


def _insert_once(rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert rows whose key is free; those that meet an earlier key stay out."""
    first = dict(zip(COLUMNS, rows[0], strict=True))
    table = []
    for row in rows:
        cells = dict(zip(COLUMNS, row, strict=True))
        payload = sql.json_text(cells["payload"])
        table.append(
            (cells["id"], cells["kind"], payload, cells["priority"], cells["run_at"], cells["max_attempts"],
             cells["unique_key"])
        )  # fmt: skip
    sql.run(
        "INSERT INTO platform_job (id, company_id, kind, payload, state, priority, run_at, attempts, max_attempts,"
        " leased_by, cancel_requested, unique_key, progress_done, progress_total, last_error, created_by_id,"
        " created_by_name, created_at)"
        " SELECT v.id, %s, v.kind, v.payload, %s, v.priority, v.run_at, 0, v.max_attempts, '', %s, v.unique_key, 0, 0,"
        " '', %s, %s, %s FROM {v} WHERE true ORDER BY v.unique_key ON CONFLICT DO NOTHING",
        [
            first["company_id"],
            first["state"],
            False,
            first["created_by_id"],
            first["created_by_name"],
            first["created_at"],
        ],
        v=sql.Rows(
            "id bigint, kind text, payload jsonb, priority bigint, run_at timestamptz, max_attempts bigint,"
            " unique_key text",
            table,
        ),
    )


def access_jobs(actor: Actor) -> QuerySet[Job]:
    """Return the company's jobs, for those who may see what the machine is doing."""
    return access_rows(actor, Job.objects.all(), permission="jobs.view")


def jobs_retry(*, job_ids: Sequence[int], actor: Actor) -> int:
    """Put refused, given-up or cancelled jobs back in the queue with all their attempts; return how many were."""
    permission_require(actor, "jobs.manage")
    return _steer(
        job_ids,
        actor,
        "job-repeated",
        "UPDATE platform_job AS t SET state = 'ready', attempts = 0, run_at = %s, cancel_requested = %s,"
        " finished_at = NULL, last_error = '' FROM {v}"
        " WHERE t.id = v.job_id AND t.company_id = %s AND t.state IN ('failed', 'dead', 'cancelled')"
        " RETURNING id, kind",
        [clock.now(), False, actor.company_id],
    )


def jobs_cancel(*, job_ids: Sequence[int], actor: Actor) -> int:
    """Cancel waiting jobs at once and ask running ones to stop; return how many it concerned."""
    permission_require(actor, "jobs.manage")
    now = clock.now()
    waiting = _steer(
        job_ids,
        actor,
        "job-cancelled",
        "UPDATE platform_job AS t SET state = 'cancelled', finished_at = %s FROM {v}"
        " WHERE t.id = v.job_id AND t.company_id = %s AND t.state = 'ready' RETURNING id, kind",
        [now, actor.company_id],
    )
    running = _steer(
        job_ids,
        actor,
        "job-cancel-requested",
        "UPDATE platform_job AS t SET cancel_requested = %s FROM {v}"
        " WHERE t.id = v.job_id AND t.company_id = %s AND t.state = 'leased' AND NOT t.cancel_requested"
        " RETURNING id, kind",
        [True, actor.company_id],
    )
    return waiting + running


def _steer(
    job_ids: Sequence[int], actor: Actor, verb: str, statement: LiteralString, params: Sequence[Any]
) -> int:  # fmt: skip
    table = sql.Rows("job_id bigint", [(job_id,) for job_id in sorted(set(job_ids))])

    def change() -> int:
        rows = sql.fetch(statement, params, v=table)
        audit_record(
            actor=actor, events=[AuditDraft(f"job:{job_id}", verb, {"kind": kind}) for job_id, kind in sorted(rows)]
        )
        return len(rows)

    return run_whole(change)
