"""App configuration of parties."""

from django.apps import AppConfig


class PartiesConfig(AppConfig):
    """The parties app."""

    name = "cefn.parties"
    label = "parties"
    verbose_name = "Parties"
