"""App configuration of channels."""

from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    """The channels app."""

    name = "cefn.channels"
    label = "channels"
    verbose_name = "Channels"
