"""The two cookies that carry how the screens look: language and theme."""

from django.conf import settings
from django.http import HttpResponse

from cefn.web.shell import THEME_COOKIE, THEMES

YEAR_SECONDS = 365 * 24 * 3600


def language_remember(response: HttpResponse, language: str) -> None:
    """Set the language cookie; a language that is not ours is left out."""
    if language in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=YEAR_SECONDS,
            samesite="Lax",
            secure=settings.LANGUAGE_COOKIE_SECURE,
        )


def theme_remember(response: HttpResponse, theme: str) -> None:
    """Set the theme cookie; a theme that is not ours is left out."""
    if theme in THEMES:
        response.set_cookie(
            THEME_COOKIE, theme, max_age=YEAR_SECONDS, samesite="Lax", secure=settings.LANGUAGE_COOKIE_SECURE
        )
