"""Jobs of the machine: the queue and its history, one job, and the schedules."""

import json

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cefn.kernel.errors import NotFound
from cefn.platform.access import access_one
from cefn.platform.jobs import access_jobs, access_schedules, jobs_cancel, jobs_retry, schedules_switch
from cefn.web.access import ScreenRequest, screen
from cefn.web.jobs_list import JOBS
from cefn.web.lists import list_response


@screen("jobs.view")
@require_http_methods(["GET", "POST"])
def jobs(request: ScreenRequest) -> HttpResponseBase:
    """Show the list of jobs, or repeat or cancel several."""
    return list_response(request, JOBS)


@screen("jobs.view")
@require_http_methods(["GET", "POST"])
def job(request: ScreenRequest, job_id: int) -> HttpResponseBase:
    """Show a job: what it was given, how far it is, what it answered or why it failed; repeat or cancel it."""
    found = access_one(access_jobs(request.actor), thing=_("job"), name=str(job_id), pk=job_id)
    if request.method == "POST":
        doers = {"retry": jobs_retry, "cancel": jobs_cancel}
        do = doers.get(request.POST.get("action", ""))
        if do is None:
            raise NotFound(thing=_("action"), name=request.POST.get("action", "")[:40])
        if do(job_ids=[job_id], actor=request.actor):
            messages.success(request, _("Done."))
        else:
            messages.warning(request, _("The job has moved on meanwhile. Nothing was changed."))
        return redirect("web:job", job_id=job_id)
    context = {
        "place": "jobs",
        "job": found,
        "payload": json.dumps(found.payload, indent=2, ensure_ascii=False),
        "result": json.dumps(found.result, indent=2, ensure_ascii=False) if found.result is not None else "",
        "can_retry": found.state in ("failed", "dead", "cancelled"),
        "can_cancel": found.state in ("ready", "leased"),
    }
    return render(request, "web/jobs/job.html", context)


@screen("jobs.view")
@require_http_methods(["GET", "POST"])
def schedules(request: ScreenRequest) -> HttpResponseBase:
    """Show what comes round by itself; switch one on or off."""
    if request.method == "POST":
        code = request.POST.get("code", "")[:64]
        is_on = request.POST.get("action") == "on"
        count = schedules_switch(codes=[code], is_active=is_on, actor=request.actor)
        if not count:
            raise NotFound(thing=_("schedule to switch"), name=code)
        messages.success(
            request, _("%(code)s is on.") % {"code": code} if is_on else _("%(code)s is off.") % {"code": code}
        )
        return redirect("web:schedules")
    rows = list(access_schedules(request.actor).order_by("code"))
    return render(request, "web/jobs/schedules.html", {"place": "jobs", "rows": rows})
