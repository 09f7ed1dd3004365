"""Work for the machine: one table is outbox, queue and history; another says what comes round again."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cefn.kernel.models import CefnModel
from cefn.platform.models.company import company_key


class JobState(models.TextChoices):
    """Where a job is. `failed` was refused for a reason that a repeat won't mend; `dead` used up its attempts."""

    READY = "ready", _("waiting")
    LEASED = "leased", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("refused")
    DEAD = "dead", _("given up")
    CANCELLED = "cancelled", _("cancelled")


class Job(CefnModel):
    """One piece of work, written in the transaction that wants it done, run by a worker after the commit.

    A worker holds it until `lease_until`; when the worker dies, another takes it again. `attempts` counts the takings
    and fences a worker that lost its lease. `unique_key` makes asking twice one job; empty for no key.
    """

    company = company_key()
    kind = models.CharField(max_length=64)
    payload = models.JSONField(default=dict)
    state = models.CharField(max_length=12, choices=JobState, default=JobState.READY)
    priority = models.SmallIntegerField(default=0)
    run_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    max_attempts = models.PositiveIntegerField(default=8)
    lease_until = models.DateTimeField(null=True, blank=True)
    leased_by = models.CharField(max_length=64, blank=True, default="")
    cancel_requested = models.BooleanField(default=False)
    unique_key = models.CharField(max_length=160, blank=True, default="")
    progress_done = models.BigIntegerField(default=0)
    progress_total = models.BigIntegerField(default=0)
    result = models.JSONField(null=True, blank=True)
    last_error = models.TextField(blank=True, default="")
    created_by_id = models.BigIntegerField(null=True, blank=True)
    created_by_name = models.CharField(max_length=120, blank=True, default="")
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["priority", "run_at", "id"], name="job_ready", condition=Q(state="ready")),
            models.Index(fields=["lease_until"], name="job_leased", condition=Q(state="leased")),
            models.Index(fields=["company", "state", "id"], name="job_by_state"),
            models.Index(fields=["company", "kind", "id"], name="job_by_kind"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "unique_key"], name="job_once", condition=~Q(unique_key="")),
            models.CheckConstraint(condition=Q(state__in=JobState.values), name="job_state_known"),
            models.CheckConstraint(
                condition=~Q(state="leased") | (Q(lease_until__isnull=False) & ~Q(leased_by="")), name="job_lease_held"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class Schedule(CefnModel):
    """A job that comes round: every so many seconds, or at the times of `cron` in the company's time zone."""

    company = company_key()
    code = models.CharField(max_length=64)
    kind = models.CharField(max_length=64)
    payload = models.JSONField(default=dict)
    every_seconds = models.PositiveIntegerField(null=True, blank=True)
    cron = models.CharField(max_length=80, blank=True, default="")
    is_active = models.BooleanField(default=True)
    next_run_at = models.DateTimeField()
    last_run_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["next_run_at"], name="schedule_due", condition=Q(is_active=True))]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "code"], name="schedule_once"),
            models.CheckConstraint(
                condition=Q(every_seconds__gt=0, cron="") | (Q(every_seconds=None) & ~Q(cron="")),
                name="schedule_one_rule",
            ),
        ]

    def __str__(self) -> str:
        return self.code
