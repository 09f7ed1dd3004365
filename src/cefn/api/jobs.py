"""Jobs: what the machine is doing, and repeating what it gave up."""

from typing import Annotated, Any

from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from ninja import Query, Router
from pydantic import Field

from cefn.api.door import actor_of
from cefn.api.paging import Page, Paging, page
from cefn.api.shapes import Id, IdIn, Moment, Out, choice
from cefn.api.writing import once
from cefn.kernel.errors import IllegalMove
from cefn.platform.access import access_one
from cefn.platform.jobs import access_jobs, jobs_cancel, jobs_retry
from cefn.platform.models import Job, JobState

router = Router(tags=["jobs"])

REPEATABLE = (JobState.FAILED, JobState.DEAD, JobState.CANCELLED)


class JobOut(Out):
    """One piece of work for the machine."""

    id: Id
    kind: str
    state: Annotated[str, *choice(JobState)]
    priority: int
    run_at: Moment
    attempts: int
    max_attempts: int
    progress_done: int
    progress_total: int
    last_error: str
    created_by_name: str
    created_at: Moment
    started_at: Moment | None
    finished_at: Moment | None


class JobFilters(Paging):
    """Filters of the list of jobs."""

    kind: Annotated[str, Field(max_length=64)] | None = None
    state: Annotated[str, *choice(JobState)] | None = None


def job_one(request: HttpRequest, job_id: int) -> Job:
    """Return a job; raises NotFound."""
    return access_one(access_jobs(actor_of(request)), thing=_("job"), name=str(job_id), id=job_id)


@router.get("/jobs", response=Page[JobOut], summary="List jobs")
def jobs_list(request: HttpRequest, filters: Query[JobFilters]) -> JsonResponse:
    """Newest first. Permission: jobs.view."""
    values = filters.model_dump(exclude={"cursor", "limit"}, exclude_none=True)
    return page(request, access_jobs(actor_of(request)).filter(**values), filters, JobOut)


@router.get("/jobs/{job_id}", response=JobOut, summary="Get a job")
def job_get(request: HttpRequest, job_id: IdIn) -> Job:
    """Permission: jobs.view."""
    return job_one(request, job_id)


@router.post("/jobs/{job_id}/retry", response=JobOut, summary="Repeat a job")
@once("jobs.manage", JobOut)
def job_retry(request: HttpRequest, job_id: IdIn) -> Any:
    """For jobs that were refused, given up or cancelled. Permission: jobs.manage."""
    job = job_one(request, job_id)
    if not jobs_retry(job_ids=[job.pk], actor=actor_of(request)):
        legal = ", ".join(str(state.label) for state in REPEATABLE)
        raise IllegalMove(document=f"{job.kind} {job.pk}", state=job.state, target=JobState.READY, legal=legal)
    return job_one(request, job_id)


@router.post("/jobs/{job_id}/cancel", response=JobOut, summary="Cancel a job")
@once("jobs.manage", JobOut)
def job_cancel(request: HttpRequest, job_id: IdIn) -> Any:
    """A waiting one at once; a running one is asked to stop. Permission: jobs.manage."""
    job = job_one(request, job_id)
    if not jobs_cancel(job_ids=[job.pk], actor=actor_of(request)):
        raise IllegalMove(document=f"{job.kind} {job.pk}", state=job.state, target=JobState.CANCELLED, legal="-")
    return job_one(request, job_id)
