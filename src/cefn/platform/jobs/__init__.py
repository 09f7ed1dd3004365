"""Jobs: one table that is transactional outbox, queue, history and schedule.

    draft = JobDraft(kind="label.buy", payload={"shipment": "SH-000042"}, unique_key="label:SH-000042")
    jobs_enqueue(company_id=company_id, jobs=[draft], actor=actor)

writes the job in the caller's transaction. `handlers_register({kind: JobHandler(function)})` says how each kind is
done; `worker_run(stop, concurrency)` does it.
"""

from cefn.platform.jobs.errors import CronInvalid, JobCancelled, JobRefused, LeaseLost, WorkerStopping
from cefn.platform.jobs.queue import (
    JobDraft,
    JobHandler,
    access_jobs,
    handlers_register,
    handlers_registered,
    jobs_cancel,
    jobs_enqueue,
    jobs_retry,
)
from cefn.platform.jobs.run import JobRun
from cefn.platform.jobs.schedules import (
    ScheduleDraft,
    access_schedules,
    schedules_fire,
    schedules_set,
    schedules_switch,
)
from cefn.platform.jobs.worker import Worker, jobs_drain, worker_run

__all__ = [
    "CronInvalid",
    "JobCancelled",
    "JobDraft",
    "JobHandler",
    "JobRefused",
    "JobRun",
    "LeaseLost",
    "ScheduleDraft",
    "Worker",
    "WorkerStopping",
    "access_jobs",
    "access_schedules",
    "handlers_register",
    "handlers_registered",
    "jobs_cancel",
    "jobs_drain",
    "jobs_enqueue",
    "jobs_retry",
    "schedules_fire",
    "schedules_set",
    "schedules_switch",
    "worker_run",
]
