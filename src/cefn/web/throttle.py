"""Slows down guessing: a few failures for one name from one place, and more for one place, then a wait.

Counts live in Django's default cache. With one process that is its memory; with several web nodes a shared cache
makes the limit hold over all of them.
"""

import hashlib

from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from cefn.kernel.errors import CefnError

WINDOW_SECONDS = 300
NAME_LIMIT = 5
PLACE_LIMIT = 30


class TooManyTries(CefnError):
    """Too many failed log-ins."""

    code = "CEFN-WEB-006"
    status = 429
    sentence = _("Too many tries.")
    remedy = _("Wait five minutes, then try again.")


def _keys(request: HttpRequest, name: str) -> tuple[tuple[str, int], ...]:
    place = request.META.get("REMOTE_ADDR", "")
    digest = hashlib.sha256(f"{place}|{name.strip().casefold()}".encode()).hexdigest()
    spot = hashlib.sha256(place.encode()).hexdigest()
    return (f"cefn-try-name-{digest}", NAME_LIMIT), (f"cefn-try-place-{spot}", PLACE_LIMIT)


def throttle_check(request: HttpRequest, name: str) -> None:
    """Raise TooManyTries (429) when this name or this place has failed too often."""
    if any(cache.get(key, 0) >= limit for key, limit in _keys(request, name)):
        raise TooManyTries


def throttle_count(request: HttpRequest, name: str) -> None:
    """Count a failure."""
    for key, _limit in _keys(request, name):
        cache.add(key, 0, WINDOW_SECONDS)
        cache.incr(key)


def throttle_forget(request: HttpRequest, name: str) -> None:
    """Forget the failures of a name after it got in."""
    cache.delete(_keys(request, name)[0][0])
