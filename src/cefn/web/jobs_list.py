"""The list of jobs, declared: what the machine does, did and gave up."""

from collections.abc import Callable, Sequence

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cefn.platform.actors import Actor
from cefn.platform.jobs import access_jobs, jobs_cancel, jobs_retry
from cefn.platform.models import Job, JobState
from cefn.web.formats import digits_grouped, moment_html
from cefn.web.lists import (
    BulkAction,
    BulkResult,
    ChoiceFilter,
    Column,
    DayFilter,
    Empty,
    HeadLink,
    ListSpec,
    Tab,
    TextFilter,
)
from cefn.web.statuses import state_html


def job_url(job: Job) -> str:
    """Return the address of a job."""
    return reverse("web:job", args=[job.pk])


def job_name(job: Job) -> str:
    """Return what a job is called."""
    return f"{job.kind} {job.pk}"


def _steered(jobs: Sequence[Job], steer: Callable[[list[int]], int], done: str, refused: str) -> list[BulkResult]:
    """Return a result for each job: the service says only how many it concerned, so they are steered one by one."""
    results = []
    for job in jobs:
        was_done = bool(steer([job.pk]))
        results.append(BulkResult(job_name(job), job_url(job), was_done, done if was_done else refused))
    return results


def _retry(actor: Actor, jobs: Sequence[Job]) -> list[BulkResult]:
    return _steered(
        jobs,
        lambda keys: jobs_retry(job_ids=keys, actor=actor),
        _("back in the queue"),
        _("neither refused, given up nor cancelled"),
    )


def _cancel(actor: Actor, jobs: Sequence[Job]) -> list[BulkResult]:
    return _steered(
        jobs,
        lambda keys: jobs_cancel(job_ids=keys, actor=actor),
        _("cancelled, or asked to stop"),
        _("neither waiting nor running"),
    )


def job_rows(actor: Actor) -> QuerySet[Job]:
    """Return the company's jobs without what is long."""
    return access_jobs(actor).defer("payload", "result")


JOBS = ListSpec(
    area="jobs",
    place="jobs",
    title=gettext_lazy("Jobs"),
    url_name="web:jobs",
    counted=lambda n: ngettext("%(n)s job", "%(n)s jobs", n) % {"n": digits_grouped(str(n))},
    rows=job_rows,
    columns=(
        Column(key="kind", label=gettext_lazy("What"), cell=lambda j: j.kind, sort="kind", card="title"),
        Column(
            key="state",
            label=gettext_lazy("State"),
            cell=lambda j: state_html(j.state, JobState),
            sort="state",
            card="side",
        ),
        Column(
            key="progress",
            label=gettext_lazy("Progress"),
            cell=lambda j: (
                f"{digits_grouped(str(j.progress_done))} / {digits_grouped(str(j.progress_total))}"
                if j.progress_total
                else "\u2013"
            ),
            is_number=True,
        ),
        Column(
            key="attempts",
            label=gettext_lazy("Attempts"),
            cell=lambda j: f"{j.attempts} / {j.max_attempts}",
            export=lambda j: j.attempts,
            sort="attempts",
            is_number=True,
            card="end",
        ),
        Column(key="error", label=gettext_lazy("Last error"), cell=lambda j: j.last_error[:120], card="line"),
        Column(key="who", label=gettext_lazy("For"), cell=lambda j: j.created_by_name),
        Column(
            key="due",
            label=gettext_lazy("Due"),
            cell=lambda j: moment_html(j.run_at),
            export=lambda j: j.run_at,
            sort="run_at",
        ),
        Column(
            key="at",
            label=gettext_lazy("Asked for"),
            cell=lambda j: moment_html(j.created_at),
            export=lambda j: j.created_at,
            sort="created_at",
            card="end",
        ),
        Column(
            key="finished",
            label=gettext_lazy("Finished"),
            cell=lambda j: moment_html(j.finished_at),
            export=lambda j: j.finished_at,
            sort="finished_at",
            is_nullable=True,
        ),
    ),
    row_url=job_url,
    default_sort="-at",
    tabs=(
        Tab(key="all", label=gettext_lazy("All")),
        Tab(key="now", label=gettext_lazy("Waiting or running"), query={"state": "ready,leased"}),
        Tab(key="dead", label=gettext_lazy("Needs a person"), query={"state": "failed,dead"}),
        Tab(key="done", label=gettext_lazy("Done"), query={"state": "done"}),
    ),
    filters=(
        ChoiceFilter("state", gettext_lazy("State"), "state", JobState.choices),
        TextFilter("kind", gettext_lazy("What"), "kind"),
        DayFilter("at", gettext_lazy("Asked for"), "created_at"),
    ),
    search=lambda actor, rows, text: rows.filter(kind__istartswith=text),
    search_hint=gettext_lazy("Kind of job"),
    bulk=(
        BulkAction(key="retry", label=gettext_lazy("Do again"), permission="jobs.manage", run=_retry, icon="refresh"),
        BulkAction(key="cancel", label=gettext_lazy("Cancel"), permission="jobs.manage", run=_cancel, icon="x"),
    ),
    links=(
        HeadLink(
            label=gettext_lazy("Schedules"),
            url_name="web:schedules",
            permission="jobs.view",
            icon="calendar",
            is_primary=False,
        ),
    ),
    empty=Empty(
        icon="robot",
        title=gettext_lazy("No jobs yet"),
        sentence=gettext_lazy("What the machine does by itself, and what it gave up, is listed here."),
    ),
    row_name=job_name,
)
