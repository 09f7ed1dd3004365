"""Trust: the audit log, the proof that its chain is whole, and the check of all invariants."""

from django.http import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from cefn.platform.audit_chain import AuditReport, audit_seal, audit_verify
from cefn.reports.check.registry import INVARIANTS, CheckReport, check_run
from cefn.web.access import ScreenRequest, screen
from cefn.web.audit_list import AUDIT
from cefn.web.documents import document_url
from cefn.web.lists import list_response

ROWS_SHOWN = 20


@screen("audit.view")
@require_http_methods(["GET", "POST"])
def audit(request: ScreenRequest) -> HttpResponseBase:
    """Show the audit log."""
    return list_response(request, AUDIT)


@screen("audit.view")
@require_http_methods(["GET", "POST"])
def verify(request: ScreenRequest) -> HttpResponseBase:
    """Seal what waits, read the whole chain again, and say whether anything was altered or taken away."""
    report: AuditReport | None = None
    if request.method == "POST":
        audit_seal(request.actor.company_id)
        report = audit_verify(request.actor.company_id)
    return render(request, "web/jobs/verify.html", {"place": "audit", "report": report})


@screen("audit.view")
@require_http_methods(["GET", "POST"])
def check(request: ScreenRequest) -> HttpResponseBase:
    """Prove every invariant on the company's data, and list what is violated."""
    report: CheckReport | None = None
    results = []
    if request.method == "POST":
        report = check_run(company_id=request.actor.company_id)
        results = [
            (
                result,
                [
                    (
                        listed.probe.sentence,
                        listed.count,
                        [(one, document_url(one.subject)) for one in listed.breaks[:ROWS_SHOWN]],
                    )
                    for listed in result.listed
                ],
            )
            for result in report.results
        ]
    context = {"place": "audit", "report": report, "results": results, "invariants": INVARIANTS}
    return render(request, "web/jobs/check.html", context)
