"""App configuration of the screens."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """The web app; it has pages and no tables."""

    name = "cefn.web"
    label = "web"
    verbose_name = "Screens"
