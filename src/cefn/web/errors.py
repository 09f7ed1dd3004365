"""Errors of the screens, and the page on which any error is shown."""

from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cefn.kernel.errors import CefnError, Fault


class NoMembership(CefnError):
    """A person who belongs to no company."""

    code = "CEFN-WEB-001"
    status = 403
    sentence = gettext_lazy("%(email)s belongs to no company here.")
    remedy = gettext_lazy("Ask an owner to let you in under Settings, Users.")


class WrongListQuestion(CefnError):
    """A list's address asks for something the list does not have."""

    code = "CEFN-WEB-002"
    status = 400
    sentence = gettext_lazy("This address asks the list for %(name)s = %(value)s, which it can't answer.")
    remedy = gettext_lazy("Open the list again and choose the filter there.")


class AlreadySetUp(CefnError):
    """The first-run page after the first run."""

    code = "CEFN-WEB-003"
    status = 409
    sentence = gettext_lazy("This Cefn already has an owner.")
    remedy = gettext_lazy("Log in, or ask the owner to let you in.")


class NothingPicked(CefnError):
    """A bulk action without rows."""

    code = "CEFN-WEB-004"
    status = 422
    sentence = gettext_lazy("No rows are picked.")
    remedy = gettext_lazy("Tick the rows first, or press x on each.")


class TooManyAtOnce(CefnError):
    """A bulk action over more rows than one request should do."""

    code = "CEFN-WEB-005"
    status = 422
    sentence = gettext_lazy("%(count)s rows match, and one action takes at most %(limit)s.")
    remedy = gettext_lazy("Narrow the filter and do it in parts.")


class NothingToRelease(CefnError):
    """An order without a shipment that waits to be released."""

    code = "CEFN-WEB-007"
    status = 409
    sentence = gettext_lazy("%(number)s has nothing that waits to be released.")
    remedy = gettext_lazy("It needs stock first, or is in the warehouse already.")


class LinkSpent(CefnError):
    """The link for choosing a password was used, is too old, or never was one."""

    code = "CEFN-WEB-009"
    status = 410
    sentence = gettext_lazy("This link can't be used any more.")
    remedy = gettext_lazy("Ask an owner for a new one under Settings, Users.")


def safe_text(status: int) -> str:
    """Return what is safe after an error of this HTTP status."""
    if status >= 500:
        return _("Nothing of this step was saved. What was saved before is safe.")
    return _("Nothing was changed.")


def error_response(request: HttpRequest, error: CefnError) -> HttpResponse:
    """Return the page for an error; for a part of a page, the same text with the sentence in a header for the toast."""
    context = {
        "status": error.status,
        "code": error.code,
        "sentence": error.message(),
        "remedy": error.next_step(),
        "faults": error.faults,
        "safe": safe_text(error.status),
    }
    partial = bool(request.headers.get("HX-Request"))
    template = "web/errors/part.html" if partial else "web/errors/page.html"
    response = render(request, template, context, status=error.status)
    response.headers["X-Cefn-Error"] = quote(str(error))
    return response


def faults_by_field(error: CefnError) -> dict[str, list[Fault]]:
    """Return an error's faults by the field they name, for forms."""
    fields: dict[str, list[Fault]] = {}
    for fault in error.faults:
        fields.setdefault(fault.field, []).append(fault)
    return fields
