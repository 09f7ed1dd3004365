"""What is done around every request: a name for it, a log line, and headers that keep the browser strict."""

import re
import time
from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from cefn.kernel.ids import new_id

Next = Callable[[HttpRequest], HttpResponseBase]

REQUEST_ID = re.compile(r"^[A-Za-z0-9._-]{8,64}$")
SLOW_MS = 1_000
QUIET_PREFIXES = ("/static/", "/healthz")

# Scripts and styles come from this host's files alone: nothing inline, nothing from elsewhere, no eval.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "media-src 'self' blob:",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'self'",
    )
)
# The camera serves the scan screens; the rest is not used.
PERMISSIONS_POLICY = "camera=(self), microphone=(), geolocation=(), payment=(), usb=()"


class RequestMiddleware:
    """Names each request and logs how it went: method, path, status, milliseconds, who."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response
        self.log = structlog.get_logger("cefn.request")

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        given = request.headers.get("X-Request-Id", "")
        name = given if REQUEST_ID.match(given) else format(new_id(), "x")
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request=name)
        started = time.perf_counter()
        response = self.get_response(request)
        took_ms = round((time.perf_counter() - started) * 1_000)
        response.headers["X-Request-Id"] = name
        if not request.path.startswith(QUIET_PREFIXES):
            write = self.log.warning if response.status_code >= 500 or took_ms >= SLOW_MS else self.log.info
            user = getattr(request, "user", None)
            write(
                "request",
                method=request.method,
                path=request.path,
                status=response.status_code,
                ms=took_ms,
                user=str(user.pk) if user is not None and user.is_authenticated else None,
            )
        structlog.contextvars.clear_contextvars()
        return response


class StrictHeadersMiddleware:
    """Adds the content security and permissions policies, unless a view has set its own.

    Pages that were made for one person are marked private, so that no cache between keeps them.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        if isinstance(response, HttpResponse) and not request.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "private, no-cache")
        return response
