"""Questions about the platform: what the machine is doing, what waits for a person, what is late.

The access doors of each table stand beside its services: `access_jobs`, `access_schedules` (jobs), `access_inbox`,
`access_files`, `access_audit`, `access_users`, `access_memberships`, `access_tokens`, `access_saved_views`,
`access_notifications`.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, QuerySet

from cefn.kernel import clock
from cefn.platform.actors import Actor
from cefn.platform.inbox import access_inbox
from cefn.platform.jobs import access_jobs
from cefn.platform.jobs.queue import OUTBOX
from cefn.platform.models import InboxMessage, InboxState, Job, JobState

LATE_AFTER = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class MachineCounts:
    """How many jobs and messages are where; state -> number, absent states are zero."""

    jobs: dict[str, int]
    messages: dict[str, int]

    @property
    def need_a_person(self) -> int:
        """Return how many jobs and messages wait for somebody."""
        return (
            self.jobs.get(JobState.FAILED, 0)
            + self.jobs.get(JobState.DEAD, 0)
            + self.messages.get(InboxState.PARKED, 0)
        )


def machine_counts(actor: Actor) -> MachineCounts:
    """Count jobs and messages by state, in two queries; NotAllowed without `jobs.view` and `inbox.view`."""
    jobs = access_jobs(actor).order_by().values_list("state").annotate(count=Count("id"))
    messages = access_inbox(actor).order_by().values_list("state").annotate(count=Count("id"))
    return MachineCounts(dict(jobs), dict(messages))


def outbox_late(company_id: int) -> QuerySet[Job]:
    """Return jobs that should have left the house 15 minutes ago and have not."""
    return Job.objects.filter(
        company_id=company_id,
        kind__startswith=OUTBOX,
        state__in=[JobState.READY, JobState.LEASED],
        run_at__lt=clock.now() - LATE_AFTER,
    ).order_by("run_at", "id")


def inbox_late(company_id: int) -> QuerySet[InboxMessage]:
    """Return messages that came in 15 minutes ago and have not reached an end state."""
    return InboxMessage.objects.filter(
        company_id=company_id, state=InboxState.RECEIVED, received_at__lt=clock.now() - LATE_AFTER
    ).order_by("received_at", "id")
