"""The addresses of the API, each behind the same guard; anything else below is answered as a problem too."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.views.decorators.csrf import csrf_exempt

from cefn.api import areas
from cefn.api.docs import docs_page, openapi_json
from cefn.api.errors import AddressMissing, MethodWrong
from cefn.api.problems import PROBLEM_TYPE, problem_response

app_name = "api"
View = Callable[..., HttpResponseBase]


def guard(view: View) -> View:
    """Return the view with its 405 told as a problem and the rate told in headers."""

    @csrf_exempt
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        if response.status_code == 405 and response.headers.get("Content-Type") != PROBLEM_TYPE:
            allowed = response.headers.get("Allow", "")
            response = problem_response(MethodWrong(method=str(request.method)[:20], allowed=allowed))
            response.headers["Allow"] = allowed
        rate = getattr(request, "rate", None)
        if rate is not None:
            response.headers["RateLimit-Limit"], response.headers["RateLimit-Remaining"] = map(str, rate)
        return response

    return guarded


@csrf_exempt
def missing(request: HttpRequest) -> HttpResponse:
    """Answer an address that the API does not have."""
    return problem_response(AddressMissing(path=request.path[:120]))


def _guarded() -> list[URLPattern | URLResolver]:
    found: list[Any] = areas.api.urls[0]
    return [URLPattern(one.pattern, guard(one.callback), one.default_args, one.name) for one in found]


urlpatterns: list[URLPattern | URLResolver] = [
    path("v1/openapi.json", openapi_json, name="openapi"),
    path("v1/docs", docs_page, name="docs"),
    path("v1/", include(_guarded())),
    re_path(r"^.*$", missing),
]
