"""What can go wrong between a program and the API, before any service is asked."""

from django.utils.translation import gettext_lazy as _

from cefn.kernel.errors import CefnError


class TokenMissing(CefnError):
    """No access token came with the request."""

    code = "CEFN-API-001"
    status = 401
    sentence = _("This address needs an access token.")
    remedy = _("Make one under Settings, Access tokens, and send it as a header: Authorization: Bearer <token>.")


class BodyUnreadable(CefnError):
    """The body is not JSON as the API takes it."""

    code = "CEFN-API-002"
    status = 422
    sentence = _("The body can't be read: %(why)s.")
    remedy = _("Send one JSON object in UTF-8, without comments, and each name once.")


class BodyTooLarge(CefnError):
    """The body is larger than the API takes."""

    code = "CEFN-API-003"
    status = 413
    sentence = _("The body is larger than %(limit)s MB.")
    remedy = _("Send it in several requests, or import a file.")


class ContentTypeWrong(CefnError):
    """The body is of another kind than this address takes."""

    code = "CEFN-API-004"
    status = 415
    sentence = _("The content type %(given)s can't be read here.")
    remedy = _("Send %(wanted)s.")


class TooManyRequests(CefnError):
    """The token has used up its requests for this minute."""

    code = "CEFN-API-005"
    status = 429
    sentence = _("More than %(limit)s requests came with this token within a minute.")
    remedy = _("Wait %(seconds)s seconds and go on more slowly; send many orders in one request.")


class AddressMissing(CefnError):
    """The API has no such address."""

    code = "CEFN-API-006"
    status = 404
    sentence = _("The API has no address %(path)s.")
    remedy = _("Look it up under /api/v1/docs.")


class MethodWrong(CefnError):
    """The address does not know this method."""

    code = "CEFN-API-007"
    status = 405
    sentence = _("%(method)s can't be done at this address.")
    remedy = _("Use one of: %(allowed)s.")


class VersionChanged(CefnError):
    """The document is no longer the one that the caller saw."""

    code = "CEFN-API-008"
    status = 412
    sentence = _("%(document)s was changed since you read it: it is now version %(version)s.")
    remedy = _("Read it again, look at what changed, and send the new ETag.")


class NumberBeyond(CefnError):
    """A number or text is beyond what the database holds."""

    code = "CEFN-API-009"
    status = 422
    sentence = _("A number or a text in this request is too large to be kept.")
    remedy = _("Use smaller quantities, prices and texts.")


class WriteClash(CefnError):
    """Two writes wanted the same thing at once, or something is already there."""

    code = "CEFN-API-010"
    status = 409
    sentence = _("This meets something that is already there.")
    remedy = _("Read what is there, then send the request again with other numbers or names.")


class RequestBroken(CefnError):
    """A mistake of ours."""

    code = "CEFN-API-500"
    status = 500
    sentence = _("The request broke. It is our mistake, not yours; nothing of it was saved.")
    remedy = _("Send it again with the same Idempotency-Key. If it stays, tell whoever runs this Cefn the request id.")


class DatabaseBusy(CefnError):
    """The database did not answer in time."""

    code = "CEFN-API-503"
    status = 503
    sentence = _("The database is busy; nothing was saved.")
    remedy = _("Send it again in a moment with the same Idempotency-Key.")
