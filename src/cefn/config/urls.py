"""Every address: the API below /api/, the screens everywhere else, and /healthz for machines that watch."""

from django.urls import URLPattern, URLResolver, include, path

from cefn.config.health import healthz
from cefn.config.settings import PACKAGE

urlpatterns: list[URLPattern | URLResolver] = [path("healthz", healthz, name="healthz")]
if (PACKAGE / "api" / "urls.py").is_file():
    urlpatterns.append(path("api/", include("cefn.api.urls")))
if (PACKAGE / "web" / "urls.py").is_file():
    urlpatterns.append(path("", include("cefn.web.urls")))
    handler400 = "cefn.web.handlers.bad_request"
    handler403 = "cefn.web.handlers.forbidden"
    handler404 = "cefn.web.handlers.not_found"
    handler500 = "cefn.web.handlers.broken"
