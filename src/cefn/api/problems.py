"""Errors as RFC 9457 problem details, in the caller's language."""

from http import HTTPStatus
from typing import Any

import structlog
from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.db import DatabaseError, DataError, IntegrityError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja.errors import AuthenticationError, HttpError, ValidationError

from cefn.api.bodies import BODY_BYTES
from cefn.api.errors import (
    AddressMissing,
    BodyTooLarge,
    BodyUnreadable,
    DatabaseBusy,
    NumberBeyond,
    RequestBroken,
    TokenMissing,
    TooManyRequests,
    WriteClash,
)
from cefn.kernel.errors import CefnError, Fault, InvalidInput

PROBLEM_TYPE = "application/problem+json"
TYPE_ROOT = "urn:cefn:error:"
TITLES = {
    401: gettext_lazy("No valid access token"),
    403: gettext_lazy("Not allowed"),
    404: gettext_lazy("Not found"),
    405: gettext_lazy("Method not known here"),
    409: gettext_lazy("Not possible as things are"),
    412: gettext_lazy("Changed meanwhile"),
    413: gettext_lazy("Too large"),
    415: gettext_lazy("Wrong content type"),
    422: gettext_lazy("Some of it can't be used"),
    429: gettext_lazy("Too many requests"),
    500: gettext_lazy("Our mistake"),
    502: gettext_lazy("Somebody else's system failed"),
    503: gettext_lazy("Busy"),
}
VALUE_CHARACTERS = 120

SENTENCES = {
    "missing": (gettext_lazy("This is missing."), gettext_lazy("Give it.")),
    "extra_forbidden": (gettext_lazy("There is no field of this name."), gettext_lazy("Leave it out.")),
    "string_too_long": (
        gettext_lazy("This text is too long."), gettext_lazy("Use at most %(max_length)s characters."),
    ),
    "string_too_short": (
        gettext_lazy("This text is too short."), gettext_lazy("Use at least %(min_length)s characters."),
    ),
    "string_type": (gettext_lazy("This is not a text."), gettext_lazy("Give a text in quotation marks.")),
    "string_pattern_mismatch": (
        gettext_lazy("This text has the wrong form."), gettext_lazy("It must fit %(pattern)s."),
    ),
    "int_type": (
        gettext_lazy("This is not a whole number."), gettext_lazy("Give a number without fraction or quotes."),
    ),
    "greater_than_equal": (gettext_lazy("This number is too small."), gettext_lazy("Give at least %(ge)s.")),
    "greater_than": (gettext_lazy("This number is too small."), gettext_lazy("Give more than %(gt)s.")),
    "less_than_equal": (gettext_lazy("This number is too large."), gettext_lazy("Give at most %(le)s.")),
    "bool_type": (gettext_lazy("This is neither true nor false."), gettext_lazy("Give true or false.")),
    "list_type": (gettext_lazy("This is not a list."), gettext_lazy("Give a list in square brackets.")),
    "too_long": (gettext_lazy("These are too many."), gettext_lazy("Send at most %(max_length)s.")),
    "too_short": (gettext_lazy("These are too few."), gettext_lazy("Send at least %(min_length)s.")),
    "dict_type": (gettext_lazy("This is not an object."), gettext_lazy("Give an object in curly brackets.")),
    "model_type": (gettext_lazy("This is not an object."), gettext_lazy("Give an object in curly brackets.")),
    "model_attributes_type": (
        gettext_lazy("This is not an object."), gettext_lazy("Give an object in curly brackets."),
    ),
    "cefn_id": (
        gettext_lazy("This is not an id."), gettext_lazy("Give the id as the API told it: digits in quotation marks."),
    ),
    "cefn_moment": (
        gettext_lazy("This is not a moment between 1970 and 2200."),
        gettext_lazy("Write it by RFC 3339 with its offset, such as 2026-03-01T09:30:00Z."),
    ),
    "cefn_day": (
        gettext_lazy("This is not a day between 1970 and 2200."), gettext_lazy("Write it as 2026-03-01."),
    ),
    "cefn_choice": (gettext_lazy("This value is not known here."), gettext_lazy("Use one of: %(known)s.")),
    "cefn_cursor": (gettext_lazy("This cursor is not known."), gettext_lazy("Use the cursor from `next`, or none.")),
    "cefn_zero": (gettext_lazy("Nothing would change."), gettext_lazy("Give a number above or below zero.")),
    "cefn_whole": (gettext_lazy("This is not a whole number."), gettext_lazy("Write it in the digits 0 to 9.")),
    "cefn_flag": (gettext_lazy("This is neither true nor false."), gettext_lazy("Give true or false.")),
}  # fmt: skip
"""What is told of each kind of fault that pydantic finds, by its name there: sentence and remedy."""

