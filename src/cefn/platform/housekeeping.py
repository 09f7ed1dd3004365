"""What the platform does by itself: seal the audit log, sweep the inbox and the files, let old rows go.

`JOBS` is the platform's part of the table of handlers.
"""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from cefn.kernel import clock, sql
from cefn.platform.alerts import alerts_job
from cefn.platform.audit_chain import audit_seal
from cefn.platform.files import files_sweep
from cefn.platform.inbox import HANDLE_JOB, inbox_handle_job, inbox_sweep_job
from cefn.platform.jobs import JobHandler, JobRun
from cefn.platform.models import IdempotencyKey, Job, JobState, Notification

KEEP_JOBS = timedelta(days=30)
KEEP_SCHEDULED_JOBS = timedelta(days=2)
KEEP_KEYS = timedelta(days=30)
KEEP_NOTIFICATIONS = timedelta(days=90)


def audit_seal_job(run: JobRun) -> dict[str, int]:
    """Job `platform.audit_seal`: link the company's new audit events into its chain."""
    return {"sealed": audit_seal(run.company_id)}


def housekeeping_job(run: JobRun) -> dict[str, int]:
    """Job `platform.housekeeping`: remove what is over and old. Facts, messages and failures stay."""
    now = clock.now()
    over = Job.objects.filter(company_id=run.company_id, state__in=[JobState.DONE, JobState.CANCELLED])
    scheduled = over.filter(unique_key__startswith="schedule:", finished_at__lt=now - KEEP_SCHEDULED_JOBS)
    counts = {
        "scheduled_jobs": scheduled.delete()[0],
        "jobs": over.filter(finished_at__lt=now - KEEP_JOBS).delete()[0],
        "keys": IdempotencyKey.objects.filter(company_id=run.company_id, created_at__lt=now - KEEP_KEYS).delete()[0],
        "notifications": Notification.objects.filter(
            company_id=run.company_id, created_at__lt=now - KEEP_NOTIFICATIONS, read_at__isnull=False
        ).delete()[0],
    }
    counts["files"] = files_sweep()
    sql.statistics_refresh()
    return counts


JOBS: dict[str, JobHandler] = {
    "platform.audit_seal": JobHandler(audit_seal_job, atomic=False, label=_("Seal the audit log")),
    HANDLE_JOB: JobHandler(inbox_handle_job, atomic=False, label=_("Handle what came in")),
    "platform.inbox_sweep": JobHandler(inbox_sweep_job, atomic=False, label=_("Handle what was left in the inbox")),
    "platform.alerts": JobHandler(alerts_job, label=_("Tell people what needs them")),
    "platform.housekeeping": JobHandler(housekeeping_job, atomic=False, label=_("Remove what is over and old")),
}
"""Job kind -> handler; the wiring table adds those of the other apps."""
