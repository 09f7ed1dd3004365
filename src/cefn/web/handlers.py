"""Pages for errors that no view turned into one: 400, 403, 404, 500. Cefn's own errors come through `screen`."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from cefn.kernel.errors import CefnError
from cefn.web.errors import error_response


class BadRequest(CefnError):
    """The browser sent something that can't be read."""

    code = "CEFN-WEB-400"
    status = 400
    sentence = _("This request can't be read.")
    remedy = _("Go back, load the page again and try once more.")


class Forbidden(CefnError):
    """The form was not ours, or too old."""

    code = "CEFN-WEB-403"
    status = 403
    sentence = _("This form is too old or came from another site.")
    remedy = _("Load the page again and send it once more.")


class PageMissing(CefnError):
    """No page has this address."""

    code = "CEFN-WEB-404"
    status = 404
    sentence = _("No page has the address %(path)s.")
    remedy = _("Check the address, or search with Ctrl-K.")


class Broken(CefnError):
    """A mistake of ours."""

    code = "CEFN-WEB-500"
    status = 500
    sentence = _("This page broke. It is our mistake, not yours.")
    remedy = _("Try again. If it stays, tell whoever runs this Cefn, with the time.")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 400."""
    return error_response(request, BadRequest())


def forbidden(request: HttpRequest, exception: Exception | None = None, reason: str = "") -> HttpResponse:
    """Answer 403; also for forms whose token does not fit."""
    return error_response(request, Forbidden())


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 404."""
    return error_response(request, PageMissing(path=request.path[:120]))


def broken(request: HttpRequest) -> HttpResponse:
    """Answer 500 without asking the database for anything."""
    return error_response(request, Broken())
