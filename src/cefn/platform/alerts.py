"""What the machine can't mend by itself is put under somebody's bell, once a day and kind."""

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from cefn.kernel import clock
from cefn.platform.jobs import JobRun
from cefn.platform.models import InboxMessage, InboxState, Job, JobState, NotificationLevel
from cefn.platform.notifications import NotificationDraft, notifications_send
from cefn.platform.selectors import inbox_late, outbox_late

LOOK_BACK = timedelta(days=2)


def alerts_due(company_id: int) -> Iterator[NotificationDraft]:
    """Yield the news that is due; its key holds the day, so that the same trouble is told again tomorrow."""
    now = clock.now()
    day = now.date().isoformat()
    over = Job.objects.filter(
        company_id=company_id, state__in=[JobState.FAILED, JobState.DEAD], finished_at__gt=now - LOOK_BACK
    )
    for kind, count in over.order_by("kind").values_list("kind").annotate(count=Count("id")):
        yield NotificationDraft(
            unique_key=f"jobs-over:{kind}:{day}",
            title=_("%(count)s jobs of kind %(kind)s could not be done"),
            facts={"count": count, "kind": kind},
            level=NotificationLevel.URGENT,
            permission="jobs.manage",
        )
    parked = InboxMessage.objects.filter(company_id=company_id, state=InboxState.PARKED)
    for source, count in parked.order_by("source").values_list("source").annotate(count=Count("id")):
        yield NotificationDraft(
            unique_key=f"inbox-parked:{source}:{day}",
            title=_("%(count)s messages from %(source)s wait for a person"),
            facts={"count": count, "source": source},
            level=NotificationLevel.URGENT,
            permission="inbox.manage",
        )
    late = outbox_late(company_id).count() + inbox_late(company_id).count()
    if late:
        yield NotificationDraft(
            unique_key=f"machine-late:{day}",
            title=_("%(count)s jobs and messages are more than 15 minutes late"),
            facts={"count": late},
            level=NotificationLevel.URGENT,
            permission="jobs.manage",
        )


def alerts_job(run: JobRun) -> dict[str, int]:
    """Job `platform.alerts`: tell those who can help."""
    return {"told": notifications_send(notifications=list(alerts_due(run.company_id)), actor=run.actor)}
