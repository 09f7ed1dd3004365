"""Taking jobs, holding them, and letting them go: the four statements that a worker lives by."""

import json
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cefn.kernel import clock, sql
from cefn.platform.jobs.states import STATES
from cefn.platform.models import JobState

BACK_OFF_SECONDS = (2, 10, 30, 120, 600, 1800, 3600)
"""Wait before the second, third, ... attempt; the last one stays."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A job as a worker holds it; `attempts` fences it off from an earlier holder."""

    job_id: int
    company_id: int
    kind: str
    payload: dict[str, Any]
    unique_key: str
    attempts: int
    max_attempts: int
    created_by_id: int | None


def back_off(attempts: int) -> timedelta:
    """Return how long to wait after the `attempts`-th attempt, with jitter of a quarter either way."""
    seconds = BACK_OFF_SECONDS[min(max(attempts, 1), len(BACK_OFF_SECONDS)) - 1]
    return timedelta(seconds=seconds * random.uniform(0.75, 1.25))  # noqa: S311


def _kinds(kinds: Iterable[str]) -> sql.Rows:
    return sql.Rows("kind text", [(kind,) for kind in sorted(kinds)])


def jobs_waiting(*, kinds: Iterable[str], now: datetime) -> bool:
    """Tell, without writing, whether there is a due job."""
    due = sql.fetch(
        "SELECT 1 FROM platform_job WHERE state = 'ready' AND run_at <= %s"
        " AND kind IN (SELECT kind FROM {kinds}) LIMIT 1",
        [now],
        kinds=_kinds(kinds),
    )
    return bool(due)


def leases_late(*, now: datetime) -> bool:
    """Tell, without writing, whether a lease ran out."""
    return bool(sql.fetch("SELECT 1 FROM platform_job WHERE state = 'leased' AND lease_until < %s LIMIT 1", [now]))


def leases_expire(*, now: datetime) -> int:
    """Take back jobs whose worker is gone: to the queue again, or given up when their attempts are used."""
    return sql.run(
        "UPDATE platform_job SET"
        " state = CASE WHEN cancel_requested THEN 'cancelled' WHEN attempts >= max_attempts THEN 'dead'"
        " ELSE 'ready' END,"
        " finished_at = CASE WHEN cancel_requested OR attempts >= max_attempts THEN %s ELSE finished_at END,"
        " last_error = 'The worker ' || leased_by || ' did not come back.', lease_until = NULL, leased_by = ''"
        " WHERE state = 'leased' AND lease_until < %s AND id IN (SELECT id FROM platform_job"
        " WHERE state = 'leased' AND lease_until < %s ORDER BY id {for_update_skip_locked})",
        [now, now, now],
    )


def jobs_claim(
    *, worker: str, kinds: Iterable[str], count: int, lease_seconds: int, now: datetime
) -> list[Taken]:  # fmt: skip
    """Take up to `count` due jobs of `kinds` for `lease_seconds`, those with the lowest priority number first.

    Two workers never take the same job: PostgreSQL skips locked rows, on SQLite the statement is alone.
    """
    rows = sql.fetch(
        "WITH due AS MATERIALIZED (SELECT id AS due_id FROM platform_job WHERE state = 'ready' AND run_at <= %s"
        " AND kind IN (SELECT kind FROM {kinds}) ORDER BY priority, run_at, id LIMIT %s {for_update_skip_locked})"
        " UPDATE platform_job AS t SET state = 'leased', leased_by = %s, lease_until = %s, attempts = t.attempts + 1,"
        " started_at = %s, progress_done = 0, progress_total = 0"
        " FROM due WHERE t.id = due.due_id AND t.state = 'ready'"
        " RETURNING id, company_id, kind, payload, unique_key, attempts, max_attempts, created_by_id, priority, run_at",
        [now, count, worker, now + timedelta(seconds=lease_seconds), now],
        kinds=_kinds(kinds),
    )
    rows.sort(key=lambda row: (row[8], row[9], row[0]))
    return [Taken(row[0], row[1], row[2], _json(row[3]), *row[4:8]) for row in rows]


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def leases_extend(
    *, worker: str, held: Sequence[tuple[int, int, int, int]], lease_seconds: int, now: datetime
) -> dict[int, bool]:
    """Write a sign of life: `held` is (job id, attempts, progress done, progress total) of each job held.

    Return job id -> whether a person asked for it to stop; a job that is missing is no longer this worker's.
    """
    rows = sql.fetch(
        "UPDATE platform_job AS t SET lease_until = %s, progress_done = v.done, progress_total = v.total"
        " FROM {v} WHERE t.id = v.job_id AND t.attempts = v.taking AND t.state = 'leased' AND t.leased_by = %s"
        " RETURNING id, cancel_requested",
        [now + timedelta(seconds=lease_seconds), worker],
        v=sql.Rows("job_id bigint, taking bigint, done bigint, total bigint", sorted(held)),
    )
    return {job_id: bool(cancelled) for job_id, cancelled in rows}


def job_settle(
    *,
    worker: str,
    job: Taken,
    state: str,
    error: str = "",
    result: Any = None,
    run_at: datetime | None = None,
    attempts: int | None = None,
    progress: tuple[int, int] = (0, 0),
) -> bool:
    """Let a job go in `state`; return False if it was no longer this worker's (then nothing is written).

    For state "ready" give `run_at`, when to try again; `attempts` replaces the count.
    """
    STATES.require(f"job:{job.job_id}", JobState.LEASED, state)
    now = clock.now()
    return bool(
        sql.run(
            "UPDATE platform_job SET state = %s, last_error = %s, result = %s, run_at = COALESCE(%s, run_at),"
            " attempts = %s, progress_done = %s, progress_total = %s, lease_until = NULL, leased_by = '',"
            " finished_at = %s"
            " WHERE id = %s AND state = 'leased' AND leased_by = %s AND attempts = %s",
            [
                state, error, None if result is None else sql.json_text(result), run_at,
                job.attempts if attempts is None else attempts, *progress, None if state == "ready" else now,
                job.job_id, worker, job.attempts,
            ],
        )
    )  # fmt: skip
