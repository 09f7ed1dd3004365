"""App configuration: brings the system checks in."""

from django.apps import AppConfig
from django.core import checks

from cefn.config.checks import foreign_keys_check


class ConfigConfig(AppConfig):
    """The app that holds no tables and checks everybody's."""

    name = "cefn.config"
    label = "config"
    verbose_name = "Configuration"

    def ready(self) -> None:
        checks.register(foreign_keys_check, checks.Tags.models)
