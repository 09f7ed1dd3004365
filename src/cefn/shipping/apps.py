"""App configuration of shipping."""

from django.apps import AppConfig


class ShippingConfig(AppConfig):
    """The shipping app."""

    name = "cefn.shipping"
    label = "shipping"
    verbose_name = "Shipping"
