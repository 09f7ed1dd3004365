"""What the machine does for shipping by itself: finish purchases whose outcome is open, ask where the parcels are."""

from django.utils.translation import gettext_lazy as _

from cefn.platform.jobs import JobHandler, JobRun, ScheduleDraft
from cefn.shipping.services.labels import labels_settle
from cefn.shipping.services.tracking import tracking_fetch

SETTLE_JOB = "shipping.labels_settle"
TRACK_JOB = "shipping.tracking_fetch"


def labels_settle_job(run: JobRun) -> dict[str, int]:
    """Job `shipping.labels_settle`: find out what became of purchases without an outcome, and finish them."""
    outcomes = labels_settle(actor=run.actor)
    return {
        "bought": sum(1 for outcome in outcomes if outcome.is_bought),
        "open": sum(1 for outcome in outcomes if not outcome.is_bought),
    }


def tracking_fetch_job(run: JobRun) -> dict[str, str]:
    """Job `shipping.tracking_fetch`: ask the carriers about parcels on their way; names those that did not answer."""
    troubles = tracking_fetch(actor=run.actor)
    return {account: str(error) for account, error in troubles.items()}


JOBS: dict[str, JobHandler] = {
    SETTLE_JOB: JobHandler(labels_settle_job, atomic=False, label=_("Finish label purchases")),
    TRACK_JOB: JobHandler(tracking_fetch_job, atomic=False, label=_("Ask carriers where the parcels are")),
}
"""Job kind -> handler; the wiring table adds them. Both talk to carriers, so they commit in steps of their own."""

SCHEDULES = (
    ScheduleDraft(code="labels-settle", kind=SETTLE_JOB, every_seconds=300),
    ScheduleDraft(code="tracking-fetch", kind=TRACK_JOB, every_seconds=1800),
)
"""How often a new company does them."""
