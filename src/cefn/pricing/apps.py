"""App configuration of pricing."""

from django.apps import AppConfig


class PricingConfig(AppConfig):
    """The pricing app."""

    name = "cefn.pricing"
    label = "pricing"
    verbose_name = "Pricing"
