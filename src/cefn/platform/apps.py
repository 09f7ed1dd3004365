"""App configuration of the platform."""

from django.apps import AppConfig


class PlatformConfig(AppConfig):
    """The platform app."""

    name = "cefn.platform"
    label = "platform"
    verbose_name = "Platform"
