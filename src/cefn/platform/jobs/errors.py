"""What can go wrong with a job."""

from django.utils.translation import gettext_lazy as _

from cefn.kernel.errors import CefnError, InvalidInput, NotAllowed, NotFound


class JobRefused(CefnError):
    """The work can't be done and a repeat won't help; raise it in a handler with `reason` as a whole sentence."""

    code = "CEFN-PLATFORM-020"
    status = 409
    sentence = _("%(reason)s")
    remedy = _("Mend the cause, then repeat the job under Settings, Jobs.")


class LeaseLost(CefnError):
    """Another worker holds this job now; what this one did in the same transaction is rolled back."""

    code = "CEFN-PLATFORM-021"
    status = 409
    sentence = _("Job %(job)s ran longer than its lease and was taken by another worker.")
    remedy = _("Nothing to do: the other worker carries on.")


class JobCancelled(CefnError):
    """A person asked for this job to stop."""

    code = "CEFN-PLATFORM-022"
    status = 409
    sentence = _("Job %(job)s was cancelled.")
    remedy = _("Start it again under Settings, Jobs.")


class WorkerStopping(CefnError):
    """The worker is shutting down; the job goes back to the queue and this taking does not count."""

    code = "CEFN-PLATFORM-023"
    status = 409
    sentence = _("The worker stopped before job %(job)s was done.")
    remedy = _("Nothing to do: the next worker takes it.")


class CronInvalid(CefnError):
    """A schedule's times can't be read."""

    code = "CEFN-PLATFORM-024"
    status = 422
    sentence = _("The schedule %(text)s can't be read: %(reason)s.")
    remedy = _("Give five fields: minute, hour, day of month, month, day of week; for example 30 6 * * 1-5.")


PERMANENT: tuple[type[CefnError], ...] = (JobRefused, InvalidInput, NotFound, NotAllowed)
"""Errors after which a job is refused at once, without another attempt."""
