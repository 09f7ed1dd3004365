"""The door of the API: who comes, how often, and whether what they bring can be read.

Only access tokens open it; a browser's session does not, so no other site can make a browser write here.
"""

import hashlib
import time
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.parser import Parser
from ninja.security import HttpBearer

from cefn.api.bodies import FORM_TYPE, body_read, content_type_require, query_check
from cefn.api.errors import TooManyRequests
from cefn.kernel.errors import NotAllowed
from cefn.platform.actors import Actor, TokenRefused, actor_for_token

REQUESTS_PER_MINUTE = 600
WINDOW_SECONDS = 60
FORM_PATHS = ("/api/v1/imports",)
TOKEN_CHARACTERS = 200


class ApiRequest(HttpRequest):
    """A request that has passed the door."""

    actor: Actor
    kept_body: Any
    rate: tuple[int, int]


class AccessToken(HttpBearer):
    """Lets programs in by their access token."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor:
        """Return who acts; raises TokenRefused, TooManyRequests, and what is wrong with query or body."""
        if not token.isascii() or not token.isprintable() or len(token) > TOKEN_CHARACTERS:
            raise TokenRefused
        request.actor = actor_for_token(token)  # type: ignore[attr-defined]
        request.rate = rate_take(token)  # type: ignore[attr-defined]
        query_check(request)
        request.kept_body = None  # type: ignore[attr-defined]
        if request.method not in {"GET", "HEAD"}:
            if request.method == "POST" and request.path in FORM_PATHS:
                content_type_require(request, FORM_TYPE)
            else:
                request.kept_body = body_read(request)  # type: ignore[attr-defined]
        return request.actor  # type: ignore[attr-defined,no-any-return]


class KeptBody(Parser):
    """Hands ninja the body that the door has read."""

    def parse_body(self, request: HttpRequest) -> Any:
        """Return the value that the door kept."""
        return request.kept_body  # type: ignore[attr-defined]


def rate_limit() -> int:
    """Return how many requests a token may make in a minute."""
    return int(getattr(settings, "CEFN_API_REQUESTS_PER_MINUTE", REQUESTS_PER_MINUTE))


def rate_take(token: str) -> tuple[int, int]:
    """Count a request; return (limit, how many are left in this minute). Raises TooManyRequests.

    Counts live in Django's default cache: with one process that is its memory, so each of several web processes
    counts for itself unless they share a cache.
    """
    limit, now = rate_limit(), int(time.time())
    window, left_seconds = now // WINDOW_SECONDS, WINDOW_SECONDS - now % WINDOW_SECONDS
    key = f"cefn-api-{window}-{hashlib.sha256(token.encode()).hexdigest()}"
    cache.add(key, 0, 2 * WINDOW_SECONDS)
    try:
        used = cache.incr(key)
    except ValueError:
        used = 1
    if used > limit:
        raise TooManyRequests(limit=limit, seconds=left_seconds)
    return limit, limit - used


def actor_of(request: HttpRequest) -> Actor:
    """Return who acts."""
    return request.actor  # type: ignore[attr-defined,no-any-return]


def channels_require(actor: Actor, channels: set[str]) -> None:
    """Raise NotAllowed for a channel outside the actor's record rules."""
    beyond = sorted(channels - actor.channel_codes) if actor.channel_codes else []
    if beyond:
        raise NotAllowed(permission=_("orders of the channel %(channel)s") % {"channel": beyond[0]})
