"""App configuration of tax."""

from django.apps import AppConfig


class TaxConfig(AppConfig):
    """The tax app."""

    name = "cefn.tax"
    label = "tax"
    verbose_name = "Tax"
