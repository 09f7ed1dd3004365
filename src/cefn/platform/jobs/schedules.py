"""What comes round: schedules become jobs when they are due.

Any worker may fire a schedule; a compare-and-set of its next moment lets exactly one do it. Rounds that were missed
while no worker ran are run once, not as often as they were missed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from cefn.kernel import clock, sql
from cefn.kernel.ids import new_id
from cefn.kernel.transactions import run_whole
from cefn.platform.access import access_rows
from cefn.platform.actors import Actor, system_actor
from cefn.platform.audit import AuditDraft, audit_record
from cefn.platform.jobs.cron import cron_next, cron_parse
from cefn.platform.jobs.errors import CronInvalid
from cefn.platform.jobs.queue import JobDraft, jobs_enqueue
from cefn.platform.models import Company, Schedule
from cefn.platform.permissions import permission_require


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleDraft:
    """A job of `kind` that comes round: give `every_seconds`, or `cron` in the company's time zone."""

    code: str
    kind: str
    every_seconds: int | None = None
    cron: str = ""
    payload: dict[str, Any] = field(default_factory=dict)


def schedule_next(*, every_seconds: int | None, cron: str, zone: str, after: datetime) -> datetime:
    """Return the moment (UTC) of the next round after `after`; raises CronInvalid."""
    if every_seconds is not None:
        return after + timedelta(seconds=every_seconds)
    moment = cron_next(cron_parse(cron), zone=zone, after=after)
    if moment is None:
        raise CronInvalid(text=cron, reason=_("no such day ever comes"))
    return moment


def access_schedules(actor: Actor) -> QuerySet[Schedule]:
    """Return the company's schedules, for those who may see what the machine is doing."""
    return access_rows(actor, Schedule.objects.all(), permission="jobs.view")


def schedules_set(*, schedules: Sequence[ScheduleDraft], actor: Actor) -> int:
    """Make schedules, or change those whose code exists; an unchanged one keeps its next moment. Return the changes.

    Raises CronInvalid, and NotAllowed without `jobs.manage`.
    """
    permission_require(actor, "jobs.manage")
    zone = Company.objects.only("timezone").get(pk=actor.company_id).timezone
    now = clock.now()
    table = []
    for draft in schedules:
        if (draft.every_seconds is None) == (draft.cron == ""):
            raise CronInvalid(text=draft.code, reason=_("it needs either seconds or times, not both"))
        after = schedule_next(every_seconds=draft.every_seconds, cron=draft.cron, zone=zone, after=now)
        payload = sql.json_text(draft.payload)
        table.append((new_id(), draft.code, draft.kind, payload, draft.every_seconds, draft.cron, after))

    def change() -> int:
        rows = sql.fetch(
            "INSERT INTO platform_schedule AS t"
            " (id, company_id, code, kind, payload, every_seconds, cron, is_active, next_run_at)"
            " SELECT v.id, %s, v.code, v.kind, v.payload, v.every_seconds, v.cron, %s, v.after FROM {v} WHERE true"
            " ON CONFLICT (company_id, code) DO UPDATE SET kind = excluded.kind, payload = excluded.payload,"
            " every_seconds = excluded.every_seconds, cron = excluded.cron, next_run_at = excluded.next_run_at"
            " WHERE t.kind <> excluded.kind OR t.payload <> excluded.payload OR t.cron <> excluded.cron"
            " OR COALESCE(t.every_seconds, 0) <> COALESCE(excluded.every_seconds, 0)"
            " RETURNING code",
            [actor.company_id, True],
            v=sql.Rows(
                "id bigint, code text, kind text, payload jsonb, every_seconds bigint, cron text, after timestamptz",
                table,
            ),
        )
        audit_record(actor=actor, events=[AuditDraft(f"schedule:{code}", "schedule-set") for (code,) in rows])
        return len(rows)

    return run_whole(change)


def schedules_switch(*, codes: Sequence[str], is_active: bool, actor: Actor) -> int:
    """Switch schedules on or off; return how many changed. One switched on waits for its next round."""
    permission_require(actor, "jobs.manage")
    zone = Company.objects.only("timezone").get(pk=actor.company_id).timezone

    def change() -> int:
        found = list(access_rows(actor, Schedule.objects.all(), permission="jobs.manage").filter(
            code__in=list(codes), is_active=not is_active
        ).order_by("id"))  # fmt: skip
        for schedule in found:
            schedule.is_active = is_active
            schedule.next_run_at = schedule_next(
                every_seconds=schedule.every_seconds, cron=schedule.cron, zone=zone, after=clock.now()
            )
        Schedule.objects.bulk_update(found, ["is_active", "next_run_at"])
        verb = "schedule-switched-on" if is_active else "schedule-switched-off"
        audit_record(actor=actor, events=[AuditDraft(f"schedule:{schedule.code}", verb) for schedule in found])
        return len(found)

    return run_whole(change)


def schedules_reset(*, actor: Actor) -> None:
    """Reckon the next moments of the company's timed schedules again: after its time zone was changed."""
    zone = Company.objects.only("timezone").get(pk=actor.company_id).timezone
    found = list(Schedule.objects.filter(company_id=actor.company_id).exclude(cron="").order_by("id"))
    for schedule in found:
        schedule.next_run_at = schedule_next(every_seconds=None, cron=schedule.cron, zone=zone, after=clock.now())
    Schedule.objects.bulk_update(found, ["next_run_at"])


def schedules_fire(*, now: datetime) -> int:
    """Make one job of each schedule that is due, and set its next moment; return how many jobs were made."""
    due = list(
        Schedule.objects.filter(is_active=True, next_run_at__lte=now).select_related("company").order_by("id")[:500]
    )
    fired = 0
    for schedule in due:
        fired += run_whole(lambda: _fire(schedule, now))  # noqa: B023
    return fired


def _fire(schedule: Schedule, now: datetime) -> int:
    planned = schedule.next_run_at
    after = schedule_next(
        every_seconds=schedule.every_seconds, cron=schedule.cron, zone=schedule.company.timezone, after=now
    )
    won = Schedule.objects.filter(pk=schedule.pk, next_run_at=planned, is_active=True).update(
        next_run_at=after, last_run_at=now
    )
    if not won:
        return 0
    stamp = int(planned.timestamp())
    draft = JobDraft(
        kind=schedule.kind, payload=schedule.payload, unique_key=f"schedule:{schedule.code}:{stamp}", priority=10
    )
    jobs_enqueue(company_id=schedule.company_id, jobs=[draft], actor=system_actor(schedule.company_id))
    return 1
