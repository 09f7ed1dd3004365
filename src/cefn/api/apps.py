"""App configuration of the API."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The API app; it has addresses and no tables."""

    name = "cefn.api"
    label = "api"
    verbose_name = "API"