log = structlog.get_logger("cefn.api")


def problem_body(error: CefnError) -> dict[str, Any]:
    """Return the members of an error's problem details."""
    title = TITLES.get(error.status)
    return {
        "type": f"{TYPE_ROOT}{error.code}",
        "title": str(title) if title else HTTPStatus(error.status).phrase,
        "status": error.status,
        "detail": error.message(),
        "code": error.code,
        "faults": [
            {"field": fault.field, "value": fault.value, "sentence": fault.sentence, "remedy": fault.remedy}
            for fault in error.faults
        ],
        "next_step": error.next_step(),
    }


def problem_response(error: CefnError) -> HttpResponse:
    """Return an error as application/problem+json with the headers that its status asks for."""
    response = JsonResponse(problem_body(error), status=error.status, content_type=PROBLEM_TYPE)
    if error.status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = 'Bearer realm="cefn"'
    if isinstance(error, TooManyRequests):
        response.headers["Retry-After"] = str(error.facts["seconds"])
    if error.status == HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = "2"
    return response


def error_of(exc: Exception) -> CefnError:
    """Return what any exception means to the caller; what nobody foresaw is logged and told as our mistake."""
    if isinstance(exc, CefnError):
        return exc
    if isinstance(exc, ValidationError):
        return InvalidInput(faults=[_fault(found) for found in exc.errors])
    if isinstance(exc, AuthenticationError):
        return TokenMissing()
    if isinstance(exc, Http404):
        return AddressMissing(path="")
    if isinstance(exc, RequestDataTooBig):
        return BodyTooLarge(limit=BODY_BYTES >> 20)
    if isinstance(exc, MultiPartParserError | SuspiciousOperation | BadRequest | HttpError):
        return BodyUnreadable(why=_("the form is not whole"))
    found = _database_error(exc)
    if found is None:
        log.error("api request broke", exc_info=exc)
        return RequestBroken()
    return found


def _database_error(exc: Exception) -> CefnError | None:
    text = str(exc)
    if isinstance(exc, IntegrityError):
        log.warning("api write refused by a constraint", error=text[:300])
        return WriteClash()
    if isinstance(exc, DataError | OverflowError) or (isinstance(exc, DatabaseError) and "integer overflow" in text):
        log.warning("api value beyond the database", error=text[:300])
        return NumberBeyond()
    if isinstance(exc, OperationalError):
        log.error("api database busy", error=text[:300])
        return DatabaseBusy()
    return None


def handle(request: HttpRequest, exc: Exception) -> HttpResponse:
    """Answer any exception of a view."""
    return problem_response(error_of(exc))


def _fault(found: dict[str, Any]) -> Fault:
    """Return what pydantic found as a fault in the house's words."""
    source, *path = found["loc"]
    if (source == "body" and path[:1] == ["body"]) or (source in {"query", "form"} and len(path) > 1):
        path = path[1:]
    facts = {name: str(value) for name, value in (found.get("ctx") or {}).items()}
    sentence, remedy = SENTENCES.get(
        found["type"],
        (gettext_lazy("This value can't be used."), gettext_lazy("Look up the field under /api/v1/docs.")),
    )
    value = found.get("input", "")
    shown = "" if isinstance(value, dict | list) or found["type"] == "missing" else str(value)[:VALUE_CHARACTERS]
    field = ".".join(str(part) for part in path) or str(source)
    return Fault(field, shown.encode("utf-8", "replace").decode(), str(sentence) % facts, str(remedy) % facts)
